#include "common/tensor/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace vit {
namespace {

std::mt19937_64 seeded_engine(const std::vector<std::uint64_t>& name) {
    std::vector<std::uint32_t> words;  // std::seed_seq reads 32 bits of each element
    for (std::uint64_t part : name) {
        words.push_back(static_cast<std::uint32_t>(part));
        words.push_back(static_cast<std::uint32_t>(part >> 32));
    }
    std::seed_seq sequence(words.begin(), words.end());
    return std::mt19937_64(sequence);
}

}  // namespace

Rng::Rng(std::uint64_t seed) : Rng(std::vector<std::uint64_t>{seed}) {}

Rng::Rng(std::vector<std::uint64_t> name) : name_(std::move(name)), engine_(seeded_engine(name_)) {}

Rng Rng::fork(std::uint64_t index) const {
    std::vector<std::uint64_t> name = name_;
    name.push_back(index);
    return Rng(std::move(name));
}

// The engine's numbers are fixed by the C++ standard, those of std::normal_distribution are not: with the two formulas
// below every standard library gives the same tensors.

double Rng::uniform() {
    return static_cast<double>(engine_() >> 11) * 0x1p-53;
}

double Rng::normal() {
    // Box and Muller (1958): a random direction and a radius whose square is exponentially distributed.
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::size_t Rng::below(std::size_t count) {
    return static_cast<std::size_t>(uniform() * static_cast<double>(count));
}

std::vector<std::size_t> Rng::permutation(std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) {  // Fisher and Yates, from the front: i takes a random place up to i
        const std::size_t j = below(i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

void Rng::fill_uniform(std::span<Scalar> x, Scalar low, Scalar high) {
    // The product can round up to `high` itself, which the interval leaves out.
    const Scalar below_high = std::nextafter(high, low);
    for (Scalar& value : x) value = std::min(low + (high - low) * static_cast<Scalar>(uniform()), below_high);
}

void Rng::fill_normal(std::span<Scalar> x, Scalar mean, Scalar standard_deviation) {
    for (Scalar& value : x) value = mean + standard_deviation * static_cast<Scalar>(normal());
}

void Rng::fill_truncated_normal(std::span<Scalar> x, Scalar standard_deviation) {
    constexpr double left_over = 0.8796256610342398;  // standard deviation of a normal number within +-2
    for (Scalar& value : x) {
        double number = normal();
        while (std::abs(number) > 2) number = normal();
        value = standard_deviation * static_cast<Scalar>(number / left_over);
    }
}

}  // namespace vit
