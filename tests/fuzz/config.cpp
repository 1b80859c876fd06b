// config.json: options of a training and a model in place of the defaults. What was read is written as text and read
// again.
#include "06_vit_head/vit_config.h"
#include "07_training/run/run_files.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

void check_texts(const Options& options) {
    const auto once = to_text(options);
    read_text(options, once, "config.json");
    require(to_text(options) == once, "what was read is written and read otherwise");
}

/// A model that check() lets through must have sizes that one can compute with.
void check_sizes(const VitConfig& config) {
    check(config);
    require(config.tokens() >= config.patches() && config.patches() > 0, "a model without patches");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static InputFile file;
    file.fill(input_of(data, size));
    TrainConfig training;
    VitConfig model;
    if (!reads(file.path(), [&] { read_config(file.path(), training, model); })) return 0;
    check_texts(named_options(training));
    check_texts(named_options(model));
    reads("", [&] { check(training); });
    reads("", [&] { check_sizes(model); });
    return 0;
}
