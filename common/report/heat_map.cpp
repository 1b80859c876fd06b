#include "common/report/heat_map.h"

#include <fmt/ranges.h>

#include <stdexcept>

#include "common/files/files.h"
#include "common/report/gnuplot.h"

namespace vit {
namespace {

/// The commands that draw one map: a square for each number.
std::string map_script(const HeatMap& map, std::size_t number) {
    std::string data;
    for (const std::vector<double>& row : map.rows) data += fmt::format("{}\n", fmt::join(row, " "));
    return fmt::format(
        "$data_{0} << END\n{1}END\nset title {2}\nset xrange [-0.5:{3}]\nset yrange [{4}:-0.5]\n"
        "plot $data_{0} matrix with image pixels notitle\n",
        number, data, in_gnuplot_quotes(map.title), static_cast<double>(map.rows.front().size()) - 0.5,
        static_cast<double>(map.rows.size()) - 0.5);
}

}  // namespace

void plot_heat_maps(const std::string& path, const std::string& title, const std::vector<HeatMap>& maps, double lowest,
                    double highest) {
    if (maps.empty()) throw std::invalid_argument("plot_heat_maps: there is no map to draw");
    std::string script = gnuplot_terminal(300 * maps.size(), 420);
    script += fmt::format(
        "set palette defined (0 '#00204d', 0.5 '#7c7b78', 1 '#ffea46')\n"  // in every form of colour vision: cividis
        "set cbrange [{}:{}]\nset colorbox horizontal user origin 0.35,0.1 size 0.3,0.035\n"
        "set cbtics out scale 0.5\nset size ratio -1\nunset xtics\nunset ytics\nset border lw 0.5 lc rgb '#555555'\n"
        "set multiplot layout 1,{} title {} font ',16' margins 0.02,0.98,0.17,0.83 spacing 0.03\n",
        lowest, highest, maps.size(), in_gnuplot_quotes(title));
    for (std::size_t i = 0; i < maps.size(); ++i) {
        if (maps[i].rows.empty() || maps[i].rows.front().empty())
            throw std::invalid_argument(fmt::format("plot_heat_maps: map {} has no numbers", maps[i].title));
        script += map_script(maps[i], i);
        script += "unset colorbox\n";  // one is enough
    }
    write_file(path, svg_by_gnuplot(script + "unset multiplot\n"));
}

}  // namespace vit
