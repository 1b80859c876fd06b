#include "common/files/jpeg.h"

#include <fmt/core.h>
#include <turbojpeg.h>

#include <memory>
#include <stdexcept>
#include <type_traits>

#include "common/files/exif.h"

namespace vit {
namespace {

using Decompressor = std::unique_ptr<std::remove_pointer_t<tjhandle>, int (*)(tjhandle)>;

/// What libjpeg-turbo says of a file, in the words of this project.
[[noreturn]] void fail(const std::string& path, const std::string& reason) {
    const bool cut_off = reason.find("Premature end") != std::string::npos;
    throw std::runtime_error(
        path + (cut_off ? ": the picture is cut off" : ": the picture is damaged or of an unusual kind: " + reason));
}

/// A file as libjpeg is to read it, and its EXIF data, if there are any.
struct Header {
    std::string file;
    std::string exif;
};

/// Goes through the parts of the header (ITU T.81, B.1.1: FF, a code, two bytes of length, contents) to the first scan.
/// Bytes between them, which some cameras leave there, are left out: they take nothing from the picture, but libjpeg
/// warns of them, and of several warnings it says the first only. What is no such header stays as it is.
Header read_header(const std::string& file) {
    constexpr unsigned application_data = 0xe1, scan = 0xda;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(file[i]); };
    Header header{file.substr(0, 2), ""};  // start of image
    for (std::size_t at = 2;;) {
        at = file.find_first_not_of('\xff', file.find('\xff', at));
        if (at == std::string::npos || file.size() - at < 3) return {file, header.exif};
        if (byte(at) == 0) continue;  // FF 00 is no part either
        const std::size_t size = 1 + (std::size_t{byte(at + 1)} << 8 | byte(at + 2));
        if (size < 3 || file.size() - at < size) return {file, header.exif};
        const bool is_exif = byte(at) == application_data && file.compare(at + 3, 6, std::string("Exif\0\0", 6)) == 0;
        if (is_exif && header.exif.empty()) header.exif = file.substr(at + 3, size - 3);
        header.file += '\xff';
        if (byte(at) == scan) return {header.file + file.substr(at), header.exif};
        header.file.append(file, at, size);
        at += size;
    }
}

/// How many scans there are, and perhaps a few that stand in other data.
std::size_t scans_in(const std::string& file) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = file.find("\xff\xda", at)) != std::string::npos; at += 2) ++count;
    return count;
}

/// Cyan, magenta, yellow and black as photographs are stored: 255 is no ink. (H, W, 4) -> (H, W, 3)
std::vector<std::uint8_t> red_green_blue(const std::vector<std::uint8_t>& inks) {
    std::vector<std::uint8_t> pixels;
    pixels.reserve(inks.size() / 4 * 3);
    for (std::size_t i = 0; i < inks.size(); i += 4) {
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned product = unsigned{inks[i + c]} * inks[i + 3];
            pixels.push_back(static_cast<std::uint8_t>((product + 127) / 255));
        }
    }
    return pixels;
}

}  // namespace

bool is_jpeg(std::string_view file) {
    return file.starts_with("\xff\xd8\xff");
}

Picture decode_jpeg(const std::string& file, const std::string& path) {
    const auto [clean, exif] = read_header(file);
    const Decompressor decompressor(tjInitDecompress(), &tjDestroy);
    if (!decompressor) throw std::runtime_error(path + ": there is not enough memory for the picture");
    const auto* bytes = reinterpret_cast<const unsigned char*>(clean.data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    const auto check = [&](int status) {  // a warning is an error: the picture would not be the one that was taken
        if (status != 0) fail(path, tjGetErrorStr2(decompressor.get()));
    };
    const int status =
        tjDecompressHeader3(decompressor.get(), bytes, clean.size(), &width, &height, &subsampling, &colours);
    if (subsampling >= 0) check(status);  // else libjpeg-turbo has no name for it, and decodes it all the same
    const auto H = static_cast<std::size_t>(height), W = static_cast<std::size_t>(width);
    if (H * W > most_pixels)
        throw std::runtime_error(
            fmt::format("{}: the picture has {} x {} pixels, more than {} in all", path, H, W, most_pixels));

    if (const std::size_t scans = scans_in(clean); H * W * scans > 20 * most_pixels)  // each goes over all pixels
        fail(path, fmt::format("{} scans of {} x {} pixels", scans, H, W));

    const bool inks = colours == TJCS_CMYK || colours == TJCS_YCCK;
    const auto channels = static_cast<std::size_t>(inks ? 4 : 3);
    Picture picture{H, W, std::vector<std::uint8_t>(H * W * channels)};
    check(tjDecompress2(decompressor.get(), bytes, clean.size(), picture.pixels.data(), width, 0, height,
                        inks ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS));
    if (inks) picture.pixels = red_green_blue(picture.pixels);
    return exif.empty() ? picture : upright(picture, exif_orientation(exif));
}

}  // namespace vit
