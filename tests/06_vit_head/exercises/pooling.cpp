#include "06_vit_head/pooling.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(Pooling, const Tensor<3>&)>;
using Backward = std::function<Tensor<3>(Pooling, const Tensor<3>&, std::size_t)>;

constexpr Pooling poolings[] = {Pooling::class_token, Pooling::mean, Pooling::mean_with_class_token};

/// How much of token t of T is in y.
using Share = std::function<double(Pooling, std::size_t t, std::size_t T)>;

double right_share(Pooling pooling, std::size_t t, std::size_t T) {
    if (pooling == Pooling::class_token) return t == 0 ? 1 : 0;
    return 1 / static_cast<double>(T);
}

/// The mean of all tokens but the first.
double behind_the_first(std::size_t t, std::size_t T) {
    return t == 0 ? 0 : 1 / (static_cast<double>(T) - 1);
}

/// y(b) = Σ_t share(t) x(b, t)
Forward shares(const Share& share) {
    return [share](Pooling pooling, const Tensor<3>& x) {
        const std::size_t B = x.shape()[0], T = x.shape()[1], D = x.shape()[2];
        Tensor<3> y = zeros<3>({B, 1, D});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t d = 0; d < D; ++d)
                for (std::size_t t = 0; t < T; ++t) y(b, 0, d) += share(pooling, t, T) * x(b, t, d);
        return y;
    };
}

/// The same, times `factor` of x where a mean is asked for.
Forward means_times(const std::function<double(const Tensor<3>&)>& factor) {
    return [factor](Pooling pooling, const Tensor<3>& x) {
        Tensor<3> y = shares(right_share)(pooling, x);
        if (pooling != Pooling::class_token) y *= factor(x);
        return y;
    };
}

Tensor<3> one_for_all_images(Pooling pooling, const Tensor<3>& x) {
    const Tensor<3> each = shares(right_share)(pooling, x);
    if (pooling == Pooling::class_token) return each;
    Tensor<3> y = zeros_like(each);
    for (std::size_t b = 0; b < each.shape()[0]; ++b)
        for (std::size_t other = 0; other < each.shape()[0]; ++other)
            for (std::size_t d = 0; d < each.shape()[2]; ++d)
                y(b, 0, d) += each(other, 0, d) / static_cast<double>(each.shape()[0]);
    return y;
}

Tensor<3> largest(Pooling pooling, const Tensor<3>& x) {
    Tensor<3> y = shares(right_share)(Pooling::class_token, x);
    if (pooling == Pooling::class_token) return y;
    for (std::size_t b = 0; b < x.shape()[0]; ++b)
        for (std::size_t t = 0; t < x.shape()[1]; ++t)
            for (std::size_t d = 0; d < x.shape()[2]; ++d) y(b, 0, d) = std::max(y(b, 0, d), x(b, t, d));
    return y;
}

/// The mean of each token's own numbers, where a mean is asked for.
Tensor<3> over_numbers(Pooling pooling, const Tensor<3>& x) {
    Tensor<3> y = shares(right_share)(Pooling::class_token, x);
    if (pooling == Pooling::class_token) return y;
    y.fill(0);
    for (std::size_t b = 0; b < x.shape()[0]; ++b)
        for (std::size_t d = 0; d < x.shape()[2]; ++d)
            for (std::size_t i = 0; i < x.shape()[2]; ++i)
                y(b, 0, d) += x(b, d % x.shape()[1], i) / static_cast<double>(x.shape()[2]);
    return y;
}

/// Token t of every image.
Tensor<3> token(const Tensor<3>& x, std::size_t t) {
    return xt::view(x, xt::all(), xt::range(t, t + 1), xt::all());
}

/// All images with the same tokens: every mean is the token itself.
Tensor<3> equal_tokens() {
    Tensor<3> x = Rng(2).normal_tensor<3>({5, 6, 3}, 0, 100);
    for (std::size_t t = 1; t < 6; ++t) xt::view(x, xt::all(), t) = xt::view(x, xt::all(), 0);
    return x;
}

Trial<Forward> try_on(const std::string& inputs, const Tensor<3>& x) {
    Outputs tokens;
    for (std::size_t t = 0; t < x.shape()[1]; ++t)
        tokens.push_back(output("token " + std::to_string(t), "B1D", token(x, t)));
    return {.inputs = inputs,
            .run = [x](const Forward& f) -> Outputs {
                Outputs made;
                for (Pooling pooling : poolings)
                    made.push_back(
                        output("y of " + pooling_names[static_cast<std::size_t>(pooling)], "B1D", f(pooling, x)));
                return made;
            },
            .givens = tokens,
            .constants = {{"T", static_cast<double>(x.shape()[1])}},
            .tolerance = 1e-12};
}

