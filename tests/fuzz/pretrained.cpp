// Published weights: a file in one of the dialects. The seeds are the smallest models there are, in which every size
// is 1.
#include "08_pretrained/pretrained.h"

#include "tests/fuzz/safetensors_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vit;
    static InputFile file;
    file.fill(input_of(data, size));
    reads(file.path(), [&] {
        Pretrained read = load_pretrained(file.path(), {.heads = 1});
        const VitConfig& c = read.model.config;
        require(c.tokens() >= c.patches() && c.patches() > 0, "a model without patches");
        for (const Parameter& parameter : named_parameters(read.model))
            require(parameter.values.size() == element_count(parameter.shape), "other numbers than the shape says");
    });
    return 0;
}
