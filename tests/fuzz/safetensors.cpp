// Files in the safetensors format.
#include "common/files/safetensors.h"

#include "tests/fuzz/safetensors_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vit;
    static InputFile file;
    file.fill(input_of(data, size));
    reads(file.path(), [&] {
        for (const StoredTensor& tensor : load_safetensors(file.path()).tensors)
            require(tensor.values().size() == element_count(tensor.shape), "other numbers than the shape says");
    });
    return 0;
}
