// Curves as SVG pictures, drawn by gnuplot.
#pragma once

#include <string>
#include <vector>

namespace vit {

struct Curve {
    std::string name;  // in the legend
    std::vector<double> xs;
    std::vector<double> ys;  // as many as xs; a NaN leaves a gap
};

/// One pair of axes with its curves.
struct Panel {
    std::string y_label;
    std::vector<Curve> curves;
};

/// Panels side by side over the same kind of x.
struct Plot {
    std::string title;
    std::string x_label;
    std::vector<Panel> panels;
};

/// Draws the plot into an SVG file. Throws std::invalid_argument if a panel has no point to draw or a curve has not as
/// many ys as xs, std::runtime_error if gnuplot is not installed or fails.
void plot_curves(const std::string& path, const Plot& plot);

}  // namespace vit
