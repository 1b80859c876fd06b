// Chapter 7: a Vision Transformer learns.
//     in   images and their classes
//     out  loss, gradients, a trained model
#include <fmt/core.h>

#include <optional>

#include "07_training/run/classify.h"
#include "07_training/run/report.h"
#include "07_training/run/run_folder.h"
#include "07_training/run/train.h"
#include "common/program/program.h"
#include "common/report/diagram.h"

using namespace vit;

namespace {

/// What is asked of the program, beside the options of the training and the model.
struct Request {
    std::string out, resume, classify, diagram;
    std::size_t first = 0, count = 8, stop_after = 0;
};

void train(const TrainConfig& config, const VitConfig& model, const Request& request) {
    const bool fresh = request.resume.empty();
    Training training = fresh ? start_training(config, model) : resume_training(request.resume);
    const std::string folder = fresh ? make_run_folder(request.out, training.data_name) : request.resume;
    print_overview(training, request.diagram);
    if (fresh) print_checks(training);
    fmt::print("training: {} epochs of {} steps, into {}\n\n", training.config.epochs, training.steps_per_epoch(),
               folder);
    if (continue_training(training, folder, request.stop_after > 0 ? std::optional(request.stop_after) : std::nullopt))
        print_test(training);
    else
        fmt::print("\nstopped after step {} of {}; go on with --resume {}\n", training.step(), training.total_steps(),
                   folder);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 7: a Vision Transformer learns.", [](CommandLine& line) {
        TrainConfig config;
        VitConfig model{.patch_size = 4, .width = 64, .depth = 2, .heads = 4, .hidden = 128, .mlp_dropout = 0.1};
        Request request;
        line.add(named_options(config))
            .add(named_options(model), {"image_height", "image_width", "channels", "classes"})
            .option("out", request.out, "folder of the run; none: the first free runs/NAME-1, runs/NAME-2, ...")
            .option("resume", request.resume, "folder of a run that was stopped: go on with it")
            .option("stop_after", request.stop_after, "stop after this many steps, as Ctrl-C does; 0: do not")
            .option("classify", request.classify, "a checkpoint: show what it makes of test images, and train nothing")
            .option("first", request.first, "with --classify: number of the first test image")
            .option("count", request.count, "with --classify: how many")
            .add(diagram_option(request.diagram))
            .parse();

        if (!request.classify.empty()) {
            line.require_only({"classify", "data", "first", "count"});
            classify_test_images(request.classify, config.data, request.first, request.count);
        } else {
            if (!request.resume.empty()) line.require_only({"resume", "stop_after", "diagram"});
            train(config, model, request);
        }
    });
}
