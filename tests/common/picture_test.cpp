#include "common/files/picture.h"

#include <zlib.h>

#include <array>
#include <filesystem>
#include <numeric>
#include <set>

#include "common/files/files.h"
#include "common/files/image.h"
#include "common/files/resize.h"
#include "common/program/printable.h"
#include "tests/testing.h"

namespace vit {
namespace {

namespace fs = std::filesystem;

using Pixel = std::array<int, 3>;

Pixel pixel(const Picture& picture, std::size_t row, std::size_t column) {
    const std::uint8_t* p = &picture.pixels.at((row * picture.width + column) * 3);
    return {p[0], p[1], p[2]};
}

/// The largest difference of two pictures of one size, in grey levels; 1000 if they have different sizes.
int difference(const Picture& a, const Picture& b) {
    if (a.height != b.height || a.width != b.width || a.pixels.size() != b.pixels.size()) return 1000;
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

std::string error_of_picture(const std::string& path) {
    return error_of<std::runtime_error>([&] { read_picture(path); });
}

/// A PNG file with an EXIF orientation, in a chunk behind its first one: length, name, data, checksum.
std::string with_orientation(const std::string& png, char orientation) {
    using namespace std::literals;
    std::string chunk =
        "\0\0\0\x1a"
        "eXIfMM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0?\0\0\0\0\0\0"s;
    chunk[chunk.find('?')] = orientation;
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(&chunk[4]), static_cast<uInt>(chunk.size() - 4));
    for (int shift : {24, 16, 8, 0}) chunk.push_back(static_cast<char>(sum >> shift & 255));
    return std::string(png).insert(8 + 25, chunk);
}

const std::string hostile = TEST_FILES "/hostile/";

}  // namespace

TEST_CASE("odd pictures are read and resized as Pillow does it") {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(TEST_FILES "/pictures")) {
        const fs::path path = entry.path(), stem = path.parent_path() / path.stem();
        const bool jpeg = path.extension() == ".jpg";
        if (!jpeg && (path.extension() != ".png" || path.stem().has_extension())) continue;
        INFO(path.filename().string());
        ++count;
        const Picture read = read_picture(path.string()), expected = read_picture(stem.string() + ".read.png");
        CHECK(difference(read, expected) <= (jpeg ? 6 : 1));
        CHECK(difference(resize_and_crop(expected, 11, 13), read_picture(stem.string() + ".small.png")) <= 1);
    }
    CHECK(count == 27);
}

TEST_CASE("a plain picture has the colours that were written") {
    const TemporaryFolder folder;
    const Tensor<3> image = {{{1, 0}, {0, Scalar(0.2)}}, {{0, 1}, {0, Scalar(0.4)}}, {{0, 0}, {1, Scalar(0.6)}}};
    write_image(folder.file("x.png"), image);
    const Picture picture = read_picture(folder.file("x.png"));
    CHECK(picture.height == 2);
    CHECK(picture.width == 2);
    CHECK(picture.pixels == std::vector<std::uint8_t>{255, 0, 0, 0, 255, 0, 0, 0, 255, 51, 102, 153});
}

TEST_CASE("the eight orientations") {
    const Picture stored{2, 3, {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6}};
    const auto reds = [&](int orientation) {
        const Picture picture = upright(stored, orientation);
        std::vector<int> numbers{static_cast<int>(picture.width)};
        for (std::size_t i = 0; i < picture.pixels.size(); i += 3) numbers.push_back(picture.pixels[i]);
        return numbers;
    };
    CHECK(reds(1) == std::vector{3, 1, 2, 3, 4, 5, 6});
    CHECK(reds(2) == std::vector{3, 3, 2, 1, 6, 5, 4});  // mirrored
    CHECK(reds(3) == std::vector{3, 6, 5, 4, 3, 2, 1});  // upside down
    CHECK(reds(4) == std::vector{3, 4, 5, 6, 1, 2, 3});
    CHECK(reds(5) == std::vector{2, 1, 4, 2, 5, 3, 6});
    CHECK(reds(6) == std::vector{2, 4, 1, 5, 2, 6, 3});  // the camera's top is on the right
    CHECK(reds(7) == std::vector{2, 6, 3, 5, 2, 4, 1});
    CHECK(reds(8) == std::vector{2, 3, 6, 2, 5, 1, 4});
    CHECK(reds(0) == reds(1));
    CHECK(reds(9) == reds(1));
}

