// classes.txt, in a folder whose images need three names.
#include "common/files/files.h"
#include "common/files/idx.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;
using namespace std::literals;

class Folder {
public:
    Folder() {
        for (const char* part : {"train", "t10k"}) {
            write_file(file(part + "-images-idx3-ubyte"s), "\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x01\x80"s);
            write_file(file(part + "-labels-idx1-ubyte"s), "\0\0\x08\x01\0\0\0\x01\x02"s);
        }
    }
    std::string file(const std::string& name) const { return folder_.file(name); }

private:
    TemporaryFolder folder_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    const std::string path = folder.file("classes.txt");
    write_input(path, input_of(data, size));
    reads(path, [&] {
        const DataSet set = load_idx_data(folder.file(""));
        require(set.class_names.size() > 2, "a label without a class");
        for (const std::string& name : set.class_names)
            require(!name.empty() && printable(name, name.size()) == name, "a name that is not printable");
    });
    return 0;
}
