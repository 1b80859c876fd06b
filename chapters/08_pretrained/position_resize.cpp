#include "08_pretrained/position_resize.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "common/tensor/axes.h"

namespace vit {
namespace {

/// What one of the choices is made of.
struct Method {
    bool cubic, align_corners, antialias;
};

Method method_of(PositionResize how) {
    using enum PositionResize;
    if (how == truncate)
        throw std::invalid_argument(
            "resize_weights: truncate has no weights, it takes the first positions as they are");
    return {.cubic = how == bicubic || how == bicubic_align_corners || how == bicubic_antialias,
            .align_corners = how == bilinear_align_corners || how == bicubic_align_corners,
            .antialias = how == bilinear_antialias || how == bicubic_antialias};
}

/// The weight of a neighbour that is `distance` away. Lines reach to 1, cubics to 2 (Keys 1981; he takes a = -1/2, as
/// PyTorch does with antialias; without it PyTorch takes a = -3/4).
double neighbour_weight(const Method& method, double distance) {
    const double d = std::abs(distance), a = method.antialias ? -0.5 : -0.75;
    if (!method.cubic) return std::max(1 - d, 0.0);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    return 0;
}

std::string to_string(PatchGrid grid) {
    return fmt::format("{} x {}", grid.rows, grid.columns);
}

std::size_t patches(PatchGrid grid) {
    return grid.rows * grid.columns;
}

[[noreturn]] void refuse(const Tensor<3>& positions, PatchGrid from, PatchGrid to, const std::string& why) {
    throw std::invalid_argument(fmt::format("resize_positions: {} positions, from {} patches to {}: {}",
                                            positions.shape()[1], to_string(from), to_string(to), why));
}

/// 1 if there is a position for a class token, else 0.
std::size_t class_tokens(const Tensor<3>& positions, PatchGrid from, PatchGrid to) {
    Axes("resize_positions").check("positions", "1TD", positions);
    const std::size_t T = positions.shape()[1], N = patches(from);
    if (N == 0 || patches(to) == 0) refuse(positions, from, to, "a grid has no patches");
    if (T != N && T != N + 1)
        refuse(positions, from, to,
               fmt::format("a grid of {} has {} positions, or {} with a class token", to_string(from), N, N + 1));
    return T - N;
}

/// The first positions, as many as the grid has patches, behind that of the class token.
Tensor<3> truncated(const Tensor<3>& positions, std::size_t in_front, PatchGrid from, PatchGrid to) {
    const std::size_t T = in_front + patches(to);
    if (T > positions.shape()[1])
        refuse(positions, from, to, fmt::format("truncate can only leave positions out, but {} are needed", T));
    return xt::view(positions, xt::all(), xt::range(std::size_t(0), T), xt::all());  // (1, T', D)
}

/// The product of weights (to, from) with the axis in the middle: x (..., from, M) -> (..., to, M).
Tensor<3> weighted_axis(const Tensor<2>& weights, const Tensor<3>& x) {
    const std::size_t before = x.shape()[0], to = weights.shape()[0], from = weights.shape()[1], M = x.shape()[2];
    Tensor<3> y = zeros<3>({before, to, M});  // (..., to, M)
    for (std::size_t b = 0; b < before; ++b)
        for (std::size_t i = 0; i < to; ++i)
            for (std::size_t j = 0; j < from; ++j)
                for (std::size_t m = 0; m < M; ++m) y(b, i, m) += weights(i, j) * x(b, j, m);
    return y;
}

}  // namespace

// #region exercise 8.2 resize_weights (hard, 20 minutes)
Tensor<2> resize_weights(PositionResize how, std::size_t from, std::size_t to) {
    const Method method = method_of(how);
    if (from == 0 || to == 0)
        throw std::invalid_argument(fmt::format("resize_weights: {} places cannot become {}", from, to));
    const double last = static_cast<double>(from) - 1, last_new = static_cast<double>(to) - 1;
    // 1. How far apart the new places are, and where the first of them is, counted in old places. Either the edges of
    //    the two grids fall together, half a place further out than the first and last places, or these places do.
    //    `to` may be 1.
    double step = (last + 1) / (last_new + 1), first = (step - 1) / 2;
    if (method.align_corners) {
        step = to == 1 ? 0 : last / last_new;
        first = 0;
    }
    // 2. How wide the neighbourhood is. Antialias stretches it, so that no old place is left out between two new ones.
    const double stretch = method.antialias ? std::max(step, 1.0) : 1;
    const double reach = (method.cubic ? 2 : 1) * stretch;

    Tensor<2> weights = zeros<2>({to, from});  // (to, from)
    for (std::size_t i = 0; i < to; ++i) {
        // 3. The old places in the neighbourhood, each with its weight. For one beyond the edge the edge itself stands
        //    in; with antialias it does not count.
        const double centre = first + static_cast<double>(i) * step;
        for (double j = std::ceil(centre - reach); j <= centre + reach; ++j) {
            const double inside = std::clamp(j, 0.0, last);
            if (method.antialias && j != inside) continue;
            const double weight = neighbour_weight(method, (j - centre) / stretch);
            weights(i, static_cast<std::size_t>(inside)) += static_cast<Scalar>(weight);
        }
        // 4. The weights add up to 1.
        Scalar sum = 0;
        for (std::size_t j = 0; j < from; ++j) sum += weights(i, j);
        for (std::size_t j = 0; j < from; ++j) weights(i, j) /= sum;
    }
    return weights;
}
// #endregion

Tensor<3> resize_positions(PositionResize how, const Tensor<3>& positions, PatchGrid from, PatchGrid to) {
    const std::size_t in_front = class_tokens(positions, from, to), D = positions.shape()[2];
    if (from.rows == to.rows && from.columns == to.columns) return positions;
    if (how == PositionResize::truncate) return truncated(positions, in_front, from, to);

    const auto behind_class_token = [&](auto& x) { return x.begin() + static_cast<std::ptrdiff_t>(in_front * D); };
    // 1. rows · grid, for all columns and all D numbers alike.
    Tensor<3> grid = uninitialised<3>({1, from.rows, from.columns * D});  // (1, h, w D)
    std::copy(behind_class_token(positions), positions.end(), grid.begin());
    Tensor<3> tall = weighted_axis(resize_weights(how, from.rows, to.rows), grid);  // (1, h', w D)
    // 2. · columnsᵀ, for each of the new rows.
    tall.reshape({to.rows, from.columns, D});                                                      // (h', w, D)
    const Tensor<3> resized = weighted_axis(resize_weights(how, from.columns, to.columns), tall);  // (h', w', D)
    // 3. The class token is not of the grid.
    Tensor<3> y = uninitialised<3>({1, in_front + patches(to), D});  // (1, T', D)
    std::copy(positions.begin(), behind_class_token(positions), y.begin());
    std::copy(resized.begin(), resized.end(), behind_class_token(y));
    return y;
}

}  // namespace vit
