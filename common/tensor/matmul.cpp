#include "common/tensor/matmul.h"

#include <fmt/core.h>

#include <stdexcept>

#include "common/tensor/gemm.h"
#include "common/tensor/parallel.h"
#include "common/tensor/rows.h"

namespace vit {
namespace {

[[noreturn]] void fail(const char* function, const Shape& a, const Shape& b, bool first, bool second) {
    throw std::invalid_argument(fmt::format("{}: {}{} times {}{} does not fit", function, to_string(a),
                                            first ? " transposed" : "", to_string(b), second ? " transposed" : ""));
}

/// About how long a product takes, for in_slices.
double nanoseconds(std::size_t rows, std::size_t inner, std::size_t columns = 1) {
    constexpr double multiply_adds_per_nanosecond = 30;
    return static_cast<double>(rows) * static_cast<double>(inner) * static_cast<double>(columns) /
           multiply_adds_per_nanosecond;
}

/// c = a b + keep c, its longer side split over the cores.
void split_gemm(const ProductSize& size, const Factor& a, const Factor& b, Scalar keep, Scalar* c) {
    if (size.rows == 0 || size.columns == 0) return;
    if (size.columns >= size.rows) {
        in_slices(size.columns, nanoseconds(size.rows, size.inner), [&](std::size_t begin, std::size_t end) {
            gemm({size.rows, size.inner, end - begin}, 1, a, b.from_column(begin), keep, c + begin, size.columns);
        });
    } else {
        in_slices(size.rows, nanoseconds(size.inner, size.columns), [&](std::size_t begin, std::size_t end) {
            gemm({end - begin, size.inner, size.columns}, 1, a.from_row(begin), b, keep, c + begin * size.columns,
                 size.columns);
        });
    }
}

}  // namespace

template <std::size_t Rank>
Tensor<Rank> matmul_rows(const Tensor<Rank>& x, const Tensor<2>& m, Transpose transpose) {
    const bool second = transpose == Transpose::second;
    const std::size_t inner = m.shape()[second ? 1 : 0], outer = m.shape()[second ? 0 : 1];
    if (transpose == Transpose::first || row_width(x) != inner) {
        fail("matmul_rows", shape_of(x), shape_of(m), transpose == Transpose::first, second);
    }
    typename Tensor<Rank>::shape_type y_shape = x.shape();
    y_shape[Rank - 1] = outer;
    Tensor<Rank> y = uninitialised<Rank>(y_shape);
    split_gemm({row_count(x), inner, outer}, {x.data(), inner, false}, {m.data(), m.shape()[1], second}, 0, y.data());
    return y;
}

template <std::size_t Rank>
void add_matmul_over_rows(const Tensor<Rank>& a, const Tensor<Rank>& b, Tensor<2>& sum) {
    if (row_count(a) != row_count(b)) fail("add_matmul_over_rows", shape_of(a), shape_of(b), true, false);
    if (sum.shape()[0] != row_width(a) || sum.shape()[1] != row_width(b)) {
        throw std::invalid_argument(
            fmt::format("add_matmul_over_rows: the product of {} transposed and {} does not fit into {}",
                        to_string(shape_of(a)), to_string(shape_of(b)), to_string(shape_of(sum))));
    }
    split_gemm({row_width(a), row_count(a), row_width(b)}, {a.data(), row_width(a), true},
               {b.data(), row_width(b), false}, 1, sum.data());
}

Tensor<4> matmul_batched(const Tensor<4>& a, const Tensor<4>& b, Transpose transpose, Scalar scale) {
    const bool first = transpose == Transpose::first, second = transpose == Transpose::second;
    const ProductSize size{a.shape()[first ? 3 : 2], a.shape()[first ? 2 : 3], b.shape()[second ? 2 : 3]};
    if (a.shape()[0] != b.shape()[0] || a.shape()[1] != b.shape()[1] || size.inner != b.shape()[second ? 3 : 2]) {
        fail("matmul_batched", shape_of(a), shape_of(b), first, second);
    }
    Tensor<4> y = uninitialised<4>({a.shape()[0], a.shape()[1], size.rows, size.columns});
    if (size.rows == 0 || size.columns == 0) return y;
    // Many small products are better shared out whole than each of them split.
    in_slices(a.shape()[0] * a.shape()[1], nanoseconds(size.rows, size.inner, size.columns),
              [&](std::size_t begin, std::size_t end) {
                  for (std::size_t i = begin; i < end; ++i) {
                      gemm(size, scale, {a.data() + i * size.rows * size.inner, a.shape()[3], first},
                           {b.data() + i * size.inner * size.columns, b.shape()[3], second}, 0,
                           y.data() + i * size.rows * size.columns, size.columns);
                  }
              });
    return y;
}

template Tensor<2> matmul_rows(const Tensor<2>&, const Tensor<2>&, Transpose);
template Tensor<3> matmul_rows(const Tensor<3>&, const Tensor<2>&, Transpose);
template void add_matmul_over_rows(const Tensor<2>&, const Tensor<2>&, Tensor<2>&);
template void add_matmul_over_rows(const Tensor<3>&, const Tensor<3>&, Tensor<2>&);

}  // namespace vit
