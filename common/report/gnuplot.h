// The program gnuplot as a function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vit {

/// How every picture begins: an SVG of this size in pixels, with the project's letters on white.
std::string gnuplot_terminal(std::size_t width, std::size_t height);

/// A text in gnuplot's quotes, in which only a quote itself is special.
std::string in_gnuplot_quotes(std::string_view text);

/// The SVG picture that these commands draw. gnuplot reads and writes files of our own: no name that a user has chosen
/// reaches its parser, to which "|command" is the name of a file, too. Throws std::runtime_error if gnuplot is not
/// installed or does not do its work; the message has its last complaint.
std::string svg_by_gnuplot(const std::string& commands);

}  // namespace vit
