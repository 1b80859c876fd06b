#include "02_class_token_and_position/dropout.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Forward = std::function<Tensor<3>(double, Tensor<3>, DropoutCache<3>&, Rng*)>;
using Backward = std::function<Tensor<3>(const DropoutCache<3>&, Tensor<3>)>;

struct Slip {
    std::function<double(double)> kept = [](double p) { return 1 / (1 - p); };
    bool drops_rest = false, whole_rows = false, while_asleep = false, keeps_scale = true, says_active = true;
    bool remembers = false, repeats = false;
};

Forward with(const Slip& slip) {
    return [slip](double p, const Tensor<3>& x, DropoutCache<3>& cache, Rng* rng) {
        Rng own(5);
        const bool active = (rng != nullptr || slip.while_asleep) && p > 0;
        if (!slip.remembers || active) cache.active = active && slip.says_active;
        if (!active) return x;
        Rng& draw = rng && !slip.repeats ? *rng : own;
        Tensor<3> scale = x, y = x;
        double drawn = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (!slip.whole_rows || i % x.shape()[2] == 0) drawn = draw.uniform();
            const bool dropped = (drawn < p) != slip.drops_rest;
            scale.data()[i] = dropped ? 0 : slip.kept(p);
            y.data()[i] *= scale.data()[i];
        }
        if (slip.keeps_scale) cache.scale = scale;
        return y;
    };
}

/// What must hold whatever is drawn: which factors there are, about how many numbers are dropped, that neighbours do
/// not fall together, that the cache tells what was done.
Trial<Forward> try_on(const std::string& inputs, double p, bool training) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                const Tensor<3> x = Rng(1).normal_tensor<3>({20, 30, 50}, 3, 0.1);  // no number is 0
                DropoutCache<3> cache;
                Rng rng(2);
                const Tensor<3> before = f(p, x, cache, &rng);  // another pass, with the same cache
                const Tensor<3> y = f(p, x, cache, training ? &rng : nullptr);
                double dropped = 0, pairs = 0, largest = 0, differs = 0;
                for (std::size_t i = 0; i < x.size() && y.size() == x.size(); ++i) {
                    const double factor = y.data()[i] / x.data()[i];
                    dropped += factor == 0;
                    pairs += i > 0 && factor == 0 && y.data()[i - 1] == 0;
                    largest = std::max(largest, factor);
                    const double said = !cache.active ? 1 : cache.scale.size() == x.size() ? cache.scale.data()[i] : -1;
                    differs += std::abs(said - factor) > 1e-12;
                }
                const auto count = static_cast<double>(x.size());
                const auto in_tenths = [](double share) { return std::round(10 * share) / 10; };
                double repeated = y.size() == before.size() && p > 0 && training ? 1 : 0;
                for (std::size_t i = 0; i < y.size() && y.size() == before.size(); ++i)
                    if ((y.data()[i] == 0) != (before.data()[i] == 0)) repeated = 0;
                return {output("1 if two passes drop the same numbers", repeated),
                        output("y's numbers", static_cast<double>(y.size())),
                        output("y / x where it is not dropped", largest),
                        output("share that is dropped, in tenths", in_tenths(dropped / count)),
                        output("share of neighbours that are dropped together, in tenths", in_tenths(pairs / count)),
                        output("cache.active", cache.active ? 1 : 0),
                        output("numbers for which cache.scale does not tell y / x", differs)};
            },
            .constants = {{"p", p}, {"1 - p", 1 - p}}};
}

