// Chapter 8: weights that others have trained.
//     in   a weight file, and photographs
//     out  what the model says of them, as where it was trained
#include <fmt/core.h>

#include <chrono>
#include <stdexcept>

#include "06_vit_head/parameter_formula.h"
#include "07_training/finite.h"
#include "07_training/weight_file.h"
#include "08_pretrained/answer.h"
#include "08_pretrained/demonstration.h"
#include "08_pretrained/image_size.h"
#include "08_pretrained/library_defaults.h"
#include "08_pretrained/parity_dial.h"
#include "08_pretrained/position_picture.h"
#include "08_pretrained/pretrained.h"
#include "08_pretrained/save_pretrained.h"
#include "common/files/data_set.h"
#include "common/files/outputs.h"
#include "common/program/printable.h"
#include "common/program/program.h"
#include "common/report/text.h"

using namespace vit;

namespace {

/// Number types of a file that is written.
enum class SavedAs { f32, f16, bf16 };
const std::vector<std::string> saved_as_names{"F32", "F16", "BF16"};

/// What is asked of the program.
struct Request {
    std::string weights, labels, logits, features, save, save_positions;
    PretrainedOptions form;                         // what the weight file does not say
    std::size_t image_height = 0, image_width = 0;  // of the images the model gets; 0: those that its positions are for
    std::vector<std::string> pictures;
    double eps = 0;                                          // 0: the library's
    std::size_t position_resize = 0, pooling = 0, gelu = 0;  // 0: the usual one; else 1 more than its number
    Dialect save_dialect = Dialect::timm;
    SavedAs save_dtype = SavedAs::f32;
    std::size_t top = 5;
    bool dial = false;
};

void print_model(const Pretrained& p, const std::string& weights, double seconds) {
    const VitConfig& c = p.model.config;
    fmt::print("weights   {}: {} (by {}), read in {:.2f} s\n", printable(weights), name_of(p.dialect), p.recognised_by,
               seconds);
    fmt::print(
        "model     {} parameters: images {} x {} x {}, patches of {}, D {}, {} blocks, {} heads of {}, F {}, {}\n",
        with_thousands(parameters_by_formula(c)), c.channels, c.image_height, c.image_width, c.patch_size, c.width,
        c.depth, c.heads, c.head_width > 0 ? c.head_width : c.width / c.heads, c.hidden,
        p.has_head ? fmt::format("{} classes", c.classes) : "no head");
    fmt::print("form      eps {:g}, GELU {}, pooling {}\n", c.eps, gelu_names.at(static_cast<std::size_t>(c.gelu)),
               pooling_names.at(static_cast<std::size_t>(c.pooling)));
}

/// A model, and what its positions were before they were resized.
struct Resized {
    Pretrained pretrained;
    Tensor<3> positions;
    PatchGrid from;
};

/// The model of the request, for images of the size that is asked for.
Resized read_model(const Request& request, PositionResize how) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    Pretrained p = load_pretrained(request.weights, request.form);
    print_model(p, request.weights, std::chrono::duration<double>(Clock::now() - start).count());
    const Tensor<3> positions = p.model.tokens.position;
    const PatchGrid from = patch_grid(p.model.config);
    if (request.image_height > 0) {
        set_image_size(p.model, request.image_height, request.image_width, how);
        const PatchGrid to = patch_grid(p.model.config);
        if (from.rows != to.rows || from.columns != to.columns)
            fmt::print("positions {} x {} patches, resized to {} x {} ({})\n", from.rows, from.columns, to.rows,
                       to.columns, position_resize_names.at(static_cast<std::size_t>(how)));
        if (!request.save_positions.empty()) draw_positions(request.save_positions, how, positions, from, to);
    }
    return {std::move(p), positions, from};
}

