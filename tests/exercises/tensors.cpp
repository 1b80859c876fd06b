// What a small model computes, tensor by tensor, forward and backward: written to a file, or compared with one. Built
// twice, with the project's functions and with a reader's (./learn compare --mine).
#include <fmt/core.h>

#include <cmath>

#include "06_vit_head/vit.h"
#include "07_training/cross_entropy.h"
#include "common/files/safetensors.h"
#include "common/program/program.h"
#include "common/tensor/comparison.h"

using namespace vit;

namespace {

/// Tensors in the order in which they are computed, kept apart from what computed them.
class Tensors {
public:
    template <std::size_t Rank>
    void keep(const std::string& name, const Tensor<Rank>& x) {
        keep(name, shape_of(x), {x.begin(), x.end()});
    }
    void keep(const std::string& name, const Shape& shape, std::vector<Scalar> values) {
        names_.push_back(name);
        shapes_.push_back(shape);
        values_.push_back(std::move(values));
    }
    Parameters list() {
        Parameters all;
        for (std::size_t i = 0; i < names_.size(); ++i) all.push_back({names_[i], shapes_[i], values_[i]});
        return all;
    }

private:
    std::vector<std::string> names_;
    std::vector<Shape> shapes_;
    std::vector<std::vector<Scalar>> values_;
};

void keep_block(Tensors& kept, const std::string& name, const BlockCache& block) {
    kept.keep(name + ".norm1, normalised", block.norm1.normalised);
    kept.keep(name + ".attn, input", block.attention.x);
    kept.keep(name + ".attn, query", block.attention.split.query);
    kept.keep(name + ".attn, key", block.attention.split.key);
    kept.keep(name + ".attn, value", block.attention.split.value);
    kept.keep(name + ".attn, weights", block.attention.attend.weights);
    kept.keep(name + ".attn, merged heads", block.attention.merged);
    kept.keep(name + ".norm2, normalised", block.norm2.normalised);
    kept.keep(name + ".mlp, input", block.mlp.x);
    kept.keep(name + ".mlp, hidden", block.mlp.hidden);
    kept.keep(name + ".mlp, after the gate", block.mlp.activated);
}

Tensors compute() {
    Vit model = make_vit({.image_height = 6,
                          .image_width = 9,
                          .channels = 2,
                          .patch_size = 3,
                          .width = 8,
                          .depth = 2,
                          .heads = 2,
                          .hidden = 11,
                          .classes = 5});
    Rng rng(1);
    for (const Parameter& p : named_parameters(model)) rng.fill_normal(p.values, Scalar(0.1), Scalar(0.5));
    const Tensor<4> images = rng.normal_tensor<4>({3, 2, 6, 9});

    Tensors kept;
    VitCache cache;
    const Tensor<2> logits = vit_forward(model, images, cache);
    kept.keep("patches", cache.patch_embedding.patches);
    PatchEmbeddingCache unused;
    const Tensor<3> embeddings = patch_embedding_forward(model.patch_embedding, images, unused);
    kept.keep("patch embeddings", embeddings);
    kept.keep("tokens with positions", tokens_forward(model.tokens, embeddings));
    for (std::size_t i = 0; i < cache.encoder.blocks.size(); ++i)
        keep_block(kept, fmt::format("blocks.{}", i), cache.encoder.blocks[i]);
    kept.keep("norm, normalised", cache.norm.normalised);
    kept.keep("pooled", cache.pooled);
    kept.keep("logits", logits);
    CrossEntropyCache loss_cache;
    kept.keep("loss", Tensor<1>{cross_entropy_forward(0.1, logits, {0, 3, 4}, loss_cache)});

    const Tensor<2> dlogits = cross_entropy_backward(0.1, loss_cache);
    kept.keep("gradient of the logits", dlogits);
    Vit grad = make_vit(model.config);
    const Tensor<4> dimages = vit_backward(model, cache, dlogits, grad);
    const Parameters gradients = named_parameters(grad);
    for (auto g = gradients.rbegin(); g != gradients.rend(); ++g)  // from the head backwards, as they are made
        kept.keep("gradient of " + g->name, g->shape, {g->values.begin(), g->values.end()});
    kept.keep("gradient of the images", dimages);
    return kept;
}

void run(CommandLine& line) {
    std::string write, compare_with;
    line.option("write", write, "write all tensors into this file")
        .option("compare", compare_with, "compare all tensors with those of this file")
        .parse();
    Tensors kept = compute();
    const Parameters tensors = kept.list();
    if (!write.empty()) save_safetensors(write, tensors);
    if (compare_with.empty()) return;
    const Safetensors wanted = load_safetensors(compare_with);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const StoredTensor& other = wanted.at(tensors[i].name);
        const std::vector<Scalar> values = other.values();
        const Comparison same = compare({tensors[i].shape, {tensors[i].values.begin(), tensors[i].values.end()}},
                                        {other.shape, {values.begin(), values.end()}}, "", 1e-9);
        if (same) continue;
        fmt::print("The first {} of {} tensors are the same. Then comes\n\n    {}\n    {}\n\n", i, tensors.size(),
                   tensors[i].name, same.difference);
        throw std::runtime_error(tensors[i].name + " is not what the project makes of the same numbers");
    }
    fmt::print("All {} tensors are the same, from the patches to the gradient of the images.\n", tensors.size());
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "What a small model computes, tensor by tensor.", run);
}
