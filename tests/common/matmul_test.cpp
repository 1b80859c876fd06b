#include "common/tensor/matmul.h"

#include <array>
#include <limits>
#include <vector>

#include "common/tensor/parallel.h"
#include "common/tensor/random.h"
#include "tests/testing.h"

namespace vit {
namespace {

const double tolerance = sizeof(Scalar) == sizeof(double) ? 1e-12 : 1e-5;  // of sums of up to 120 products

/// The definition: y(r, o) = sum over i of x(r, i) m(i, o), summed in double.
Tensor<2> naive_product(const Tensor<2>& x, const Tensor<2>& m) {
    Tensor<2> y = zeros<2>({x.shape()[0], m.shape()[1]});
    for (std::size_t r = 0; r < y.shape()[0]; ++r) {
        for (std::size_t o = 0; o < y.shape()[1]; ++o) {
            double sum = 0;
            for (std::size_t i = 0; i < x.shape()[1]; ++i)
                sum += static_cast<double>(x(r, i)) * static_cast<double>(m(i, o));
            y(r, o) = static_cast<Scalar>(sum);
        }
    }
    return y;
}

Tensor<2> transposed(const Tensor<2>& x) {
    Tensor<2> y = xt::transpose(x);
    return y;
}

/// Leaves freed memory behind, for tensors of this shape to be put into, in which every number is NaN.
template <std::size_t Rank>
void leave_nan_behind(const std::array<std::size_t, Rank>& shape) {
    std::vector<Tensor<Rank>> tensors;
    for (int i = 0; i < 100; ++i) {
        tensors.push_back(zeros<Rank>(shape));
        tensors.back().fill(std::numeric_limits<Scalar>::quiet_NaN());
    }
}

}  // namespace

TEST_CASE("matmul_rows is the matrix product over all leading axes") {
    Rng rng(1);
    const Tensor<2> x = rng.normal_tensor<2>({6, 5}), m = rng.normal_tensor<2>({5, 4});
    const Tensor<2> expected = naive_product(x, m);
    CHECK(same(matmul_rows(x, m), expected, "RO", tolerance));
    CHECK(same(matmul_rows(x, transposed(m), Transpose::second), expected, "RO", tolerance));

    Tensor<3> tokens = xt::reshape_view(x, {2, 3, 5}), tokens_expected = xt::reshape_view(expected, {2, 3, 4});
    CHECK(same(matmul_rows(tokens, m), tokens_expected, "BRO", tolerance));
    CHECK(same(matmul_rows(tokens, transposed(m), Transpose::second), tokens_expected, "BRO", tolerance));
}

TEST_CASE("add_matmul_over_rows adds, and sums over all leading axes") {
    Rng rng(2);
    const Tensor<2> a = rng.normal_tensor<2>({6, 4}), b = rng.normal_tensor<2>({6, 5}),
                    before = rng.normal_tensor<2>({4, 5});
    const Tensor<2> expected = before + naive_product(transposed(a), b);
    Tensor<2> sum = before, sum_of_tokens = before;
    add_matmul_over_rows(a, b, sum);
    CHECK(same(sum, expected, "IO", tolerance));
    Tensor<3> a_tokens = xt::reshape_view(a, {2, 3, 4}), b_tokens = xt::reshape_view(b, {2, 3, 5});
    add_matmul_over_rows(a_tokens, b_tokens, sum_of_tokens);
    CHECK(same(sum_of_tokens, expected, "IO", tolerance));
}

TEST_CASE("matmul_batched multiplies matrix by matrix, with either factor transposed and a scale") {
    Rng rng(3);
    const Tensor<4> a = rng.normal_tensor<4>({2, 3, 4, 5}), b = rng.normal_tensor<4>({2, 3, 5, 6});
    const Tensor<4> a_transposed = xt::transpose(a, {0, 1, 3, 2}), b_transposed = xt::transpose(b, {0, 1, 3, 2});
    Tensor<4> expected = zeros<4>({2, 3, 4, 6});
    for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            const Tensor<2> a_matrix = xt::view(a, i, j), b_matrix = xt::view(b, i, j);
            const Tensor<2> product = naive_product(a_matrix, b_matrix);
            xt::view(expected, i, j) = Scalar(0.5) * product;
        }
    }
    const Scalar half(0.5);
    CHECK(same(matmul_batched(a, b, Transpose::none, half), expected, "ABMN", tolerance));
    CHECK(same(matmul_batched(a_transposed, b, Transpose::first, half), expected, "ABMN", tolerance));
    CHECK(same(matmul_batched(a, b_transposed, Transpose::second, half), expected, "ABMN", tolerance));
    const Tensor<4> doubled = 2 * expected;
    CHECK(same(matmul_batched(a, b), doubled, "ABMN", tolerance));
}

