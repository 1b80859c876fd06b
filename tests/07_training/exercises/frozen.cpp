#include "07_training/frozen.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "07_training/clip_gradients.h"
#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Step = std::function<Score(Linear&, const Tensor<2>&, const Batch&, Optimiser&, Linear&, double)>;
using Trained = std::function<Parameters(Vit&, Freeze)>;

struct Slip {
    bool zeroes_weight = true, zeroes_bias = true;
    bool clips = true, clips_after = false, clips_each = false, goes_back = true, trains = true, trains_bias = true,
         trains_weight = true;
    bool smooths = true, sums = false, uphill = false, twice = false, other_rows = false;
    bool own_labels_only = false, share_of_own_only = false, shares_swapped = false, halves = false;
    bool loss_of_own_labels = false, right_by_other_labels = false, scores_after = false, no_decay = false;
    bool next_rate = false, peak_rate = false, keeps_no_gradient = false, unclipped_left = false;
};

/// y = x weightᵀ + bias, number by number.
Tensor<2> logits_of(const Linear& head, const Tensor<2>& x) {
    Tensor<2> y = zeros<2>({x.shape()[0], head.bias.shape()[0]});
    for (std::size_t b = 0; b < y.shape()[0]; ++b)
        for (std::size_t o = 0; o < y.shape()[1]; ++o) {
            y(b, o) = head.bias(o);
            for (std::size_t d = 0; d < x.shape()[1]; ++d) y(b, o) += x(b, d) * head.weight(o, d);
        }
    return y;
}

/// The last row first.
Tensor<2> upside_down(const Tensor<2>& x) {
    Tensor<2> y = x;
    for (std::size_t r = 0; r < x.shape()[0]; ++r) xt::view(y, r) = xt::view(x, x.shape()[0] - 1 - r);
    return y;
}

/// Adds the gradients of weight and bias.
void add_gradient(const Tensor<2>& x, const Tensor<2>& dy, Linear& grad, double factor) {
    for (std::size_t b = 0; b < dy.shape()[0]; ++b)
        for (std::size_t o = 0; o < dy.shape()[1]; ++o) {
            grad.bias(o) += factor * dy(b, o);
            for (std::size_t d = 0; d < x.shape()[1]; ++d) grad.weight(o, d) += factor * dy(b, o) * x(b, d);
        }
}

struct Loss {
    double mean;
    Tensor<2> dlogits;
};

/// The loss of the labels, those of the mixed images too, with one slip.
Loss loss_of(const Slip& slip, const Tensor<2>& logits, const Batch& batch, double smoothing) {
    const double s = slip.smooths ? smoothing : 0;
    const bool mixed = !batch.other_labels.empty() && !slip.own_labels_only;
    double share = slip.own_labels_only ? 1 : batch.share;
    if (mixed && slip.shares_swapped) share = 1 - share;
    if (mixed && slip.halves) share = 0.5;
    CrossEntropyCache cache;
    Loss loss{cross_entropy_forward(s, logits, batch.labels, cache), cross_entropy_backward(s, cache, share)};
    if (!mixed) return loss;
    if (!slip.loss_of_own_labels) loss.mean *= share;
    if (slip.share_of_own_only) return loss;
    const double other = cross_entropy_forward(s, logits, batch.other_labels, cache);
    if (!slip.loss_of_own_labels) loss.mean += (1 - share) * other;
    loss.dlogits += cross_entropy_backward(s, cache, 1 - share);
    return loss;
}

Parameters parameters_of(Linear& head, const Slip& slip) {
    // What does not end with "weight" does not decay.
    return {parameter(slip.no_decay ? "head" : "head.weight", head.weight), parameter("head.bias", head.bias)};
}

