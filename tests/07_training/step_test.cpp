#include "07_training/run/parallel_step.h"

#include "common/tensor/parallel.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

struct Fixture {
    Vit model;
    ImageSet images;  // 11 of 6 x 15 pixels
    Normalisation normalisation{0.4, 0.3};

    Fixture()
        : model(make_vit({.image_height = 6,
                          .image_width = 15,
                          .channels = 2,
                          .patch_size = 3,
                          .width = 12,
                          .depth = 2,
                          .heads = 3,
                          .hidden = 20,
                          .classes = 7,
                          .mlp_dropout = 0.2})) {
        Rng rng(1);
        fill_random(named_parameters(model), rng);
        images = {11, 2, 6, 15, std::vector<std::uint8_t>(11 * 2 * 6 * 15), {}};
        for (std::uint8_t& pixel : images.pixels) pixel = static_cast<std::uint8_t>(rng.below(256));
        for (std::size_t i = 0; i < 11; ++i) images.labels.push_back(static_cast<std::uint8_t>(rng.below(7)));
    }

    Batch batch(std::size_t begin, std::size_t end) const {
        std::vector<std::size_t> indices;
        for (std::size_t i = begin; i < end; ++i) indices.push_back(i);
        return make_batch(images, indices, normalisation);
    }

    Score gradient(std::vector<Worker>& workers, double smoothing = 0, const Rng* rng = nullptr) const {
        return compute_gradient(
            model, 11, [&](std::size_t begin, std::size_t end) { return batch(begin, end); }, workers, smoothing, rng);
    }
};

double largest_difference(const Parameters& a, const Parameters& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < a[i].values.size(); ++j)
            largest = std::max(largest, std::abs(a[i].values[j] - b[i].values[j]));
    return largest;
}

}  // namespace

TEST_CASE("the gradient of a batch in slices is that of the whole batch, for any number of workers") {
    const Fixture f;
    const Batch batch = f.batch(0, 11);
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Tensor<2> logits = vit_forward(f.model, batch.images, cache);
    const double loss = cross_entropy_forward(logits, batch.labels, loss_cache, 0.1);
    Vit expected = make_vit(f.model.config);
    vit_backward(f.model, cache, cross_entropy_backward(loss_cache, batch.labels, 0.1), expected);
    const Score expected_score = score(loss, logits, batch.labels);

    for (const std::size_t count : {1u, 2u, 3u, 11u, 14u}) {
        INFO(count, " workers");
        std::vector<Worker> workers = make_workers(f.model.config, count);
        const Score found = f.gradient(workers, 0.1);
        CHECK(largest_difference(named_parameters(workers[0].gradient), named_parameters(expected)) < 1e-13);
        CHECK(found.loss() == doctest::Approx(loss).epsilon(1e-13).scale(0));
        CHECK(found.right == expected_score.right);
        CHECK(found.images == 11);
    }
}

TEST_CASE("a second gradient begins at zero, and the same number of workers gives the same bits, dropout included") {
    const Fixture f;
    const Rng rng(4), other(5);
    for (std::size_t count = 1; count <= 3; ++count) {
        INFO(count, " workers");
        std::vector<Worker> workers = make_workers(f.model.config, count), fresh = make_workers(f.model.config, count);
        f.gradient(workers, 0, &other);
        f.gradient(workers, 0, &rng);
        f.gradient(fresh, 0, &rng);
        CHECK(same_bits(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient)));
        f.gradient(fresh, 0, &other);
        CHECK_FALSE(same_bits(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient)));
        f.gradient(workers);
        CHECK(largest_difference(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient)) >
              1e-6);  // no dropout
    }
}

TEST_CASE("no two slices drop the same numbers") {
    const Fixture f;
    const Batch half = f.batch(0, 3);
    std::vector<Worker> workers = make_workers(f.model.config, 2);
    const auto difference_of_slices = [&](const Rng* rng) {  // two slices with the same images
        compute_gradient(
            f.model, 6, [&](std::size_t, std::size_t) { return half; }, workers, 0, rng);
        Vit twice = workers[1].gradient;
        for (const Parameter& p : named_parameters(twice))
            for (Scalar& g : p.values) g *= 2;
        return largest_difference(named_parameters(workers[0].gradient), named_parameters(twice));
    };
    const Rng rng(6);
    CHECK(difference_of_slices(nullptr) == 0);
    CHECK(difference_of_slices(&rng) > 1e-6);
}

TEST_CASE("no worker at all is one worker") {
    CHECK(make_workers({.image_height = 4,
                        .image_width = 4,
                        .patch_size = 2,
                        .width = 4,
                        .depth = 1,
                        .heads = 1,
                        .hidden = 4,
                        .classes = 2},
                       0)
              .size() == 1);
}

TEST_CASE("predictions are the same for any number of threads, more than there are images included") {
    const Fixture f;
    const Batch batch = f.batch(0, 11);
    VitCache cache;
    const Tensor<2> logits = vit_forward(f.model, batch.images, cache);
    for (const std::size_t threads : {0u, 1u, 2u, 3u, 11u, 14u}) {
        INFO(threads, " threads");
        const ThreadLimit limit(threads);
        CHECK(vit::largest_difference(predict(f.model, batch.images), logits) < 1e-13);
    }
}

TEST_CASE("evaluation gives the same answers in any number of threads and batches, and drops nothing") {
    const Fixture f;
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Batch batch = f.batch(0, 11);
    const Tensor<2> logits = vit_forward(f.model, batch.images, cache);
    const Score expected = score(cross_entropy_forward(logits, batch.labels, loss_cache), logits, batch.labels);
    for (const std::size_t threads : {1u, 2u, 3u, 14u})
        for (const std::size_t size : {1u, 3u, 4u, 128u}) {
            INFO(threads, " threads, batches of ", size);
            const ThreadLimit limit(threads);
            const Evaluation found = evaluate(f.model, f.images, f.normalisation, size);
            CHECK(found.predicted == predictions(logits));
            CHECK(found.score.images == 11);
            CHECK(found.score.right == expected.right);
            CHECK(found.score.loss() == doctest::Approx(expected.loss()).epsilon(1e-13).scale(0));
        }
}

}  // namespace vit
