#include "tests/benchmarks/cases.h"

#include <fmt/core.h>

#include <memory>

#include "03_attention/layer_norm.h"
#include "03_attention/softmax.h"
#include "07_training/evaluate.h"
#include "07_training/run/parallel_step.h"

namespace vit {
namespace {

/// The configurations that the project is measured on.
struct Size {
    const char* name;
    VitConfig model;
    std::size_t batch;
};

const Size digits{"digits",
                  {.image_height = 8,
                   .image_width = 8,
                   .channels = 1,
                   .patch_size = 2,
                   .width = 32,
                   .depth = 4,
                   .heads = 4,
                   .hidden = 64,
                   .classes = 10},
                  64};
const Size mnist{"MNIST",
                 {.image_height = 28,
                  .image_width = 28,
                  .channels = 1,
                  .patch_size = 4,
                  .width = 64,
                  .depth = 4,
                  .heads = 4,
                  .hidden = 128,
                  .classes = 10},
                 128};
const Size cifar{"CIFAR",
                 {.image_height = 32,
                  .image_width = 32,
                  .channels = 3,
                  .patch_size = 4,
                  .width = 192,
                  .depth = 6,
                  .heads = 3,
                  .hidden = 768,
                  .classes = 10},
                 64};

/// The words of pytorch_side.py for a model.
std::string pytorch_line(const char* kind, const VitConfig& c, std::size_t batch) {
    return fmt::format("{} {} {} {} {} {} {} {} {} {}", kind, batch, c.image_height, c.channels, c.patch_size, c.width,
                       c.depth, c.heads, c.hidden, c.classes);
}

/// Multiply-adds of one forward pass: the formula of docs/06_vit_head.md.
double multiply_adds(const VitConfig& c, std::size_t batch) {
    const auto number = [](std::size_t size) { return static_cast<double>(size); };
    const double d = number(c.width), t = number(c.tokens()), f = number(c.hidden);
    const double patch = number(c.patches() * c.channels * c.patch_size * c.patch_size) * d;
    const double block = 4 * t * d * d + 2 * t * d * f + 2 * t * t * d;
    return number(batch) * (patch + number(c.depth) * block + d * number(c.classes));
}

/// A model and all that a step needs, kept alive by the function that uses it.
struct Model {
    Vit model;
    std::vector<Worker> workers;
    Optimiser optimiser;
    Batch batch;
};

std::shared_ptr<Model> make_model(const Size& size, std::size_t cores) {
    auto m = std::make_shared<Model>();
    Rng rng(1);
    m->model = make_vit(size.model);
    initialise(m->model, rng);
    m->workers = make_workers(size.model, cores);
    m->optimiser.adamw = make_adamw({}, named_parameters(m->model));
    m->optimiser.schedule.after_warmup = AfterWarmup::constant;
    m->batch.images =
        rng.normal_tensor<4>({size.batch, size.model.channels, size.model.image_height, size.model.image_width});
    for (std::size_t b = 0; b < size.batch; ++b) m->batch.labels.push_back(b % size.model.classes);
    return m;
}

Case training_step(const Size& size, std::size_t cores) {
    const auto prepare = [size, cores] {
        return [m = make_model(size, cores)] { parallel_step(m->model, m->batch, m->optimiser, m->workers); };
    };
    // Forward, and twice as much backward: each product has two factors, and each wants a gradient.
    return {"training step",
            fmt::format("{}, batch {}", size.name, size.batch),
            cores,
            6 * multiply_adds(size.model, size.batch),
            0,
            pytorch_line("training_step", size.model, size.batch),
            prepare,
            size.batch};
}

Case forward_pass(const std::string& group, const std::string& name, const VitConfig& config, std::size_t batch,
                  std::size_t cores) {
    const auto prepare = [config, batch] {
        struct Inference {
            Vit model;
            Tensor<4> images;
        };
        Rng rng(1);
        auto inference = std::make_shared<Inference>(Inference{
            make_vit(config), rng.normal_tensor<4>({batch, config.channels, config.image_height, config.image_width})});
        initialise(inference->model, rng);
        return [inference] { predict(inference->model, inference->images); };
    };
    return {group,   name, cores, 2 * multiply_adds(config, batch), 0, pytorch_line("forward", config, batch),
            prepare, batch};
}

// One core's half of a CIFAR batch, for the layers: B = 32, N = 65, D = 192, A = 3, F = 768.
constexpr std::size_t batch = 32, tokens = 65, width = 192, heads = 3, hidden = 768;
constexpr double rows = batch * tokens;

/// A layer forward, and forward and backward. `make` returns the two functions.
template <class Make>
void add_layer(std::vector<Case>& cases, const std::string& name, const std::string& kind, double forward_multiply_adds,
               double forward_bytes, const Make& make) {
    const std::string sizes = fmt::format("{} {} {} {} {} {}", kind, batch, tokens, width, heads, hidden);
    cases.push_back({"layer", name + " forward", 1, 2 * forward_multiply_adds, forward_bytes,
                     kind.empty() ? "" : "layer_forward " + sizes, [make] { return make().first; }});
    cases.push_back({"layer", name + " forward and backward", 1, 6 * forward_multiply_adds, 3 * forward_bytes,
                     kind.empty() ? "" : "layer_both " + sizes, [make] { return make().second; }});
}

using Pair = std::pair<std::function<void()>, std::function<void()>>;

/// The two functions of a layer that has a cache.
template <class Cache, class Layer, class Forward, class Backward>
Pair pair_of(Layer layer, Layer gradient, Forward forward, Backward backward) {
    struct State {
        Layer layer, gradient;
        Cache cache;
        Tensor<3> x, dy;
    };
    Rng rng(1);
    auto s = std::make_shared<State>(
        State{std::move(layer), std::move(gradient), {}, rng.normal_tensor<3>({batch, tokens, width}), {}});
    for (const Parameter& p : named_parameters(s->layer)) rng.fill_normal(p.values, 0, 0.05f);
    s->dy = forward(s->layer, s->x, s->cache);
    return {[=] { forward(s->layer, s->x, s->cache); },
            [=] {
                forward(s->layer, s->x, s->cache);
                backward(s->layer, s->cache, s->dy, s->gradient);
            }};
}

void add_layers(std::vector<Case>& cases) {
    const double linear = rows * width * hidden, number = sizeof(Scalar);
    add_layer(cases, "linear 192 to 768", "linear", linear, number * (rows * (width + hidden) + width * hidden), [] {
        struct Cache {
            Tensor<3> x;
        };
        return pair_of<Cache>(
            make_linear(width, hidden), make_linear(width, hidden),
            [](const Linear& p, const Tensor<3>& x, Cache& cache) {
                cache.x = x;
                return linear_forward(p, x);
            },
            [](const Linear& p, const Cache& cache, const Tensor<3>& dy, Linear& grad) {
                return linear_backward(p, cache.x, dy, grad);
            });
    });
    add_layer(cases, "layer norm", "layer_norm", 0, number * 3 * rows * width, [] {
        return pair_of<LayerNormCache>(make_layer_norm(width), make_layer_norm(width), layer_norm_forward,
                                       layer_norm_backward);
    });
    add_layer(cases, "GELU of 768", "gelu", 0, number * 2 * rows * hidden, [] {
        Rng rng(1);
        auto x = std::make_shared<Tensor<3>>(rng.normal_tensor<3>({batch, tokens, hidden}));
        return Pair{[x] { gelu_forward(Gelu::erf, *x); },
                    [x] {
                        gelu_forward(Gelu::erf, *x);
                        gelu_backward(Gelu::erf, *x, *x);
                    }};
    });
    add_layer(cases, "softmax of attention", "", 0, number * 2 * batch * heads * tokens * tokens, [] {
        Rng rng(1);
        auto x = std::make_shared<Tensor<4>>(rng.normal_tensor<4>({batch, heads, tokens, tokens}));
        return Pair{[x] { softmax_forward(*x); }, [x] { softmax_backward(softmax_forward(*x), *x); }};
    });
    const double attention = rows * (4.0 * width * width + 2.0 * tokens * width);
    add_layer(cases, "attention", "attention", attention, 0, [] {
        const AttentionConfig config{.width = width, .heads = heads};
        return pair_of<AttentionCache>(
            make_attention(config), make_attention(config),
            [](const Attention& p, const Tensor<3>& x, AttentionCache& cache) {
                return attention_forward(p, x, cache);
            },
            attention_backward);
    });
    add_layer(cases, "MLP", "mlp", 2 * linear, 0, [] {
        const MlpConfig config{.width = width, .hidden = hidden};
        return pair_of<MlpCache>(
            make_mlp(config), make_mlp(config),
            [](const Mlp& p, const Tensor<3>& x, MlpCache& cache) { return mlp_forward(p, x, cache); }, mlp_backward);
    });
    add_layer(cases, "block", "block", attention + 2 * linear, 0, [] {
        const BlockConfig config{.attention = {.width = width, .heads = heads},
                                 .mlp = {.width = width, .hidden = hidden}};
        return pair_of<BlockCache>(
            make_block(config), make_block(config),
            [](const Block& p, const Tensor<3>& x, BlockCache& cache) { return block_forward(p, x, cache); },
            block_backward);
    });
}

/// What replaced an expression of xtensor, beside the expression: tests hold the two equal.
void add_definitions(std::vector<Case>& cases) {
    const double number = sizeof(Scalar);
    const auto add = [&](const std::string& name, double bytes, const std::function<void()>& definition,
                         const std::function<void()>& fast) {
        cases.push_back({"definition", name + ", in xtensor", 1, 0, bytes, "", [=] { return definition; }});
        cases.push_back({"definition", name + ", as loops", 1, 0, bytes, "", [=] { return fast; }});
    };
    Rng rng(1);
    const auto x = std::make_shared<Tensor<3>>(rng.normal_tensor<3>({batch, tokens, width}));
    const auto norm = std::make_shared<LayerNorm>(make_layer_norm(width));
    initialise(*norm);
    add(
        "layer norm", number * 3 * rows * width,
        [=] {
            const Tensor<3> mean = xt::mean<Scalar>(*x, {2}, xt::keep_dims);
            const Tensor<3> variance = xt::mean<Scalar>(xt::square(*x - mean), {2}, xt::keep_dims);
            const Tensor<3> y =
                norm->weight * (*x - mean) / xt::sqrt(variance + static_cast<Scalar>(norm->eps)) + norm->bias;
        },
        [=, cache = std::make_shared<LayerNormCache>()] { layer_norm_forward(*norm, *x, *cache); });
    const auto scores = std::make_shared<Tensor<4>>(rng.normal_tensor<4>({batch, heads, tokens, tokens}));
    add(
        "softmax", number * 2 * batch * heads * tokens * tokens,
        [=] {
            const Tensor<4> largest_of_row = xt::amax(*scores, {3}, xt::keep_dims);
            const Tensor<4> powers = xt::exp(*scores - largest_of_row);
            const Tensor<4> sum = xt::sum(powers, {3}, xt::keep_dims);
            const Tensor<4> y = powers / sum;
        },
        [=] { softmax_forward(*scores); });
    const auto by_head = std::make_shared<Tensor<4>>(rng.normal_tensor<4>({batch, heads, tokens, width / heads}));
    add(
        "merge heads", number * 2 * rows * width,
        [=] {
            const Tensor<4> by_token = xt::transpose(*by_head, {0, 2, 1, 3});
            const Tensor<3> merged = xt::reshape_view(by_token, {batch, tokens, width});
        },
        [=] { merge_heads(*by_head); });
}

/// Attention of one image forward and backward, with all weights at once and in tiles: how time and memory grow.
void add_tiles(std::vector<Case>& cases) {
    for (const std::size_t image_tokens : tile_tokens) {
        for (const std::size_t tile : {0u, 64u, 256u}) {
            const auto prepare = [=] {
                struct State {
                    Attention attention, gradient;
                    AttentionCache cache;
                    Tensor<3> x;
                };
                const AttentionConfig config{.width = width, .heads = heads, .attend = {.tile = tile}};
                Rng rng(1);
                auto s = std::make_shared<State>(State{make_attention(config),
                                                       make_attention(config),
                                                       {},
                                                       rng.normal_tensor<3>({1, image_tokens, width})});
                initialise(s->attention, rng);
                return [s] {
                    attention_backward(s->attention, s->cache, attention_forward(s->attention, s->x, s->cache),
                                       s->gradient);
                };
            };
            const auto n = static_cast<double>(image_tokens);
            cases.push_back({"attention in tiles", tile_case_name(image_tokens, tile), 1,
                             6 * n * (4.0 * width * width + 2.0 * n * width), 0, "", prepare});
        }
    }
}

/// The data path: 128 images of MNIST's size become a batch.
void add_data_path(std::vector<Case>& cases) {
    for (const Augmentation& change : {Augmentation{}, Augmentation{.shift = 2, .rotate = 10, .scale = 0.1}}) {
        const bool changed = change.shift > 0;
        cases.push_back({"data path", changed ? "batch of 128, moved, turned and scaled" : "batch of 128, as they are",
                         1, 0, 128 * 784 * (1.0 + sizeof(Scalar)), "", [change] {
                             auto images = std::make_shared<ImageSet>(ImageSet{128, 1, 28, 28,
                                                                               std::vector<std::uint8_t>(128 * 784, 77),
                                                                               std::vector<std::uint8_t>(128)});
                             std::vector<std::size_t> order = Rng(1).permutation(128);
                             return [=] { make_augmented_batch(*images, order, {{0.1}, {0.3}}, change, Rng(2)); };
                         }});
    }
}

/// How the cost of a forward pass grows: with the image, with the width, with the batch.
void add_growth(std::vector<Case>& cases, std::size_t cores) {
    const VitConfig base{
        .image_height = 224, .image_width = 224, .width = 192, .depth = 2, .heads = 3, .hidden = 768, .classes = 10};
    for (std::size_t side : {64u, 128u, 224u, 384u, 512u}) {
        VitConfig config = base;
        config.image_height = config.image_width = side;
        cases.push_back(
            forward_pass("image side", fmt::format("{} px, {} tokens", side, config.tokens()), config, 4, cores));
    }
    for (std::size_t model_width : {96u, 192u, 384u, 768u}) {
        VitConfig config = base;
        config.width = model_width;
        config.heads = model_width / 64 + (model_width < 64 * 2 ? 1 : 0);
        config.hidden = 4 * model_width;
        cases.push_back(forward_pass("width", fmt::format("D {}", model_width), config, 4, cores));
    }
    for (std::size_t images : {1u, 2u, 8u, 32u})
        cases.push_back(forward_pass("batch", fmt::format("B {}", images), base, images, cores));
}

}  // namespace

std::string tile_case_name(std::size_t image_tokens, std::size_t tile) {
    return fmt::format("{} tokens, {}", image_tokens,
                       tile == 0 ? "all weights at once" : fmt::format("in tiles of {}", tile));
}

std::vector<Case> all_cases(std::size_t cores) {
    std::vector<Case> cases;
    for (const Size& size : {digits, mnist, cifar}) cases.push_back(training_step(size, cores));
    const VitConfig base = vit_preset("vit_base_patch16");
    for (std::size_t images : {1u, 8u})
        cases.push_back(forward_pass("forward", fmt::format("ViT-B/16, batch {}", images), base, images, cores));
    add_layers(cases);
    add_definitions(cases);
    add_tiles(cases);
    add_data_path(cases);
    for (Case& c : picture_cases(cores)) cases.push_back(std::move(c));
    add_growth(cases, cores);
    return cases;
}

}  // namespace vit
