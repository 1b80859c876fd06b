#include "07_training/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using ScoreOf = std::function<Score(double, const Tensor<2>&, const Labels&)>;
using Metrics = std::function<std::vector<ClassMetrics>(const Confusion&)>;

/// Counts the images whose label is where the row is extreme.
std::size_t count_right(const Tensor<2>& logits, const Labels& labels, bool smallest = false, bool last = false) {
    std::size_t right = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) {
        std::size_t best = 0;
        for (std::size_t y = 1; y < logits.shape()[1]; ++y) {
            const double now = logits(b, y), before = logits(b, best);
            if (smallest ? now < before : (last ? now >= before : now > before)) best = y;
        }
        right += best == labels[b];
    }
    return right;
}

Score right_score(double mean_loss, const Tensor<2>& logits, const Labels& labels) {
    return {mean_loss * static_cast<double>(labels.size()), count_right(logits, labels), labels.size()};
}

/// A batch of four images, then a short one of one, added up.
Trial<ScoreOf> try_on(const std::string& inputs, const Tensor<2>& logits, const Labels& labels) {
    return {.inputs = inputs, .run = [=](const ScoreOf& f) -> Outputs {
                const Tensor<2> first = xt::view(logits, xt::range(0, 4)), second = xt::view(logits, xt::range(4, 5));
                Score score = f(0.5, first, Labels(labels.begin(), labels.begin() + 4));
                score += f(3, second, Labels(labels.begin() + 4, labels.end()));
                return {output("images", static_cast<double>(score.count)),
                        output("how many are right", static_cast<double>(score.right)),
                        output("accuracy over both batches", score.accuracy()),
                        output("loss over both batches", score.loss())};
            }};
}

Exercise<ScoreOf> score_exercise() {
    const Tensor<2> logits{{2, 1, 0}, {0, 3, 1}, {1, 0, -1}, {-1, -2, -3}, {0, 1, 5}};
    return {
        .name = "7.6 score_of",
        .reference = right_score,
        .trials = {try_on("a batch of 4 images with 3 right, and a batch of 1 that is wrong", logits, {0, 1, 0, 2, 0}),
                   try_on("the same images with other labels", logits, {0, 2, 0, 0, 2})},
        .wrong_answers = {
            {"mean_of_batch_losses",
             "a sum of mean losses: the short last batch counts as much as a full one. A batch's mean loss counts for "
             "each of "
             "its images.",
             "mrdbourke/pytorch-deep-learning, engine.py",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 return Score{loss, count_right(x, labels), labels.size()};
             }},
            {"score_counts_batches", "a score that counts a batch as one image.", "",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 return Score{loss, count_right(x, labels), 1};
             }},
            {"score_counts_wrong", "a score that counts the wrong answers as right.", "",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 const double size = static_cast<double>(labels.size());
                 return Score{loss * size, labels.size() - count_right(x, labels), labels.size()};
             }},
            {"score_of_smallest_logit", "a score that takes the smallest logit for the answer. It is the largest.", "",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 const double size = static_cast<double>(labels.size());
                 return Score{loss * size, count_right(x, labels, true), labels.size()};
             }},
            {"score_counts_classes", "a score that counts classes where images belong.", "",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 const std::size_t Y = x.shape()[1];
                 return Score{loss * static_cast<double>(Y), count_right(x, labels), Y};
             }},
            {"score_of_last_image",
             "a score that knows only whether the last image is right: = where += is meant, in the loop over the "
             "images.",
             "",
             [](double loss, const Tensor<2>& x, const Labels& labels) {
                 const std::size_t last = labels.size() - 1;
                 const Tensor<2> row = xt::view(x, xt::range(last, last + 1));
                 return Score{loss * static_cast<double>(labels.size()), count_right(row, {labels[last]}),
                              labels.size()};
             }},
            {"score_nothing_right", "a score without the right answers.", "",
             [](double loss, const Tensor<2>&, const Labels& labels) {
                 return Score{loss * static_cast<double>(labels.size()), 0, labels.size()};
             }},
        }};
}

struct Slip {
    bool swaps = false, arithmetic = false, halves = false, counts_called = false, divides_by_all = false,
         nothing_for_zero = false;
    bool product = false, f1_of_zeros = false, counts_on = false, whole_numbers = false;
};

