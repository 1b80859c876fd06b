#include "common/tensor/tensor.h"

#include "common/tensor/parameters.h"
#include "common/tensor/rows.h"
#include "tests/testing.h"

namespace vit {

TEST_CASE("shapes are counted and printed") {
    CHECK(element_count({2, 3, 5}) == 30);
    CHECK(element_count({2, 0, 5}) == 0);
    CHECK(element_count({}) == 1);
    CHECK(to_string(Shape{2, 3, 5}) == "(2, 3, 5)");
    CHECK(to_string(Shape{7}) == "(7)");
    CHECK(to_string(Shape{}) == "()");
}

TEST_CASE("new tensors have the shape that was asked for") {
    const Tensor<3> x = zeros<3>({2, 3, 5});
    CHECK(shape_of(x) == Shape{2, 3, 5});
    CHECK(x.size() == 30);
    CHECK(xt::all(xt::equal(x, 0)));
    Tensor<2> y = uninitialised<2>({4, 7});
    CHECK(shape_of(y) == Shape{4, 7});
    y.fill(3);
    const Tensor<2> like_y = zeros_like(y);
    CHECK(shape_of(like_y) == Shape{4, 7});
    CHECK(xt::all(xt::equal(like_y, 0)));
}

TEST_CASE("rows are the last axis, counted over all others") {
    Tensor<3> x = xt::reshape_view(xt::arange<Scalar>(0, 24), {2, 3, 4});
    CHECK(row_width(x) == 4);
    CHECK(row_count(x) == 6);
    const Tensor<3>& constant = x;
    const std::span<const Scalar> last = row_of(constant, 5);
    CHECK(std::vector<Scalar>(last.begin(), last.end()) == std::vector<Scalar>{20, 21, 22, 23});
    row_of(x, 4)[1] = -1;  // a row is the tensor's memory, not a copy
    CHECK(x(1, 1, 1) == -1);
    const Tensor<1> vector = {1, 2, 3};
    CHECK(row_count(vector) == 1);
    CHECK(numbers_of(vector)[2] == 3);
    CHECK(row_count(zeros<2>({0, 3})) == 0);
}

TEST_CASE("a parameter is a name for a tensor's own memory") {
    Tensor<2> weight = zeros<2>({2, 3});
    Tensor<1> bias = zeros<1>({5});
    const Parameters linear{parameter("weight", weight), parameter("bias", bias)};
    CHECK(linear[0].shape == Shape{2, 3});
    linear[0].values[4] = 7;
    CHECK(weight(1, 1) == 7);
    CHECK(parameter_count(linear) == 11);
    CHECK(parameter_count({}) == 0);

    Parameters model{parameter("head", bias)};
    append(model, "blocks.0", linear);
    REQUIRE(model.size() == 3);
    CHECK(model[0].name == "head");
    CHECK(model[1].name == "blocks.0.weight");
    CHECK(model[2].name == "blocks.0.bias");
    CHECK(model[2].values.data() == bias.data());
}

}  // namespace vit
