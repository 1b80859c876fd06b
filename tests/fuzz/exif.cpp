// The orientation in EXIF data, as a PNG file has them, and in what should be a JPEG file.
#include "common/files/exif.h"

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int orientation = vit::exif_orientation(vit::input_of(data, size));
    vit::require(orientation >= 1 && orientation <= 8, "an orientation of " + std::to_string(orientation));
    return 0;
}
