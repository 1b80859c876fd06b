#include "common/report/plot.h"

#include <sys/stat.h>

#include <cmath>
#include <cstdlib>

#include "common/files/files.h"
#include "common/report/gnuplot.h"
#include "tests/testing.h"

namespace vit {
namespace {

Plot example() {
    return {"Training",
            "epoch",
            {{"loss", {{"train", {0, 1, 2}, {2.3, 1.1, 0.6}}, {"test_set isn't", {0, 1, 2}, {2.3, NAN, 0.9}}}},
             {"accuracy", {{"test", {0, 1, 2}, {0.1, 0.6, 0.8}}}}}};
}

/// While it lives, programs are looked for in one folder only.
class SearchedIn {
public:
    explicit SearchedIn(const std::string& folder) : before_(std::getenv("PATH")) { setenv("PATH", folder.c_str(), 1); }
    ~SearchedIn() { setenv("PATH", before_.c_str(), 1); }
    SearchedIn(const SearchedIn&) = delete;
    SearchedIn& operator=(const SearchedIn&) = delete;

private:
    std::string before_;
};

/// What a plot says that is drawn by this shell script in the place of gnuplot.
std::string error_with_gnuplot(const std::string& script, mode_t permissions = 0700) {
    const TemporaryFolder folder;
    write_file(folder.file("gnuplot"), "#!/bin/sh\n" + script);
    chmod(folder.file("gnuplot").c_str(), permissions);
    const SearchedIn path(folder.file(""));
    const std::string plot = folder.file("x.svg");
    const std::string error = error_of<std::runtime_error>([&] { plot_curves(plot, example()); });
    CHECK_FALSE(std::filesystem::exists(plot));
    return error;
}

}  // namespace

// Without gnuplot these fail: ./learn installs it.

TEST_CASE("a plot is an SVG file with its title, labels and curve names as they are") {
    const TemporaryFolder folder;
    const std::string path = folder.file("plot.svg");
    plot_curves(path, example());
    const std::string svg = read_file(path);
    for (const char* text :
         {"<svg", ">Training<", ">epoch<", ">loss<", ">accuracy<", ">train<", ">test_set isn't<", "</svg>"}) {
        CAPTURE(text);
        CHECK(svg.find(text) != std::string::npos);
    }
}

TEST_CASE("a plot goes into a folder of any name, and none is a command") {
    const TemporaryFolder folder;
    const std::string mark = folder.file("mark");
    for (const std::string& name :
         {"|touch " + mark + ";", "<touch " + mark + ";", "`touch " + mark + "`", "$(touch " + mark + ")",
          std::string("it's \"quoted\""), std::string("two\nlines"), std::string("~"), std::string("a\\"),
          std::string("#"), std::string("@x"), std::string("%d \xff")}) {
        CAPTURE(name);
        const std::string path = folder.file("in/" + name + "/curves.svg");
        plot_curves(path, example());
        CHECK(read_file(path).find("</svg>") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(mark));
    }
}

TEST_CASE("plots that cannot be drawn say why") {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.svg");
    Plot uneven = example(), empty = example();
    uneven.panels[0].curves[1].ys.pop_back();
    empty.panels[1].curves[0].ys.assign(3, NAN);
    CHECK_THROWS_WITH_AS(plot_curves(path, uneven), "plot_curves: curve test_set isn't has 3 xs but 2 ys",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(plot_curves(path, empty), "plot_curves: panel accuracy has no points", std::invalid_argument);
    CHECK_THROWS_WITH_AS(plot_curves(path, {"t", "x", {}}), "plot_curves: there is no panel to draw",
                         std::invalid_argument);
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("what gnuplot complains about is handed on") {
    CHECK_THROWS_WITH_AS(svg_by_gnuplot("set terminal svg\nplot bla(\n"),
                         "gnuplot failed with code 1: line 0: invalid expression", std::runtime_error);
    CHECK_THROWS_WITH_AS(svg_by_gnuplot(""), "gnuplot has not finished its picture: ", std::runtime_error);
}

TEST_CASE("a gnuplot that is missing, cannot be started or comes to a bad end is told apart") {
    const TemporaryFolder empty;
    {
        const SearchedIn path(empty.file(""));
        CHECK_THROWS_WITH_AS(plot_curves(empty.file("x.svg"), example()),
                             "gnuplot is missing; install the package gnuplot-nox", std::runtime_error);
    }
    CHECK(error_with_gnuplot("", 0600) == "gnuplot cannot be started: Permission denied");
    CHECK(error_with_gnuplot("echo '<svg>'\nkill -9 $$") == "gnuplot was ended by signal 9");
    CHECK(error_with_gnuplot("echo first >&2\necho second >&2\nexit 3") == "gnuplot failed with code 3: second");
    CHECK(error_with_gnuplot("echo '<svg>'") == "gnuplot has not finished its picture: ");
}

}  // namespace vit