TEST_CASE("a PNG picture is turned as its EXIF data say, whatever its bits") {
    for (const std::string name : {"colour_16.png", "grey_1.png", "palette_4_clear.png"}) {
        INFO(name);
        const std::string file = read_file(TEST_FILES "/pictures/" + name);
        const Picture stored = decode_picture(file, "x"), turned = decode_picture(with_orientation(file, 6), "x");
        CHECK(difference(turned, upright(stored, 6)) == 0);
        CHECK(difference(turned, stored) > 0);
    }
}

TEST_CASE("a photograph is turned as its EXIF data say, wherever in the header they stand") {
    using namespace std::literals;
    const std::string file = read_file(TEST_FILES "/pictures/turned_6.jpg"), remark = "\xff\xfe\0\7hello"s;
    const Picture turned = decode_picture(file, "x");
    const std::size_t begin = file.find("\xff\xe1"), end = file.find("\xff\xdb");
    const std::string exif = file.substr(begin, end - begin), rest = std::string(file).erase(begin, end - begin);
    CHECK(decode_picture(std::string(file).insert(begin, remark), "x").pixels == turned.pixels);
    CHECK(decode_picture(std::string(rest).insert(rest.find("\xff\xda"), exif), "x").pixels == turned.pixels);
    CHECK(difference(decode_picture(rest, "x"), turned) > 0);
}

TEST_CASE("the planes of a picture: its channels, or one in grey, as bright as the eye sees it") {
    CHECK(planes_of({1, 2, {1, 2, 3, 40, 50, 60}}, 3) == std::vector<std::uint8_t>{1, 40, 2, 50, 3, 60});
    const Picture colours{1, 4, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}};
    CHECK(planes_of(colours, 1) == std::vector<std::uint8_t>{76, 150, 29, 255});  // 76.2, 149.7, 29.1
}

TEST_CASE("pictures that used to be read wrongly") {
    const Picture same_size = resize_and_crop(read_picture(hostile + "same_size.png"), 16, 16);
    CHECK(pixel(same_size, 8, 8) == Pixel{255, 255, 255});
    CHECK(std::accumulate(same_size.pixels.begin(), same_size.pixels.end(), 0) == 3 * 255);

    const Picture turned = read_picture(hostile + "turned.jpg");
    const std::size_t bottom = turned.height - 2, right = turned.width - 2;
    const auto near = [&](std::size_t row, std::size_t column, const Pixel& wanted) {
        const Pixel got = pixel(turned, row, column);
        CHECK(std::abs(got[0] - wanted[0]) + std::abs(got[1] - wanted[1]) + std::abs(got[2] - wanted[2]) <= 18);
    };
    near(1, 1, {64, 0, 63});
    near(1, right, {255, 255, 255});
    near(bottom, 1, {250, 128, 113});
    near(bottom, right, {0, 255, 1});

    const Picture ring = read_picture(hostile + "transparent.png");
    CHECK(pixel(ring, 0, 0) == Pixel{255, 255, 255});
    CHECK(std::set(ring.pixels.begin(), ring.pixels.end()).contains(0));  // the ring
    const Picture thin = resize_and_crop(read_picture(hostile + "thin.png"), 32, 32);
    CHECK(thin.pixels.size() == 32 * 32 * 3);
}

TEST_CASE("files that are no pictures, or not whole, are refused in one line that names them") {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"no_end.png", "the picture is cut off"},
        {"cut.jpg", "the picture is cut off"},
        {"palette_short.png", "the picture is damaged: it has 8 colours, but a pixel has number 8"},
        {"palette_short.bmp", "this is a BMP picture; only PNG and JPEG can be read. Save it as PNG"},
        {"pic_zero.bin", "this is a Softimage picture"},
        {"sixteen_bit.pgm", "this is a PNM (PBM, PGM or PPM) picture"},
        {"no_size.ppm", "this is a PNM"},
        {"colours.psd", "this is a Photoshop picture"}};
    for (const auto& [file, message] : expected) {
        const std::string start = hostile + file + ": " + message, error = error_of_picture(hostile + file);
        INFO(error);
        CHECK(error.starts_with(start));
        CHECK(error.find('\n') == std::string::npos);
    }
}

