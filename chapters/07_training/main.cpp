// Chapter 7: a Vision Transformer learns.
//     in   images and their classes
//     out  loss, gradients, a trained model
#include <fmt/core.h>

#include <optional>

#include "06_vit_head/trace.h"
#include "07_training/run/checkpoint.h"
#include "07_training/run/classify.h"
#include "07_training/run/sanity.h"
#include "common/program/program.h"
#include "common/report/diagram.h"
#include "common/report/text.h"
#include "common/tensor/parallel.h"

using namespace vit;

namespace {

/// The model for the bundled digits: 8 x 8 pixels are 4 patches of 4 x 4.
VitConfig default_model() {
    return {.image_height = 8,
            .image_width = 8,
            .channels = 1,
            .patch_size = 4,
            .width = 64,
            .depth = 2,
            .heads = 4,
            .hidden = 128,
            .classes = 10,
            .mlp_dropout = 0.1};
}

void print_overview(const Training& t, const std::string& diagram) {
    fmt::print("data: {}, images {} x {} x {}, {} classes\n", t.config.data, t.train.channels, t.train.height,
               t.train.width, t.class_names.size());
    fmt::print("      {} to train on, {} held back for validation, {} for the test\n\n", t.train.count,
               t.validation.count, t.test.count);
    VitCache cache;
    const std::vector<std::size_t> first{0};
    vit_forward(t.model, make_batch(t.train, first, t.normalisation).images, cache);
    const Trace trace = trace_vit(t.model, cache);
    fmt::print("{}", shape_lines({input_of("images", "B C H W", trace.input), folded(trace)}));
    fmt::print("\n{} parameters\n\n", with_thousands(total_parameters(trace)));
    if (!diagram.empty()) write_diagram(trace, diagram);
}

void print_test(const Training& t) {
    const ThreadLimit threads(t.config.threads);
    const Evaluation test = evaluate(t.model, t.test, t.normalisation);
    const Confusion confusion =
        confusion_matrix(Labels(t.test.labels.begin(), t.test.labels.end()), test.predicted, t.class_names.size());
    fmt::print("\n{}\n{}\n", to_string(class_metrics(confusion), t.class_names), to_string(confusion, t.class_names));
    fmt::print("test loss {:.4f}\n", test.score.loss());
    fmt::print("test accuracy {:.4f} ({}/{})\n", test.score.accuracy(), test.score.right, test.score.images);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 7: a Vision Transformer learns.", [](CommandLine& line) {
        TrainConfig config;
        VitConfig model = default_model();
        std::string out, resume, classify, diagram;
        std::size_t first = 0, count = 8, stop_after = 0;
        line.add(named_options(config))
            .add(named_options(model), {"image_height", "image_width", "channels", "classes"})
            .option("out", out, "folder of the run; none: the first free runs/NAME-1, runs/NAME-2, ...")
            .option("resume", resume, "folder of a run that was stopped: go on with it")
            .option("stop_after", stop_after, "stop after this many steps, as Ctrl-C does; 0: do not")
            .option("classify", classify, "a checkpoint: show what it makes of test images, and train nothing")
            .option("first", first, "with --classify: number of the first test image")
            .option("count", count, "with --classify: how many")
            .add(diagram_option(diagram))
            .parse();

        if (!classify.empty()) {
            line.require_only({"classify", "data", "first", "count"});
            return classify_test_images(classify, config.data, first, count);
        }

        if (!resume.empty()) line.require_only({"resume", "stop_after", "diagram"});
        Training training = resume.empty() ? start_training(config, model) : resume_training(resume);
        const std::string folder = resume.empty() ? run_folder(out, config.data) : resume;
        print_overview(training, diagram);
        if (resume.empty()) {
            check_initial_loss(training);
            overfit_one_batch(training);
        }
        fmt::print("training: {} epochs of {} steps, into {}\n\n", training.config.epochs, training.steps_per_epoch(),
                   folder);
        const bool finished =
            continue_training(training, folder, stop_after > 0 ? std::optional(stop_after) : std::nullopt);
        if (finished)
            print_test(training);
        else
            fmt::print("\nstopped after step {} of {}; go on with --resume {}\n", training.step, training.total_steps(),
                       folder);
    });
}
