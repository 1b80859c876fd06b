#include "07_training/train_step.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <optional>

#include "03_attention/softmax.h"
#include "07_training/clip_gradients.h"
#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Step = std::function<Score(Vit&, const Batch&, Optimiser&, double, Rng*)>;

struct Slip {
    bool clips = true, goes_back = true, smooths = true, trains = true, draws = true, scores_after = false;
    bool next_rate = false, peak_rate = false, uphill = false, twice = false, head_only = false;
    bool sums = false, means_over_classes = false, keeps_gradients = false;
    bool nothing_right = false, all_right = false, scores_without_dropout = false;
    bool first_image_for_all = false, softmax_over_batch = false;
    bool static_gradient = false;  // the gradient outlives the step, and the trial
};

/// Every image is the first one.
Tensor<4> first_repeated(const Tensor<4>& images) {
    Tensor<4> all = images;
    for (std::size_t b = 0; b < images.shape()[0]; ++b) xt::view(all, b) = xt::view(images, 0);
    return all;
}

/// The loss of a softmax along the wrong axis, over the images instead of the classes, and its gradient.
double loss_over_batch(const Tensor<2>& logits, const Labels& labels, Tensor<2>& dlogits) {
    const Tensor<2> turned = xt::transpose(logits);
    const Tensor<2> shares = xt::transpose(softmax_forward(turned));  // (B, Y), each column sums to 1
    const auto B = static_cast<double>(labels.size());
    double loss = 0;
    dlogits = zeros<2>({logits.shape()[0], logits.shape()[1]});
    for (std::size_t image = 0; image < labels.size(); ++image) {
        loss -= std::log(shares(image, labels[image])) / B;
        for (std::size_t b = 0; b < labels.size(); ++b) dlogits(b, labels[image]) += shares(b, labels[image]) / B;
        dlogits(image, labels[image]) -= 1 / B;
    }
    return loss;
}

/// A training step from its parts, with one slip.
Step with(const Slip& slip) {
    return [slip, kept = std::make_shared<std::optional<Vit>>()](Vit& model, const Batch& batch, Optimiser& optimiser,
                                                                 double smoothing, Rng* rng) {
        VitCache cache;
        CrossEntropyCache loss_cache;
        Vit grad = make_vit(model.config);
        if (slip.static_gradient && optimiser.adamw.step == 0 && optimiser.largest_norm > 0) kept->reset();
        if (slip.static_gradient && *kept) grad = kept->value();
        if (slip.keeps_gradients && optimiser.adamw.step > 0) grad = kept->value();
        const double s = slip.smooths ? smoothing : 0;
        const Tensor<2> logits =
            vit_forward(model, slip.first_image_for_all ? first_repeated(batch.images) : batch.images, cache,
                        slip.draws ? rng : nullptr);
        double loss = cross_entropy_forward(s, logits, batch.labels, loss_cache);
        double upstream = slip.uphill ? -1 : 1;
        if (slip.sums) upstream *= static_cast<double>(batch.labels.size());
        if (slip.means_over_classes) upstream /= static_cast<double>(model.config.classes);
        Tensor<2> dlogits = cross_entropy_backward(s, loss_cache, upstream);
        if (slip.softmax_over_batch) loss = loss_over_batch(logits, batch.labels, dlogits);
        for (int i = 0; i < (slip.twice ? 2 : 1); ++i)
            if (slip.goes_back) vit_backward(model, cache, dlogits, grad);
        *kept = grad;
        if (slip.head_only) {
            Vit all = make_vit(model.config);
            all.head = grad.head;
            grad = all;
        }
        if (slip.clips) clip_gradients(named_parameters(grad), optimiser.largest_norm);
        if (slip.static_gradient) *kept = grad;
        double rate = optimiser.learning_rate();
        if (slip.next_rate) rate = learning_rate_at(optimiser.schedule, optimiser.adamw.step + 1);
        if (slip.peak_rate) rate = optimiser.schedule.peak;
        if (slip.trains) adamw_step(optimiser.adamw, rate, named_parameters(model), named_parameters(grad));
        if (slip.scores_after) {
            const Tensor<2> after = vit_forward(model, batch.images, cache);
            return score_of(cross_entropy_forward(s, after, batch.labels, loss_cache), after, batch.labels);
        }
        const Score score = score_of(loss, logits, batch.labels);
        if (slip.nothing_right) return Score{score.loss_sum, 0, score.count};
        if (slip.all_right) return Score{score.loss_sum, score.count, score.count};
        if (slip.scores_without_dropout) return score_of(loss, vit_forward(model, batch.images, cache), batch.labels);
        return score;
    };
}

