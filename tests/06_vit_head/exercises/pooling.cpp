#include "06_vit_head/pooling.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(Pooling, const Tensor<3>&)>;
using Backward = std::function<Tensor<3>(Pooling, const Tensor<3>&, std::size_t)>;

/// The weight of token t among T.
using Weights = std::function<double(Pooling pooling, std::size_t t, std::size_t T)>;

double right(Pooling pooling, std::size_t t, std::size_t T) {
    if (pooling == Pooling::class_token) return t == 0 ? 1 : 0;
    return 1 / static_cast<double>(T);
}
double last_token(Pooling pooling, std::size_t t, std::size_t T) {
    return pooling == Pooling::class_token ? (t + 1 == T ? 1 : 0) : right(pooling, t, T);
}
double always_last(Pooling, std::size_t t, std::size_t T) {
    return t + 1 == T ? 1 : 0;
}
double second_token(Pooling pooling, std::size_t t, std::size_t T) {
    return pooling == Pooling::class_token ? (t == 1 ? 1 : 0) : right(pooling, t, T);
}
double always_mean(Pooling, std::size_t, std::size_t T) {
    return 1 / static_cast<double>(T);
}
double never_mean(Pooling, std::size_t t, std::size_t) {
    return t == 0 ? 1 : 0;
}
double sum_of_tokens(Pooling pooling, std::size_t t, std::size_t T) {
    return pooling == Pooling::class_token ? right(pooling, t, T) : 1;
}
double class_token_left_out(Pooling pooling, std::size_t t, std::size_t T) {
    if (pooling != Pooling::mean_with_class_token) return right(pooling, t, T);
    return t == 0 ? 0 : 1 / static_cast<double>(T - 1);
}

Forward weighed(const Weights& weight) {
    return [weight](Pooling pooling, const Tensor<3>& x) {
        const auto [B, T, D] = x.shape();
        Tensor<3> y = zeros<3>({B, 1, D});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t t = 0; t < T; ++t)
                for (std::size_t d = 0; d < D; ++d) y(b, 0, d) += weight(pooling, t, T) * x(b, t, d);
        return y;
    };
}

/// All three kinds of pooling, one after the other.
Trial<Forward> try_on(const std::string& inputs, const Tensor<3>& x) {
    return {.inputs = inputs, .run = [x](const Forward& f) -> Outputs {
                return {output("class_token's y", "B1D", f(Pooling::class_token, x)),
                        output("mean's y", "B1D", f(Pooling::mean, x)),
                        output("mean_with_class_token's y", "B1D", f(Pooling::mean_with_class_token, x))};
            }};
}

Tensor<3> mean_over_numbers(Pooling pooling, const Tensor<3>& x) {
    if (pooling == Pooling::class_token) return weighed(right)(pooling, x);
    const auto [B, T, D] = x.shape();
    Tensor<3> y = zeros<3>({B, 1, D});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t d = 0; d < D; ++d)
            for (std::size_t i = 0; i < D; ++i) y(b, 0, d) += x(b, d % T, i) / static_cast<double>(D);
    return y;
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "6.1 pooling_forward",
        .reference = weighed(right),
        .trials = {try_on("tokens (1, 2), (3, 4), (5, 9)", Tensor<3>{{{1, 2}, {3, 4}, {5, 9}}}),
                   try_on("random numbers, B=2 T=4 D=5", Rng(1).normal_tensor<3>({2, 4, 5}))},
        .wrong_answers = {
            {"head_reads_wrong_token", "the last token for the class token. The class token stands in front: token 0.",
             "huggingface/transformers#33117", weighed(last_token)},
            {"pooling_always_last", "the last token in any case.", "", weighed(always_last)},
            {"pooling_first_patch", "token 1, the first patch, for the class token, which is token 0.", "",
             weighed(second_token)},
            {"pooling_always_mean", "the mean of all tokens in any case: Pooling::class_token takes token 0 alone.", "",
             weighed(always_mean)},
            {"pooling_never_mean", "token 0 in any case: the other two kinds take the mean of all tokens.", "",
             weighed(never_mean)},
            {"pooling_sum", "the sum of the tokens. Divide it by how many there are.", "", weighed(sum_of_tokens)},
            {"pooling_without_class_token",
             "the mean of the patches, the class token left out. mean_with_class_token counts it, as its name says.",
             "", weighed(class_token_left_out)},
            {"pooling_over_numbers",
             "a mean over each token's own numbers. The mean runs over the tokens, number by number.", "",
             mean_over_numbers},
        }};
}

Backward shared(const Weights& weight) {
    return [weight](Pooling pooling, const Tensor<3>& dy, std::size_t T) {
        const std::size_t B = dy.shape()[0], D = dy.shape()[2];
        Tensor<3> dx = zeros<3>({B, T, D});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t t = 0; t < T; ++t)
                for (std::size_t d = 0; d < D; ++d) dx(b, t, d) = weight(pooling, t, T) * dy(b, 0, d);
        return dx;
    };
}

Trial<Backward> try_back(const std::string& inputs, const Tensor<3>& dy, std::size_t T, double tolerance) {
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                return {output("class_token's dx", "BTD", f(Pooling::class_token, dy, T)),
                        output("mean's dx", "BTD", f(Pooling::mean, dy, T)),
                        output("mean_with_class_token's dx", "BTD", f(Pooling::mean_with_class_token, dy, T))};
            },
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const Tensor<3> dy = Rng(2).normal_tensor<3>({2, 1, 5});
    return {.name = "6.2 pooling_backward",
            .reference = shared(right),
            .trials = {try_back("dy = (3, 6), three tokens", Tensor<3>{{{3, 6}}}, 3, 1e-12),
                       try_back("random numbers, B=2 T=4 D=5", dy, 4, 1e-12),
                       try_back("gradients of size 1e-6", dy * 1e-6, 4, 1e-18)},
            .wrong_answers = {
                {"pooling_gradient_not_shared",
                 "the whole of dy for every token. Each had a share of 1 / T in the mean, and gets that share of dy.",
                 "", shared(sum_of_tokens)},
                {"pooling_gradient_to_all",
                 "a share for every token in any case. With the class token alone, the others get 0.", "",
                 shared(always_mean)},
                {"pooling_gradient_to_first", "everything for token 0 in any case. In a mean all tokens have a share.",
                 "", shared(never_mean)},
                {"pooling_gradient_to_last",
                 "the class token's gradient for the last token. The class token is token 0.", "", shared(last_token)},
                {"pooling_gradient_without_class_token",
                 "nothing for the class token in mean_with_class_token, which counts it among the others.", "",
                 shared(class_token_left_out)},
            }};
}

}  // namespace

TEST_CASE("6.1 pooling_forward") {
    check(forward_exercise(), pooling_forward);
}

TEST_CASE("6.1 pooling_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("6.2 pooling_backward") {
    check(backward_exercise(), pooling_backward);
}

TEST_CASE("6.2 pooling_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
