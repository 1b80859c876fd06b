#include "common/files/load_data_set.h"

#include <fmt/core.h>

#include <filesystem>
#include <stdexcept>

#include "common/files/cifar.h"
#include "common/files/idx.h"
#include "common/files/picture_folder.h"

namespace vit {

namespace fs = std::filesystem;

DataSet load_data_set(const std::string& folder, const DataOptions& options) {
    std::error_code reason;
    const bool is_folder = fs::is_directory(folder, reason);
    if (reason) throw std::runtime_error(fmt::format("cannot read the data set {}: {}", folder, reason.message()));
    if (!is_folder) throw std::runtime_error(folder + " is a file; a data set is a folder");
    DataSet data;
    if (has_idx_files(folder))
        data = load_idx_data(folder, options.classes);
    else if (has_cifar_files(folder))
        data = load_cifar_data(folder, options.classes);
    else if (has_pictures(folder))
        data = load_picture_folder(folder);
    else
        throw std::runtime_error(
            fmt::format("{}: there is no data set: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's binary "
                        "files (data_batch_1.bin), nor a folder of pictures for each class",
                        folder));
    if (options.classes > 0 && data.class_names.size() != options.classes)
        throw std::runtime_error(fmt::format("{}: the data set names {} classes, but --classes says {}", folder,
                                             data.class_names.size(), options.classes));
    for (ImageSet* set : {&data.train, &data.validation, &data.test})
        if (options.height > 0) set_image_size(*set, options.height, options.width);
    return data;
}

}  // namespace vit
