#include "08_pretrained/parity_dial.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "07_training/evaluate.h"
#include "07_training/metrics.h"
#include "08_pretrained/image_size.h"

namespace vit {
namespace {

struct Setting {
    std::string text;
    VitConfig config;
};

/// Each detail that the config could have otherwise.
std::vector<Setting> other_settings(const VitConfig& config) {
    std::vector<Setting> settings;
    for (const double eps : {1e-12, 1e-6, 1e-5, 1e-3}) {
        VitConfig other = config;
        other.eps = eps;
        if (eps != config.eps) settings.push_back({fmt::format("eps {:g}", eps), other});
    }
    for (const auto& [gelu, name] : {std::pair(Gelu::erf, "erf"), {Gelu::tanh, "tanh"}, {Gelu::sigmoid, "sigmoid"}}) {
        VitConfig other = config;
        other.gelu = gelu;
        if (gelu != config.gelu) settings.push_back({fmt::format("GELU {}", name), other});
    }
    const bool by_channel = config.patch_order == PatchOrder::c_p1_p2;
    VitConfig order = config;
    order.patch_order = by_channel ? PatchOrder::p1_p2_c : PatchOrder::c_p1_p2;
    if (config.channels > 1)  // with one channel the two orders are one
        settings.push_back({by_channel ? "patch vectors (p1 p2 c)" : "patch vectors (c p1 p2)", order});
    VitConfig no_bias = config;
    no_bias.qkv_bias = false;
    if (config.qkv_bias) settings.push_back({"qkv without its bias", no_bias});
    return settings;
}

Turn turn_to(const std::string& setting, const Vit& changed, const Tensor<4>& images, const Tensor<2>& logits) {
    const Tensor<2> other = predict(changed, images);  // (B, Y)
    Turn turn{.setting = setting};
    for (std::size_t i = 0; i < logits.size(); ++i)
        turn.largest_difference =
            std::max(turn.largest_difference, std::abs(static_cast<double>(other.flat(i) - logits.flat(i))));
    const Labels before = predictions(logits), after = predictions(other);
    for (std::size_t b = 0; b < before.size(); ++b) turn.same_answers += before[b] == after[b];
    return turn;
}

}  // namespace

std::vector<Turn> turn_dial(const Vit& model, const Tensor<4>& images) {
    const Tensor<2> logits = predict(model, images);  // (B, Y)
    std::vector<Turn> turns;
    for (const Setting& setting : other_settings(model.config))
        turns.push_back(turn_to(setting.text, with_config(model, setting.config), images, logits));
    return turns;
}

std::vector<Turn> turn_positions(const Vit& model, const Tensor<4>& images, PositionResize how,
                                 const Tensor<3>& positions, PatchGrid from) {
    const Tensor<2> logits = predict(model, images);  // (B, Y)
    const PatchGrid to = patch_grid(model.config);
    std::vector<Turn> turns;
    for (std::size_t i = 0; i < position_resize_names.size(); ++i) {
        const auto other = static_cast<PositionResize>(i);
        const bool too_few = to.rows * to.columns > from.rows * from.columns;
        if (other == how || (other == PositionResize::truncate && too_few)) continue;
        Vit changed = model;
        changed.tokens.position = resize_positions(other, positions, from, to);
        turns.push_back(turn_to("positions " + position_resize_names[i], changed, images, logits));
    }
    return turns;
}

std::string to_string(const std::vector<Turn>& turns, std::size_t images) {
    constexpr double noise = 1e-5;  // what rounding alone may do in float
    std::string table = fmt::format("{:40} {:>20} {:>14}\n", "setting", "largest difference", "same answers");
    for (const Turn& turn : turns) {
        const double difference = turn.largest_difference;
        table += fmt::format("{:40} {:>20} {:>14}\n", turn.setting,
                             difference < noise ? "below 1e-05" : fmt::format("{:.1e}", difference),
                             fmt::format("{} of {}", turn.same_answers, images));
    }
    return table;
}

Vit with_config(Vit model, const VitConfig& config) {
    Vit other = make_vit(config);
    const Parameters from = named_parameters(model);
    for (const Parameter& to : named_parameters(other)) {
        const auto found = std::ranges::find(from, to.name, &Parameter::name);
        if (found != from.end()) std::ranges::copy(found->values, to.values.begin());
    }
    return other;
}

}  // namespace vit
