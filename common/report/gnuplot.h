// The program gnuplot as a function.
#pragma once

#include <string>

namespace vit {

/// The SVG picture that these commands draw. gnuplot reads and writes files of our own: no name that a user has chosen
/// reaches its parser, to which "|command" is the name of a file, too. Throws std::runtime_error if gnuplot is not
/// installed or does not do its work; the message has its last complaint.
std::string svg_by_gnuplot(const std::string& commands);

}  // namespace vit
