#include "common/tensor/axes.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("the first tensor sets a letter's size, later ones must agree") {
    Axes axes("linear_forward");
    axes.check("x", "BNI", zeros<3>({2, 3, 5}))
        .check("weight", "OI", zeros<2>({4, 5}))
        .check("bias", "O", zeros<1>({4}));
    CHECK(axes['B'] == 2);
    CHECK(axes['N'] == 3);
    CHECK(axes['I'] == 5);
    CHECK(axes['O'] == 4);
}

TEST_CASE("an error names the function, the tensor, the axis, and who set the size") {
    Axes axes("linear_forward");
    axes.check("x", "BNI", zeros<3>({2, 3, 5}));
    CHECK(error_of<std::invalid_argument>([&] {
              axes.check("weight", "OI", zeros<2>({4, 3}));
          }) == "linear_forward: weight (O I) has shape (4, 3); axis 1 must be I = 5 (from x), but it is 3");
    CHECK(error_of<std::invalid_argument>([&] {
              axes.check("y", "BN", zeros<3>({2, 3, 7}));
          }) == "linear_forward: y (B N) has shape (2, 3, 7); it must have 2 axes");
    CHECK(error_of<std::logic_error>([&] { axes['Z']; }) ==
          "linear_forward: the size of axis Z was asked for before a tensor set it");
}

TEST_CASE("a letter that stands twice in one tensor means equal sizes") {
    CHECK(error_of<std::invalid_argument>([] {
              Axes("attention").check("scores", "NN", zeros<2>({3, 4}));
          }) == "attention: scores (N N) has shape (3, 4); axis 1 must be N = 3 (from scores), but it is 4");
}

TEST_CASE("sizes can come from elsewhere, and an axis marked with a star may have any size") {
    Axes axes("merge");
    axes.set('D', 12, "A K").check("x", "*D", zeros<2>({5, 12})).check("y", "*D", zeros<2>({6, 12}));
    CHECK(axes['D'] == 12);
    CHECK(error_of<std::invalid_argument>([&] {
              axes.check("z", "*D", zeros<2>({5, 13}));
          }) == "merge: z (* D) has shape (5, 13); axis 1 must be D = 12 (from A K), but it is 13");
    CHECK(error_of<std::invalid_argument>([&] {
              axes.check("w", "1D", zeros<2>({2, 12}));
          }) == "merge: w (1 D) has shape (2, 12); axis 0 must be 1, but it is 2");
    CHECK(error_of<std::invalid_argument>([&] {
              axes.check("w", "1D", zeros<2>({0, 12}));
          }) == "merge: w (1 D) has shape (0, 12); axis 0 must be 1, but it is 0");
    CHECK(error_of<std::invalid_argument>([&] { axes.check("w", "1D", zeros<2>({1, 12})); }) == "no error");
}

}  // namespace vit
