#include "common/report/heat_map.h"

#include <algorithm>
#include <regex>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

/// The smallest y of all squares of a colour: how high up they begin.
double top_of(const std::string& svg, const std::string& colour) {
    static const std::regex square("fill = '(rgb\\([^)]*\\))' points = '[^,]*,([0-9.]+) [^,]*,[^ ]* [^,]*,([0-9.]+)");
    double top = 1e9;
    for (std::sregex_iterator found(svg.begin(), svg.end(), square), end; found != end; ++found) {
        if ((*found)[1] == colour) top = std::min({top, std::stod((*found)[2]), std::stod((*found)[3])});
    }
    return top;
}

const std::string lowest_colour = "rgb(  0,  32,  77)", highest_colour = "rgb(255, 234,  70)";

}  // namespace

TEST_CASE("a heat map is an SVG file with a square of its colour for each number") {
    const TemporaryFolder folder;
    const std::string path = folder.file("map.svg");
    plot_heat_maps(path, "two maps", {{"isn't |empty", {{0, 1, 2}, {-5, 2, 0}}}, {"other", {{0}}}}, 0, 2);
    const std::string svg = read_file(path);
    for (const char* text : {">two maps<", ">isn't |empty<", ">other<", "</svg>"}) {
        CAPTURE(text);
        CHECK(svg.find(text) != std::string::npos);
    }
    // Lowest: 0, what is below it, 0 again, and the other map's; highest: twice 2. The colour bar has some of each,
    // too.
    plot_heat_maps(path, "two maps", {{"isn't |empty", {{1, 1, 1}, {1, 1, 1}}}, {"other", {{1}}}}, 0, 2);
    const std::string middle = read_file(path);
    CHECK(count(svg, lowest_colour) == count(middle, lowest_colour) + 4);
    CHECK(count(svg, highest_colour) == count(middle, highest_colour) + 2);
}

TEST_CASE("the first row of a heat map is at the top") {
    const TemporaryFolder folder;
    const auto drawn = [&](const std::vector<std::vector<double>>& rows) {
        plot_heat_maps(folder.file("map.svg"), "", {{"", rows}}, 0, 1);
        return read_file(folder.file("map.svg"));
    };
    const std::string low_first = drawn({{0, 0, 0}, {1, 1, 1}}), high_first = drawn({{1, 1, 1}, {0, 0, 0}});
    CHECK(top_of(low_first, lowest_colour) < top_of(low_first, highest_colour));
    CHECK(top_of(high_first, highest_colour) < top_of(high_first, lowest_colour));
}

TEST_CASE("without a map, or a number in it, there is nothing to draw") {
    CHECK(error_of<std::invalid_argument>([] { plot_heat_maps("x.svg", "", {}, 0, 1); }) ==
          "plot_heat_maps: there is no map to draw");
    CHECK(error_of<std::invalid_argument>([] {
              plot_heat_maps("x.svg", "", {{"none", {{}}}}, 0, 1);
          }) == "plot_heat_maps: map none has no numbers");
}

}  // namespace vit
