#include "03_attention/heads.h"

#include <doctest/doctest.h>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Split = std::function<QueryKeyValue(const Tensor<3>&, std::size_t)>;
using Merge = std::function<Tensor<3>(const Tensor<4>&)>;

/// Where a number of query (part 0), key (1) or value (2) comes from: a token and a place in its row.
struct Source {
    std::size_t n, place;
};
using Rule = std::function<Source(std::size_t part, std::size_t a, std::size_t n, std::size_t k, std::size_t N,
                                  std::size_t A, std::size_t K)>;

Split by_rule(const Rule& rule) {
    return [rule](const Tensor<3>& qkv, std::size_t A) {
        const std::size_t B = qkv.shape()[0], N = qkv.shape()[1], K = qkv.shape()[2] / (3 * A);
        std::array<Tensor<4>, 3> parts;
        for (std::size_t part = 0; part < 3; ++part) {
            parts[part] = zeros<4>({B, A, N, K});
            for (std::size_t b = 0; b < B; ++b)
                for (std::size_t a = 0; a < A; ++a)
                    for (std::size_t n = 0; n < N; ++n)
                        for (std::size_t k = 0; k < K; ++k) {
                            const Source from = rule(part, a, n, k, N, A, K);
                            parts[part](b, a, n, k) = qkv(b, from.n, from.place);
                        }
        }
        return QueryKeyValue{parts[0], parts[1], parts[2]};
    };
}

Trial<Split> try_on(const std::string& inputs, const Tensor<3>& qkv, std::size_t heads) {
    return {.inputs = inputs, .run = [qkv, heads](const Split& f) -> Outputs {
                const QueryKeyValue split = f(qkv, heads);
                return {output("query", "BANK", split.query), output("key", "BANK", split.key),
                        output("value", "BANK", split.value)};
            }};
}

Exercise<Split> split_exercise() {
    const auto right = [](auto part, auto a, auto n, auto k, auto, auto A, auto K) {
        return Source{n, (part * A + a) * K + k};
    };
    return {
        .name = "3.5 split_heads",
        .reference = by_rule(right),
        .trials = {try_on("one token (0, 1, ..., 5), A=2 K=1", Tensor<3>{{{0, 1, 2, 3, 4, 5}}}, 2),
                   try_on("random numbers, B=2 N=5 A=4 K=3", Rng(1).normal_tensor<3>({2, 5, 36}), 4)},
        .wrong_answers = {
            {"head_split_view",
             "the row's memory read under the new shape (A, N, K). A new shape moves nothing: the axes N and A change "
             "places, so the numbers must move.",
             "reczoo/FuxiCTR#30", by_rule([](auto part, auto a, auto n, auto k, auto N, auto A, auto K) {
                 const std::size_t number = (a * N + n) * K + k;  // of the A K numbers of N tokens
                 return Source{number / (A * K), part * A * K + number % (A * K)};
             })},
            {"qkv_packing_per_head",
             "rows read as head 0's q, k, v, then head 1's q, k, v. A row holds all queries first, then all keys, then "
             "all values.",
             "awslabs/slapo#46", by_rule([](auto part, auto a, auto n, auto k, auto, auto, auto K) {
                 return Source{n, (a * 3 + part) * K + k};
             })},
            {"qkv_interleaved", "q, k and v taken in turn, number by number. Each is one run of A K numbers.", "",
             by_rule([](auto part, auto a, auto n, auto k, auto, auto, auto K) {
                 return Source{n, (a * K + k) * 3 + part};
             })},
            {"heads_interleaved",
             "heads taken in turn, number by number: head a at the places a, a + A, ... Each head is one run of K "
             "numbers.",
             "", by_rule([](auto part, auto a, auto n, auto k, auto, auto A, auto K) {
                 return Source{n, part * A * K + k * A + a};
             })},
            {"query_and_key_swapped", "the keys where the queries belong, and the other way round.", "",
             by_rule([](auto part, auto a, auto n, auto k, auto, auto A, auto K) {
                 return Source{n, ((part == 2 ? 2 : 1 - part) * A + a) * K + k};
             })},
            {"one_head_for_all", "head 0 for every head: the place in the row must move on by a K.", "",
             by_rule([](auto part, auto, auto n, auto k, auto, auto A, auto K) {
                 return Source{n, part * A * K + k};
             })},
            {"queries_for_all", "the queries three times: keys begin at A K, values at 2 A K.", "",
             by_rule([](auto, auto a, auto n, auto k, auto, auto, auto K) {
                 return Source{n, a * K + k};
             })},
        }};
}

/// merged(b, n, place) = heads(b, a, m, k), with a, m and k told by `from`.
struct Place {
    std::size_t a, n, k;
};
using From = std::function<Place(std::size_t n, std::size_t place, std::size_t N, std::size_t A, std::size_t K)>;

Merge merged_from(const From& from) {
    return [from](const Tensor<4>& heads) {
        const auto [B, A, N, K] = heads.shape();
        Tensor<3> merged = zeros<3>({B, N, A * K});
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t place = 0; place < A * K; ++place) {
                    const Place p = from(n, place, N, A, K);
                    merged(b, n, place) = heads(b, p.a, p.n, p.k);
                }
        return merged;
    };
}

Trial<Merge> try_on(const std::string& inputs, const Tensor<4>& heads) {
    return {.inputs = inputs,
            .run = [heads](const Merge& f) -> Outputs { return {output("merged", "BNV", f(heads))}; }};
}

Exercise<Merge> merge_exercise() {
    return {.name = "3.6 merge_heads",
            .reference = merged_from([](auto n, auto place, auto, auto, auto K) {
                return Place{place / K, n, place % K};
            }),
            .trials = {try_on("two heads of one number for two tokens, (0, 1) and (2, 3)",
                              Tensor<4>{{{{0}, {1}}, {{2}, {3}}}}),
                       try_on("random numbers, B=2 A=4 N=5 K=3", Rng(2).normal_tensor<4>({2, 4, 5, 3}))},
            .wrong_answers = {
                {"head_merge_view",
                 "the memory of (A, N, K) read under the new shape (N, A K): a token's row then holds numbers of other "
                 "tokens. Copy head by head.",
                 "jsbaan/transformer-from-scratch#6", merged_from([](auto n, auto place, auto N, auto A, auto K) {
                     const std::size_t number = n * A * K + place;
                     return Place{number / (N * K), number / K % N, number % K};
                 })},
                {"merged_interleaved",
                 "the heads' numbers taken in turn: a token's row begins with the first number of every head. Each "
                 "head's K "
                 "numbers stay together.",
                 "", merged_from([](auto n, auto place, auto, auto A, auto) {
                     return Place{place % A, n, place / A};
                 })},
                {"merged_heads_reversed", "the last head first. Head a begins at a K.", "",
                 merged_from([](auto n, auto place, auto, auto A, auto K) {
                     return Place{A - 1 - place / K, n, place % K};
                 })},
                {"merged_first_head_only", "head 0, over and over: the other heads are lost.", "",
                 merged_from([](auto n, auto place, auto, auto, auto K) {
                     return Place{0, n, place % K};
                 })},
            }};
}

}  // namespace

TEST_CASE("3.5 split_heads") {
    check(split_exercise(), split_heads);
}

TEST_CASE("3.5 split_heads: wrong answers" * doctest::skip()) {
    prove(split_exercise());
}

TEST_CASE("3.6 merge_heads") {
    check(merge_exercise(), merge_heads);
}

TEST_CASE("3.6 merge_heads: wrong answers" * doctest::skip()) {
    prove(merge_exercise());
}

}  // namespace vit
