#include "common/matmul.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "common/parallel.h"
#include "common/rows.h"
#if __has_include(<xtensor-blas/xblas.hpp>)
#include <xtensor-blas/xblas.hpp>
#endif

namespace vit {
namespace {

/// One matrix in memory: rows x columns, row by row, with nothing between the rows.
struct Matrix {
    std::size_t rows;
    std::size_t columns;
};

[[noreturn]] void fail(const char* function, const Shape& a, const Shape& b, bool first, bool second) {
    throw std::invalid_argument(fmt::format("{}: {}{} times {}{} does not fit", function, to_string(a),
                                            first ? " transposed" : "", to_string(b), second ? " transposed" : ""));
}

/// c = scale op(a) op(b) + keep c, on raw memory. `a` and `b` are as they lie in memory, before any transposition.
void gemm(const Scalar* a, Matrix a_size, bool transpose_a, const Scalar* b, Matrix b_size, bool transpose_b, Scalar* c,
          Scalar scale, Scalar keep) {
    const auto index = [](std::size_t size) { return static_cast<xt::blas_index_t>(size); };
    const std::size_t rows = transpose_a ? a_size.columns : a_size.rows;
    const std::size_t inner = transpose_a ? a_size.rows : a_size.columns;
    const std::size_t columns = transpose_b ? b_size.rows : b_size.columns;
    if (rows == 0 || columns == 0) return;
    cxxblas::gemm(cxxblas::RowMajor, transpose_a ? cxxblas::Trans : cxxblas::NoTrans,
                  transpose_b ? cxxblas::Trans : cxxblas::NoTrans, index(rows), index(columns), index(inner), scale, a,
                  index(a_size.columns), b, index(b_size.columns), keep, c, index(columns));
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
    Tensor<Rank> y(y_shape);
    gemm(x.data(), {row_count(x), row_width(x)}, false, m.data(), {m.shape()[0], m.shape()[1]}, second, y.data(), 1, 0);
    return y;
}

template <std::size_t Rank>
void add_matmul_over_rows(const Tensor<Rank>& a, const Tensor<Rank>& b, Tensor<2>& sum) {
    if (row_count(a) != row_count(b)) fail("add_matmul_over_rows", shape_of(a), shape_of(b), true, false);
    if (sum.shape()[0] != row_width(a) || sum.shape()[1] != row_width(b)) {
        throw std::invalid_argument(fmt::format("add_matmul_over_rows: the product of {} transposed and {} does not fit into {}",
                                                to_string(shape_of(a)), to_string(shape_of(b)), to_string(shape_of(sum))));
    }
    gemm(a.data(), {row_count(a), row_width(a)}, true, b.data(), {row_count(b), row_width(b)}, false, sum.data(), 1, 1);
}

Tensor<4> matmul_batched(const Tensor<4>& a, const Tensor<4>& b, Transpose transpose, Scalar scale) {
    const bool first = transpose == Transpose::first, second = transpose == Transpose::second;
    const Matrix a_size{a.shape()[2], a.shape()[3]}, b_size{b.shape()[2], b.shape()[3]};
    const std::size_t a_inner = first ? a_size.rows : a_size.columns;
    const std::size_t b_inner = second ? b_size.columns : b_size.rows;
    if (a.shape()[0] != b.shape()[0] || a.shape()[1] != b.shape()[1] || a_inner != b_inner) {
        fail("matmul_batched", shape_of(a), shape_of(b), first, second);
    }
    Tensor<4> y = uninitialised<4>({a.shape()[0], a.shape()[1], first ? a_size.columns : a_size.rows,
                                    second ? b_size.rows : b_size.columns});
    const std::size_t count = a.shape()[0] * a.shape()[1];
    const std::size_t a_step = a_size.rows * a_size.columns, b_step = b_size.rows * b_size.columns;
    const std::size_t y_step = y.shape()[2] * y.shape()[3];
    const auto multiply = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            gemm(a.data() + i * a_step, a_size, first, b.data() + i * b_step, b_size, second, y.data() + i * y_step, scale, 0);
        }
    };
    // Many small products are better shared out whole than each of them split.
    const std::size_t threads = std::min(product_threads(), count);
    if (threads <= 1) {
        multiply(0, count);
    } else {
        const ProductThreads one(1);
        in_parallel(threads, [&](std::size_t t) { multiply(slice(count, threads, t).first, slice(count, threads, t).second); });
    }
    return y;
}

template Tensor<2> matmul_rows(const Tensor<2>&, const Tensor<2>&, Transpose);
template Tensor<3> matmul_rows(const Tensor<3>&, const Tensor<2>&, Transpose);
template void add_matmul_over_rows(const Tensor<2>&, const Tensor<2>&, Tensor<2>&);
template void add_matmul_over_rows(const Tensor<3>&, const Tensor<3>&, Tensor<2>&);

}  // namespace vit
