// Data sets: images as bytes, and what each one shows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vit {

/// Images of one size. Their bytes are in memory, or in files that are read whenever an image is asked for: a data set
/// may be larger than the memory.
struct ImageSet {
    std::size_t count = 0;
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<std::uint8_t> pixels = {};  // (count, channels, height, width), 0 black to 255 white
    std::vector<std::uint8_t> labels = {};  // (count), each the index of a class
    std::vector<std::string> files = {};    // (count) pictures; empty if the pixels are in memory
    // The size of the images in `pixels`, if they get the size above only when they are asked for; else 0.
    std::size_t stored_height = 0, stored_width = 0;
};

struct DataSet {
    std::string name;                      // that of the folder
    std::string kind;                      // "IDX files"
    std::vector<std::string> class_names;  // by label
    ImageSet train;
    ImageSet test;
    std::vector<std::string> notes = {};  // what a reader should know of this data set, a line each
    ImageSet validation = {};             // of a data set that has one of its own; else it has no images
};

/// A label is a byte.
constexpr std::size_t most_classes = 256;

/// The names in a text file, a line each; empty lines do not count. Throws std::runtime_error if the file
/// cannot be read or a line is not printable or longer than 1000 bytes.
std::vector<std::string> read_names(const std::string& path);

/// The bytes (channels, height, width) of one image. Throws std::runtime_error that names the file if it cannot be
/// read.
std::vector<std::uint8_t> image_bytes(const ImageSet& set, std::size_t index);

/// The images with these indices as a set of their own.
ImageSet subset(const ImageSet& set, const std::vector<std::size_t>& indices);

/// The set with images of another size, cut to the middle where the ratio of the sides is another one.
void set_image_size(ImageSet& set, std::size_t height, std::size_t width);

/// A number that is another one when images, their order or their labels are others (of pictures in files: their
/// folders, names and sizes).
std::size_t checksum_of(const DataSet& data);

/// The folder's own name: "digits", also of "data/digits/" and of "." there.
std::string name_of_folder(const std::string& folder);

/// Names the classes of a set whose labels are all there: by the lines of the first of these files that exists, or by
/// "0", "1", ... Throws std::runtime_error if two have one name or there are more than most_classes, and if a label is
/// at least 16 and twice as large as the number of classes that have images: such a label is damaged, unless `classes`
/// says that there are so many.
void name_classes(DataSet& data, const std::vector<std::string>& files, std::size_t classes);

/// "no training image shows 3; only one shows 10": the classes of which a model can learn nothing, or little. Empty if
/// there are none.
std::string rare_classes(const ImageSet& train, const std::vector<std::string>& class_names);

}  // namespace vit
