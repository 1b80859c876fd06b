#include <fmt/core.h>

#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// The error of a run that goes on; its folder's name is left out.
std::string error_of_run(Training& training, const std::string& folder, std::optional<std::size_t> most_steps = {}) {
    std::string error = error_of<std::runtime_error>([&] { go_on(training, folder, most_steps); });
    const std::size_t place = error.find(folder);
    return place == std::string::npos ? error : error.replace(place, folder.size(), "FOLDER");
}

/// No dropout and no changes: what happens in a step is known.
Training plain_training() {
    TrainConfig config = small_config();
    config.augmentation = {};
    config.warmup_epochs = 0;
    VitConfig model = small_model();
    model.embedding_dropout = model.attention_dropout = model.projection_dropout = model.mlp_dropout = 0;
    return start_training(config, model);
}

/// Everything in a run's files is finite, and the run can be resumed at this step.
void check_resumable(const std::string& folder, std::size_t step) {
    const Training resumed = resume_training(RunFolder(folder));
    CHECK(resumed.step() == step);
    CHECK(resumed.epochs.size() == step / 5);
    if (step > 0) CHECK_NOTHROW(load_model(folder + "/best.safetensors"));
}

}  // namespace

TEST_CASE("a run whose rate is far too high stops at the step that shows it, and its last good state can be resumed") {
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.learning_rate = 1e30;
    config.warmup_epochs = 0;
    config.after_warmup = AfterWarmup::constant;
    Training training = start_training(config, small_model());
    const std::string error = error_of_run(training, folder.file("run"));
    INFO(error);
    CHECK(error.starts_with("training: step "));
    CHECK(error.find(" of 20, at the learning rate 1e+30: ") != std::string::npos);
    CHECK(error.ends_with(" not finite; FOLDER/last.safetensors has the last good state"));
    check_resumable(folder.file("run"), 0);
}

TEST_CASE("Adam without eps divides 0 by 0 in the first step") {
    // The head is zero at first, so no gradient gets past it.
    const TemporaryFolder folder;
    TrainConfig config = small_config();
    config.adamw.eps = 0;
    config.warmup_epochs = 0;
    Training training = start_training(config, small_model());
    CHECK(
        error_of_run(training, folder.file("run")) ==
        "training: step 1 of 20, at the learning rate 0.005: cls_token is not finite; FOLDER/last.safetensors has the "
        "last good state");
    check_resumable(folder.file("run"), 0);
    // The state that is left is that of a fresh run.
    Training resumed = resume_training(RunFolder(folder.file("run"))), fresh = start_training(config, small_model());
    CHECK(same(named_parameters(resumed.model), named_parameters(fresh.model)));
}

TEST_CASE("what is not finite is named: the loss, a gradient, or Adam's numbers") {
    const TemporaryFolder folder;
    const auto what = [&](const auto& change) {
        Training training = plain_training();
        go_on(training, folder.file("run"), 5);
        training.optimiser.largest_norm = 0;
        training.optimiser.schedule = {.peak = 0.25, .after_warmup = AfterWarmup::constant};
        change(training.model);
        const std::string error = error_of_run(training, folder.file("run"), 3);
        const std::string begin = "training: step 6 of 20, at the learning rate 0.25: ",
                          end = "; FOLDER/last.safetensors has the last good state";
        CHECK(error.starts_with(begin));
        CHECK(error.ends_with(end));
        check_resumable(folder.file("run"), 5);
        return error.substr(begin.size(), error.size() - begin.size() - end.size());
    };
    // Logits of infinity.
    CHECK(what([](Vit& model) {
              model.norm.weight.fill(1e308);
              model.head.weight.fill(10);
          }) == "the loss is not finite, and the gradient of cls_token is not finite");
    // A class so far below the others that the difference is infinite: its images have an infinite loss.
    CHECK(what([](Vit& model) {
              model.head.weight.fill(0);
              model.head.bias.fill(1e308);
              model.head.bias(3) = -1e308;
          }) == "the loss is not finite");
    // Gradients of 1e200, whose squares are infinite.
    CHECK(what([](Vit& model) { model.norm.weight.fill(1e200); }) == "Adam's v.cls_token is not finite");
}

TEST_CASE("a model that is finite and whose answers are not is noticed at the end of the epoch") {
    // The last step of the second epoch makes weights of 1e250, and products of them.
    const TemporaryFolder folder;
    Training training = plain_training();
    go_on(training, folder.file("run"), 9);
    training.optimiser.schedule = {.peak = 1e250, .after_warmup = AfterWarmup::constant};
    CHECK(error_of_run(training, folder.file("run")) ==
          "training: step 10 of 20, at the learning rate 1e+250: the validation loss is not finite; "
          "FOLDER/last.safetensors has the last good state");
    check_resumable(folder.file("run"), 9);
}

}  // namespace vit
