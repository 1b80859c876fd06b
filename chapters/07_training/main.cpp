// Chapter 7: a Vision Transformer learns.
//     in   images and their classes
//     out  loss, gradients, a trained model
#include <fmt/ranges.h>

#include <optional>
#include <stdexcept>

#include "07_training/run/best_epoch.h"
#include "07_training/run/classify.h"
#include "07_training/run/initial_weights.h"
#include "07_training/run/report.h"
#include "07_training/run/run_files.h"
#include "07_training/run/run_folder.h"
#include "07_training/run/train.h"
#include "common/files/outputs.h"
#include "common/program/printable.h"
#include "common/program/program.h"
#include "common/report/diagram.h"

using namespace vit;

namespace {

/// What is asked of the program, beside the options of the training and the model.
struct Request {
    std::string out, resume, classify, diagram;
    std::string data;                   // empty: the one that the options or the checkpoint say
    std::vector<std::string> pictures;  // with classify
    bool as_is = false;                 // with pictures
    Shown shown;                        // with classify, without pictures
    std::size_t stop_after = 0;
};

void go_on(Training& training, const RunFolder& folder, std::size_t stop_after) {
    fmt::print("training: {} epochs of {} steps, into {}\n\n", training.config.epochs, training.steps_per_epoch(),
               printable(folder.path(), folder.path().size()));
    if (continue_training(training, folder, stop_after > 0 ? std::optional(stop_after) : std::nullopt)) {
        fmt::print("\n{}", best_epoch_lines(training.epochs, training.config.best_by));
        print_test(training);
    } else {
        print_stopped(training, folder.path());
    }
}

void train(const TrainConfig& config, const VitConfig& model, const Request& request) {
    refuse_inside("--out", request.out.empty() ? "runs" : request.out, config.data);
    Training training = start_training(config, model);
    draw_model(training, request.diagram);
    const RunFolder folder = make_run_folder(request.out, training.data_name);
    write_beginning(training, folder);
    print_overview(training);
    print_checks(training);
    go_on(training, folder, request.stop_after);
}

void resume(const Request& request) {
    const RunFolder folder(request.resume);
    Training training = resume_training(folder, request.data);
    draw_model(training, request.diagram);
    print_overview(training);
    go_on(training, folder, request.stop_after);
}

void classify(const CommandLine& line, const TrainConfig& config, Request request) {
    if (!request.pictures.empty()) {
        line.require_only({"picture", "classify", "as_is"});
        return classify_pictures(request.classify, request.pictures, request.as_is);
    }
    line.refuse({"as_is"}, "needs --picture FILE");
    line.require_only({"classify", "data", "classes", "image_size", "first", "count", "wrong_only"});
    request.shown.data = request.data;
    request.shown.classes = config.classes;
    request.shown.image_height = config.image_height;
    request.shown.image_width = config.image_width;
    classify_test_images(request.classify, request.shown);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 7: a Vision Transformer learns.", [](CommandLine& line) {
        TrainConfig config;
        VitConfig model{.patch_size = 4, .width = 64, .depth = 2, .heads = 4, .hidden = 128, .mlp_dropout = 0.1};
        std::string config_file, model_name, weights;
        line.read_first(option("config", config_file,
                               "options to start from, as a run writes them into its folder: runs/NAME/config.json"));
        if (!config_file.empty()) read_config(config_file, config, model);
        line.read_first(option("model", model_name,
                               fmt::format("the sizes to start from: {}", fmt::join(vit_preset_names(), ", "))));
        if (!model_name.empty()) model = vit_preset(model_name);
        line.read_first(
            option("init", weights, "a weight file to begin with, under timm's names: all of it but its head"));
        if (!weights.empty()) {
            if (!model_name.empty()) throw std::invalid_argument("--model cannot be given together with --init");
            config.init = weights;
            read_model(weights, model);
        }
        Request request;
        line.image_size(config.image_height, config.image_width,
                        "height and width the images get, in pixels; without it as they are, pictures 64")
            .add(named_options(config), {"image_height", "image_width", "init"})
            .add(named_options(model), {"image_height", "image_width", "channels", "classes"})
            .option("out", request.out, "folder of the run; none: the first free runs/NAME-1, runs/NAME-2, ...")
            .option("resume", request.resume, "folder of a run that was stopped: go on with it")
            .option("stop_after", request.stop_after, "stop after this many steps, as Ctrl-C does; 0: do not")
            .option("classify", request.classify, "a checkpoint: show what it makes of test images, and train nothing")
            .option("first", request.shown.first, "with --classify: number of the first test image")
            .size("count", request.shown.count, "with --classify: how many")
            .flag("wrong_only", request.shown.wrong_only,
                  "with --classify: only those that it takes for something else")
            .files("picture", request.pictures,
                   "with --classify: pictures of your own, PNG or JPEG; where one is transparent, white shows")
            .flag("as_is", request.as_is, "with --picture: scaled and cut, and not prepared like the data set")
            .add(diagram_option(request.diagram))
            .parse();

        refuse_to_overwrite("--diagram", request.diagram, {config_file});
        if (line.given("data")) request.data = config.data;
        if (!request.classify.empty()) return classify(line, config, request);
        line.refuse({"picture", "as_is", "wrong_only", "first", "count"},
                    "needs --classify and a checkpoint: runs/NAME/best.safetensors");
        if (request.resume.empty()) return train(config, model, request);
        line.require_only({"resume", "data", "stop_after", "diagram"});
        resume(request);
    });
}
