#include "07_training/run/parallel_step.h"

#include "07_training/pieces.h"
#include "common/tensor/parallel.h"
#include "tests/07_training/small_model.h"

namespace vit {
namespace {

Optimiser optimiser_of(Vit& model) {
    return {.adamw = make_adamw({}, named_parameters(model)), .schedule = {.peak = 0.01, .total_steps = 5}};
}

/// So many images that one worker takes them in several pieces: 130 of 10 + 1 tokens.
Batch large_batch(const SmallModel& small) {
    std::vector<std::size_t> indices(130);
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i * 7 % 11;
    return make_batch(small.images, indices, small.normalisation);
}

}  // namespace

TEST_CASE("with one worker and one piece, the split step is the plain one to the bit, dropout included") {
    const SmallModel small;
    const ThreadLimit one(1);
    Vit plain = small.model, split = small.model;
    Optimiser plain_optimiser = optimiser_of(plain), split_optimiser = optimiser_of(split);
    std::vector<Worker> workers = make_workers(split.config, 1);
    for (std::size_t step = 0; step < 4; ++step) {
        const Rng rng(step);
        Rng drops = rng.fork(0);
        const Score wanted = train_step(plain, small.batch(), plain_optimiser, 0.1, &drops);
        const Score found = parallel_step(split, small.batch(), split_optimiser, workers, 0.1, &rng);
        CHECK(found.loss_sum == wanted.loss_sum);
        CHECK(found.right == wanted.right);
        CHECK(found.count == 11);
    }
    CHECK(split_optimiser.adamw.step == 4);
    CHECK(same(named_parameters(split), named_parameters(plain)));
    CHECK(same(named_parameters(split_optimiser.adamw, named_parameters(split)),
               named_parameters(plain_optimiser.adamw, named_parameters(plain))));
    Vit start = small.model;
    CHECK_FALSE(same(named_parameters(split), named_parameters(start)));
}

TEST_CASE("with several workers and pieces, the split step is the plain one up to rounding") {
    const SmallModel small;
    CHECK(pieces_of(small.model.config, 0, 130).size() == 3);
    for (const std::size_t count : {1u, 2u, 3u, 7u}) {
        INFO(count, " workers");
        Vit plain = small.model, split = small.model;
        Optimiser plain_optimiser = optimiser_of(plain), split_optimiser = optimiser_of(split);
        std::vector<Worker> workers = make_workers(split.config, count);
        for (std::size_t step = 0; step < 2; ++step) {
            const Score wanted = train_step(plain, large_batch(small), plain_optimiser, 0.1);
            const Score found = parallel_step(split, large_batch(small), split_optimiser, workers, 0.1);
            CHECK(found.loss() == doctest::Approx(wanted.loss()).epsilon(1e-12).scale(0));
            CHECK(found.right == wanted.right);
            CHECK(found.count == 130);
        }
        CHECK(same(named_parameters(split), named_parameters(plain), 1e-8));
    }
}

TEST_CASE("the gradient of a batch in slices is that of the whole batch, for any number of workers") {
    const SmallModel small;
    const Batch batch = small.batch();
    VitCache cache;
    CrossEntropyCache loss_cache;
    const Tensor<2> logits = vit_forward(small.model, batch.images, cache);
    const double loss = cross_entropy_forward(0.1, logits, batch.labels, loss_cache);
    Vit expected = make_vit(small.model.config);
    vit_backward(small.model, cache, cross_entropy_backward(0.1, loss_cache), expected);
    const Score expected_score = score_of(loss, logits, batch.labels);

    for (const std::size_t count : {1u, 2u, 3u, 11u, 14u}) {
        INFO(count, " workers");
        std::vector<Worker> workers = make_workers(small.model.config, count);
        const Score found = compute_gradient(small.model, batch, workers, 0.1);
        CHECK(same(named_parameters(workers[0].gradient), named_parameters(expected), 1e-13));
        CHECK(found.loss() == doctest::Approx(loss).epsilon(1e-13).scale(0));
        CHECK(found.right == expected_score.right);
        CHECK(found.count == 11);
    }
}

TEST_CASE("a second gradient begins at zero, and the same number of workers gives the same bits, dropout included") {
    const SmallModel small;
    const Batch batch = small.batch();
    const Rng rng(4), other(5);
    for (std::size_t count = 1; count <= 3; ++count) {
        INFO(count, " workers");
        std::vector<Worker> workers = make_workers(small.model.config, count), fresh = workers;
        compute_gradient(small.model, batch, workers, 0, &other);
        compute_gradient(small.model, batch, workers, 0, &rng);
        compute_gradient(small.model, batch, fresh, 0, &rng);
        CHECK(same(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient)));
        compute_gradient(small.model, batch, fresh, 0, &other);
        CHECK_FALSE(same(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient)));
        compute_gradient(small.model, batch, workers);  // without dropout
        CHECK_FALSE(same(named_parameters(workers[0].gradient), named_parameters(fresh[0].gradient), 1e-6));
    }
}

