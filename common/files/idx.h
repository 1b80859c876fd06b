// Data sets in the IDX format, in which MNIST, Fashion-MNIST and their relatives are published: two files of images and
// two of labels. A file is a magic number, the size of each axis (32 bits each, big-endian), and one byte per number.
// Format: http://yann.lecun.com/exdb/mnist
#pragma once

#include <string>

#include "common/files/data_set.h"

namespace vit {

/// Is at least one of the four files in this folder?
bool has_idx_files(const std::string& directory);

/// Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte from a
/// folder, each as it is or compressed with gzip (.gz). The data set is called like the folder. Its classes are called
/// by the lines of classes.txt, if the folder has such a file, otherwise "0", "1", ... up to the largest label, or to
/// `classes`. Throws std::runtime_error that names the file if one is missing, damaged, or does not fit to the others.
DataSet load_idx_data(const std::string& directory, std::size_t classes = 0);

}  // namespace vit
