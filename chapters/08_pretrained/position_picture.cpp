#include "08_pretrained/position_picture.h"

#include <fmt/core.h>

#include <cmath>
#include <stdexcept>

#include "common/report/heat_map.h"

namespace vit {
namespace {

double dot(const Tensor<2>& vectors, std::size_t i, std::size_t j) {
    double sum = 0;
    for (std::size_t d = 0; d < vectors.shape()[1]; ++d)
        sum += static_cast<double>(vectors(i, d)) * static_cast<double>(vectors(j, d));
    return sum;
}

HeatMap map_of(const std::string& title, const Tensor<3>& positions, PatchGrid grid) {
    const Tensor<2> similarity = similarity_to_place(positions, grid, grid.rows / 2, grid.columns / 2);
    HeatMap map{fmt::format("{}: {} x {}", title, grid.rows, grid.columns), {}};
    for (std::size_t h = 0; h < grid.rows; ++h) {
        map.rows.emplace_back();
        for (std::size_t w = 0; w < grid.columns; ++w) map.rows.back().push_back(static_cast<double>(similarity(h, w)));
    }
    return map;
}

}  // namespace

Tensor<2> similarity_to_place(const Tensor<3>& positions, PatchGrid grid, std::size_t row, std::size_t column) {
    const std::size_t N = grid.rows * grid.columns, T = positions.shape()[1];
    if (positions.shape()[0] != 1 || (T != N && T != N + 1) || row >= grid.rows || column >= grid.columns)
        throw std::invalid_argument(
            fmt::format("similarity_to_place: place ({}, {}) of {} positions in a grid of {} x {}", row, column, T,
                        grid.rows, grid.columns));
    const Tensor<2> vectors = xt::view(positions, 0, xt::range(T - N, T));  // (N, D), without the class token's
    const std::size_t place = row * grid.columns + column;
    Tensor<2> similarity = zeros<2>({grid.rows, grid.columns});
    for (std::size_t n = 0; n < N; ++n) {
        const double lengths = std::sqrt(dot(vectors, n, n) * dot(vectors, place, place));
        if (lengths > 0)
            similarity(n / grid.columns, n % grid.columns) = static_cast<Scalar>(dot(vectors, n, place) / lengths);
    }
    return similarity;
}

Tensor<3> sine_positions(PatchGrid grid) {
    constexpr std::size_t waves = 8;
    Tensor<3> positions = uninitialised<3>({1, grid.rows * grid.columns, 4 * waves});
    for (std::size_t n = 0; n < grid.rows * grid.columns; ++n) {
        for (std::size_t k = 0; k < waves; ++k) {
            const double speed = std::pow(2.0, -0.5 * static_cast<double>(k));  // radians from one place to the next
            const double row = speed * static_cast<double>(n / grid.columns);
            const double column = speed * static_cast<double>(n % grid.columns);
            positions(0, n, 4 * k) = static_cast<Scalar>(std::sin(row));
            positions(0, n, 4 * k + 1) = static_cast<Scalar>(std::cos(row));
            positions(0, n, 4 * k + 2) = static_cast<Scalar>(std::sin(column));
            positions(0, n, 4 * k + 3) = static_cast<Scalar>(std::cos(column));
        }
    }
    return positions;
}

void draw_positions(const std::string& path, PositionResize how, const Tensor<3>& positions, PatchGrid from,
                    PatchGrid to) {
    std::vector<HeatMap> maps{map_of("before", positions, from)};
    maps.push_back(map_of(position_resize_names.at(static_cast<std::size_t>(how)),
                          resize_positions(how, positions, from, to), to));
    const bool fewer = to.rows * to.columns <= from.rows * from.columns;
    if (fewer && how != PositionResize::truncate)
        maps.push_back(map_of("truncate", resize_positions(PositionResize::truncate, positions, from, to), to));
    plot_heat_maps(path, "How alike are the positions to the one in the middle?", maps, 0, 1);
}

}  // namespace vit