Exercise<Forward> forward_exercise() {
    return {.name = "2.3 dropout_forward",
            .reference = with({}),
            .trials = {try_on("30,000 numbers, p=0.3, while training", 0.3, true),
                       try_on("the same at inference, without random numbers", 0.3, false),
                       try_on("p=0 while training", 0, true)},
            .wrong_answers = {
                {"dropout_scale", "numbers that stay divided by p. They are divided by 1 - p, the share that stays.",
                 "lmjohns3/theanets#123", with({.kept = [](double p) { return 1 / p; }})},
                {"dropout_not_scaled",
                 "numbers that stay as they are. Without the division by 1 - p the sum becomes smaller while training, "
                 "and no longer "
                 "fits at inference.",
                 "", with({.kept = [](double) { return 1.0; }})},
                {"dropout_scaled_down", "numbers that stay multiplied by 1 - p. Divide by it.", "",
                 with({.kept = [](double p) { return 1 - p; }})},
                {"dropout_keeps_p", "a dropout that keeps a share of p. It drops that share.", "",
                 with({.drops_rest = true})},
                {"dropout_of_whole_rows", "rows that are dropped as a whole. A number is drawn for each number.", "",
                 with({.whole_rows = true})},
                {"dropout_at_inference", "a dropout that also acts at inference, where there are no random numbers.",
                 "", with({.while_asleep = true})},
                {"dropout_forgets_scale",
                 "a dropout that does not keep the factors in cache.scale: the way back needs them.", "",
                 with({.keeps_scale = false})},
                {"dropout_remembers",
                 "a dropout that leaves cache.active as the pass before had set it. It belongs to this pass.", "",
                 with({.remembers = true})},
                {"dropout_repeats",
                 "a dropout that forgets the same numbers in every pass: draw from the rng that is given.", "",
                 with({.repeats = true})},
                {"dropout_not_active",
                 "a dropout that leaves cache.active false: the way back will believe that nothing was dropped.", "",
                 with({.says_active = false})},
            }};
}

Trial<Backward> try_back(const std::string& inputs, bool active, double size, double tolerance) {
    DropoutCache<3> cache;
    with({})(0.4, Rng(3).normal_tensor<3>({2, 3, 5}), cache, std::make_unique<Rng>(4).get());
    cache.active = active;
    const Tensor<3> dy = Rng(6).normal_tensor<3>({2, 3, 5}, 0, size);
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs { return {output("dx", "BND", f(cache, dy))}; },
            .givens = {output("dy", "BND", dy)},
            .constants = {{"1 - p", 0.6}},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const auto scaled = [](const std::function<double(double dy, double scale)>& f, bool always = false) -> Backward {
        return [=](const DropoutCache<3>& cache, Tensor<3> dy) {
            for (std::size_t i = 0; i < dy.size() && (cache.active || always); ++i)
                dy.data()[i] = f(dy.data()[i], cache.scale.data()[i]);
            return dy;
        };
    };
    return {.name = "2.4 dropout_backward",
            .reference = scaled([](double dy, double scale) { return dy * scale; }),
            .trials = {try_back("random numbers, B=2 N=3 D=5, p=0.4", true, 1, 1e-12),
                       try_back("a forward pass that dropped nothing", false, 1, 1e-12),
                       try_back("gradients of size 1e-6", true, 1e-6, 1e-18)},
            .wrong_answers = {
                {"dropout_backward_unchanged",
                 "dy. What was dropped gets no gradient, what was kept gets the factor of the way there.", "",
                 scaled([](double dy, double) { return dy; })},
                {"dropout_backward_mask_only",
                 "dy where numbers were kept and 0 elsewhere, without the factor 1 / (1 - p).", "",
                 scaled([](double dy, double scale) { return scale > 0 ? dy : 0; })},
                {"dropout_backward_divides", "dy divided by the factor. It is multiplied, there and back.", "",
                 scaled([](double dy, double scale) { return scale > 0 ? dy / scale : 0; })},
                {"dropout_backward_always",
                 "a way back that uses cache.scale in any case. If cache.active is false, nothing was dropped, and dx "
                 "is dy.",
                 "", scaled([](double dy, double scale) { return dy * scale; }, true)},
                {"dropout_backward_twice", "dy times the factor, twice.", "",
                 scaled([](double dy, double scale) { return dy * scale * scale; })},
            }};
}

}  // namespace

TEST_CASE("2.3 dropout_forward") {
    check(forward_exercise(), dropout_forward<3>);
}

TEST_CASE("2.3 dropout_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("2.4 dropout_backward") {
    check(backward_exercise(), dropout_backward<3>);
}

TEST_CASE("2.4 dropout_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
