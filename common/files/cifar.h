// CIFAR-10 in its binary form: data_batch_1.bin to data_batch_5.bin and test_batch.bin, in each one label and
// 3 x 32 x 32 bytes for every image. Format: https://www.cs.toronto.edu/~kriz/cifar.html
#pragma once

#include <string>

#include "common/files/data_set.h"

namespace vit {

/// Are they in this folder?
bool has_cifar_files(const std::string& folder);

/// Reads those that are there, of data_batch_*.bin at least the first. The classes are called by the lines of
/// classes.txt or of CIFAR's own batches.meta.txt. Throws std::runtime_error that names the file if one is missing,
/// damaged or cut off.
DataSet load_cifar_data(const std::string& folder, std::size_t classes = 0);

}  // namespace vit
