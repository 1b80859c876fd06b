#include "07_training/run/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "06_vit_head/trace.h"
#include "07_training/evaluate.h"
#include "07_training/run/parallel_step.h"
#include "07_training/sanity.h"
#include "common/files/outputs.h"
#include "common/program/printable.h"
#include "common/report/diagram.h"
#include "common/report/text.h"
#include "common/tensor/parallel.h"

namespace vit {
namespace {

/// The first training images, as they are.
Batch first_images(const Training& t, std::size_t count) {
    std::vector<std::size_t> indices(std::min(count, t.train.count));
    std::iota(indices.begin(), indices.end(), std::size_t(0));
    return make_batch(t.train, indices, t.normalisation);
}

/// The model's layers, with the shapes of one image.
Trace trace_of(const Training& t) {
    VitCache cache;
    vit_forward(t.model, first_images(t, 1).images, cache);
    return trace_vit(t.model, cache);
}

}  // namespace

void draw_model(const Training& t, const std::string& diagram) {
    if (diagram.empty()) return;
    refuse_to_overwrite("--diagram", diagram, {t.config.data, t.config.init});
    write_diagram(trace_of(t), diagram);
}

void print_overview(const Training& t) {
    fmt::print("data: {} ({}), images {} x {} x {}, {} classes\n", printable(t.config.data), t.data_kind,
               t.train.channels, t.train.height, t.train.width, t.class_names.size());
    fmt::print("      {} to train on, {} held back for validation, {} for the test\n", t.train.count,
               t.validation.count, t.test.count);
    for (const std::string& note : t.data_notes) fmt::print("      {}\n", printable(note, note.size()));
    if (!t.weights_note.empty()) fmt::print("{}\n", t.weights_note);
    fmt::print("\n");
    const Trace trace = trace_of(t);
    fmt::print("{}", shape_lines({input_of("images", "B C H W", trace.input), folded(trace)}));
    const std::string parameters = with_thousands(total_parameters(trace)) + " parameters";
    if (t.config.freeze == Freeze::backbone)
        fmt::print("\n{} of {} train\n\n", with_thousands(t.model.head.weight.size() + t.model.head.bias.size()),
                   parameters);
    else
        fmt::print("\n{}\n\n", parameters);
}

void print_checks(const Training& t) {
    const ThreadLimit threads(t.config.threads);
    const auto classes = t.class_names.size();
    fmt::print("check: the initial loss is {:.4f}, and it must be ln {} = {:.4f}\n",
               initial_loss(t.model, first_images(t, 64)), classes, std::log(static_cast<double>(classes)));
    if (t.config.freeze == Freeze::backbone) return;  // a head alone need not be able to learn a batch by heart
    const Batch batch = first_images(t, 32);
    std::vector<Worker> workers = make_workers(t.model.config, std::min(thread_limit(), batch.labels.size()));
    const Step step = [&](Vit& model, const Batch& images, Optimiser& optimiser) {  // as much memory as the training
        return parallel_step(model, images, optimiser, workers);
    };
    const auto [score, steps, out_of_time] = overfit_one_batch(t.model, batch, step);
    fmt::print("check: one batch of {} images, learned by heart: loss {:.4f}, {} of {} right after {} steps{}\n",
               score.count, score.loss(), score.right, score.count, steps,
               out_of_time ? "; there is no time for more" : "");
}

void print_test(const Training& t) {
    const ThreadLimit threads(t.config.threads);
    const Evaluation test = evaluate(t.model, t.test, t.normalisation);
    if (!std::isfinite(test.score.loss_sum)) throw std::runtime_error("the test loss is not finite");
    const Labels labels(t.test.labels.begin(), t.test.labels.end());
    const Confusion confusion = confusion_matrix(labels, test.predicted, t.class_names.size());
    fmt::print("\n{}\n{}\n", to_string(class_metrics(confusion), t.class_names), to_string(confusion, t.class_names));
    fmt::print("test loss {:.4f}\n", test.score.loss());
    fmt::print("test accuracy {:.4f} ({}/{})\n", test.score.accuracy(), test.score.right, test.score.count);
}

void print_stopped(const Training& t, const std::string& folder) {
    const std::size_t steps = t.step() - t.epochs.size() * t.steps_per_epoch();  // of the epoch under way
    const Score& score = t.epoch_so_far;
    if (steps > 0)
        fmt::print("\nepoch {} so far: {} of {} steps, train loss {:.4f}, train accuracy {:.4f}, {:.3g} s a step\n",
                   t.epochs.size() + 1, steps, t.steps_per_epoch(), score.loss(), score.accuracy(),
                   t.seconds_so_far / static_cast<double>(steps));
    fmt::print("\nstopped after step {} of {}; go on with --resume {}\n", t.step(), t.total_steps(),
               printable(folder, folder.size()));
}

}  // namespace vit
