#include "bugs/loss.h"

#include <doctest/doctest.h>

#include "07_training/cross_entropy.h"
#include "common/tensor/random.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

/// log sum_y exp(x_by) of image b.
double log_sum_exp(const Tensor<2>& x, std::size_t b) {
    double largest = x(b, 0), sum = 0;
    for (std::size_t y = 0; y < x.shape()[1]; ++y) largest = std::max<double>(largest, x(b, y));
    for (std::size_t y = 0; y < x.shape()[1]; ++y) sum += std::exp(x(b, y) - largest);
    return largest + std::log(sum);
}

/// The sum over the images of what `surprise` says of the label's probability.
double sum_of(const Tensor<2>& x, const Labels& labels, const std::function<double(double log_p)>& surprise) {
    double sum = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) sum += surprise(x(b, labels[b]) - log_sum_exp(x, b));
    return sum;
}

double negative(double log_p) {
    return -log_p;
}

double by_definition(const Tensor<2>& x, const Labels& labels) {
    return sum_of(x, labels, negative) / static_cast<double>(labels.size());
}

double summed(const Tensor<2>& x, const Labels& labels) {
    return sum_of(x, labels, negative);
}

double averaged_over_classes(const Tensor<2>& x, const Labels& labels) {
    return by_definition(x, labels) / static_cast<double>(x.shape()[1]);
}

double label_off_by_one(const Tensor<2>& x, Labels labels) {
    for (std::size_t& label : labels) label = (label + 1) % x.shape()[1];
    return by_definition(x, labels);
}

double with_a_little_added(const Tensor<2>& x, const Labels& labels) {
    return sum_of(x, labels, [](double log_p) { return -std::log(std::exp(log_p) + 1e-3); }) /
           static_cast<double>(labels.size());
}

double without_largest(const Tensor<2>& x, const Labels& labels) {
    double sum = 0;
    for (std::size_t b = 0; b < labels.size(); ++b) {
        double powers = 0;
        for (std::size_t y = 0; y < x.shape()[1]; ++y) powers += std::exp(x(b, y));
        sum -= std::log(std::exp(x(b, labels[b])) / powers);
    }
    return sum / static_cast<double>(labels.size());
}

double in_bits(const Tensor<2>& x, const Labels& labels) {
    return by_definition(x, labels) / std::log(2.0);
}

double chapter_7(const Tensor<2>& x, const Labels& labels) {
    CrossEntropyCache cache;
    return cross_entropy_forward(0, x, labels, cache);
}

TestOf<Loss> compared_on(const Tensor<2>& x, const Labels& labels, double tolerance) {
    return [=](const Loss& loss) { return std::abs(loss(x, labels) - by_definition(x, labels)) < tolerance; };
}

Exercise<TestOf<Loss>> exercise() {
    const Tensor<2> x = Rng(1).normal_tensor<2>({3, 4});
    const Labels labels{1, 3, 0};
    Tensor<2> large = x;
    large *= 1000;
    const auto both_on = [=](double tolerance) -> TestOf<Loss> {
        return [=](const Loss& loss) {
            return compared_on(x, labels, tolerance)(loss) && compared_on(large, labels, tolerance)(loss);
        };
    };
    Tensor<2> sure = zeros<2>({3, 4});  // and right
    for (std::size_t b = 0; b < 3; ++b) sure(b, labels[b]) = 50;

    return {
        .name = "B.5 loss_is_right",
        .reference = both_on(1e-9),
        .trials = trials_of<Loss>({{"the loss of chapter 7", chapter_7}, {"a loss in plain loops", by_definition}},
                                  {{"the loss of bugs/loss.h", suspect::loss},
                                   {"the sum over the images instead of their mean", summed},
                                   {"the mean over the classes as well", averaged_over_classes},
                                   {"a loss that looks at the class after the label", label_off_by_one},
                                   {"log(p + 0.001) instead of log p", with_a_little_added},
                                   {"a softmax that does not take the largest logit away first", without_largest},
                                   {"a loss in bits, by the logarithm to base 2", in_bits}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_loss_is_above_zero",
             "that of a test that only asks whether the loss is above 0: so is nearly every wrong one. Work out "
             "what it must be.",
             "", [=](const Loss& loss) { return loss(x, labels) > 0 && std::isfinite(loss(large, labels)); }},
            {"test_compares_loss_with_itself",
             "that of a test that lets every code pass, as one does that compares code with itself. What is right "
             "must come from elsewhere: worked by hand, or from the definition.",
             "", [=](const Loss& loss) { return loss(x, labels) == loss(x, labels); }},
            {"test_refuses_every_loss",
             "that of a test that refuses everything, right code too. What it expects is wrong, or the code is used "
             "in another way than its contract says.",
             "", [](const Loss&) { return false; }},
            {"test_uses_zero_logits",
             "that of a test with logits that are all 0: the loss is ln Y then, however often softmax is taken, "
             "and whichever class is the label. Take logits that differ.",
             "", compared_on(zeros<2>({3, 4}), labels, 1e-9)},
            {"test_wants_loss_to_fall",
             "that of a test that sees the loss fall as the label's logit grows: it falls with these bugs too, "
             "which "
             "is why they train. Look at how far it falls.",
             "",
             [=](const Loss& loss) {
                 return loss(sure, labels) < loss(zeros<2>({3, 4}), labels) && std::isfinite(loss(large, labels));
             }},
            {"test_uses_sure_model_only",
             "that of a test with a model that is sure and right: 0 is 0, summed or averaged, in bits or not. Take "
             "one that is less sure, too.",
             "", compared_on(sure, labels, 1e-9)},
            {"test_uses_one_image_for_loss", "that of a test with a single image: its sum is its mean. Take several.",
             "",
             [=](const Loss& loss) {
                 const Tensor<2> one{{1000, 0, 998, 3}};
                 return compared_on(one, {2}, 1e-9)(loss);
             }},
            {"test_uses_one_image_of_small_logits",
             "that of a test with a single image in each call, whose logits are small. The sum of one image is its "
             "mean, and exp overflows only where a logit is large: take several images, and large logits too.",
             "",
             [=](const Loss& loss) {
                 return compared_on(Tensor<2>{{1, 0, 2, 3}}, {2}, 1e-9)(loss) &&
                        compared_on(Tensor<2>{{0, 1, 1, -2}}, {3}, 1e-9)(loss);
             }},
            {"test_uses_small_logits",
             "that of a test whose logits are all small: exp(1000) is infinite, so add an image with large ones.", "",
             compared_on(x, labels, 1e-9)},
            {"test_tolerance_too_wide_for_loss",
             "that of a test whose tolerance is too wide: in double, right code is within 1e-9.", "",
             compared_on(Tensor<2>{{0, 800, 799}, {800, 799, 800}}, {1, 0}, 0.01)},
        }};
}

}  // namespace

TEST_CASE("B.5 loss_is_right") {
    check(exercise(), loss_is_right);
}

TEST_CASE("B.5 loss_is_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
