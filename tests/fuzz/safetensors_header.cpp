// Headers of safetensors files: two bytes with the size of the data (little-endian), then the text. What was read is
// written and read again.
#include "common/files/safetensors_header.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vit;
    if (size < 2) return 0;
    const std::uint64_t data_size = data[0] | std::uint64_t{data[1]} << 8;
    SafetensorsHeader header;
    if (!reads("a file", [&] { header = parse_header("a file", input_of(data + 2, size - 2), data_size); })) return 0;
    const std::string text = header_text(header);
    require(header_text(parse_header("a file", text, data_size)) == text,
            "what was read is written and read otherwise");
    return 0;
}
