#include "03_attention/tiles/tiled_attend.h"

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

/// All keys at once.
Tensor<4> attend_all(const QueryKeyValue& split) {
    AttendCache cache;
    return attend_forward({}, split, cache);
}

}  // namespace

TEST_CASE("tiles of any size give what the whole matrix gives") {
    for (double standard_deviation : {0.1, 1.0, 10.0}) {  // with 10, the scores of a row lie more than 100 apart
        const QueryKeyValue split = random_split(standard_deviation);
        const Tensor<4> whole = attend_all(split);
        for (std::size_t tile : {1u, 2u, 3u, 7u, 20u}) {
            AttendCache cache;
            INFO("tile ", tile, ", standard deviation ", standard_deviation);
            CHECK(same(tiled_attend_forward({.tile = tile}, split, cache), whole, "BANK", 1e-12));
        }
    }
}

TEST_CASE("what is kept of the scores is finite where their exponentials are not") {
    QueryKeyValue split = random_split(1);
    split.query *= 1e3;
    AttendCache cache;
    const Tensor<4> y = tiled_attend_forward({.tile = 2}, split, cache);
    CHECK(same(y, attend_all(split), "BANK", 1e-12));
    for (double largest : cache.largest) CHECK(std::isfinite(largest));
    for (double sum : cache.sum)
        CHECK((sum >= 1 && sum <= 7));  // of 7 numbers that are at most 1, and one of them is 1
}

TEST_CASE("scores of 2e4 and of 1e12: the gradients are those of the whole matrix") {
    for (double size : {2e4, 1e12}) {
        QueryKeyValue split = random_split(1);
        split.query *= static_cast<Scalar>(size);
        const Tensor<4> dy = Rng(3).normal_tensor<4>({2, 3, 7, 4});
        AttendCache cache, whole;
        tiled_attend_forward({.tile = 3}, split, cache);
        attend_forward({}, split, whole);
        const QueryKeyValue d = tiled_attend_backward({.tile = 3}, split, cache, dy);
        const QueryKeyValue wanted = attend_backward({}, split, whole, dy);
        CHECK(same(d.value, wanted.value, "BANK", 1e-12));
        CHECK(same(d.query, wanted.query, "BANK", 1e-12));
    }
}

TEST_CASE("a first tile whose scores are all -inf has no share, and gives no NaN") {
    QueryKeyValue split = random_split(1);
    xt::view(split.query, xt::all(), xt::all(), xt::all(), 0) = 1;
    xt::view(split.key, xt::all(), xt::all(), xt::range(0, 3), 0) = -std::numeric_limits<Scalar>::infinity();
    AttendCache cache, whole;
    const Tensor<4> y = tiled_attend_forward({.tile = 3}, split, cache);
    CHECK(same(y, attend_forward({}, split, whole), "BANK", 1e-12));
    CHECK(std::isfinite(xt::sum(y)()));
}

TEST_CASE("backward through tiles is the derivative of forward, whatever the tile") {
    QueryKeyValue split = random_split(1);
    const Tensor<4> dy = Rng(2).normal_tensor<4>({2, 3, 7, 4});
    for (std::size_t tile : {1u, 3u, 7u, 20u}) {
        AttendCache cache, probe;
        tiled_attend_forward({.tile = tile}, split, cache);
        QueryKeyValue d = tiled_attend_backward({.tile = tile}, split, cache, dy);
        const auto list = [](QueryKeyValue& s) {
            return Parameters{parameter("query", s.query), parameter("key", s.key), parameter("value", s.value)};
        };
        const GradientReport report = check_gradients(
            [&] { return weighted_sum(dy, tiled_attend_forward({.tile = tile}, split, probe)); }, list(split), list(d));
        INFO("tile ", tile);
        CHECK(right(report, 1e-6));
    }
}

TEST_CASE("tiles need at least one token, tensors of one shape, and no dropout") {
    AttendCache cache;
    QueryKeyValue split = random_split(1);
    CHECK(error_of<std::invalid_argument>([&] { tiled_attend_forward({.tile = 0}, split, cache); }) ==
          "tiled_attend_forward: the tile must be at least 1 token, but it is 0");
    split.key = zeros<4>({2, 3, 6, 4});
    CHECK(error_of<std::invalid_argument>([&] { tiled_attend_forward({.tile = 2}, split, cache); }) ==
          "tiled_attend_forward: key (B A N K) has shape (2, 3, 6, 4); axis 2 must be N = 7 (from query), but it is "
          "6");
    CHECK(error_of<std::invalid_argument>([] {
              make_attention({.width = 12, .heads = 3, .attend = {.dropout = 0.5, .tile = 4}});
          }) == "attention: in tiles there are no attention weights to drop, but the attention dropout is 0.5");
}

}  // namespace vit