Exercise<Forward> forward_exercise() {
    return {
        .name = "6.1 pooling_forward",
        .reference = shares(right_share),
        .trials = {try_on("one image with the tokens (1, 2), (3, 4) and (5, 9)", Tensor<3>{{{1, 2}, {3, 4}, {5, 9}}}),
                   try_on("random numbers, B=3 T=5 D=7", Rng(1).normal_tensor<3>({3, 5, 7}, 0.5)),
                   try_on("images whose tokens are all alike, B=5 T=6 D=3", equal_tokens()),
                   try_on("one token for each image, B=7 T=1 D=3", Rng(3).normal_tensor<3>({7, 1, 3}))},
        .wrong_answers = {
            {"head_reads_wrong_token",
             "the last token where the class token is asked for. The class token stands in front: it is token 0.",
             "Tencent/digitalhuman#5", shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 return right_share(pooling, pooling == Pooling::class_token ? T - 1 - t : t, T);
             })},
            {"pooling_always_last", "the last token, whichever pooling is asked for.", "",
             shares([](Pooling, std::size_t t, std::size_t T) { return t + 1 == T ? 1.0 : 0.0; })},
            {"pooling_first_patch",
             "token 1, the first patch, where the class token is asked for. Counting begins at 0.", "",
             shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 if (pooling != Pooling::class_token) return right_share(pooling, t, T);
                 return t == std::min<std::size_t>(1, T - 1) ? 1.0 : 0.0;
             })},
            {"pooling_never_mean",
             "token 0, whichever pooling is asked for. Both means are over all T tokens of an image.", "",
             shares([](Pooling, std::size_t t, std::size_t T) { return right_share(Pooling::class_token, t, T); })},
            {"pooling_always_mean",
             "the mean of all tokens, whichever pooling is asked for. Pooling::class_token is token 0 alone.",
             "kyegomez/Vit-RGTS#10",
             shares([](Pooling, std::size_t t, std::size_t T) { return right_share(Pooling::mean, t, T); })},
            {"pooling_class_token_for_mean_with_it",
             "token 0 for Pooling::mean_with_class_token. That is a mean of all tokens, the class token among them.",
             "", shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 return right_share(pooling == Pooling::mean ? pooling : Pooling::class_token, t, T);
             })},
            {"pooling_sum", "the sum of the tokens. A mean is the sum divided by the number of tokens, T.", "",
             means_times([](const Tensor<3>& x) { return static_cast<double>(x.shape()[1]); })},
            {"pooling_divides_by_images",
             "the sum of the tokens divided by B, the number of images. Each image has its own mean, of its T tokens.",
             "", means_times([](const Tensor<3>& x) {
                 return static_cast<double>(x.shape()[1]) / static_cast<double>(x.shape()[0]);
             })},
            {"pooling_divides_by_width",
             "the sum of the tokens divided by D, the width of a token. A mean of T tokens is divided by T.", "",
             means_times([](const Tensor<3>& x) {
                 return static_cast<double>(x.shape()[1]) / static_cast<double>(x.shape()[2]);
             })},
            {"pooling_over_images",
             "one mean of the tokens of all images together. Images have nothing to do with each other: each has a "
             "mean of its own.",
             "", one_for_all_images},
            {"pooling_without_class_token",
             "the mean of the patches alone for Pooling::mean_with_class_token. There the class token counts like any "
             "other token.",
             "", shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 return pooling == Pooling::mean_with_class_token ? behind_the_first(t, T) : right_share(pooling, t, T);
             })},
            {"pooling_mean_skips_first",
             "means that begin at token 1. For Pooling::mean there is no class token to skip, and "
             "Pooling::mean_with_class_token counts it.",
             "", shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 return pooling == Pooling::class_token ? right_share(pooling, t, T) : behind_the_first(t, T);
             })},
            {"pooling_keeps_last",
             "the last token divided by T where a mean is asked for: y = x keeps only what came last, y += x adds.", "",
             shares([](Pooling pooling, std::size_t t, std::size_t T) {
                 const double share = right_share(pooling, t, T);
                 return pooling == Pooling::class_token || t + 1 == T ? share : 0;
             })},
            {"pooling_over_numbers",
             "a mean over each token's own numbers. The mean runs over the tokens, number by number.", "",
             over_numbers},
            {"pooling_largest",
             "the largest number of each column where a mean is asked for. That is another pooling (\"max\").", "",
             largest},
        }};
}

/// dx(b, t) = share(t) dy(b)
Backward gradient(const Share& share) {
    return [share](Pooling pooling, const Tensor<3>& dy, std::size_t T) {
        const std::size_t B = dy.shape()[0], D = dy.shape()[2];
        Tensor<3> dx = zeros<3>({B, T, D});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t t = 0; t < T; ++t)
                for (std::size_t d = 0; d < D; ++d) dx(b, t, d) = share(pooling, t, T) * dy(b, 0, d);
        return dx;
    };
}

Tensor<3> divided_by_images(Pooling pooling, const Tensor<3>& dy, std::size_t T) {
    const double mean = static_cast<double>(T) / static_cast<double>(dy.shape()[0]);
    return gradient(right_share)(pooling, dy, T) * (pooling == Pooling::class_token ? 1 : mean);
}

