#include "bugs/accuracy.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

using Batches = std::vector<Classes>;

double right_in(const Classes& predicted, const Classes& labels) {
    double right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += predicted[i] == labels[i] ? 1 : 0;
    return right;
}

double right_in_all(const Batches& predicted, const Batches& labels) {
    double right = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) right += right_in(predicted[b], labels[b]);
    return right;
}

double images_in(const Batches& labels) {
    double count = 0;
    for (const Classes& batch : labels) count += static_cast<double>(batch.size());
    return count;
}

double of_all_images(const Batches& predicted, const Batches& labels) {
    return right_in_all(predicted, labels) / images_in(labels);
}

/// The same but for rounding.
double by_share_of_an_image(const Batches& predicted, const Batches& labels) {
    const double share = 1 / images_in(labels);
    return right_in_all(predicted, labels) * share;
}

double of_first_size(const Batches& predicted, const Batches& labels) {
    return right_in_all(predicted, labels) / static_cast<double>(labels.size() * labels[0].size());
}

double of_batches(const Batches& predicted, const Batches& labels) {
    return right_in_all(predicted, labels) / static_cast<double>(labels.size());
}

double of_last_batch(const Batches& predicted, const Batches& labels) {
    return right_in(predicted.back(), labels.back()) / static_cast<double>(labels.back().size());
}

double of_first_batch(const Batches& predicted, const Batches& labels) {
    return right_in(predicted[0], labels[0]) / static_cast<double>(labels[0].size());
}

double of_mistakes(const Batches& predicted, const Batches& labels) {
    return 1 - of_all_images(predicted, labels);
}

TestOf<Accuracy> compared_on(const Batches& predicted, const Batches& labels, double tolerance = 1e-9) {
    return [=](const Accuracy& accuracy) {
        return std::abs(accuracy(predicted, labels) - of_all_images(predicted, labels)) <= tolerance;
    };
}

Exercise<TestOf<Accuracy>> exercise() {
    const Batches labels{{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}, {0, 0}}, predicted{{1, 1, 0, 0, 0}, {2, 2, 2, 2, 1}, {0, 1}};
    return {
        .name = "B.6 accuracy_is_right",
        .reference = compared_on(predicted, labels),
        .trials =
            trials_of<Accuracy>({{"right answers divided by images", of_all_images},
                                 {"right answers times one image's share", by_share_of_an_image}},
                                {{"the accuracy of bugs/accuracy.h", suspect::accuracy},
                                 {"right answers divided by batches times the size of the first", of_first_size},
                                 {"right answers divided by batches", of_batches},
                                 {"the accuracy of the last batch", of_last_batch},
                                 {"the accuracy of the first batch", of_first_batch},
                                 {"a quotient of whole numbers, which is 0 or 1",
                                  [](const Batches& p, const Batches& l) { return std::floor(of_all_images(p, l)); }},
                                 {"the fraction of wrong answers", of_mistakes}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_range_of_accuracy",
             "that of a test that only asks whether the accuracy lies between 0 and 1. Count by hand what it must "
             "be.",
             "",
             [=](const Accuracy& accuracy) {
                 return accuracy(predicted, labels) >= 0 && accuracy(predicted, labels) <= 1;
             }},
            {"test_compares_accuracy_with_itself",
             "that of a test that lets every code pass, as one does that compares code with itself. What is right "
             "must come from elsewhere: count by hand.",
             "", [=](const Accuracy& accuracy) { return accuracy(predicted, labels) == accuracy(predicted, labels); }},
            {"test_refuses_every_accuracy",
             "that of a test that refuses everything, right code too. What it expects is wrong, or the code is used "
             "in another way than its contract says.",
             "", [](const Accuracy&) { return false; }},
            {"test_wants_every_bit_of_accuracy",
             "that of a test that compares without a tolerance: right code in another order rounds differently. "
             "Allow 1e-9.",
             "", compared_on(predicted, labels, 0)},
            {"test_uses_equal_batches",
             "that of a test whose batches are all of one size: there the mean of the batches is the mean of the "
             "images. Make the last one shorter.",
             "", compared_on({{1, 2, 0}, {2, 2, 1}, {1, 1, 1}}, {{1, 2, 2}, {2, 2, 1}, {0, 0, 2}})},
            {"test_uses_one_batch", "that of a test with a single batch: it is first, last and all. Take several.", "",
             compared_on({{1, 2, 0, 1, 1}}, {{1, 2, 2, 0, 0}})},
            {"test_uses_perfect_model",
             "that of a test with a model that is always right: every average of ones is 1. Give each batch "
             "another share of right answers.",
             "", compared_on(labels, labels)},
            {"test_uses_same_share_in_each_batch",
             "that of a test whose batches all have the same share of right answers: every average of them is that "
             "share. Make them differ.",
             "", compared_on({{1, 0, 1, 0}, {1, 0, 1, 0}, {1, 0}}, {{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1}})},
            {"test_tolerance_too_wide_for_accuracy",
             "that of a test whose tolerance is too wide: the short batch moves the mean by a few percent only.", "",
             compared_on(predicted, labels, 0.03)},
        }};
}

}  // namespace

TEST_CASE("B.6 accuracy_is_right") {
    check(exercise(), accuracy_is_right);
}

TEST_CASE("B.6 accuracy_is_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
