// A folder of pictures for each class: each line of the input is the path of a file in it, which holds the beginning of
// a PNG picture, or nothing if the line begins with a blank.
#include "common/files/picture_folder.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "common/files/files.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;
namespace fs = std::filesystem;

/// The path in the folder; empty for one that would leave it or that no file can have.
std::string inside(const std::string& line) {
    std::string path = line.substr(0, 200);
    path.erase(std::remove(path.begin(), path.end(), '\0'), path.end());
    const std::string normal = fs::path("x/" + path).lexically_normal().string();
    return normal.starts_with("x/") && !normal.ends_with('/') ? normal.substr(2) : "";
}

void make_file(const TemporaryFolder& folder, const std::string& line) {
    const std::string path = inside(line);
    if (path.empty()) return;
    std::error_code ignored;  // a file where a folder should be, a name that is too long
    fs::create_directories(fs::path(folder.file(path)).parent_path(), ignored);
    if (std::FILE* file = std::fopen(folder.file(path).c_str(), "wb")) {
        if (!line.starts_with(' ')) std::fputs("\x89PNG\r\n\x1a\n", file);
        std::fclose(file);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const TemporaryFolder folder;
    std::istringstream lines(input_of(data, std::min<std::size_t>(size, 2000)));
    for (std::string line; std::getline(lines, line);) make_file(folder, line);
    reads(folder.file(""), [&] {
        const DataSet set = load_picture_folder(folder.file(""));
        require(set.class_names.size() >= 2 && set.test.count > 0, "a data set without a test");
        for (const ImageSet* part : {&set.train, &set.test}) {
            require(part->files.size() == part->count && part->labels.size() == part->count, "other labels than files");
            for (const std::uint8_t label : part->labels) require(label < set.class_names.size(), "no such class");
        }
        for (const std::string& name : set.class_names)
            require(printable(name, name.size()) == name, "a class that is not printable");
    });
    return 0;
}
