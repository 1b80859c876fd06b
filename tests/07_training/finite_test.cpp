#include "07_training/finite.h"

#include <limits>

#include "tests/testing.h"

namespace vit {

TEST_CASE("one number that is not finite is found wherever it stands") {
    constexpr Scalar largest = std::numeric_limits<Scalar>::max();
    for (const Scalar number : {Scalar(NAN), -Scalar(NAN), Scalar(INFINITY), -Scalar(INFINITY)})
        for (std::size_t place = 0; place < 37; ++place) {
            std::vector<Scalar> values(37, largest);
            CHECK(all_finite(values));
            values[place] = number;
            CHECK_FALSE(all_finite(values));
        }
    CHECK(all_finite(std::vector<Scalar>{}));
    CHECK(all_finite(std::vector<Scalar>{-largest, std::numeric_limits<Scalar>::denorm_min(), 0}));
}

TEST_CASE("the first of several tensors is named") {
    Tensor<1> good{1, 2}, bad{1, NAN, 3}, worse{INFINITY};
    CHECK(first_not_finite({parameter("a", good), parameter("b", bad), parameter("c", worse)}) == "b");
    CHECK(first_not_finite({parameter("a", good)}) == "");
    CHECK(first_not_finite({}) == "");
}

}  // namespace vit
