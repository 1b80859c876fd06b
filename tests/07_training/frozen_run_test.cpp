// Whole runs with a frozen backbone.
#include <filesystem>

#include "07_training/frozen.h"
#include "07_training/run/report.h"
#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// The images change at random, so that their features are computed in each step; or they do not, and are kept.
TrainConfig frozen_config(bool images_change) {
    TrainConfig config = small_config();
    config.freeze = Freeze::backbone;
    if (!images_change) config.augmentation = {};
    return config;
}

}  // namespace

TEST_CASE("with a frozen backbone only the head moves, and the optimiser knows nothing else") {
    const TemporaryFolder folder;
    for (const bool images_change : {false, true}) {
        INFO("images change: ", images_change);
        const TrainConfig config = frozen_config(images_change);
        Training start = start_training(config, small_model());
        Training end = whole_run(config, folder.file(images_change ? "changed" : "kept"));
        CHECK(end.finished());
        CHECK(same(backbone_parameters(end.model), backbone_parameters(start.model)));
        for (const Parameter& p : head_parameters(end.model.head)) {
            INFO(p.name);
            CHECK(std::ranges::none_of(p.values, [](Scalar w) { return w == 0; }));  // which they all were
        }
        CHECK(parameter_count(end.trained()) == 8 * 10 + 10);
        CHECK(end.optimiser.adamw.m.size() == 2);
        CHECK(end.optimiser.adamw.v.size() == 2);
        CHECK(end.epochs.back().train.loss() < end.epochs.front().train.loss());
        CHECK(end.epochs.back().validation.count == 1293);
    }
}

TEST_CASE("a frozen run that was stopped and resumed ends with the same bits as one that was not") {
    const TemporaryFolder folder;
    for (const bool images_change : {false, true}) {
        INFO("images change: ", images_change);
        const std::string path = folder.file(images_change ? "changed" : "kept");
        Training whole = whole_run(frozen_config(images_change), path + "-whole");
        {
            Training first = start_training(frozen_config(images_change), small_model());
            CHECK_FALSE(go_on(first, path, 3));
        }
        {
            Training second = resume_training(RunFolder(path));
            CHECK(second.config.freeze == Freeze::backbone);
            CHECK_FALSE(go_on(second, path, 4));
        }
        Training parts = resume_training(RunFolder(path));
        CHECK(parts.step() == 7);
        CHECK(go_on(parts, path));
        CHECK(same(named_parameters(parts.model), named_parameters(whole.model)));
        CHECK(same(named_parameters(parts.optimiser.adamw, parts.trained()),
                   named_parameters(whole.optimiser.adamw, whole.trained())));
        REQUIRE(parts.epochs.size() == 4);
        for (std::size_t i = 0; i < 4; ++i) {
            CHECK(parts.epochs[i].train.loss_sum == whole.epochs[i].train.loss_sum);
            CHECK(parts.epochs[i].validation.loss_sum == whole.epochs[i].validation.loss_sum);
        }
    }
}

TEST_CASE("the state of a frozen run has moments for the head alone; its model file has the whole model") {
    const TemporaryFolder folder;
    whole_run(frozen_config(false), folder.file("run"));
    std::vector<std::string> moments;
    for (const StoredTensor& tensor : load_safetensors(folder.file("run/last.safetensors")).tensors)
        if (tensor.name.starts_with("adamw.")) moments.push_back(tensor.name);
    CHECK(moments == std::vector<std::string>{"adamw.m.head.weight", "adamw.v.head.weight", "adamw.m.head.bias",
                                              "adamw.v.head.bias"});
    CHECK(load_model(folder.file("run/best.safetensors")).model.encoder.blocks.size() == 1);
}

TEST_CASE("a run that is finished computes no features") {
    const TemporaryFolder folder;
    whole_run(frozen_config(false), folder.file("run"));
    Training finished = resume_training(RunFolder(folder.file("run")));
    const auto printed = [&] {
        const Quiet quiet;
        continue_training(finished, opened(folder.file("run")));
        return quiet.printed();
    };
    CHECK(printed().starts_with("epoch  learning rate"));
}

TEST_CASE("what is printed before a run says how many of the parameters train") {
    const auto printed = [](const TrainConfig& config) {
        const Training t = start_training(config, small_model());
        const Quiet quiet;
        print_overview(t);
        print_checks(t);
        return quiet.printed();
    };
    const std::string all = printed(small_config()), head = printed(frozen_config(true));
    CHECK(all.find("\n822 parameters\n") != std::string::npos);
    CHECK(all.find("learned by heart") != std::string::npos);
    CHECK(head.find("\n90 of 822 parameters train\n") != std::string::npos);
    CHECK(head.find("check: the initial loss is 2.3026") != std::string::npos);
    CHECK(head.find("learned by heart") == std::string::npos);
}

}  // namespace vit
