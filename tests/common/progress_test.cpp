#include "common/report/progress.h"

#include "tests/testing.h"

namespace vit {

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

}  // namespace vit
