// PNG and JPEG pictures.
#include "common/files/picture.h"

#include <zlib.h>

#include <algorithm>

#include "common/files/jpeg.h"
#include "common/files/png.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

std::size_t big_endian(const std::uint8_t* bytes, std::size_t count) {
    std::size_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number << 8 | bytes[i];
    return number;
}

/// Many pixels are allowed, and would take all the time and memory. More than that are refused.
bool is_large(std::size_t pixels) {
    return pixels > 1'000'000 && pixels <= most_pixels;
}

/// Does a header promise a large picture? What looks like a header of a JPEG file need not be the one that counts.
bool may_be_large(const std::uint8_t* data, std::size_t size) {
    if (is_png(input_of(data, size)))
        return size >= 24 && is_large(big_endian(data + 16, 4) * big_endian(data + 20, 4));
    for (std::size_t i = 0; i + 9 < size; ++i) {
        const bool frame = data[i] == 0xff && data[i + 1] >= 0xc0 && data[i + 1] <= 0xcf;
        if (frame && is_large(big_endian(data + i + 5, 2) * big_endian(data + i + 7, 2))) return true;
    }
    return false;
}

/// Gives each chunk of a PNG file the checksum that it should have: hardly a change would come further than there.
void mend_checksums(std::uint8_t* data, std::size_t size) {
    for (std::size_t begin = 8; begin + 12 <= size;) {
        const std::size_t length = big_endian(data + begin, 4);
        if (length > size - begin - 12) return;
        const std::size_t sum = crc32(0, data + begin + 4, static_cast<uInt>(length + 4));
        for (std::size_t i = 0; i < 4; ++i)
            data[begin + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i) & 255);
        begin += length + 12;
    }
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
    const std::size_t mutated = LLVMFuzzerMutate(data, size, most);
    if (seed % 2 == 0) mend_checksums(data, mutated);
    return mutated;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (may_be_large(data, size)) return 0;
    reads("a picture", [&] {
        const Picture picture = decode_picture(input_of(data, size), "a picture");
        require(picture.height > 0 && picture.width > 0 && picture.pixels.size() == picture.height * picture.width * 3,
                "a picture of a wrong size");
    });
    return 0;
}
