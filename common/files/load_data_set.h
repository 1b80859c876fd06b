// A data set of whatever kind.
#pragma once

#include <string>

#include "common/files/data_set.h"

namespace vit {

/// How a data set is read.
struct DataOptions {
    std::size_t height = 0, width = 0;  // of the images; 0: as they are stored, pictures 64 x 64
    std::size_t classes = 0;            // 0: as many as the data set has
};

/// Reads the data set in a folder, of whatever kind it is: IDX files (idx.h), CIFAR-10's binary files (cifar.h), or one
/// folder of pictures for each class (picture_folder.h). Throws std::runtime_error that names the folder or the file if
/// it is none of these, is damaged, or has a label that is far beyond its classes.
DataSet load_data_set(const std::string& folder, const DataOptions& options = {});

}  // namespace vit
