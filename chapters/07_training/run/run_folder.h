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

/// The folder in which this program works, and while the object lives no other one.
class RunFolder {
public:
    /// Opens a folder that is there, and removes files that a run which was killed has left half written. Throws
    /// std::runtime_error if there is none, or if another program works there.
    explicit RunFolder(const std::string& path);
    ~RunFolder();
    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&&) = delete;

    const std::string& path() const { return path_; }

    /// The path of a file in the folder. Throws std::runtime_error if the folder was removed or put elsewhere
    /// meanwhile: what is written to that path now would be half a run.
    std::string file(const std::string& name) const;

private:
    std::string path_;
    int descriptor_ = -1;
};

/// A folder for a new run: `wanted`, or if it is empty the first of runs/NAME-1, runs/NAME-2, ... that does not exist.
/// Of several programs that ask at the same time, each gets another one. Throws std::runtime_error if `wanted` holds
/// anything already, or if it cannot be made.
RunFolder make_run_folder(const std::string& wanted, const std::string& data_name);

}  // namespace vit
