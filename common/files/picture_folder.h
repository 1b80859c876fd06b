// A data set that is folders of pictures: one folder for each class, called like it.
//
//     pets/train/cat/*.jpg  pets/train/dog/*.jpg  pets/test/cat/*.jpg  pets/test/dog/*.jpg
//     pets/val/cat/*.jpg    pets/val/dog/*.jpg                          if there are, for validation
//     pets/cat/*.jpg        pets/dog/*.jpg                              here every fifth picture is for the test
//     pets/pets/...                                                     the same, in a folder that has nothing else
#pragma once

#include <string>

#include "common/files/data_set.h"

namespace vit {

/// Does the folder have folders in it, or pictures?
bool has_pictures(const std::string& folder);

/// Lists the pictures, PNG and JPEG by their content, in the order of their names; hidden files are left out. They are
/// read only when they are asked for, in colour, 64 x 64 until set_image_size says otherwise. The folders train, val
/// and test may be called training; valid or validation; testing; in small letters or large ones. If there is no test,
/// val is it. Throws std::runtime_error that names the folder if a class has no pictures to train on, a class of the
/// others is none of the training, there are fewer than two classes or more than 256, or a class's name is no text.
DataSet load_picture_folder(const std::string& folder);

}  // namespace vit