/// Everything that is asked about the pictures. Throws Errors if some cannot be read: when the others are answered, or
/// at once if all together give a table.
void answer(const Request& request, const Resized& read, const Preprocessing& preprocessing, PositionResize how) {
    const Pretrained& p = read.pretrained;
    fmt::print("pictures  {}\n", to_string(preprocessing));
    Errors errors;
    const Images images = read_images(request.pictures, preprocessing, errors.messages);
    const bool as_table = !request.logits.empty() || !request.features.empty() || request.dial;
    if (as_table && !errors.messages.empty()) throw errors;
    const Answers answers = answers_of(p.model, images.pixels);
    if (!all_finite(answers.logits.storage()) || !all_finite(answers.features.storage()))
        throw std::runtime_error(
            request.weights +
            ": the model's answers are not finite; its weights, --mean or --std are too large or small");
    std::vector<std::string> names = p.class_names;
    if (!request.labels.empty()) names = read_names(request.labels);
    const bool named = !request.labels.empty() || !names.empty();
    if (named && p.has_head && names.size() != p.model.config.classes)
        throw std::runtime_error(fmt::format("{}: there are {} names, but the model has {} classes",
                                             request.labels.empty() ? request.weights : request.labels, names.size(),
                                             p.model.config.classes));
    for (std::size_t b = 0; b < images.files.size(); ++b) {
        fmt::print("\n{}\n", printable(images.files[b]));
        fmt::print("{}", p.has_head ? most_likely(answers.logits, b, request.top, names)
                                    : "    no head, so no classes; --features FILE.csv has what a head would read\n");
    }
    if (!request.logits.empty()) write_csv(request.logits, "logit", answers.logits);
    if (!request.features.empty()) write_csv(request.features, "feature", answers.features);
    if (request.dial) {
        std::vector<Turn> turns = turn_dial(p.model, images.pixels);
        if (request.image_height > 0)
            for (const Turn& turn : turn_positions(p.model, images.pixels, how, read.positions, read.from))
                turns.push_back(turn);
        fmt::print("\n{}", to_string(turns, images.files.size()));
    }
    if (!errors.messages.empty()) throw errors;
}

/// The same for each channel, as 07_training has it.
Normalisation normalisation_of(const Preprocessing& p) {
    const auto each = [&](const std::vector<double>& numbers) {
        return numbers.size() == 1 ? std::vector<double>(p.channels, numbers[0]) : numbers;
    };
    return {each(p.mean), each(p.standard_deviation)};
}

/// Throws std::invalid_argument if options were given that need another one.
void check_request(const Request& r, bool has_head) {
    const auto need = [](bool asked, bool there, const char* message) {
        if (asked && !there) throw std::invalid_argument(message);
    };
    need(!r.labels.empty() || !r.logits.empty() || !r.features.empty() || r.dial, !r.pictures.empty(),
         "--labels, --logits, --features and --dial need a picture: --image FILE");
    need(!r.save_positions.empty(), r.image_height > 0, "--save-positions needs another size: --image-size HxW");
    need(!r.logits.empty() || r.dial, has_head, "the weights have no head, so there are no logits; ask for --features");
}

/// Throws std::invalid_argument if a file that is read would be written over, or a file be written twice.
void check_outputs(const Request& r) {
    std::vector<std::string> inputs = r.pictures;
    inputs.insert(inputs.end(), {r.weights, r.labels});
    refuse_to_overwrite("--logits", r.logits, inputs);
    refuse_to_overwrite("--features", r.features, inputs);
    refuse_to_overwrite("--save", r.save, inputs);
    refuse_to_overwrite("--save-positions", r.save_positions, inputs);
    refuse_twice({{"--logits", r.logits},
                  {"--features", r.features},
                  {"--save", r.save},
                  {"--save-positions", r.save_positions}});
}

void run(const Request& request, Preprocessing preprocessing) {
    check_outputs(request);
    const PositionResize how = request.position_resize == 0
                                   ? usual_resize(recognise(load_safetensors(request.weights)).dialect)
                                   : static_cast<PositionResize>(request.position_resize - 1);
    const Resized read = read_model(request, how);
    const VitConfig& config = read.pretrained.model.config;
    check_request(request, read.pretrained.has_head);
    preprocessing.height = config.image_height;
    preprocessing.width = config.image_width;
    preprocessing.channels = config.channels;
    if (config.channels != 1 && config.channels != 3)
        throw std::runtime_error(fmt::format("{}: the model's images have {} channels; those of pictures have 1 or 3",
                                             request.weights, config.channels));
    check(preprocessing);
    if (!request.pictures.empty()) answer(request, read, preprocessing, how);
    if (!request.save.empty()) {
        Normalisation normalisation = normalisation_of(preprocessing);
        const std::string& dtype = saved_as_names.at(static_cast<std::size_t>(request.save_dtype));
        save_pretrained(request.save, read.pretrained.model, request.save_dialect,
                        to_text(normalisation_options(normalisation)), dtype);
        fmt::print("saved     {}, with the names of {}, as {}\n", printable(request.save),
                   name_of(request.save_dialect), dtype);
    }
}

