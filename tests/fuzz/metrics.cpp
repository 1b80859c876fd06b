// metrics.csv. What was read is written and read again.
#include "07_training/run/metrics_file.h"
#include "common/files/files.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

std::string written(const std::string& path, const std::vector<Epoch>& epochs) {
    write_metrics(path, epochs);
    return read_file(path);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static InputFile file;
    static const TemporaryFolder folder;
    file.fill(input_of(data, size));
    std::vector<Epoch> epochs;
    if (!reads(file.path(), [&] { epochs = read_metrics(file.path()); })) return 0;
    const std::string text = written(folder.file("metrics.csv"), epochs);
    const std::vector<Epoch> again = read_metrics(folder.file("metrics.csv"));
    require(written(folder.file("metrics.csv"), again) == text, "what was read is written and read otherwise");
    return 0;
}
