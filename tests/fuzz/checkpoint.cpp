// Checkpoints: a model, the state of a run and its options. The seeds are states of the smallest run there is, in which
// every size is 1.
#include "07_training/run/checkpoint.h"

#include "tests/fuzz/safetensors_input.h"

namespace {

using namespace vit;

Training smallest_run() {
    Training training;
    training.model = make_vit({.image_height = 1,
                               .image_width = 1,
                               .channels = 1,
                               .patch_size = 1,
                               .width = 1,
                               .depth = 1,
                               .heads = 1,
                               .hidden = 1,
                               .classes = 1});
    training.optimiser.adamw = make_adamw({}, named_parameters(training.model));
    return training;
}

void check_model(const TrainedModel& trained) {
    require(trained.class_names.size() == trained.model.config.classes, "other names than classes");
    for (const std::string& name : trained.class_names)
        require(printable(name, name.size()) == name, "a class name that is not printable");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static InputFile file;
    static Training training = smallest_run();
    file.fill(input_of(data, size));
    reads(file.path(), [&] { check_model(load_model(file.path())); });
    reads(file.path(), [&] { load_state(file.path(), training); });
    TrainConfig config;
    VitConfig model;
    reads(file.path(), [&] { read_options(file.path(), config, model); });
    return 0;
}
