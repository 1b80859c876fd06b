// Data sets in the IDX format, in which MNIST, Fashion-MNIST and their relatives are published: two files of images and
// two of labels. A file is a magic number, the size of each axis (32 bits each, big-endian), and one byte per number.
// Format: http://yann.lecun.com/exdb/mnist
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vit {

/// Images as bytes, and what each one shows.
struct ImageSet {
    std::size_t count = 0;
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> pixels;  // (count, channels, height, width), 0 black to 255 white
    std::vector<std::uint8_t> labels;  // (count), each the index of a class
};

struct DataSet {
    std::string name;
    std::vector<std::string> class_names;
    ImageSet train;
    ImageSet test;
};

/// Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte from a
/// folder, each as it is or compressed with gzip (.gz). The data set is called like the folder. Its classes are called
/// by the lines of classes.txt, if the folder has such a file, otherwise "0", "1", ... up to the largest label. Throws
/// std::runtime_error that names the file if one is missing, damaged, or does not fit to the others.
DataSet load_idx_data(const std::string& directory);

}  // namespace vit