TEST_CASE("no two slices drop the same numbers") {
    const SmallModel small;
    const std::vector<std::size_t> twice{0, 1, 2, 0, 1, 2};  // two slices with the same images
    const Batch batch = make_batch(small.images, twice, small.normalisation);
    std::vector<Worker> workers = make_workers(small.model.config, 2);
    const auto compare_slices = [&](const Rng* rng) {
        compute_gradient(small.model, batch, workers, 0, rng);  // leaves the sum in the first worker
        Vit doubled = workers[1].gradient;
        for (const Parameter& p : named_parameters(doubled))
            for (Scalar& g : p.values) g *= 2;
        return same(named_parameters(workers[0].gradient), named_parameters(doubled), rng ? 1e-6 : 0);
    };
    const Rng rng(6);
    CHECK(compare_slices(nullptr));
    CHECK_FALSE(compare_slices(&rng));
}

TEST_CASE("no worker at all is one worker") {
    CHECK(make_workers(SmallModel().model.config, 0).size() == 1);
}

TEST_CASE("pieces cover the images in order, each with no more tokens than fit, and at least one image") {
    VitConfig config = SmallModel().model.config;  // 11 tokens: 54 images at a time
    using Pieces = std::vector<std::pair<std::size_t, std::size_t>>;
    CHECK(pieces_of(config, 3, 57) == Pieces{{3, 57}});
    CHECK(pieces_of(config, 3, 58) == Pieces{{3, 30}, {30, 58}});
    CHECK(pieces_of(config, 5, 5) == Pieces{});
    config.image_height = config.image_width = 90;  // 901 tokens
    CHECK(pieces_of(config, 3, 5) == Pieces{{3, 4}, {4, 5}});
}

TEST_CASE("with mixup, loss and gradient are those of both labels, each by its share") {
    const SmallModel small;
    Batch mixed = small.batch(0, 5), own = mixed, other = mixed;
    mix_up(mixed, 0.7, Rng(3));
    own.images = other.images = mixed.images;
    other.labels = mixed.other_labels;
    std::vector<Worker> workers = make_workers(small.model.config, 2), first = workers, second = workers;
    const double loss = compute_gradient(small.model, mixed, workers, 0.1).loss();
    const double own_loss = compute_gradient(small.model, own, first, 0.1).loss();
    const double other_loss = compute_gradient(small.model, other, second, 0.1).loss();
    CHECK(loss == doctest::Approx(mixed.share * own_loss + (1 - mixed.share) * other_loss).epsilon(1e-12).scale(0));
    const Parameters got = named_parameters(workers[0].gradient), a = named_parameters(first[0].gradient),
                     b = named_parameters(second[0].gradient);
    for (std::size_t i = 0; i < got.size(); ++i)
        for (std::size_t j = 0; j < got[i].values.size(); ++j)
            CHECK(got[i].values[j] == doctest::Approx(mixed.share * a[i].values[j] + (1 - mixed.share) * b[i].values[j])
                                          .epsilon(1e-9)
                                          .scale(1e-3));
}

}  // namespace vit