TEST_CASE("a file is cut off at every byte, and damaged at many") {
    const TemporaryFolder folder;
    const std::string png = read_file(TEST_FILES "/pictures/palette_4_clear.png");
    for (std::size_t size = 1; size < png.size(); ++size) {
        INFO(size);
        const std::string error = error_of<std::runtime_error>([&] { decode_picture(png.substr(0, size), "x"); });
        CHECK(error.starts_with(size < 8 ? "x: this is no picture" : "x: the picture is cut off"));
    }
    for (const auto& entry : fs::directory_iterator(TEST_FILES "/pictures")) {
        if (entry.path().extension() != ".png" && entry.path().extension() != ".jpg") continue;
        const std::string file = read_file(entry.path().string());
        for (std::size_t size = 8; size < file.size(); ++size) {
            CAPTURE(entry.path().filename().string());
            CAPTURE(size);
            const std::string error = error_of<std::runtime_error>([&] { decode_picture(file.substr(0, size), "x"); });
            CHECK(error.starts_with("x: the picture is "));
        }
    }
    for (std::size_t i = 8; i < png.size(); ++i) {  // the checksums find every wrong byte
        std::string damaged = png;
        damaged[i] ^= 0x10;
        INFO(i);
        CHECK(error_of<std::runtime_error>([&] { decode_picture(damaged, "x"); }).starts_with("x: the picture is "));
    }
}

TEST_CASE("in a photograph for print, a colour is as bright as its ink lets it be and the black ink over it") {
    using namespace std::literals;
    // A block of 8 x 8 pixels of cyan, magenta, yellow and black, 128, 128, 128 and 189; 255 is no ink.
    const std::string file = "\xff\xd8\xff\xee\0\x0e"s + "Adobe\0\x64\0\0\0\0\0"s +                 // not YCCK
                             "\xff\xdb\0\x43\0"s + std::string(64, '\x08') +                        // steps of 1
                             "\xff\xc0\0\x14\x08\0\x08\0\x08\4\1\x11\0\2\x11\0\3\x11\0\4\x11\0"s +  // the size
                             "\xff\xc4\0\x15\0\1\1"s + std::string(15, '\0') + "\6"s +              // Huffman
                             "\xff\xc4\0\x14\x10\1"s + std::string(16, '\0') +                      // codes
                             "\xff\xda\0\x0e\4\1\0\2\0\3\0\4\0\0\x3f\0"s + "\x02\xf5\xff\xd9"s;
    CHECK(decode_picture(file, "x").pixels == std::vector<std::uint8_t>(8 * 8 * 3, 95));  // 128 * 189 / 255 = 94.9
}

TEST_CASE("bytes between the parts of a JPEG file's header take nothing from the picture, wherever they stand") {
    const std::string whole = read_file(TEST_FILES "/pictures/colour.jpg");
    const Picture picture = decode_picture(whole, "x");
    for (const std::string marker : {"\xff\xdb", "\xff\xc0", "\xff\xc4", "\xff\xda"}) {
        for (const std::string& bytes : {std::string("ab"), std::string("\xff\0\0\xff", 4), std::string("\xff\xff")}) {
            std::string file = whole;
            file.insert(whole.find(marker), bytes);
            CAPTURE(printable(marker + bytes));
            CHECK(decode_picture(file, "x").pixels == picture.pixels);
        }
    }
}

TEST_CASE("bytes that stand between two scans of a JPEG picture are the rest of something damaged") {
    const std::string whole = read_file(TEST_FILES "/pictures/progressive.jpg");
    for (const std::string marker : {"\xff\xc4", "\xff\xda"}) {  // the scan's tables, the scan
        std::string damaged = whole;
        damaged.insert(whole.rfind(marker), "ab");
        CHECK(error_of<std::runtime_error>([&] {
                  decode_picture(damaged, "x");
              }).starts_with("x: the picture is damaged or of an unusual kind: Corrupt JPEG data: "));
    }
}

