#include "07_training/cross_entropy.h"

#include <fmt/core.h>

#include "tests/testing.h"

namespace vit {
namespace {

const Labels labels{6, 4, 0, 2, 2};

/// Rows that catch mistakes: random, 100 apart, all far below zero, all far above it, random.
Tensor<2> adversarial_logits() {
    Tensor<2> x = Rng(1).normal_tensor<2>({5, 7});
    x(1, 2) = 100;
    x(1, 4) = -100;
    xt::view(x, 2) -= 800;
    xt::view(x, 3) += 800;
    return x;
}

/// The definition for one image: sum over the classes of target * -log(probability).
double naive_loss(const Tensor<2>& logits, std::size_t b, std::size_t label, double smoothing) {
    const std::size_t classes = logits.shape()[1];
    double sum = 0, loss = 0;
    for (std::size_t y = 0; y < classes; ++y) sum += std::exp(logits(b, y) - logits(b, 0));
    for (std::size_t y = 0; y < classes; ++y) {
        const double target = smoothing / static_cast<double>(classes) + (y == label ? 1 - smoothing : 0);
        loss -= target * (logits(b, y) - logits(b, 0) - std::log(sum));
    }
    return loss;
}

double loss_of(const Tensor<2>& logits, const Labels& right, double smoothing = 0) {
    CrossEntropyCache cache;
    return cross_entropy_forward(smoothing, logits, right, cache);
}

Tensor<2> gradient_of(const Tensor<2>& logits, const Labels& right, double smoothing = 0, double dloss = 1) {
    CrossEntropyCache cache;
    cross_entropy_forward(smoothing, logits, right, cache);
    return cross_entropy_backward(smoothing, cache, dloss);
}

}  // namespace

TEST_CASE("cross-entropy is the mean over the batch of its definition") {
    const Tensor<2> logits = adversarial_logits();
    for (double smoothing : {0.0, 0.1}) {
        INFO("label smoothing ", smoothing);
        double sum = 0;
        for (std::size_t b = 0; b < 5; ++b) sum += naive_loss(logits, b, labels[b], smoothing);
        CHECK(loss_of(logits, labels, smoothing) == doctest::Approx(sum / 5).epsilon(1e-13).scale(0));
    }
}

TEST_CASE("small examples worked by hand") {
    CHECK(loss_of({{std::log(3.0), 0}}, {0}) == doctest::Approx(std::log(4.0 / 3)).epsilon(1e-15).scale(0));
    CHECK(loss_of({{std::log(3.0), 0}}, {1}) == doctest::Approx(std::log(4.0)).epsilon(1e-15).scale(0));
    CHECK(loss_of({{std::log(3.0), 0}, {0, std::log(3.0)}}, {0, 0}) ==
          doctest::Approx((std::log(4.0 / 3) + std::log(4.0)) / 2).epsilon(1e-15).scale(0));
    CHECK(same(gradient_of({{std::log(3.0), 0}, {0, std::log(3.0)}}, {0, 0}), {{-0.125, 0.125}, {-0.375, 0.375}}, "BY",
               1e-15));
    // Smoothing 0.3 over three classes asks for 0.8, 0.1 and 0.1; the model says 1/2, 1/4 and 1/4.
    const Tensor<2> logits{{std::log(2.0), 0, 0}};
    CHECK(loss_of(logits, {0}, 0.3) ==
          doctest::Approx(0.8 * std::log(2.0) + 0.2 * std::log(4.0)).epsilon(1e-15).scale(0));
    CHECK(same(gradient_of(logits, {0}, 0.3), {{-0.3, 0.15, 0.15}}, "BY", 1e-15));
}

TEST_CASE("equal logits have the loss ln Y, however large they are, with and without smoothing") {
    for (const double size : {3.0, 0.0, -1e4, 1e30, -1e30}) {
        INFO("logits of ", size);
        const Tensor<2> logits = zeros<2>({5, 7}) + size;
        CHECK(loss_of(logits, labels) == doctest::Approx(std::log(7.0)).epsilon(1e-15).scale(0));
        CHECK(loss_of(logits, labels, 0.1) == doctest::Approx(std::log(7.0)).epsilon(1e-15).scale(0));
        CHECK(gradient_of(logits, labels)(0, 3) == doctest::Approx(1.0 / 7 / 5).epsilon(1e-15).scale(0));
    }
}

TEST_CASE("logits that are far apart have a finite loss and a finite gradient") {
    CHECK(loss_of({{0, 100}}, {0}) == 100);
    CHECK(loss_of({{0, 100}}, {1}) < 1e-15);
    CHECK(loss_of({{1000, -1000}}, {1}) == 2000);
    CHECK(loss_of({{1000, -1000}}, {1}, 0.5) == 1500);
    CHECK(loss_of({{1e30, -1e30}}, {1}) == 2e30);
    CHECK(same(gradient_of({{1000, -1000}}, {1}), {{1, -1}}, "BY"));
    // What is far below, but not ruled out, still gets its share of smoothing.
    CHECK(same(gradient_of({{1000, -1000}}, {0}, 0.5), {{0.25, -0.25}}, "BY", 1e-15));
}

TEST_CASE("a logit of -infinity rules its class out: loss and gradient are those of the other classes") {
    const Tensor<2> logits = Rng(3).normal_tensor<2>({2, 4});
    Tensor<2> ruled_out = zeros<2>({2, 6}) - INFINITY;  // classes 1 and 5 are ruled out
    const std::size_t columns[] = {0, 2, 3, 4};
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t y = 0; y < 4; ++y) ruled_out(b, columns[y]) = logits(b, y);
    for (const double smoothing : {0.0, 0.1}) {
        INFO("label smoothing ", smoothing);
        CHECK(loss_of(ruled_out, {3, 0}, smoothing) ==
              doctest::Approx(loss_of(logits, {2, 0}, smoothing)).epsilon(1e-15).scale(0));
        const Tensor<2> found = gradient_of(ruled_out, {3, 0}, smoothing),
                        others = gradient_of(logits, {2, 0}, smoothing);
        Tensor<2> wanted = zeros<2>({2, 6});
        for (std::size_t b = 0; b < 2; ++b)
            for (std::size_t y = 0; y < 4; ++y) wanted(b, columns[y]) = others(b, y);
        CHECK(same(found, wanted, "BY", 1e-15));
        CHECK(loss_of(ruled_out, {5, 0}, smoothing) == INFINITY);  // the right answer itself
    }
}