/// A step from its parts, with one slip.
Step with(const Slip& slip) {
    return [slip](Linear& head, const Tensor<2>& features, const Batch& batch, Optimiser& optimiser, Linear& grad,
                  double smoothing) {
        if (slip.zeroes_weight) grad.weight = zeros_like(grad.weight);
        if (slip.zeroes_bias) grad.bias = zeros_like(grad.bias);
        const Tensor<2> logits = logits_of(head, features);
        const Loss loss = loss_of(slip, logits, batch, smoothing);
        double factor = slip.uphill ? -1 : slip.twice ? 2 : 1;
        if (slip.sums) factor *= static_cast<double>(batch.labels.size());
        if (slip.goes_back)
            add_gradient(slip.other_rows ? upside_down(features) : features, loss.dlogits, grad, factor);
        if (!slip.trains_bias) grad.bias.fill(0);
        if (!slip.trains_weight) grad.weight.fill(0);
        const Parameters gradients = parameters_of(grad, slip);
        const Linear unclipped = grad;
        if (slip.clips_each)
            for (const Parameter& gradient : gradients) clip_gradients({gradient}, optimiser.largest_norm);
        else if (slip.clips && !slip.clips_after)
            clip_gradients(gradients, optimiser.largest_norm);
        double rate = optimiser.learning_rate();
        if (slip.next_rate) rate = learning_rate_at(optimiser.schedule, optimiser.adamw.step + 1);
        if (slip.peak_rate) rate = optimiser.schedule.peak;
        if (slip.trains) adamw_step(optimiser.adamw, rate, parameters_of(head, slip), gradients);
        if (slip.clips_after) clip_gradients(gradients, optimiser.largest_norm);
        if (slip.unclipped_left) grad = unclipped;
        if (slip.keeps_no_gradient) grad.weight.fill(0), grad.bias.fill(0);
        if (slip.scores_after) {
            const Tensor<2> after = logits_of(head, features);
            return score_of(loss_of(slip, after, batch, smoothing).mean, after, batch.labels);
        }
        return score_of(loss.mean, logits,
                        slip.right_by_other_labels && !batch.other_labels.empty() ? batch.other_labels : batch.labels);
    };
}

/// Two steps with a warm-up. The gradient is not empty when the first one begins.
Trial<Step> try_on(const std::string& inputs, double largest_norm, const Labels& other_labels, double share) {
    return {.inputs = inputs,
            .run = [=](const Step& f) -> Outputs {
                Rng rng(1);
                Linear head = make_linear(4, 3), grad = make_linear(4, 3);
                for (Linear* linear : {&head, &grad})
                    for (const Parameter& p : named_parameters(*linear)) rng.fill_normal(p.values, 0.1, 0.5);
                const Tensor<2> features = rng.normal_tensor<2>({11, 4});
                const Batch batch{{}, {0, 2, 1, 1, 0, 2, 2, 1, 0, 1, 2}, other_labels, share};
                Optimiser optimiser{.adamw = make_adamw({.eps = 0.1, .weight_decay = 0.1}, named_parameters(head)),
                                    .schedule = {.peak = 0.1, .warmup_steps = 3, .total_steps = 10},
                                    .largest_norm = largest_norm};
                const Score first = f(head, features, batch, optimiser, grad, 0.1),
                            second = f(head, features, batch, optimiser, grad, 0.1);
                return {output("loss of the first step", first.loss()),
                        output("loss of the second step", second.loss()),
                        output("right answers of the first step", static_cast<double>(first.right)),
                        output("right answers of the second step", static_cast<double>(second.right)),
                        output("images of a step", static_cast<double>(second.count)),
                        output("how many steps the optimiser made", static_cast<double>(optimiser.adamw.step)),
                        output("weight", "YD", head.weight),
                        output("bias", "Y", head.bias),
                        output("grad.weight", "YD", grad.weight),
                        output("grad.bias", "Y", grad.bias)};
            },
            .tolerance = 1e-10};
}

