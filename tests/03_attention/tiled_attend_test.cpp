#include "03_attention/tiles/tiled_attention.h"

#include "03_attention/attend.h"
#include "03_attention/attention.h"
#include "tests/testing.h"

namespace vit {
namespace {

QueryKeyValue random_split(double standard_deviation) {
    Rng rng(1);
    QueryKeyValue split;
    for (Tensor<4>* x : {&split.query, &split.key, &split.value})
        *x = rng.normal_tensor<4>({2, 3, 7, 4}, 0, standard_deviation);
    return split;
}

}  // namespace

TEST_CASE("tiles of any size give what the whole matrix gives") {
    for (double standard_deviation : {0.1, 1.0, 10.0}) {  // with 10, the scores of a row lie more than 100 apart
        const QueryKeyValue split = random_split(standard_deviation);
        const Tensor<4> whole = attend_batch(split.query, split.key, split.value);
        for (std::size_t tile : {1u, 2u, 3u, 7u, 20u}) {
            TiledAttentionCache cache;
            CHECK(largest_difference(tiled_attention_forward(split, tile, cache), whole) <
                  1e-12 * std::max(1.0, standard_deviation));
        }
    }
}

TEST_CASE("the log of the sum of exponentials is finite where the exponentials are not") {
    QueryKeyValue split = random_split(1);
    split.query *= 1e3;
    TiledAttentionCache cache;
    const Tensor<4> y = tiled_attention_forward(split, 2, cache);
    CHECK(largest_difference(y, attend_batch(split.query, split.key, split.value)) < 1e-12);
    for (double log_sum : cache.log_sum) CHECK(std::isfinite(log_sum));
}

TEST_CASE("backward through tiles is the derivative of forward, whatever the tile") {
    QueryKeyValue split = random_split(1);
    const Tensor<4> dy = Rng(2).normal_tensor<4>({2, 3, 7, 4});
    for (std::size_t tile : {1u, 3u, 7u, 20u}) {
        TiledAttentionCache cache, probe;
        tiled_attention_forward(split, tile, cache);
        QueryKeyValue d = tiled_attention_backward(split, tile, cache, dy);
        const auto list = [](QueryKeyValue& s) {
            return Parameters{parameter("query", s.query), parameter("key", s.key), parameter("value", s.value)};
        };
        const GradientReport report = check_gradients(
            [&] { return weighted_sum(dy, tiled_attention_forward(split, tile, probe)); }, list(split), list(d));
        INFO(to_string(report));
        CHECK(worst(report) <= 1e-6);
    }
}

TEST_CASE("tiles need at least one token, tensors of one shape, and no dropout") {
    TiledAttentionCache cache;
    QueryKeyValue split = random_split(1);
    CHECK(error_of([&] { tiled_attention_forward(split, 0, cache); }) ==
          "tiled_attention_forward: the tile must be at least 1 token, but it is 0");
    split.key = zeros<4>({2, 3, 6, 4});
    CHECK(error_of([&] { tiled_attention_forward(split, 2, cache); }) ==
          "tiled_attention_forward: key (B A N K) has shape (2, 3, 6, 4); axis 2 must be N = 7 (from query), but it is "
          "6");
    CHECK(error_of([] { make_attention({.width = 12, .heads = 3, .tile = 4, .attention_dropout = 0.5}); }) ==
          "attention: in tiles there are no attention weights to drop, but the attention dropout is 0.5");
}

}  // namespace vit
