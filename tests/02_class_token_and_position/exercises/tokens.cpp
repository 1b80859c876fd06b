#include "02_class_token_and_position/tokens.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(const Tokens&, const Tensor<3>&)>;
using Backward = std::function<Tensor<3>(const Tokens&, const Tensor<3>&, Tokens&)>;

enum class Slip {
    none,
    position_first,
    position_first_from_zero,
    one_position,
    from_one,
    appended,
    first_image_only,
    no_positions,
    multiplied,
    positions_alone,
    positions_for_first_image,
    positions_to_first_image,
    class_position_last
};

Forward with(Slip slip) {
    return [slip](const Tokens& p, const Tensor<3>& x) {
        const auto [B, N, D] = x.shape();
        const std::size_t front = p.class_token.shape()[1], T = front + N;
        Tensor<3> y = zeros<3>({B, T, D});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t t = 0; t < T; ++t)
                for (std::size_t d = 0; d < D; ++d) {
                    const bool is_class = front > 0 && t == (slip == Slip::appended ? N : 0);
                    const std::size_t n = slip == Slip::appended ? t : t - front;
                    double token = is_class ? p.class_token(0, 0, d) : x(b, n, d);
                    if (is_class && slip == Slip::first_image_only && b > 0) token = 0;
                    std::size_t place = t;
                    if (slip == Slip::one_position) place = 0;
                    if (slip == Slip::from_one) place = (t + 1) % T;
                    if (slip == Slip::position_first_from_zero && !is_class) place = t - front;
                    if (slip == Slip::class_position_last) place = (t + T - front) % T;
                    double position = p.position(0, place, d);
                    if (slip == Slip::positions_to_first_image) position *= static_cast<double>(B);
                    const bool first_only =
                        slip == Slip::positions_for_first_image || slip == Slip::positions_to_first_image;
                    if (first_only && b > 0) position = 0;
                    if ((slip == Slip::position_first || slip == Slip::position_first_from_zero) && is_class)
                        position = 0;
                    if (slip == Slip::no_positions) position = 0;
                    if (slip == Slip::positions_alone) token = 0;
                    y(b, t, d) = slip == Slip::multiplied ? token * position : token + position;
                }
        return y;
    };
}

Tokens random_tokens(bool class_token) {
    Tokens p = make_tokens(3, 5, class_token);
    Rng rng(1);
    for (const Parameter& parameter : named_parameters(p)) rng.fill_normal(parameter.values, 0.2, 1);
    return p;
}

Trial<Forward> try_on(const std::string& inputs, const Tokens& p, const Tensor<3>& x) {
    Tensor<3> positions = zeros<3>({x.shape()[0], p.position.shape()[1], p.position.shape()[2]});  // in every image
    for (std::size_t i = 0; i < positions.size(); ++i) positions.data()[i] = p.position.data()[i % p.position.size()];
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs { return {output("y", "BTD", f(p, x))}; },
            .givens = {output("the positions", "BTD", positions)},
            .tolerance = 1e-12};
}

Exercise<Forward> forward_exercise() {
    const Tokens small{.class_token = {{{9, 8}}}, .position = {{{100, 200}, {300, 400}}}};
    const Tensor<3> x = Rng(2).normal_tensor<3>({2, 3, 5});
    return {
        .name = "2.1 tokens_forward",
        .reference = with(Slip::none),
        .trials = {try_on("one patch (1, 2), class token (9, 8), positions (100, 200) and (300, 400)", small,
                          Tensor<3>{{{1, 2}}}),
                   try_on("random numbers, B=2 N=3 D=5", random_tokens(true), x),
                   try_on("the same without a class token", random_tokens(false), x)},
        .wrong_answers = {
            {"class_token_without_position",
             "tokens of which the class token has no position. It is token 0, and gets position 0.", "",
             with(Slip::position_first)},
            {"pos_before_cls",
             "positions added before the class token came: it has none, and patch n has position n. The class token "
             "comes first; then patch n is token n + 1.",
             "labmlai/annotated_deep_learning_paper_implementations#221", with(Slip::position_first_from_zero)},
            {"pos_single_row",
             "position 0 for every token. Token t gets position t; with one for all, no token knows its place.",
             "labmlai/annotated_deep_learning_paper_implementations#133", with(Slip::one_position)},
            {"pos_off_by_one", "positions read from 1 on. Token 0, the class token, has position 0.",
             "lucidrains/vit-pytorch#253", with(Slip::from_one)},
            {"cls_appended", "the class token at the end. It stands in front: chapter 6 reads token 0.",
             "Tencent/digitalhuman#5", with(Slip::appended)},
            {"cls_for_first_image_only", "a class token for the first image only: every image of the batch gets it.",
             "", with(Slip::first_image_only)},
            {"positions_for_first_image_only",
             "positions for the first image only: every image of the batch gets them.", "",
             with(Slip::positions_for_first_image)},
            {"positions_all_to_first_image",
             "positions that were added to the first image once for every image, and to the others not at all: y(b, t, "
             "d), not y(0, t, d). It is the position that has a 0 there.",
             "", with(Slip::positions_to_first_image)},
            {"class_token_position_last",
             "positions that begin with the patches: patch n has position n, and the class token the last one. The "
             "class token comes first and gets position 0, then patch n is token n + 1.",
             "", with(Slip::class_position_last)},
            {"no_positions", "tokens without positions.", "", with(Slip::no_positions)},
            {"positions_alone", "the positions alone: they were put in the tokens' place, = where += is meant.", "",
             with(Slip::positions_alone)},
            {"positions_multiplied", "tokens multiplied by the positions. They are added.", "", with(Slip::multiplied)},
        }};
}

