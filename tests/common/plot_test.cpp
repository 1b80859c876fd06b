#include "common/report/plot.h"

#include <cstdlib>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {
namespace {

Plot example() {
    return {"Training",
            "epoch",
            {{"loss", {{"train", {0, 1, 2}, {2.3, 1.1, 0.6}}, {"test_set isn't", {0, 1, 2}, {2.3, NAN, 0.9}}}},
             {"accuracy", {{"test", {0, 1, 2}, {0.1, 0.6, 0.8}}}}}};
}

}  // namespace

TEST_CASE("a plot is an SVG file with its title, labels and curve names as they are") {
    if (std::system("command -v gnuplot > /dev/null") != 0) return;
    const TemporaryFolder folder;
    const std::string path = folder.file("it's a plot.svg");
    plot_curves(path, example());
    const std::string svg = read_file(path);
    for (const char* text : {"<svg", "Training", "epoch", "loss", "accuracy", "test_set isn't", "</svg>"}) {
        CAPTURE(text);
        CHECK((svg.find(text) != std::string::npos || svg.find("test_set isn&apos;t") != std::string::npos));
    }
}

TEST_CASE("plots that cannot be drawn say why") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.svg");
    Plot uneven = example(), empty = example();
    uneven.panels[0].curves[1].ys.pop_back();
    empty.panels[1].curves[0].ys.assign(3, NAN);
    CHECK(error_of<std::invalid_argument>([&] { plot_curves(path, uneven); }) ==
          "plot_curves: curve test_set isn't has 3 xs but 2 ys");
    CHECK(error_of<std::invalid_argument>([&] { plot_curves(path, empty); }) ==
          "plot_curves: panel accuracy has no points");
    CHECK(error_of<std::invalid_argument>([&] {
              plot_curves(path, {"t", "x", {}});
          }) == "plot_curves: there is no panel to draw");
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("without gnuplot the error says what to install") {
    const TemporaryFolder folder;
    const std::string before = std::getenv("PATH");
    setenv("PATH", folder.file("").c_str(), 1);
    const std::string error = error_of<std::runtime_error>([&] { plot_curves(folder.file("x.svg"), example()); });
    setenv("PATH", before.c_str(), 1);
    CHECK(error == "plot_curves: gnuplot is missing; install the package gnuplot-nox");
}

}  // namespace vit
