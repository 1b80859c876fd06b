#include "07_training/cross_entropy.h"

#include <doctest/doctest.h>

#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

// loss_of_image is private to cross_entropy.cpp; it is seen through cross_entropy_forward, which calls it for each
// image.
using Forward = std::function<double(double, const Tensor<2>&, const Labels&, CrossEntropyCache&)>;
using Backward = std::function<Tensor<2>(double, const CrossEntropyCache&, double)>;

struct Slip {
    bool shifts = true;           // takes the largest logit away
    bool twice = false;           // the softmax of the softmax
    double added = 0;             // to p, before its logarithm
    std::size_t label_moves = 0;  // the label of the next class
    bool logarithm = true;
    double sign = -1;
    bool smooths = true, counts_others_only = false, smoothing_on_top = false, counts_ruled_out = false;
    double base = std::exp(1.0);
    bool starts_at_zero = false;  // the largest logit is at least 0
    bool adds_up = false;         // all classes' -log p, without their mean
    bool whole_share = false;     // s for every class, without the division
    bool forgets_mean = false, takes_best = false, swaps_shares = false, adds_largest = false, mean_of_p = false;
    bool shifts_by_label = false;  // takes the label's logit away instead of the largest
    bool log_of_rounded = false;   // -log p of a p that may be 0, for the mean
};

std::vector<double> softmax(const std::vector<double>& x, bool shifts) {
    double largest = shifts ? *std::max_element(x.begin(), x.end()) : 0, sum = 0;
    std::vector<double> p;
    for (double logit : x) sum += std::exp(logit - largest);
    for (double logit : x) p.push_back(std::exp(logit - largest) / sum);
    return p;
}

Forward with(const Slip& slip) {
    return [slip](double s, const Tensor<2>& logits, const Labels& labels, CrossEntropyCache& cache) {
        const std::size_t B = logits.shape()[0], Y = logits.shape()[1];
        cache.labels = labels;
        cache.probabilities = zeros<2>({B, Y});
        cache.smoothing = zeros<2>({B, Y});
        double loss = 0;
        for (std::size_t b = 0; b < B; ++b) {
            std::vector<double> x;
            for (std::size_t y = 0; y < Y; ++y) x.push_back(logits(b, y));
            std::vector<double> p = softmax(x, slip.shifts);
            if (slip.twice) p = softmax(p, true);
            double largest = *std::max_element(x.begin(), x.end());
            if (slip.starts_at_zero) largest = std::max(largest, 0.0);
            if (slip.shifts_by_label) largest = x[labels[b]];
            double sum = 0, classes = 0, mean = 0;
            for (double logit : x) sum += std::exp(logit - largest);
            for (double logit : x) classes += logit > -INFINITY || slip.counts_ruled_out ? 1 : 0;
            const auto surprise = [&](std::size_t y) {
                if (!slip.logarithm) return 1 - p[y];
                if (slip.twice || slip.added > 0 || !slip.shifts)
                    return slip.sign * std::log(p[y] + slip.added) / std::log(slip.base);
                return slip.sign * (x[y] - (slip.adds_largest ? 0 : largest) - std::log(sum)) / std::log(slip.base);
            };
            for (std::size_t y = 0; y < Y; ++y) {
                cache.probabilities(b, y) = p[y];
                if (slip.starts_at_zero || slip.adds_largest || slip.shifts_by_label)
                    cache.probabilities(b, y) = std::exp(-surprise(y));
                if (x[y] == -INFINITY) continue;
                const bool counts = !slip.counts_others_only || y != labels[b];
                const double share = counts ? 1 / (slip.counts_others_only ? classes - 1 : classes) : 0;
                cache.smoothing(b, y) = slip.smooths ? s * (slip.whole_share ? 1 : share) : 0;
                const double part = slip.mean_of_p ? p[y] : slip.log_of_rounded ? -std::log(p[y]) : surprise(y);
                mean += part * (slip.adds_up ? 1 : share);
            }
            std::size_t label = (labels[b] + slip.label_moves) % Y;
            if (slip.takes_best) label = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
            const double smoothed = slip.smooths ? (slip.swaps_shares ? 1 - s : s) : 0;
            loss += (slip.smoothing_on_top ? 1 : 1 - smoothed) * surprise(label);
            if (!slip.forgets_mean) loss += smoothed * mean;
        }
        return loss / static_cast<double>(B);
    };
}

Trial<Forward> try_on(const std::string& inputs, double smoothing, const Tensor<2>& logits, const Labels& labels) {
    return {.inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                CrossEntropyCache cache;
                const double loss = f(smoothing, logits, labels, cache);
                return {output("probabilities", "BY", cache.probabilities), output("smoothing", "BY", cache.smoothing),
                        output("loss", loss)};
            },
            .givens = {output("logits", "BY", logits)},
            .tolerance = 1e-11};
}

