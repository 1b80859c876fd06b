#include "common/report/progress.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>

#include "common/files/files.h"
#include "tests/common/redirected.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// The screen of a terminal: what programs write to `name` can be read from it.
class Terminal {
public:
    Terminal() : screen_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
        REQUIRE(grantpt(screen_) == 0);
        REQUIRE(unlockpt(screen_) == 0);
        name = ptsname(screen_);
        keep_ = open(name.c_str(), O_RDWR | O_NOCTTY);  // or the text would go with its last writer
    }
    ~Terminal() {
        close(keep_);
        close(screen_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    std::string text() const {
        char buffer[4096];
        const ssize_t count = read(screen_, buffer, sizeof buffer);
        return {buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
    }

    std::string name;

private:
    int screen_, keep_;
};

}  // namespace

TEST_CASE("the progress line shows bar, count, speed, time left and text") {
    CHECK(progress_line("epoch 1", 0, 48, 0, "", 79) == "epoch 1 [........................]  0/48");
    CHECK(progress_line("epoch 1", 12, 48, 4, "loss 0.53", 79) ==
          "epoch 1 [######..................] 12/48  3.0/s  0:12 left  loss 0.53");
    CHECK(progress_line("t", 48, 48, 4, "", 79) == "t [########################] 48/48  12.0/s  0:00 left");
    CHECK(progress_line("t", 1, 7201, 1, "", 79) == "t [........................]    1/7201  1.0/s  2:00:00 left");
    CHECK(progress_line("t", 500, 1000, 1, "", 79) == "t [############............]  500/1000  500/s  0:01 left");
}

TEST_CASE("the progress line stands more steps than promised, none at all, and a narrow terminal") {
    CHECK(progress_line("t", 5, 4, 1, "", 79) == "t [########################] 5/4  5.0/s  0:00 left");
    CHECK(progress_line("t", 0, 0, 1, "", 79) == "t [........................] 0/0");
    CHECK(progress_line("epoch 1", 12, 48, 4, "loss 0.53", 20) == "epoch 1 [######.....");
}

TEST_CASE("on a terminal the line is drawn, drawn again after a while, and erased at the end") {
    const Terminal terminal;
    {
        const Redirected err(STDERR_FILENO, terminal.name);
        Progress progress("epoch 1", 8);
        CHECK(terminal.text() == "");
        progress.advance(2, "loss 0.53");
        const std::string line = terminal.text();
        CHECK(line.starts_with("\repoch 1 [######..................] 2/8  "));
        CHECK(line.ends_with("  loss 0.53\033[K"));
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 1000; ++i) progress.advance(0);
        const std::string lines = terminal.text();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        CHECK(static_cast<double>(std::ranges::count(lines, '\r')) <= 1 + 20 * seconds.count());
        usleep(60000);
        progress.advance();
        CHECK(terminal.text().starts_with("\repoch 1 [#########...............] 3/8  "));
    }
    CHECK(terminal.text() == "\r\033[K");
}

TEST_CASE("a file never sees the progress line") {
    const TemporaryFolder folder;
    {
        const Redirected err(STDERR_FILENO, folder.file("err"));
        Progress progress("epoch 1", 8);
        progress.advance(2, "loss 0.53");
    }
    CHECK(read_file(folder.file("err")) == "");
}

}  // namespace vit
