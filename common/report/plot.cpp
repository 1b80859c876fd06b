#include "common/report/plot.h"

#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "common/files/files.h"
#include "common/report/gnuplot.h"

namespace vit {
namespace {

/// Colours that people with a colour vision deficiency can tell apart, too (Okabe and Ito).
constexpr std::array<std::string_view, 6> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

void check(const Panel& panel) {
    bool any_point = false;
    for (const Curve& curve : panel.curves) {
        if (curve.xs.size() != curve.ys.size()) {
            throw std::invalid_argument(
                fmt::format("plot_curves: curve {} has {} xs but {} ys", curve.name, curve.xs.size(), curve.ys.size()));
        }
        for (std::size_t i = 0; i < curve.xs.size(); ++i) {
            any_point = any_point || (std::isfinite(curve.xs[i]) && std::isfinite(curve.ys[i]));
        }
    }
    if (!any_point) throw std::invalid_argument(fmt::format("plot_curves: panel {} has no points", panel.y_label));
}

/// The numbers of a curve as one of gnuplot's data blocks. An empty line is a gap.
std::string data_block(const std::string& name, const Curve& curve) {
    std::string text = fmt::format("${} << END\n", name);
    for (std::size_t i = 0; i < curve.xs.size(); ++i) {
        const bool gap = !std::isfinite(curve.xs[i]) || !std::isfinite(curve.ys[i]);
        text += gap ? "\n" : fmt::format("{} {}\n", curve.xs[i], curve.ys[i]);
    }
    return text + "END\n";
}

/// The commands that draw one panel.
std::string panel_script(const Panel& panel, std::size_t panel_index) {
    std::string data;
    std::vector<std::string> curves;
    for (const Curve& curve : panel.curves) {
        if (curve.xs.empty()) continue;
        const std::size_t i = curves.size();
        const std::string name = fmt::format("data_{}_{}", panel_index, i);
        data += data_block(name, curve);
        // Few points are marked one by one; from the second round of the colours on, lines are dashed.
        const std::string_view style = curve.xs.size() <= 40 ? "linespoints pt 7 ps 0.45" : "lines";
        curves.push_back(fmt::format("${} with {} lw 2.2 lc rgb '{}' dt {} title {}", name, style,
                                     colours[i % colours.size()], 1 + i / colours.size(),
                                     in_gnuplot_quotes(curve.name)));
    }
    return fmt::format("{}set ylabel {}\nplot {}\n", data, in_gnuplot_quotes(panel.y_label), fmt::join(curves, ", "));
}

std::string gnuplot_script(const Plot& plot) {
    std::string script = gnuplot_terminal(480 * plot.panels.size(), 400);
    script += fmt::format(
        "set border 3 lw 1 lc rgb '#555555'\n"
        "set tics nomirror out scale 0.6 textcolor rgb '#333333'\n"
        "set grid lt 1 lw 0.7 lc rgb '#e4e4e4'\n"
        "set key outside top center horizontal reverse Left samplen 2.2 width 1\n"  // where no curve can be below it
        "set xlabel {}\n"
        "set multiplot layout 1,{} title {} font ',16'\n",
        in_gnuplot_quotes(plot.x_label), plot.panels.size(), in_gnuplot_quotes(plot.title));
    for (std::size_t i = 0; i < plot.panels.size(); ++i) script += panel_script(plot.panels[i], i);
    return script + "unset multiplot\n";
}

}  // namespace

void plot_curves(const std::string& path, const Plot& plot) {
    if (plot.panels.empty()) throw std::invalid_argument("plot_curves: there is no panel to draw");
    for (const Panel& panel : plot.panels) check(panel);
    write_file(path, svg_by_gnuplot(gnuplot_script(plot)));
}

}  // namespace vit
