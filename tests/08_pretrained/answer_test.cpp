#include "08_pretrained/answer.h"

#include <cmath>

#include "common/files/files.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("the most likely classes, with their names or else their numbers") {
    const Tensor<2> logits{{0, 0, 0}, {std::log(Scalar(2)), std::log(Scalar(5)), std::log(Scalar(3))}};
    CHECK(most_likely(logits, 1, 2, {"cat", "dog", "newt"}) == "   50.0 %  dog\n   30.0 %  newt\n");
    CHECK(most_likely(logits, 1, 9, {"cat"}) == "   50.0 %  class 1\n   30.0 %  class 2\n   20.0 %  cat\n");
    CHECK(most_likely(logits, 1, 1, {"", "d\x1bg", ""}) == "   50.0 %  d\\x1bg\n");
}

TEST_CASE("a table as CSV, with all digits") {
    const TemporaryFolder folder;
    write_csv(folder.file("x.csv"), "logit", Tensor<2>{{0.5, -2}, {Scalar(1) / 3, 1e-9}});
    CHECK(read_file(folder.file("x.csv")) ==
          fmt::format("logit_0,logit_1\n0.5,-2\n{},{}\n", Scalar(1) / 3, Scalar(1e-9)));
}

}  // namespace vit
