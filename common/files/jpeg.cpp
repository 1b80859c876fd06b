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

/// Is a warning only about bytes between the parts of a header, which some cameras leave there? They take nothing from
/// the picture. Within its data they would be what is left of something damaged: there the next marker is a restart,
/// the end (D0 to D9), the next scan (DA) or its tables (C4). The words are libjpeg's.
bool is_harmless(const std::string& warning) {
    constexpr std::string_view words = "extraneous bytes before marker 0x";
    const std::size_t place = warning.find(words);
    if (place == std::string::npos) return false;
    const std::string marker = warning.substr(place + words.size());
    return marker != "c4" && marker != "da" && !(marker.size() == 2 && marker[0] == 'd' && marker[1] <= '9');
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
    const Decompressor decompressor(tjInitDecompress(), &tjDestroy);
    if (!decompressor) throw std::runtime_error(path + ": there is not enough memory for the picture");
    const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    const auto check = [&](int status) {
        if (status == 0) return;
        const std::string reason = tjGetErrorStr2(decompressor.get());  // of several warnings the last
        if (tjGetErrorCode(decompressor.get()) != TJERR_WARNING || !is_harmless(reason)) fail(path, reason);
    };
    check(tjDecompressHeader3(decompressor.get(), bytes, file.size(), &width, &height, &subsampling, &colours));
    const auto H = static_cast<std::size_t>(height), W = static_cast<std::size_t>(width);
    if (H * W > most_pixels)
        throw std::runtime_error(
            fmt::format("{}: the picture has {} x {} pixels, more than {} in all", path, H, W, most_pixels));

    const bool inks = colours == TJCS_CMYK || colours == TJCS_YCCK;
    const auto channels = static_cast<std::size_t>(inks ? 4 : 3);
    Picture picture{H, W, std::vector<std::uint8_t>(H * W * channels)};
    // Warnings are errors here: what is cut off or damaged gives a picture, but not the one that was taken.
    check(tjDecompress2(decompressor.get(), bytes, file.size(), picture.pixels.data(), width, 0, height,
                        inks ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS));
    if (inks) picture.pixels = red_green_blue(picture.pixels);
    const int orientation = exif_orientation(file);
    return orientation == 1 ? picture : upright(picture, orientation);
}

}  // namespace vit
