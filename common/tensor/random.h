// Random numbers from one seed.
//
// A seed and a chain of fork() calls name a stream of numbers: Rng(7).fork(3) always gives the same ones, whatever was
// drawn elsewhere. So a training step can have its own numbers, and a run that is resumed needs only the seed and the
// step to go on with the very same ones.
#pragma once

#include <cstdint>
#include <random>

#include "common/tensor/tensor.h"

namespace vit {

class Rng {
public:
    explicit Rng(std::uint64_t seed);

    /// A new, independent stream named by this stream's name and `index`. Draws nothing from this one.
    Rng fork(std::uint64_t index) const;

    /// A number in [0, 1).
    double uniform();
    /// A number from the normal distribution with mean 0 and standard deviation 1.
    double normal();
    /// A whole number in [0, count). `count` must be at least 1.
    std::size_t below(std::size_t count);
    /// 0, 1, ..., count - 1 in random order, every order equally likely.
    std::vector<std::size_t> permutation(std::size_t count);

    /// Fills x with numbers from [low, high).
    void fill_uniform(std::span<Scalar> x, Scalar low, Scalar high);
    /// Fills x with normally distributed numbers.
    void fill_normal(std::span<Scalar> x, Scalar mean, Scalar standard_deviation);
    /// Fills x with normally distributed numbers of mean 0, drawn again while they lie more than two standard
    /// deviations out, and scaled so that what is left has the standard deviation that was asked for.
    void fill_truncated_normal(std::span<Scalar> x, Scalar standard_deviation);

    /// A tensor of normally distributed numbers.
    template <std::size_t Rank>
    Tensor<Rank> normal_tensor(const std::array<std::size_t, Rank>& shape, Scalar mean = 0,
                               Scalar standard_deviation = 1) {
        Tensor<Rank> x = uninitialised<Rank>(shape);
        fill_normal(x.storage(), mean, standard_deviation);
        return x;
    }

private:
    explicit Rng(std::vector<std::uint64_t> name);

    std::vector<std::uint64_t> name_;  // the seed, then one index for each fork
    std::mt19937_64 engine_;
};

}  // namespace vit