/// Two steps with a warm-up. What is kept of the model: some of its parameters.
Trial<Step> try_on(const std::string& inputs, double dropout, double largest_norm) {
    return {.inputs = inputs,
            .run = [=](const Step& f) -> Outputs {
                Vit model = make_vit({.image_height = 4,
                                      .image_width = 6,
                                      .channels = 1,
                                      .patch_size = 2,
                                      .width = 4,
                                      .depth = 1,
                                      .heads = 2,
                                      .hidden = 5,
                                      .classes = 3,
                                      .mlp_dropout = dropout});
                Rng rng(1), drawn(2);
                for (const Parameter& p : named_parameters(model)) rng.fill_normal(p.values, 0.1, 0.5);
                const Batch batch{rng.normal_tensor<4>({11, 1, 4, 6}), {0, 2, 1, 1, 0, 2, 2, 1, 0, 1, 2}};
                Optimiser optimiser{.adamw = make_adamw({.eps = 0.1, .weight_decay = 0.1}, named_parameters(model)),
                                    .schedule = {.peak = 0.1, .warmup_steps = 3, .total_steps = 10},
                                    .largest_norm = largest_norm};
                const Score first = f(model, batch, optimiser, 0.1, &drawn),
                            second = f(model, batch, optimiser, 0.1, &drawn);
                return {output("loss of the first step", first.loss()),
                        output("loss of the second step", second.loss()),
                        output("right answers of the first step", static_cast<double>(first.right)),
                        output("right answers of the second step", static_cast<double>(second.right)),
                        output("images of a step", static_cast<double>(second.count)),
                        output("how many steps the optimiser made", static_cast<double>(optimiser.adamw.step)),
                        output("the head's weight", "YD", model.head.weight),
                        output("the positions", "1TD", model.tokens.position)};
            },
            .tolerance = 1e-10};
}

Exercise<Step> exercise() {
    return {
        .name = "7.8 train_step",
        .reference = with({}),
        .trials = {try_on("two steps of a small model, B=11 D=4 Y=3, gradients clipped at 0.2", 0, 0.2),
                   try_on("two steps with a dropout of 0.3, nothing clipped", 0.3, 0)},
        .wrong_answers = {
            {"step_without_clipping", "a step whose gradients were not clipped before the update.", "",
             with({.clips = false})},
            {"step_without_backward",
             "a step with gradients of zero: vit_backward was not called, and only the decay acts.", "",
             with({.goes_back = false})},
            {"step_without_smoothing", "a step that does not hand the label smoothing on to the loss.", "",
             with({.smooths = false})},
            {"step_without_update", "a step that changes no parameter: adamw_step is missing.", "",
             with({.trains = false})},
            {"step_without_dropout",
             "a step that does not hand the random numbers on: nothing is dropped while it trains.", "",
             with({.draws = false})},
            {"step_scores_after", "a step that returns the score after the update. It is that of the model before.", "",
             with({.scores_after = true})},
            {"step_with_next_rate",
             "a step with the rate of the step after it: optimiser.learning_rate() asks before the step is counted.",
             "", with({.next_rate = true})},
            {"step_with_peak_rate", "a step with the peak of the schedule, whatever the step.", "",
             with({.peak_rate = true})},
            {"step_uphill", "a step with the gradient's sign reversed: the loss grows.", "", with({.uphill = true})},
            {"step_goes_back_twice", "a step with twice the gradient: vit_backward adds, and was called twice.", "",
             with({.twice = true})},
            {"step_says_nothing_right", "a step that counts no answer as right. score_of counts them, from the logits.",
             "", with({.nothing_right = true})},
            {"step_says_all_right", "a step that counts every answer as right. score_of counts them, from the logits.",
             "", with({.all_right = true})},
            {"step_scores_another_pass",
             "a step whose right answers are those of another forward pass, after the update. Those of the step's own "
             "logits are meant.",
             "", with({.scores_without_dropout = true})},
            {"stuck_at_log_y",
             "a step that shows the model the first image for every label. It can only learn one answer for all, and "
             "its "
             "loss stays near ln Y: batch.images, all of them.",
             "pytorch/examples#1184", with({.first_image_for_all = true})},
            {"loss_softmax_over_batch",
             "a step whose probabilities sum to 1 over the images of the batch. Those of one image sum to 1 over the "
             "classes: cross_entropy_forward does that.",
             "", with({.softmax_over_batch = true})},
            {"gradients_not_zeroed",
             "a step that adds to the gradient of the step before: begin each step with a gradient of zeros.",
             "eriklindernoren/PyTorch-GAN#65", with({.keeps_gradients = true})},
            {"static_gradient",
             "a step whose gradient is static: it is made once and zeroed never again, so all steps add up in it. "
             "Without the word static each step makes its own, of zeros.",
             "", with({.static_gradient = true})},
            {"loss_sum", "a step down the sum of the losses. The loss is their mean: else the rate depends on B.", "",
             with({.sums = true})},
            {"loss_mean_over_classes",
             "a step whose gradient was divided by the number of classes too. The mean is over the images.", "",
             with({.means_over_classes = true})},
            {"step_trains_the_head_only", "a step in which only the head learns.", "", with({.head_only = true})},
        }};
}

}  // namespace

TEST_CASE("7.8 train_step") {
    check(exercise(), train_step);
}

TEST_CASE("7.8 train_step: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