Exercise<Step> step_exercise() {
    return {
        .name = "7.9 head_step",
        .reference = with({}),
        .trials = {try_on("two steps, B=11 D=4 Y=3, gradients clipped at 0.2", 0.2, {}, 1),
                   try_on("two steps, nothing clipped", 0, {}, 1),
                   try_on("two steps with mixup, a share of 0.7, nothing clipped", 0, {1, 1, 2, 0, 2, 0, 1, 2, 0, 1, 0},
                          0.7)},
        .wrong_answers = {
            {"gradients_not_zeroed",
             "a step that adds to what was in the gradient before. linear_backward adds: begin with zeros.",
             "karpathy/micrograd#102", with({.zeroes_weight = false, .zeroes_bias = false})},
            {"bias_gradient_not_zeroed",
             "a step that adds to what was in the bias's gradient before. Weight and bias both begin with zeros.", "",
             with({.zeroes_bias = false})},
            {"weight_gradient_not_zeroed",
             "a step that adds to what was in the weight's gradient before. Weight and bias both begin with zeros.", "",
             with({.zeroes_weight = false})},
            {"head_step_without_clipping", "a step whose gradients were not clipped before the update.", "",
             with({.clips = false})},
            {"head_step_clips_after",
             "a step whose gradients were clipped after the update, when it was too late: the head had moved already.",
             "", with({.clips_after = true})},
            {"head_step_clips_each",
             "a step whose weight and bias were clipped each by its own length. Together they are one vector, which "
             "keeps its direction.",
             "", with({.clips_each = true})},
            {"head_step_leaves_it_unclipped",
             "a step that clips a copy of the gradient. In `grad` the clipped one is left.", "",
             with({.unclipped_left = true})},
            {"head_step_leaves_no_gradient",
             "a step that leaves zeros in `grad`. Zero it before the step, and not behind it: it is looked at.", "",
             with({.keeps_no_gradient = true})},
            {"head_step_without_backward",
             "a step with gradients of zero: linear_backward was not called, and only the decay acts.", "",
             with({.goes_back = false})},
            {"head_step_goes_back_twice", "a step with twice the gradient: linear_backward adds, and was called twice.",
             "", with({.twice = true})},
            {"head_step_uphill", "a step with the gradient's sign reversed: the loss grows.", "",
             with({.uphill = true})},
            {"head_loss_sum", "a step down the sum of the losses. The loss is their mean: else the rate depends on B.",
             "openai/guided-diffusion#111", with({.sums = true})},
            {"head_step_without_smoothing", "a step that does not hand the label smoothing on to the loss.", "",
             with({.smooths = false})},
            {"mixup_forgotten",
             "a step that knows only the images' own labels. With mixup the other ones count too: batch_loss looks at "
             "both.",
             "", with({.own_labels_only = true})},
            {"mixup_share_of_own_only",
             "a step whose own labels count for their share, and nobody for the rest. The other labels count for 1 - "
             "share.",
             "", with({.share_of_own_only = true})},
            {"mixup_shares_swapped", "a step whose own labels count for 1 - share, and the other ones for share.", "",
             with({.shares_swapped = true})},
            {"mixup_in_halves",
             "a step in which both labels count the same. They count as the two images do: "
             "batch.share.",
             "", with({.halves = true})},
            {"mixup_loss_of_own_labels",
             "a step down the right way, that returns the loss of the images' own labels. Both losses count: "
             "batch_loss(...).mean.",
             "", with({.loss_of_own_labels = true})},
            {"right_by_other_labels",
             "a step that counts an answer as right if it is the other image's label. score_of takes batch.labels.", "",
             with({.right_by_other_labels = true})},
            {"head_step_without_update", "a step that moves nothing: adamw_step is missing.", "",
             with({.trains = false})},
            {"bias_not_trained", "a step in which the bias has no gradient. It learns like the weight.", "",
             with({.trains_bias = false})},
            {"weight_not_trained", "a step in which the weight has no gradient: only the bias learns.", "",
             with({.trains_weight = false})},
            {"head_step_without_decay",
             "a step in which the weight does not decay: AdamW knows by the names what decays. head_parameters gives "
             "the right ones.",
             "", with({.no_decay = true})},
            {"head_step_with_next_rate",
             "a step with the rate of the step after it: optimiser.learning_rate() asks before the step is counted.",
             "", with({.next_rate = true})},
            {"head_step_with_peak_rate", "a step with the peak of the schedule, whatever the step.", "",
             with({.peak_rate = true})},
            {"head_step_scores_after", "a step that returns the score after the update. It is that of the head before.",
             "", with({.scores_after = true})},
            {"features_of_other_images",
             "a step whose gradient belongs to the features of other images. Row b of the features is image b, whose "
             "label is batch.labels[b].",
             "", with({.other_rows = true})},
        }};
}

/// The model's parameters for which `trains` holds, in their order.
Parameters those(Vit& model, const std::function<bool(const std::string&)>& trains) {
    Parameters parameters;
    for (const Parameter& p : named_parameters(model))
        if (trains(p.name)) parameters.push_back(p);
    return parameters;
}

bool is_of_head(const std::string& name) {
    return name == "head.weight" || name == "head.bias";
}

/// With a frozen backbone those for which `trains` holds, else all.
Trained frozen_with(const std::function<bool(const std::string&)>& trains) {
    return [trains](Vit& model, Freeze freeze) {
        return freeze == Freeze::nothing ? named_parameters(model) : those(model, trains);
    };
}

/// A list whose numbers are those of a copy.
Parameters of_copy(Vit& model, Freeze freeze, Vit& copy) {
    copy = model;
    return frozen_with(is_of_head)(copy, freeze);
}

/// Goes through the list and takes out what does not belong to the head; looks at no place twice.
Parameters every_second_stays(Vit& model, Freeze freeze) {
    Parameters parameters = named_parameters(model);
    for (std::size_t i = 0; i < parameters.size() && freeze == Freeze::backbone; ++i)
        if (!is_of_head(parameters[i].name)) parameters.erase(parameters.begin() + static_cast<std::ptrdiff_t>(i));
    return parameters;
}

/// "head.weight, head.bias"; of a long list the beginning and the end.
std::string names_of(const Parameters& parameters) {
    const std::size_t count = parameters.size();
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
        if (count > 6 && i == 3) names += ", ...";
        if (count <= 6 || i < 3 || i + 2 >= count) names += (i == 0 ? "" : ", ") + parameters[i].name;
    }
    return count == 0 ? "nothing" : count > 6 ? names + ", " + std::to_string(count) + " in all" : names;
}

