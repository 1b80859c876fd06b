// Tables of numbers as SVG pictures, a colour for each number; drawn by gnuplot.
#pragma once

#include <string>
#include <vector>

namespace vit {

struct HeatMap {
    std::string title;
    std::vector<std::vector<double>> rows;  // the first at the top
};

/// Draws the maps side by side into an SVG file. They share their colours: dark blue stands for `lowest` and everything
/// below, yellow for `highest` and everything above. Throws std::invalid_argument if there is no map or one has no
/// numbers, std::runtime_error if gnuplot is not installed or fails.
void plot_heat_maps(const std::string& path, const std::string& title, const std::vector<HeatMap>& maps, double lowest,
                    double highest);

}  // namespace vit
