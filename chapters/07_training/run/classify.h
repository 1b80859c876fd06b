// Test images through a trained model, shown in the terminal.
#pragma once

#include <string>

namespace vit {

/// Loads a checkpoint and prints `count` test images of a data set as small pictures, each with what the model takes it
/// for and how sure it is. Begins with image number `first`. Throws std::runtime_error if the images do not have the
/// size that the model was trained on.
void classify_test_images(const std::string& checkpoint, const std::string& data, std::size_t first, std::size_t count);

}  // namespace vit