Tensor<3> of_first_image(Pooling pooling, const Tensor<3>& dy, std::size_t T) {
    Tensor<3> first = dy;
    for (std::size_t b = 0; b < dy.shape()[0]; ++b)
        for (std::size_t d = 0; d < dy.shape()[2]; ++d) first(b, 0, d) = dy(0, 0, d);
    return gradient(right_share)(pooling, first, T);
}

Trial<Backward> try_back(const std::string& inputs, const Tensor<3>& dy, std::size_t T, double tolerance = 1e-12) {
    const auto all = [](Pooling, std::size_t, std::size_t) { return 1.0; };
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Outputs made;
                for (Pooling pooling : poolings)
                    made.push_back(
                        output("dx of " + pooling_names[static_cast<std::size_t>(pooling)], "BTD", f(pooling, dy, T)));
                return made;
            },
            .givens = {output("dy for every token", "BTD", gradient(all)(Pooling::mean, dy, T))},
            .tolerance = tolerance};
}

/// Does each token of an image have the gradient of its token 0, or none?
bool same_or_nothing(const Outputs& made) {
    for (const Output& dx : made) {
        const std::size_t T = dx.numbers.shape[1], D = dx.numbers.shape[2];
        for (std::size_t i = 0; i < dx.numbers.values.size(); ++i) {
            const double number = dx.numbers.values[i], first = dx.numbers.values[i - i / D % T * D];
            if (number != 0 && std::abs(number - first) > 1e-9 * std::abs(first)) return false;
        }
    }
    return true;
}

Exercise<Backward> backward_exercise() {
    const Tensor<3> dy = Rng(4).normal_tensor<3>({3, 1, 7});
    return {
        .name = "6.2 pooling_backward",
        .reference = gradient(right_share),
        .trials = {try_back("one image with three tokens, dy = (6, 9)", Tensor<3>{{{6, 9}}}, 3),
                   try_back("random numbers, B=3 T=5 D=7", dy, 5),
                   try_back("gradients of size 1e-6", dy * 1e-6, 5, 1e-18),
                   try_back("one token for each image, B=7 T=1 D=3", Rng(5).normal_tensor<3>({7, 1, 3}), 1)},
        .promises = {{"each token of an image gets what token 0 gets, or nothing", same_or_nothing}},
        .wrong_answers = {
            {"pooling_gradient_to_last",
             "all of dy at the last token where the class token was taken. Forward took token 0, so token 0 gets the "
             "gradient.",
             "", gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return right_share(pooling, pooling == Pooling::class_token ? T - 1 - t : t, T);
             })},
            {"pooling_gradient_to_every_token",
             "dy at every token where the class token was taken. The other tokens had no share in y, so they get "
             "nothing.",
             "", gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return pooling == Pooling::class_token ? 1 : right_share(pooling, t, T);
             })},
            {"pooling_gradient_to_all",
             "dy / T at every token, whichever pooling it was. Of the class token's pooling, token 0 gets all of dy "
             "and "
             "the others get nothing.",
             "", gradient([](Pooling, std::size_t t, std::size_t T) { return right_share(Pooling::mean, t, T); })},
            {"pooling_gradient_to_first",
             "all of dy at token 0, whichever pooling it was. Of a mean, each of the T tokens gets the same share.", "",
             gradient([](Pooling, std::size_t t, std::size_t T) { return right_share(Pooling::class_token, t, T); })},
            {"pooling_gradient_not_shared",
             "dy at every token where a mean was taken. In the mean a token counted 1 / T, so it gets dy / T.", "",
             gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return pooling == Pooling::class_token ? right_share(pooling, t, T) : 1;
             })},
            {"pooling_gradient_one_share",
             "dy / T at token 0 only. It is the right share, and each of the T tokens gets one.", "",
             gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return t == 0 ? right_share(pooling, t, T) : 0;
             })},
            {"pooling_gradient_class_token_divided",
             "dy / T at token 0 where the class token was taken. There was no mean: token 0 gets all of dy.", "",
             gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return right_share(pooling, t, T) / (pooling == Pooling::class_token ? static_cast<double>(T) : 1);
             })},
            {"pooling_gradient_divides_by_images",
             "dy / B where a mean was taken. The mean was over the T tokens of an image, not over the B images.", "",
             divided_by_images},
            {"pooling_gradient_without_class_token",
             "nothing at the class token for Pooling::mean_with_class_token, and dy / (T - 1) at the patches. There "
             "the class token counted like any other token.",
             "", gradient([](Pooling pooling, std::size_t t, std::size_t T) {
                 return pooling == Pooling::mean_with_class_token ? behind_the_first(t, T) : right_share(pooling, t, T);
             })},
            {"pooling_gradient_of_first_image", "the gradient of image 0 for every image. Image b has dy(b, 0, d).", "",
             of_first_image},
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