Exercise<Forward> forward_exercise() {
    Tensor<2> hard = Rng(2).normal_tensor<2>({3, 5});
    xt::view(hard, 0) = Tensor<1>{1000, 0, -1000, 3, 990};
    xt::view(hard, 1) = 7;
    hard(2, 1) = -INFINITY;
    const Tensor<2> logits = Rng(1).normal_tensor<2>({4, 5}, 0, 2);
    const Tensor<2> fixed{{2, 1, 0.1}}, low{{-800, -801, -803}, {-790, -805, -791}};
    return {
        .name = "7.1 loss_of_image",
        .reference = with({}),
        .trials = {try_on("the logits (2, 1, 0.1), label 0", 0, fixed, {0}),
                   try_on("random logits, B=4 Y=5", 0, logits, {3, 0, 4, 1}),
                   try_on("random logits with a label smoothing of 0.2", 0.2, logits, {3, 0, 4, 1}),
                   try_on("logits 1000 apart, equal logits, one of -infinity; label smoothing 0.2", 0.2, hard,
                          {4, 2, 0}),
                   try_on("logits that are all near -800", 0.2, low, {1, 2}),
                   try_on("the logits (0, 1000), label 0", 0, Tensor<2>{{0, 1000}}, {0})},
        .promises = {{"a loss is never negative", [](const Outputs& made) { return made[2].numbers.values[0] >= 0; }}},
        .wrong_answers = {
            {"softmax_twice",
             "the loss of softmax(softmax(logits)). The logits go in as they are; the loss makes its own softmax. "
             "(This one "
             "cannot fall to zero: with two classes it stays above 0.313.)",
             "Lightning-AI/lightning-bolts#654", with({.twice = true})},
            {"loss_no_max",
             "log of softmax without the largest logit taken away: exp(1000) is infinite. And where p is rounded to 0, "
             "it has no "
             "logarithm.",
             "", with({.shifts = false})},
            {"loss_log_eps",
             "log(p + 1e-8): for a small p that is another number, and its gradient is gone. Take the logarithm before "
             "the "
             "numbers become small: log p = logit - largest - log sum.",
             "", with({.added = 1e-8})},
            {"label_off_by_one", "the loss for the class after the label. Labels count from 0, as the logits do.", "",
             with({.label_moves = 1})},
            {"loss_without_logarithm", "1 - p. The loss is -log p, which has no upper end.", "",
             with({.logarithm = false})},
            {"loss_wrong_sign", "log p, which is negative. The loss is -log p.", "", with({.sign = 1})},
            {"loss_log2", "a loss in bits, by log2. It is in nats here: std::log.", "", with({.base = 2})},
            {"loss_no_smoothing", "the loss without label smoothing.", "", with({.smooths = false})},
            {"smoothing_over_other_classes",
             "a smoothing that is shared by the other classes only. Here every class gets s / Y, the label's own too.",
             "", with({.counts_others_only = true})},
            {"smoothing_on_top",
             "the whole loss of the label, and the smoothing on top. The label asks for 1 - s, so that the targets sum "
             "to 1.",
             "", with({.smoothing_on_top = true})},
            {"loss_largest_starts_at_zero",
             "a loss whose largest logit starts at 0: where all logits are far below zero, every exponential is 0, and "
             "0 "
             "has no logarithm. Start with the first logit.",
             "FluxML/NNlib.jl#43", with({.starts_at_zero = true})},
            {"loss_shifted_by_label",
             "a loss with the label's logit taken away from all. If another one is far above it, its exponential is "
             "infinite. Take the largest away, whichever class it is.",
             "", with({.shifts_by_label = true})},
            {"smoothing_of_rounded_p",
             "a smoothing with the logarithm of p, of a p that was rounded to 0: there the logarithm is infinite. "
             "log p = logit - largest - log sum needs no p.",
             "", with({.log_of_rounded = true})},
            {"loss_largest_not_taken_from_logit",
             "logit - log sum exp(logit - largest): the largest logit was taken from the sum's exponents and not from "
             "the "
             "logit. It must go from both.",
             "", with({.adds_largest = true})},
            {"loss_of_best_class",
             "the loss for the class with the largest logit: how sure the model is, whether it is right or not. Take "
             "the "
             "label's.",
             "", with({.takes_best = true})},
            {"smoothing_adds_up",
             "a smoothing with the sum of -log p over the classes. It is their mean: each class has s / Y.", "",
             with({.adds_up = true})},
            {"smoothing_not_shared", "a smoothing of s for every class. All classes share it: s / Y for each.", "",
             with({.whole_share = true})},
            {"smoothing_without_mean",
             "(1 - s) times the label's part, without the part that all classes have: s times the mean of -log p.", "",
             with({.forgets_mean = true})},
            {"smoothing_shares_swapped", "s for the label and 1 - s for all classes. It is the other way round.", "",
             with({.swaps_shares = true})},
            {"smoothing_of_p", "a smoothing with the mean of p. It is the mean of -log p.", "",
             with({.mean_of_p = true})},
            {"smoothing_counts_ruled_out",
             "a smoothing that counts classes with a logit of -infinity. They are ruled out: Y counts the others.", "",
             with({.counts_ruled_out = true})},
        }};
}

