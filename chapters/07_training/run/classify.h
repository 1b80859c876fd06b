// Images through a trained model, shown in the terminal.
#pragma once

#include <string>
#include <vector>

namespace vit {

/// Which test images of a data set are shown.
struct Shown {
    std::string data = {};                          // empty: those that the model was trained on
    std::size_t classes = 0;                        // of the data; 0: as many as they have
    std::size_t image_height = 0, image_width = 0;  // they get this size; 0: as they are
    std::size_t first = 0, count = 8;
    bool wrong_only = false;
};

/// Loads a checkpoint and prints test images of a data set as small pictures, each with what the model takes it for and
/// how sure it is. Throws std::runtime_error if the images do not have the size that the model was trained on, or show
/// what is none of its classes.
void classify_test_images(const std::string& checkpoint, Shown shown);

/// The same for pictures in files: prepared as the training pictures were (prepare.h), each with the probabilities of
/// the first five classes. A file that cannot be read is no reason to leave out the others: all such are thrown at the
/// end, as Errors (program.h).
void classify_pictures(const std::string& checkpoint, const std::vector<std::string>& files, bool as_is);

}  // namespace vit