/// One of several words, or "usual", which is number 0: what the library of the weights does.
Option usual_or(const std::string& name, std::vector<std::string> words, std::size_t& number, const std::string& help) {
    words.insert(words.begin(), "usual");
    return choice(
        name, words, [&number] { return number; }, [&number](std::size_t n) { number = n; }, help);
}

void run_chapter(CommandLine& line) {
    Request request;
    line.read_first(option("weights", request.weights,
                           "a safetensors file of timm, torchvision, Hugging Face, vit-pytorch or 07_training"));
    Preprocessing preprocessing;
    if (!request.weights.empty()) preprocessing = usual_preprocessing(load_safetensors(request.weights));
    std::size_t preset = 0, seed = 1;
    line.read_first(usual_or("preprocessing", preprocessing_preset_names(), preset, "how pictures are prepared"));
    if (preset > 0) preprocessing = preprocessing_preset(preprocessing_preset_names().at(preset - 1));
    line.files("image", request.pictures, "pictures, PNG or JPEG; where one is transparent, white shows")
        .option("labels", request.labels, "names of the classes, a line each")
        .size("top", request.top, "how many of the most likely classes are shown")
        .option("heads", request.form.heads, "A, attention heads; 0: of width 64, but at most 16 of them")
        .add(usual_or("pooling", pooling_names, request.pooling, "which vector the head reads"))
        .add(usual_or("gelu", gelu_names, request.gelu, "form of the GELU"))
        .option("eps", request.eps, "in the root of every LayerNorm; 0: that of the library's models")
        .image_size(request.image_height, request.image_width,
                    "height and width of the images that the model gets; without it those of its positions")
        .add(usual_or("position_resize", position_resize_names, request.position_resize, "how positions are resized"))
        .image_size(request.form.image_height, request.form.image_width,
                    "size of the images that the file's positions are for, if it is no square", "positions_for")
        .option("channels", request.form.channels, "C of a file of vit-pytorch; 0: 3, if the patches are squares then")
        .add(named_options(preprocessing))
        .option("logits", request.logits, "write the logits into this .csv file")
        .option("features", request.features, "write what the head reads into this .csv file")
        .flag("dial", request.dial, "turn each detail in which libraries differ, and see how far the logits move")
        .option("save", request.save,
                "write the model into this .safetensors file; 07_training --init reads timm's names")
        .add(choice("save_dialect", dialect_words, request.save_dialect, "whose names it then has"))
        .add(choice("save_dtype", saved_as_names, request.save_dtype, "and the type of its numbers"))
        .option("save_positions", request.save_positions, "draw what becomes of the positions into this .svg file")
        .option("seed", seed, "seed of the random models without --weights", any_number)
        .parse();
    if (request.pooling > 0) request.form.pooling = static_cast<Pooling>(request.pooling - 1);
    if (request.eps != 0) request.form.eps = request.eps;
    if (request.gelu > 0) request.form.gelu = static_cast<Gelu>(request.gelu - 1);
    if (!request.weights.empty()) return run(request, preprocessing);
    if (!request.pictures.empty() || !request.save.empty())
        throw std::invalid_argument("which weights? Give the file: --weights FILE");
    line.require_only({"seed", "save_positions"}, "needs --weights FILE");
    demonstrate(seed);
    if (request.save_positions.empty()) return;
    const PatchGrid from{14, 14};
    draw_positions(request.save_positions, PositionResize::bicubic_antialias, sine_positions(from), from, {10, 10});
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "Chapter 8: weights that others have trained.", run_chapter);
}