Metrics with(const Slip& slip) {
    return [slip](const Confusion& confusion) {
        std::vector<ClassMetrics> all;
        const std::size_t Y = confusion.size();
        std::size_t images = 0, is = 0, called = 0;
        for (const auto& row : confusion)
            for (std::size_t count : row) images += count;
        for (std::size_t y = 0; y < Y; ++y) {
            if (!slip.counts_on) is = called = 0;
            for (std::size_t i = 0; i < Y; ++i) is += confusion[y][i], called += confusion[i][y];
            const auto right = static_cast<double>(confusion[y][y]);
            const auto share = [&](std::size_t whole) {
                if (slip.divides_by_all) whole = images;
                if (slip.whole_numbers) return whole > 0 ? std::floor(right / static_cast<double>(whole)) : 0;
                return whole == 0 && !slip.nothing_for_zero ? 0 : right / static_cast<double>(whole);
            };
            double precision = share(called), recall = share(is);
            if (slip.swaps) std::swap(precision, recall);
            double f1 = precision + recall > 0 || slip.f1_of_zeros ? 2 * precision * recall / (precision + recall) : 0;
            if (slip.arithmetic) f1 = (precision + recall) / 2;
            if (slip.halves) f1 /= 2;
            if (slip.product) f1 = precision * recall;
            all.push_back({precision, recall, f1, slip.counts_called ? called : is});
        }
        return all;
    };
}

Trial<Metrics> try_on(const std::string& inputs, const Confusion& confusion) {
    return {.inputs = inputs, .run = [=](const Metrics& f) -> Outputs {
                const std::vector<ClassMetrics> classes = f(confusion);
                std::vector<std::size_t> counts;
                Tensor<1> precision = zeros<1>({classes.size()}), recall = precision, f1 = precision;
                for (std::size_t y = 0; y < classes.size(); ++y) {
                    precision(y) = classes[y].precision;
                    recall(y) = classes[y].recall;
                    f1(y) = classes[y].f1;
                    counts.push_back(classes[y].count);
                }
                return {output("precision", "Y", precision), output("recall", "Y", recall), output("f1", "Y", f1),
                        output("count", 'Y', counts)};
            }};
}

Exercise<Metrics> metrics_exercise() {
    return {
        .name = "7.7 class_metrics",
        .reference = with({}),
        .trials = {try_on("two classes: 3 right and 1 wrong, 2 right and 4 wrong", {{3, 1}, {4, 2}}),
                   try_on("three classes", {{5, 2, 1}, {3, 7, 4}, {6, 0, 9}}),
                   try_on("a class that has no image, and one that is never called",
                          {{4, 1, 0}, {0, 0, 0}, {2, 3, 0}})},
        .wrong_answers = {
            {"precision_and_recall_swapped",
             "precision for recall, and the other way round. Rows are what an image is, columns what it was "
             "called: precision "
             "divides by the column.",
             "", with({.swaps = true})},
            {"f1_arithmetic", "the plain mean of precision and recall. F1 is the harmonic one: 2 p r / (p + r).", "",
             with({.arithmetic = true})},
            {"f1_without_two", "p r / (p + r), half of F1.", "", with({.halves = true})},
            {"f1_of_zeros",
             "an F1 of 0 / 0, which is not a number, where precision and recall are both 0. It counts as 0 then: "
             "look at the sum before you divide.",
             "", with({.f1_of_zeros = true})},
            {"counts_go_on",
             "counts that go on from class to class: how many are y, and how many are called y, begin at 0 for each "
             "class.",
             "", with({.counts_on = true})},
            {"quotients_in_whole_numbers",
             "quotients of whole numbers, which are 0 or 1: 3 / 4 is 0 then. Make a double of one of them first.", "",
             with({.whole_numbers = true})},
            {"f1_product", "p r, without the division by the mean.", "", with({.product = true})},
            {"count_of_called", "how many were called so. The count is how many images are of the class.", "",
             with({.counts_called = true})},
            {"divided_by_all",
             "right answers divided by all images, of every class. Divide by the row or the column of this class.", "",
             with({.divides_by_all = true})},
            {"zero_by_zero", "0 / 0, which is not a number. A quotient whose divisor is 0 counts as 0.", "",
             with({.nothing_for_zero = true})},
        }};
}

}  // namespace

TEST_CASE("7.6 score_of") {
    check(score_exercise(), score_of);
}

TEST_CASE("7.6 score_of: wrong answers" * doctest::skip()) {
    prove(score_exercise());
}

TEST_CASE("7.7 class_metrics") {
    check(metrics_exercise(), class_metrics);
}

TEST_CASE("7.7 class_metrics: wrong answers" * doctest::skip()) {
    prove(metrics_exercise());
}

}  // namespace vit