enum class Back {
    right,
    overwrites,
    first_image,
    class_token_forgotten,
    class_from_end,
    class_from_all,
    dx_shifted,
    mean,
    positions_of_patches,
    set_in_the_loop
};

Backward back(Back slip) {
    return [slip](const Tokens& p, const Tensor<3>& dy, Tokens& grad) {
        const auto [B, T, D] = dy.shape();
        const std::size_t front = p.class_token.shape()[1], N = T - front;
        Tensor<3> dx = zeros<3>({B, N, D});
        if (slip == Back::overwrites) grad.position.fill(0), grad.class_token.fill(0);
        const double share = slip == Back::mean ? 1 / static_cast<double>(B) : 1;
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t d = 0; d < D; ++d) {
                const bool collects = slip != Back::first_image || b == 0;
                if (slip == Back::set_in_the_loop) {  // = for +=: what the images before had added is lost
                    for (std::size_t t = 0; t < T; ++t) grad.position(0, t, d) = 0;
                    if (front > 0) grad.class_token(0, 0, d) = 0;
                }
                for (std::size_t t = 0; t < T; ++t)
                    if (collects && (slip != Back::positions_of_patches || t >= front))
                        grad.position(0, t, d) += share * dy(b, t, d);
                if (front > 0 && slip == Back::class_from_all)
                    for (std::size_t t = front; t < T; ++t) grad.class_token(0, 0, d) += dy(b, t, d);
                if (front > 0 && collects && slip != Back::class_token_forgotten)
                    grad.class_token(0, 0, d) += share * dy(b, slip == Back::class_from_end ? T - 1 : 0, d);
                for (std::size_t n = 0; n < N; ++n) dx(b, n, d) = dy(b, slip == Back::dx_shifted ? n : front + n, d);
            }
        return dx;
    };
}

Trial<Backward> try_back(const std::string& inputs, const Tokens& p, const Tensor<3>& dy, double size,
                         double tolerance) {
    Tokens before = p;  // gradients that are not zero
    before.position *= size;
    before.class_token *= size;
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs {
                Tokens grad = before;
                const Tensor<3> dx = f(p, dy, grad);
                return {output("grad.position", "1TD", grad.position),
                        output("grad.class_token", "11D", grad.class_token), output("dx", "BND", dx)};
            },
            .givens = {output("what was in the positions' gradient before", "1TD", before.position),
                       output("what was in the class token's gradient before", "11D", before.class_token)},
            .constants = {{"B", static_cast<double>(dy.shape()[0])}},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const Tensor<3> dy = Rng(3).normal_tensor<3>({2, 4, 5});
    const Tokens small{.class_token = {{{1000, 1000}}}, .position = {{{2000, 2000}, {3000, 3000}}}};
    return {
        .name = "2.2 tokens_backward",
        .reference = back(Back::right),
        .trials = {try_back("two images of one patch, dy = ((1, 2), (3, 4)) and ((10, 20), (30, 40)), added to 1000, "
                            "2000 and 3000",
                            small, Tensor<3>{{{1, 2}, {3, 4}}, {{10, 20}, {30, 40}}}, 1, 1e-12),
                   try_back("random numbers, B=2 N=3 D=5, in gradients that are not zero before", random_tokens(true),
                            dy, 1, 1e-12),
                   try_back("the same without a class token", random_tokens(false), Rng(4).normal_tensor<3>({2, 3, 5}),
                            1, 1e-12),
                   try_back("gradients of size 1e-6", random_tokens(true), dy * 1e-6, 1e-6, 1e-18)},
        .wrong_answers = {
            {"tokens_gradient_overwritten", "grad = ... where grad += ... is meant: what stood there before is lost.",
             "karpathy/nn-zero-to-hero#52", back(Back::overwrites)},
            {"tokens_gradient_of_first_image",
             "gradients of the first image alone. Every image used the same positions and class token: both collect "
             "from all.",
             "", back(Back::first_image)},
            {"tokens_gradient_set_in_the_loop",
             "what the last image alone gives, put in place of what was there: = where += is meant, inside the loop "
             "over the "
             "images.",
             "", back(Back::set_in_the_loop)},
            {"class_token_gets_no_gradient", "a class token that nothing is added to: it gets the gradient of token 0.",
             "", back(Back::class_token_forgotten)},
            {"class_token_gets_the_last", "the class token with the gradient of the last token. It stood in front.", "",
             back(Back::class_from_end)},
            {"class_token_gets_all",
             "the class token with the gradients of all tokens. It is token 0 of each image, and no other.", "",
             back(Back::class_from_all)},
            {"tokens_dx_shifted", "a dx that begins with the class token's gradient: patch n was token n + 1.", "",
             back(Back::dx_shifted)},
            {"tokens_gradient_mean", "gradients divided by the number of images. The loss averages, a layer adds.", "",
             back(Back::mean)},
            {"class_position_gets_no_gradient", "positions without a gradient for the class token's, position 0.", "",
             back(Back::positions_of_patches)},
        }};
}

}  // namespace

TEST_CASE("2.1 tokens_forward") {
    check(forward_exercise(), tokens_forward);
}

TEST_CASE("2.1 tokens_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("2.2 tokens_backward") {
    check(backward_exercise(), tokens_backward);
}

TEST_CASE("2.2 tokens_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