TEST_CASE("a small JPEG file of very many scans is refused: it would take hours") {
    using namespace std::literals;
    const auto file = [](std::size_t scans) {  // one block of 8 x 8 pixels, whose mean each scan gives anew
        std::string bytes = "\xff\xd8\xff\xdb\0\x43\0"s + std::string(64, '\1') +
                            "\xff\xc2\0\x0b\x08\0\x08\0\x08\1\1\x11\0\xff\xc4\0\x14\0\1"s + std::string(16, '\0');
        for (std::size_t i = 0; i < scans; ++i) bytes += "\xff\xda\0\x08\1\1\0\0\0\0\x7f"s;
        return bytes + "\xff\xd9";
    };
    CHECK(decode_picture(file(500), "x").pixels == std::vector<std::uint8_t>(8 * 8 * 3, 128));
    CHECK(error_of<std::runtime_error>([&] { decode_picture(file(501), "x"); }) ==
          "x: the picture is damaged or of an unusual kind: Progressive JPEG image has more than 500 scans");
}

TEST_CASE("a few bytes of many scans of a large picture are refused: each goes over all pixels") {
    using namespace std::literals;
    const std::string size = "\x27\x10\x27\x10"s, header = "\xff\xd8\xff\xdb\0\x43\0"s + std::string(64, '\1') +
                                                           "\xff\xc2\0\x0b\x08"s + size +
                                                           "\1\1\x11\0\xff\xc4\0\x14\0\1"s + std::string(16, '\0');
    std::string file = header;
    for (int i = 0; i < 21; ++i) file += "\xff\xda\0\x08\1\1\0\0\0\0\x7f"s;
    CHECK(error_of<std::runtime_error>([&] { decode_picture(file, "x"); }) ==
          "x: the picture is damaged or of an unusual kind: 21 scans of 10000 x 10000 pixels");
}

TEST_CASE("a PNG file begins with its header") {
    const std::string file = read_file(TEST_FILES "/pictures/colour_16.png"), header = file.substr(8, 25);
    const std::string gamma = read_file(TEST_FILES "/pictures/gamma_16.png").substr(8 + 25, 16);
    REQUIRE(gamma.substr(4, 4) == "gAMA");
    for (const std::string& wrong : {file.substr(0, 8) + gamma + file.substr(8), std::string(file).insert(8, header)})
        CHECK(error_of<std::runtime_error>([&] { decode_picture(wrong, "x"); }) ==
              "x: the picture is damaged: its header does not stand at the beginning");
}

TEST_CASE("what is not a picture is named") {
    using namespace std::literals;
    const auto error = [](const std::string& bytes) {
        return error_of<std::runtime_error>([&] { decode_picture(bytes, "x"); });
    };
    CHECK(error("") == "x: this is an empty file; PNG and JPEG pictures can be read");
    CHECK(error("hello") == "x: this is no picture of a format that is known here; PNG and JPEG pictures can be read");
    for (const auto& [bytes, name] : {std::pair{"GIF89a"s, "a GIF"},
                                      {"RIFF\1\0\0\0WEBPVP8 "s, "a WebP"},
                                      {"\0\0\0\x18"
                                       "ftypheic"s,
                                       "a HEIC"},
                                      {"\0\0\0\x18"
                                       "ftypavif"s,
                                       "an AVIF"},
                                      {"II*\0"s, "a TIFF"},
                                      {"MM\0*"s, "a TIFF"},
                                      {"#?RADIANCE"s, "a Radiance"},
                                      {"\0\0\1\0"s, "an icon"},
                                      {"<svg xmlns="s, "an SVG"}}) {
        CHECK(error(bytes).starts_with("x: this is "s + name + " picture; only PNG and JPEG can be read. Save it"));
    }
    // The width is bytes 16 to 19. Nobody asks for so much memory before the checksum is right.
    const TemporaryFolder folder;
    write_image(folder.file("x.png"), zeros<3>({3, 40, 50}));
    const std::string whole = read_file(folder.file("x.png"));
    CHECK(error(whole.substr(0, 16) + "\0\x40\0\0"s + whole.substr(20)) ==
          "x: the picture is damaged: a checksum is wrong");
    CHECK_THROWS_WITH_AS(read_picture(folder.file("no.png")),
                         ("read_file: cannot open " + folder.file("no.png") + ": No such file or directory").c_str(),
                         std::runtime_error);
    std::vector<std::string> errors{"before"};
    CHECK_FALSE(read_picture(folder.file("no.png"), errors));
    CHECK(read_picture(folder.file("x.png"), errors)->width == 50);
    CHECK(errors == std::vector<std::string>{
                        "before", "read_file: cannot open " + folder.file("no.png") + ": No such file or directory"});
}

}  // namespace vit