struct Way {
    bool averages = true, subtracts = true, smooths = true, keeps_rest = true, upstream = true, over_classes = false;
    double sign = 1;
    std::size_t label_moves = 0;
    bool assigns = false, first_only = false, first_label = false;
    double sign_of_smoothing = 1;
};

Backward way(const Way& way) {
    return [way](double s, const CrossEntropyCache& cache, double dloss) {
        Tensor<2> d = cache.probabilities;
        const std::size_t B = d.shape()[0], Y = d.shape()[1];
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t y = 0; y < Y; ++y) {
                const bool is_label =
                    (cache.labels[way.first_label ? 0 : b] + way.label_moves) % Y == y && (b == 0 || !way.first_only);
                const double smoothing = way.smooths ? way.sign_of_smoothing * cache.smoothing(b, y) : 0;
                const double target = smoothing + (is_label ? (way.keeps_rest ? 1 - s : 1) : 0);
                if (way.assigns && is_label) d(b, y) = smoothing;  // so that only -(1 - s) is left
                if (way.subtracts) d(b, y) -= target;
                d(b, y) *= way.sign * (way.upstream ? dloss : 1);
                if (way.averages) d(b, y) /= static_cast<double>(way.over_classes ? B * Y : B);
            }
        return d;
    };
}

Trial<Backward> try_back(const std::string& inputs, double smoothing, const Tensor<2>& logits, const Labels& labels,
                         double dloss, double tolerance) {
    CrossEntropyCache cache;
    with({})(smoothing, logits, labels, cache);
    return {.inputs = inputs,
            .run = [=](const Backward& f) -> Outputs { return {output("dlogits", "BY", f(smoothing, cache, dloss))}; },
            .givens = {output("the probabilities", "BY", cache.probabilities),
                       output("the smoothing", "BY", cache.smoothing)},
            .constants = {{"dloss", dloss}},
            .tolerance = tolerance};
}

Exercise<Backward> backward_exercise() {
    const Tensor<2> logits = Rng(3).normal_tensor<2>({4, 5}, 0, 2);
    const Labels labels{3, 0, 4, 1};
    return {
        .name = "7.2 cross_entropy_backward",
        .reference = way({}),
        .trials = {try_back("equal logits of two classes, label 0", 0, Tensor<2>{{0, 0}}, {0}, 1, 1e-12),
                   try_back("random logits, B=4 Y=5", 0, logits, labels, 1, 1e-12),
                   try_back("label smoothing of 0.2, and an upstream gradient of 0.3", 0.2, logits, labels, 0.3, 1e-12),
                   try_back("an upstream gradient of 1e-6", 0.2, logits, labels, 1e-6, 1e-18)},
        .promises = {{"every row of dlogits sums to 0: adding the same to all logits of an image changes nothing",
                      [](const Outputs& made) {
                          for (double sum : row_sums(made[0]))
                              if (!(std::abs(sum) < 1e-9)) return false;
                          return true;
                      }}},
        .wrong_answers = {
            {"gradient_not_averaged",
             "p - target without the division by B. The loss is the mean over the images, so each has 1 / B of it.",
             "openai/guided-diffusion#111", way({.averages = false})},
            {"gradient_mean_over_classes", "p - target divided by B Y. The mean runs over the images only.", "",
             way({.over_classes = true})},
            {"gradient_is_p", "p / B: the target was not taken away.", "", way({.subtracts = false})},
            {"gradient_wrong_sign", "(target - p) / B, which leads uphill. It is p - target.", "", way({.sign = -1})},
            {"gradient_label_off_by_one", "a target at the class after the label. Labels count from 0.", "",
             way({.label_moves = 1})},
            {"gradient_no_smoothing", "a target of 1 for the label and 0 for all others, whatever the label smoothing.",
             "", way({.smooths = false, .keeps_rest = false})},
            {"gradient_smoothing_on_top", "a target of 1 for the label with the smoothing on top: it asks for 1 - s.",
             "", way({.keeps_rest = false})},
            {"gradient_smooths_nothing",
             "p with 1 - s taken away at the label, and the smoothing s / Y left out: each class has its part of the "
             "target.",
             "", way({.smooths = false})},
            {"gradient_adds_smoothing", "p + smoothing. The smoothing is a part of the target: p - target.", "",
             way({.sign_of_smoothing = -1})},
            {"gradient_p_forgotten_at_label",
             "a gradient of -(1 - s) at the label, = where -= is meant: p - smoothing already stood there.", "",
             way({.assigns = true})},
            {"gradient_first_image_only", "a gradient in which only the first image has a label. Each has its own.", "",
             way({.first_only = true})},
            {"gradient_first_label_for_all",
             "a gradient in which every image has the first one's label. Image b has labels[b].", "",
             way({.first_label = true})},
            {"gradient_ignores_upstream", "the gradient without its factor dloss.", "", way({.upstream = false})},
        }};
}

}  // namespace

TEST_CASE("7.1 loss_of_image") {
    check(forward_exercise(), cross_entropy_forward);
}

TEST_CASE("7.1 loss_of_image: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("7.2 cross_entropy_backward") {
    check(backward_exercise(), cross_entropy_backward);
}

TEST_CASE("7.2 cross_entropy_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