TEST_CASE("large products, which other kernels multiply and threads share, are the same products") {
    Rng rng(4);
    for (const std::size_t rows : {100u, 230u}) {
        const std::size_t columns = 330 - rows;  // more than there are rows, and fewer
        const Tensor<2> x = rng.normal_tensor<2>({rows, 120}), m = rng.normal_tensor<2>({120, columns}),
                        before = rng.normal_tensor<2>({rows, columns});
        const Tensor<2> expected = naive_product(x, m);
        for (std::size_t threads = 1; threads <= 3; ++threads) {
            INFO(rows, " x ", columns, " in ", threads, " threads");
            const ThreadLimit limit(threads);
            CHECK(same(matmul_rows(x, m), expected, "RO", tolerance));
            CHECK(same(matmul_rows(x, transposed(m), Transpose::second), expected, "RO", tolerance));
            Tensor<2> sum = before;
            add_matmul_over_rows(transposed(x), m, sum);
            CHECK(same(sum, before + expected, "IO", tolerance));
        }
    }
}

TEST_CASE("a batched product gives the same bits however many threads share it") {
    Rng rng(5);
    const Tensor<4> a = rng.normal_tensor<4>({2, 3, 50, 70}), b = rng.normal_tensor<4>({2, 3, 70, 40});
    const ThreadLimit one(1);
    const Tensor<4> alone = matmul_batched(a, b);
    for (std::size_t threads = 2; threads <= 7; ++threads) {
        const ThreadLimit limit(threads);
        CHECK(same(matmul_batched(a, b), alone, "ABMN"));
    }
}

TEST_CASE("empty products are empty, and sums of nothing are zero") {
    CHECK(shape_of(matmul_rows(zeros<2>({0, 5}), zeros<2>({5, 4}))) == Shape{0, 4});
    CHECK(shape_of(matmul_rows(zeros<2>({3, 5}), zeros<2>({5, 0}))) == Shape{3, 0});
    leave_nan_behind<2>({7, 6});
    CHECK(same(matmul_rows(zeros<2>({7, 0}), zeros<2>({0, 6})), zeros<2>({7, 6}), "RO"));
    leave_nan_behind<2>({7, 6});
    CHECK(same(matmul_rows(zeros<2>({7, 0}), zeros<2>({6, 0}), Transpose::second), zeros<2>({7, 6}), "RO"));
    leave_nan_behind<4>({2, 3, 5, 4});
    CHECK(same(matmul_batched(zeros<4>({2, 3, 5, 0}), zeros<4>({2, 3, 0, 4})), zeros<4>({2, 3, 5, 4}), "BAMN"));
    const Tensor<2> before = Rng(6).normal_tensor<2>({4, 5});
    Tensor<2> sum = before;
    add_matmul_over_rows(zeros<2>({0, 4}), zeros<2>({0, 5}), sum);
    CHECK(same(sum, before, "IO"));
}

TEST_CASE("sizes that do not fit are named") {
    Tensor<2> sum = zeros<2>({4, 6});
    CHECK(error_of<std::invalid_argument>([] {
              matmul_rows(zeros<3>({2, 3, 5}), zeros<2>({4, 5}));
          }) == "matmul_rows: (2, 3, 5) times (4, 5) does not fit");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_rows(zeros<3>({2, 3, 5}), zeros<2>({5, 4}), Transpose::second);
          }) == "matmul_rows: (2, 3, 5) times (5, 4) transposed does not fit");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_rows(zeros<2>({5, 3}), zeros<2>({5, 4}), Transpose::first);
          }) == "matmul_rows: (5, 3) transposed times (5, 4) does not fit");
    CHECK(error_of<std::invalid_argument>([&] {
              add_matmul_over_rows(zeros<2>({3, 4}), zeros<2>({2, 6}), sum);
          }) == "add_matmul_over_rows: (3, 4) transposed times (2, 6) does not fit");
    CHECK(error_of<std::invalid_argument>([&] {
              add_matmul_over_rows(zeros<2>({3, 4}), zeros<2>({3, 5}), sum);
          }) == "add_matmul_over_rows: the product of (3, 4) transposed and (3, 5) does not fit into (4, 6)");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_batched(zeros<4>({2, 3, 4, 5}), zeros<4>({2, 3, 6, 5}));
          }) == "matmul_batched: (2, 3, 4, 5) times (2, 3, 6, 5) does not fit");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_batched(zeros<4>({2, 3, 4, 5}), zeros<4>({2, 1, 5, 6}));
          }) == "matmul_batched: (2, 3, 4, 5) times (2, 1, 5, 6) does not fit");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_batched(zeros<4>({2, 3, 4, 5}), zeros<4>({2, 3, 5, 6}), Transpose::second);
          }) == "matmul_batched: (2, 3, 4, 5) times (2, 3, 5, 6) transposed does not fit");
    CHECK(error_of<std::invalid_argument>([] {
              matmul_batched(zeros<4>({2, 3, 4, 5}), zeros<4>({2, 3, 5, 6}), Transpose::first);
          }) == "matmul_batched: (2, 3, 4, 5) transposed times (2, 3, 5, 6) does not fit");
}

}  // namespace vit