TEST_CASE("adding one number to all logits of an image changes neither loss nor gradient") {
    const Tensor<2> logits = adversarial_logits();
    Tensor<2> shifted = logits;
    for (std::size_t b = 0; b < 5; ++b) xt::view(shifted, b) += 64 * (static_cast<double>(b) - 2);
    CHECK(loss_of(shifted, labels, 0.1) == doctest::Approx(loss_of(logits, labels, 0.1)).epsilon(1e-13).scale(0));
    CHECK(same(gradient_of(shifted, labels, 0.1), gradient_of(logits, labels, 0.1), "BY", 1e-13));
}

TEST_CASE("a batch twice over has the same loss; each image then has half the say") {
    const Tensor<2> logits = adversarial_logits(), twice = xt::concatenate(xt::xtuple(logits, logits), 0);
    Labels labels_twice = labels;
    labels_twice.insert(labels_twice.end(), labels.begin(), labels.end());
    CHECK(loss_of(twice, labels_twice) == doctest::Approx(loss_of(logits, labels)).epsilon(1e-14).scale(0));
    const Tensor<2> first = xt::view(gradient_of(twice, labels_twice), xt::range(0, 5)),
                    half = gradient_of(logits, labels) / 2;
    CHECK(same(first, half, "BY", 1e-16));
}

TEST_CASE("gradients of cross-entropy") {
    Tensor<2> logits = Rng(2).normal_tensor<2>({5, 7}, 0, 2);
    for (double smoothing : {0.0, 0.1}) {
        Tensor<2> dlogits = gradient_of(logits, labels, smoothing, 0.7);
        const auto loss = [&] { return 0.7 * loss_of(logits, labels, smoothing); };
        const GradientReport report =
            check_gradients(loss, {parameter("logits", logits)}, {parameter("logits", dlogits)});
        CHECK(right(report, 1e-6));
    }
}

TEST_CASE(
    "the gradients of an image's logits sum to zero, and are zero where the model says what the target asks for") {
    const Tensor<2> dlogits = gradient_of(adversarial_logits(), labels, 0.1);
    for (std::size_t b = 0; b < 5; ++b) {
        double sum = 0;
        for (std::size_t y = 0; y < 7; ++y) sum += dlogits(b, y);
        CHECK(std::abs(sum) < 1e-13);
    }
    // Smoothing 0.3 over three classes asks for 0.8, 0.1 and 0.1.
    CHECK(same(gradient_of({{std::log(0.1), std::log(0.8), std::log(0.1)}}, {1}, 0.3), zeros<2>({1, 3}), "BY", 1e-15));
}

TEST_CASE("a cache of another batch is written over") {
    CrossEntropyCache cache;
    cross_entropy_forward(0.2, zeros<2>({6, 9}), {0, 1, 2, 3, 4, 5}, cache);
    cross_entropy_forward(0, adversarial_logits(), labels, cache);
    CHECK(same(cross_entropy_backward(0, cache), gradient_of(adversarial_logits(), labels), "BY"));
}

TEST_CASE("cross-entropy says what does not fit") {
    const auto error = [](const Tensor<2>& logits, const Labels& right, double smoothing = 0) {
        return error_of<std::invalid_argument>([&] { loss_of(logits, right, smoothing); });
    };
    CHECK(error(zeros<2>({5, 7}), {1, 2, 3}) == "cross_entropy_forward: 3 labels for B = 5 (from logits)");
    CHECK(error(zeros<2>({0, 7}), {}) == "cross_entropy_forward: there are no images");
    CHECK(error(zeros<2>({2, 7}), {6, 7}) == "cross_entropy_forward: label 7 is not below Y = 7 (from logits)");
    for (const double smoothing : {1.0, -0.1})
        CHECK(error(zeros<2>({2, 7}), {6, 0}, smoothing) ==
              fmt::format("cross_entropy_forward: label smoothing must be at least 0 and below 1, but it is {}",
                          smoothing));
}

}  // namespace vit
