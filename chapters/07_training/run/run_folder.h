// The folder of a run.
//
//     runs/NAME/config.json         every option of the run
//     runs/NAME/metrics.csv         one line for each epoch
//     runs/NAME/curves.svg          the same as curves
//     runs/NAME/last.safetensors    the newest state, with all that is needed to go on
//     runs/NAME/best.safetensors    the model of the best epoch (best_epoch.h)
#pragma once

#include <string>

namespace vit {

/// Takes a folder for a run: `wanted`, or if it is empty the first of runs/NAME-1, runs/NAME-2, ... that does not
/// exist. Of several programs that ask at the same time, each gets another one. Throws std::runtime_error if `wanted`
/// holds anything already, or if it cannot be made.
std::string make_run_folder(const std::string& wanted, const std::string& data_name);

/// While it lives, no other program works in the folder, which is made if it is missing. Also removes files that a run
/// which was killed has left half written. Throws std::runtime_error if another program works there.
class FolderLock {
public:
    explicit FolderLock(const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int descriptor_ = -1;
};

}  // namespace vit