Trial<Trained> try_on(const std::string& inputs, Freeze freeze, const VitConfig& config) {
    return {.inputs = inputs, .run = [=](const Trained& f) -> Outputs {
                Vit model = make_vit(config);
                const Parameters trained = f(model, freeze);
                for (const Parameter& p : trained)
                    for (Scalar& number : p.values) number += 1;
                std::size_t moved = 0;
                for (const Parameter& p : named_parameters(model))
                    moved += static_cast<std::size_t>(std::ranges::count(p.values, Scalar(1)));
                return {output("what trains", names_of(trained)),
                        output("numbers in the list", static_cast<double>(parameter_count(trained))),
                        output("numbers of the model that move with the list", static_cast<double>(moved))};
            }};
}

Exercise<Trained> trained_exercise() {
    const VitConfig config{.image_height = 4,
                           .image_width = 6,
                           .channels = 1,
                           .patch_size = 2,
                           .width = 4,
                           .depth = 2,
                           .heads = 2,
                           .hidden = 5,
                           .classes = 3};
    VitConfig no_block = config;
    no_block.depth = 0;
    no_block.width = 6;
    return {
        .name = "7.10 trained_parameters",
        .reference = frozen_with(is_of_head),
        .trials = {try_on("a model of two blocks with a frozen backbone", Freeze::backbone, config),
                   try_on("a model of two blocks, nothing frozen", Freeze::nothing, config),
                   try_on("a model without a block, with a frozen backbone", Freeze::backbone, no_block)},
        .wrong_answers = {
            {"everything_trains", "a list of all parameters, also where the backbone is frozen.", "",
             [](Vit& model, Freeze) { return named_parameters(model); }},
            {"only_the_head_trains", "a list of the head's parameters, also where nothing is frozen.", "",
             [](Vit& model, Freeze) { return those(model, is_of_head); }},
            {"backbone_trains",
             "a list of what should be frozen: the backbone trains, and the head, which is new, does not.", "",
             frozen_with([](const std::string& name) { return !is_of_head(name); })},
            {"freeze_the_other_way_round",
             "the head's parameters where nothing is frozen, and all of them where the backbone is.", "",
             [](Vit& model, Freeze freeze) {
                 return freeze == Freeze::nothing ? those(model, is_of_head) : named_parameters(model);
             }},
            {"last_norm_trains_too",
             "a list of the head and of the last norm. The norm makes the features that the head reads: it belongs to "
             "the backbone.",
             "", frozen_with([](const std::string& name) { return is_of_head(name) || name.starts_with("norm."); })},
            {"norms_train_too", "a list of the head and of every norm. Frozen is all of the model but its head.", "",
             frozen_with(
                 [](const std::string& name) { return is_of_head(name) || name.find("norm") != std::string::npos; })},
            {"biases_train_too", "a list of the head and of every bias. Frozen is all of the model but its head.", "",
             frozen_with([](const std::string& name) { return is_of_head(name) || name.ends_with(".bias"); })},
            {"heads_weight_only", "a list of the head's weight. Its bias trains too.", "",
             frozen_with([](const std::string& name) { return name == "head.weight"; })},
            {"heads_bias_only", "a list of the head's bias. Its weight trains too.", "",
             frozen_with([](const std::string& name) { return name == "head.bias"; })},
            {"names_without_head",
             "a list of the head's parameters under the names that they have in a Linear, \"weight\" and \"bias\". In "
             "the model, and in its checkpoints, they are \"head.weight\" and \"head.bias\".",
             "",
             [](Vit& model, Freeze freeze) {
                 return freeze == Freeze::nothing ? named_parameters(model) : named_parameters(model.head);
             }},
            {"parameters_of_a_copy",
             "a list of the parameters of a copy. They have the right names, and the model itself never moves: hand on "
             "references.",
             "", [copy = std::make_shared<Vit>()](Vit& model, Freeze freeze) { return of_copy(model, freeze, *copy); }},
            {"every_second_stays",
             "a list from which only every second parameter of the backbone was taken: behind one that is taken out "
             "the next moves up, and a loop that goes on jumps over it. std::erase_if does not.",
             "", every_second_stays},
            {"nothing_trains", "an empty list where the backbone is frozen: the head trains.", "",
             frozen_with([](const std::string&) { return false; })},
        }};
}

}  // namespace

TEST_CASE("7.9 head_step") {
    check(step_exercise(), head_step);
}

TEST_CASE("7.9 head_step: wrong answers" * doctest::skip()) {
    prove(step_exercise());
}

TEST_CASE("7.10 trained_parameters") {
    check(trained_exercise(), trained_parameters);
}

TEST_CASE("7.10 trained_parameters: wrong answers" * doctest::skip()) {
    prove(trained_exercise());
}

}  // namespace vit
