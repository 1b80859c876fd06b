#include "common/tensor/gemm.h"

#include <fmt/core.h>

#include <new>
#include <stdexcept>
#include <utility>
#if __has_include(<xtensor-blas/xblas.hpp>)
#include <xtensor-blas/xblas.hpp>
#endif

// The libraries could use more threads, but these wait for each other within each product, and know nothing of the work
// between the products: see parallel.h. Their own headers do not serve: <cblas.h> of OpenBLAS does not compile beside
// xtensor-blas, and clang has no <omp.h> of its own.
extern "C" void openblas_set_num_threads(int count);
#ifdef VIT_ONEDNN  // float, on x86-64
#include <dnnl.h>
extern "C" int omp_get_max_threads();
extern "C" void omp_set_num_threads(int count);
#endif

namespace vit {
namespace {

#ifdef VIT_ONEDNN
void gemm_by_onednn(const ProductSize& size, Scalar scale, const Factor& a, const Factor& b, Scalar keep, Scalar* c,
                    std::size_t stride) {
    const auto number = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
    const int threads_before = omp_get_max_threads();
    omp_set_num_threads(1);  // of this thread's calls
    const dnnl_status_t status = dnnl_sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', number(size.rows),
                                            number(size.columns), number(size.inner), scale, a.data, number(a.stride),
                                            b.data, number(b.stride), keep, c, number(stride));
    omp_set_num_threads(threads_before);
    if (status == dnnl_out_of_memory) throw std::bad_alloc();
    if (status != dnnl_success)
        throw std::runtime_error(fmt::format("oneDNN failed to multiply ({}, {}) by ({}, {}): status {}", size.rows,
                                             size.inner, size.inner, size.columns, static_cast<int>(status)));
}
#endif

void gemm_by_blas(const ProductSize& size, Scalar scale, const Factor& a, const Factor& b, Scalar keep, Scalar* c,
                  std::size_t stride) {
    static const bool one_thread = (openblas_set_num_threads(1), true);
    static_cast<void>(one_thread);
    const auto index = [&](std::size_t value) {
        if (!std::in_range<xt::blas_index_t>(value))
            throw std::length_error(
                fmt::format("({}, {}) times ({}, {}) is too large for BLAS, whose sizes have {} bits", size.rows,
                            size.inner, size.inner, size.columns, 8 * sizeof(xt::blas_index_t)));
        return static_cast<xt::blas_index_t>(value);
    };
    cxxblas::gemm(cxxblas::RowMajor, a.transposed ? cxxblas::Trans : cxxblas::NoTrans,
                  b.transposed ? cxxblas::Trans : cxxblas::NoTrans, index(size.rows), index(size.columns),
                  index(size.inner), scale, a.data, index(a.stride), b.data, index(b.stride), keep, c, index(stride));
}

}  // namespace

void gemm(const ProductSize& size, Scalar scale, const Factor& a, const Factor& b, Scalar keep, Scalar* c,
          std::size_t stride) {
#ifdef VIT_ONEDNN
    // oneDNN writes its machine code for this very processor, and is ahead from about this size on.
    if (size.rows * size.inner * size.columns > 500'000) {
        return gemm_by_onednn(size, scale, a, b, keep, c, stride);
    }
#endif
    gemm_by_blas(size, scale, a, b, keep, c, stride);
}

}  // namespace vit
