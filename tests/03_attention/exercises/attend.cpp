#include "03_attention/attend.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "common/tensor/random.h"
#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using OneQuery = std::function<Tensor<1>(const Tensor<1>&, const Tensor<2>&, const Tensor<2>&)>;
using OneHead = std::function<Tensor<2>(const Tensor<2>&, const Tensor<2>&, const Tensor<2>&)>;
using Forward = std::function<Tensor<4>(const Attend&, const QueryKeyValue&, AttendCache&, Rng*)>;
using Backward =
    std::function<QueryKeyValue(const Attend&, const QueryKeyValue&, const AttendCache&, const Tensor<4>&)>;

/// Which scores share one sum of 1 with that of query m and key n of head a.
enum class Sum { over_keys, over_queries, over_heads, none, over_nothing_but_the_past };

/// How attention is computed, rightly or wrongly, number by number.
struct Recipe {
    std::function<double(double K, double N, double A)> scale = [](double K, double, double) {
        return 1 / std::sqrt(K);
    };
    Sum sum = Sum::over_keys;
    bool scales_weights = false;  // the weights instead of the scores
    bool swaps_query_and_key = false;
    bool turns_weights = false;  // weightsᵀ value
    bool mixes_keys = false;     // weights key
    bool first_query_for_all = false;
    bool only_the_best = false;  // all weight to the largest score
};

Tensor<4> weights_of(const Recipe& r, const QueryKeyValue& x) {
    const auto [B, A, M, K] = x.query.shape();
    const std::size_t N = x.key.shape()[2];
    const double scale = r.scale(static_cast<double>(K), static_cast<double>(N), static_cast<double>(A));
    Tensor<4> scores = zeros<4>({B, A, M, N}), weights = scores;
    const auto each = [&, B = B, A = A, M = M](const auto& work) {
        for (std::size_t b = 0; b < B; ++b)
            for (std::size_t a = 0; a < A; ++a)
                for (std::size_t m = 0; m < M; ++m)
                    for (std::size_t n = 0; n < N; ++n) work(b, a, m, n);
    };
    each([&, K = K](auto b, auto a, auto m, auto n) {
        for (std::size_t k = 0; k < K; ++k)
            scores(b, a, m, n) += r.swaps_query_and_key
                                      ? x.key(b, a, m, k) * x.query(b, a, n, k)
                                      : x.query(b, a, r.first_query_for_all ? 0 : m, k) * x.key(b, a, n, k);
        if (!r.scales_weights) scores(b, a, m, n) *= scale;
    });
    each([&, A = A, M = M](auto b, auto a, auto m, auto n) {
        std::vector<double> group;
        if (r.sum == Sum::over_keys)
            for (std::size_t i = 0; i < N; ++i) group.push_back(scores(b, a, m, i));
        if (r.sum == Sum::over_queries)
            for (std::size_t i = 0; i < M; ++i) group.push_back(scores(b, a, i, n));
        if (r.sum == Sum::over_heads)
            for (std::size_t i = 0; i < A; ++i) group.push_back(scores(b, i, m, n));
        if (r.sum == Sum::over_nothing_but_the_past)
            for (std::size_t i = 0; i <= m; ++i) group.push_back(scores(b, a, m, i));
        const double score = scores(b, a, m, n);
        if (r.sum == Sum::none) return void(weights(b, a, m, n) = score);
        const double largest = *std::max_element(group.begin(), group.end());
        double sum = 0;
        for (double other : group) sum += std::exp(other - largest);
        weights(b, a, m, n) = std::exp(score - largest) / sum * (r.scales_weights ? scale : 1);
        if (r.only_the_best) weights(b, a, m, n) = score == largest ? 1 : 0;
        if (r.sum == Sum::over_nothing_but_the_past && n > m) weights(b, a, m, n) = 0;
    });
    return weights;
}

Tensor<4> mix(const Recipe& r, const Tensor<4>& weights, const QueryKeyValue& x) {
    const auto [B, A, M, N] = weights.shape();
    const Tensor<4>& from = r.mixes_keys ? x.key : x.value;
    const std::size_t K = from.shape()[3];
    Tensor<4> y = zeros<4>({B, A, M, K});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t m = 0; m < M; ++m)
                for (std::size_t n = 0; n < N; ++n)
                    for (std::size_t k = 0; k < K; ++k)
                        y(b, a, m, k) +=
                            (r.turns_weights ? weights(b, a, n, m) : weights(b, a, m, n)) * from(b, a, n, k);
    return y;
}

Tensor<4> as_batch(const Tensor<2>& x) {
    return xt::reshape_view(x, {std::size_t(1), std::size_t(1), x.shape()[0], x.shape()[1]});
}

OneHead one_head(const Recipe& r) {
    return [r](const Tensor<2>& queries, const Tensor<2>& keys, const Tensor<2>& values) -> Tensor<2> {
        const QueryKeyValue x{as_batch(queries), as_batch(keys), as_batch(values)};
        return xt::view(mix(r, weights_of(r, x), x), 0, 0);
    };
}

OneQuery one_query(const Recipe& r) {
    return [r](const Tensor<1>& query, const Tensor<2>& keys, const Tensor<2>& values) -> Tensor<1> {
        const Tensor<2> queries = xt::reshape_view(query, {std::size_t(1), query.size()});
        return xt::view(one_head(r)(queries, keys, values), 0);
    };
}

double unscaled(double, double, double) {
    return 1;
}
double not_root(double K, double, double) {
    return 1 / K;
}
double by_tokens(double, double N, double) {
    return 1 / std::sqrt(N);
}
double by_model_width(double K, double, double A) {
    return 1 / std::sqrt(A * K);
}
double multiplied(double K, double, double) {
    return std::sqrt(K);
}

Exercise<OneQuery> one_query_exercise() {
    const auto try_on = [](const std::string& inputs, const Tensor<1>& query, const Tensor<2>& keys,
                           const Tensor<2>& values) {
        return Trial<OneQuery>{
            .inputs = inputs,
            .run = [=](const OneQuery& f) -> Outputs { return {output("y", "K", f(query, keys, values))}; },
            .givens = {output("query", "K", query)},
            .tolerance = 1e-11};
    };
    const Tensor<1> query = Rng(1).normal_tensor<1>({4});
    const Tensor<2> keys = Rng(2).normal_tensor<2>({5, 4}), values = Rng(3).normal_tensor<2>({5, 4});
    return {
        .name = "3.7 attend_one_query",
        .reference = one_query({}),
        .trials = {try_on("the example of page 3: query (1, 0), keys (1, 0), (0, 1), (1, 1)", {1, 0},
                          {{1, 0}, {0, 1}, {1, 1}}, {{10, 0}, {0, 10}, {5, 5}}),
                   try_on("random numbers, N=5 K=4", query, keys, values),
                   try_on("scores 100 times as large", query * 100, keys, values)},
        .wrong_answers = {
            {"one_query_scale_missing", "attention without the division by √K: the scores grow with the head's width.",
             "", one_query({.scale = unscaled})},
            {"one_query_scale_not_root",
             "scores divided by K. Divide by its root, √K: that is how large a sum of K products is.", "",
             one_query({.scale = not_root})},
            {"one_query_scale_by_tokens",
             "scores divided by √N. How many tokens there are changes no score; divide by √K.", "",
             one_query({.scale = by_tokens})},
            {"one_query_scale_multiplied", "scores multiplied by √K. Divide by it.", "",
             one_query({.scale = multiplied})},
            {"one_query_scale_after_softmax",
             "weights divided by √K after the softmax: they no longer sum to 1. The scores are divided, before it.", "",
             one_query({.scales_weights = true})},
            {"one_query_no_softmax",
             "the values weighed by the scores themselves. Scores become shares first: softmax.", "",
             one_query({.sum = Sum::none})},
            {"one_query_mixes_keys",
             "a mixture of the keys. Keys say how well a token fits; what it gives is its value.", "",
             one_query({.mixes_keys = true})},
            {"one_query_only_the_best",
             "the value of the best token alone. Every token gives its share, and only so is there a gradient.", "",
             one_query({.only_the_best = true})},
            {"one_query_last_product", "scores of the last product alone: = where += is meant, in the sum over k.", "",
             [](const Tensor<1>& q, const Tensor<2>& k, const Tensor<2>& v) {
                 Tensor<1> last = q;
                 for (std::size_t i = 0; i + 1 < last.size(); ++i) last(i) = 0;
                 return one_query({})(last, k, v);
             }},
            {"one_query_scaled_in_the_loop",
             "scores that are scaled inside the sum over k: the first products are divided by √K again and again. "
             "Divide once, behind the loop.",
             "",
             [](const Tensor<1>& q, const Tensor<2>& k, const Tensor<2>& v) {
                 // A product that is followed by j others is scaled j times more than it should be.
                 Tensor<1> scaled = q;
                 const double root = std::sqrt(static_cast<double>(q.size()));
                 for (std::size_t i = 0; i < q.size(); ++i)
                     for (std::size_t later = i + 1; later < q.size(); ++later) scaled(i) /= root;
                 return one_query({})(scaled, k, v);
             }},
            {"one_query_weight_of_k",
             "values weighed by weights(k), the number's place, where the token's is meant: y_k = Σ_n weights(n) "
             "values(n, k).",
             "",
             [](const Tensor<1>& q, const Tensor<2>& k, const Tensor<2>& v) {
                 const QueryKeyValue x{as_batch(xt::reshape_view(q, {std::size_t(1), q.size()})), as_batch(k),
                                       as_batch(v)};
                 const Tensor<4> weights = weights_of({}, x);
                 Tensor<1> y = zeros<1>({q.size()});
                 for (std::size_t n = 0; n < v.shape()[0]; ++n)
                     for (std::size_t i = 0; i < y.size(); ++i) y(i) += weights(0, 0, 0, i) * v(n, i);
                 return y;
             }},
            {"one_query_tensor_of_one_number",
             "a tensor with one number, into which everything was added: Tensor<1> y({K}) is not K numbers, but the "
             "one number K. zeros<1>({K}) makes K zeros.",
             "",
             [](const Tensor<1>& q, const Tensor<2>& k, const Tensor<2>& v) {
                 double sum = static_cast<double>(q.size());
                 for (double number : one_query({})(q, k, v)) sum += number;
                 return Tensor<1>{sum};
             }},
            {"one_query_sum_of_values", "the sum of all values: the weights are not used.", "",
             [](const Tensor<1>&, const Tensor<2>& k, const Tensor<2>& v) {
                 Tensor<1> y = zeros<1>({k.shape()[1]});
                 for (std::size_t n = 0; n < v.shape()[0]; ++n)
                     for (std::size_t i = 0; i < y.size(); ++i) y(i) += v(n, i);
                 return y;
             }},
            {"one_query_mean_of_values", "the plain mean of all values: the weights are not used.", "",
             [](const Tensor<1>&, const Tensor<2>& k, const Tensor<2>& v) {
                 Tensor<1> y = zeros<1>({k.shape()[1]});
                 for (std::size_t n = 0; n < v.shape()[0]; ++n)
                     for (std::size_t i = 0; i < y.size(); ++i) y(i) += v(n, i) / static_cast<double>(v.shape()[0]);
                 return y;
             }},
        }};
}

Exercise<OneHead> one_head_exercise() {
    const auto try_on = [](const std::string& inputs, const Tensor<2>& q, const Tensor<2>& k, const Tensor<2>& v) {
        return Trial<OneHead>{.inputs = inputs,
                              .run = [=](const OneHead& f) -> Outputs { return {output("y", "NK", f(q, k, v))}; },
                              .givens = {output("queries", "NK", q), output("values", "NK", v)},
                              .tolerance = 1e-11};
    };
    return {
        .name = "3.8 attend_one_head",
        .reference = one_head({}),
        .trials = {try_on("two tokens: queries (1, 0), (0, 1), the same keys, values (1, 0), (0, 3)", {{1, 0}, {0, 1}},
                          {{1, 0}, {0, 1}}, {{1, 0}, {0, 3}}),
                   try_on("random numbers, N=5 K=4", Rng(4).normal_tensor<2>({5, 4}), Rng(5).normal_tensor<2>({5, 4}),
                          Rng(6).normal_tensor<2>({5, 4}))},
        .wrong_answers = {
            {"first_query_for_all", "the first token's query for every token: row n of y belongs to query n.", "",
             one_head({.first_query_for_all = true})},
            {"keys_ask", "attention in which the keys ask and the queries answer: row m weighs key m with every query.",
             "", one_head({.swaps_query_and_key = true})},
            {"head_attention_transposed",
             "weightsᵀ value: token n collects by column n. A query's weights are its row.", "",
             one_head({.turns_weights = true})},
            {"causal",
             "attention to the tokens before only, as a language model has it. A patch may look at all patches.", "",
             one_head({.sum = Sum::over_nothing_but_the_past})},
            {"head_softmax_over_queries",
             "attention with a softmax over the queries: each column sums to 1. A query's weights are a row.",
             "labmlai/annotated_deep_learning_paper_implementations#146", one_head({.sum = Sum::over_queries})},
        }};
}

/// What becomes of the weights after dropout.
enum class Dropped { kept, kept_in_any_case, never_kept, never_emptied, over_the_weights };

Forward batch(const Recipe& r, Dropped what = Dropped::kept) {
    return [r, what](const Attend& p, const QueryKeyValue& x, AttendCache& cache, Rng* rng) {
        cache.weights = weights_of(r, x);
        const bool dropping = drops(p.dropout, rng);
        const Tensor<4> dropped =
            dropping ? dropout_forward(p.dropout, cache.weights, cache.dropout, rng) : Tensor<4>();
        if (what != Dropped::never_kept && (dropping || what != Dropped::never_emptied)) cache.dropped = dropped;
        if (!dropping && what == Dropped::kept_in_any_case) cache.dropped = cache.weights;
        const Tensor<4> y = mix(r, dropping ? dropped : cache.weights, x);
        if (dropping && what == Dropped::over_the_weights) cache.weights = dropped;
        return y;
    };
}

QueryKeyValue random_heads(std::uint64_t seed, double size = 1) {
    Rng rng(seed);
    return {rng.normal_tensor<4>({2, 3, 5, 4}, 0, size), rng.normal_tensor<4>({2, 3, 5, 4}, 0, size),
            rng.normal_tensor<4>({2, 3, 5, 4})};
}

/// The weights after dropout; where there are none, without letters: axes of size 0 have no names.
Output dropped_of(const AttendCache& cache) {
    Output dropped = output("cache.dropped", "BAMN", cache.dropped);
    if (cache.dropped.size() == 0) dropped.axes.clear();
    return dropped;
}

Exercise<Forward> forward_exercise() {
    const auto try_on = [](const std::string& inputs, const Attend& p, const QueryKeyValue& x, bool training,
                           bool trained_before = false) {
        return Trial<Forward>{
            .inputs = inputs,
            .run = [=](const Forward& f) -> Outputs {
                AttendCache cache;
                Rng rng(9);
                if (trained_before) f(p, x, cache, &rng);
                const Tensor<4> y = f(p, x, cache, training ? &rng : nullptr);
                return {output("cache.weights", "BAMN", cache.weights), dropped_of(cache), output("y", "BANK", y)};
            },
            .givens = {output("value", "BANK", x.value)},
            .tolerance = 1e-11};
    };
    return {.name = "3.9 attend_forward",
            .reference = batch({}),
            .trials = {try_on("random numbers, B=2 A=3 N=5 K=4", {}, random_heads(7), false),
                       try_on("scores of up to some hundreds", {}, random_heads(8, 12), false),
                       try_on("training with a dropout of 0.4", {.dropout = 0.4}, random_heads(7), true),
                       try_on("inference, in a cache that a training pass with a dropout of 0.4 had filled before",
                              {.dropout = 0.4}, random_heads(7), false, true)},
            .promises = {{"every row of cache.weights sums to 1: the weights are kept as they are before the dropout",
                          [](const Outputs& made) {
                              return std::ranges::all_of(row_sums(made[0]),
                                                         [](double sum) { return std::abs(sum - 1) < 1e-9; });
                          }}},
            .wrong_answers = {
                {"scale_missing", "attention without the division by √K.", "", batch({.scale = unscaled})},
                {"scale_not_root", "scores divided by K instead of √K.", "", batch({.scale = not_root})},
                {"scale_by_model_width",
                 "scores divided by √(A K), the root of the model's width. A dot product has K terms: divide by √K, "
                 "the root of "
                 "the head's width.",
                 "lucidrains/vit-pytorch#65, karpathy/ng-video-lecture#6", batch({.scale = by_model_width})},
                {"attend_softmax_over_queries",
                 "a softmax over the queries: each column of the weights sums to 1. A query's weights are a row.",
                 "jadore801120/attention-is-all-you-need-pytorch#52", batch({.sum = Sum::over_queries})},
                {"softmax_over_heads",
                 "a softmax over the heads: for each pair of tokens the heads' weights sum to 1. Each head shares out "
                 "1 of its "
                 "own, over the keys.",
                 "ml-explore/mlx#1041", batch({.sum = Sum::over_heads})},
                {"scale_after_softmax", "weights divided by √K after the softmax: they no longer sum to 1.", "",
                 batch({.scales_weights = true})},
                {"q_k_swapped",
                 "key queryᵀ for query keyᵀ: the scores are transposed, so that keys ask and queries answer.", "",
                 batch({.swaps_query_and_key = true})},
                {"attention_transposed", "weightsᵀ value. Row m of the weights belongs to query m: weights value.", "",
                 batch({.turns_weights = true})},
                {"attend_no_softmax", "the scores for the weights: step 2, the softmax, is missing.", "",
                 batch({.sum = Sum::none})},
                {"dropped_weights_stay",
                 "attention that leaves cache.dropped as the pass before had filled it. Where nothing is dropped it is "
                 "emptied: by what lies in it, the way back knows that something was dropped.",
                 "", batch({}, Dropped::never_emptied)},
                {"dropped_weights_not_kept",
                 "attention that does not keep the weights after dropout. The way back needs them: they go into "
                 "cache.dropped.",
                 "", batch({}, Dropped::never_kept)},
                {"dropped_weights_without_dropout",
                 "attention that fills cache.dropped though nothing was dropped. It stays empty then: by what lies in "
                 "it, the way back knows that something was dropped.",
                 "", batch({}, Dropped::kept_in_any_case)},
                {"dropped_weights_over_the_others",
                 "attention that writes the weights after dropout over those before. The way back through the softmax "
                 "needs cache.weights as softmax made them; the others go into cache.dropped.",
                 "", batch({}, Dropped::over_the_weights)},
                {"attention_without_dropout",
                 "attention that drops nothing while it trains. Where random numbers are given, the values are mixed "
                 "by the "
                 "dropped weights.",
                 "",
                 [](const Attend&, const QueryKeyValue& x, AttendCache& cache, Rng*) {
                     return batch({})({}, x, cache, nullptr);
                 }},
            }};
}

/// What the way back of attention does wrongly.
struct Way {
    bool scales_query = true, scales_key = true, softmax = true, turns_weights = true, turns_scores = true,
         swaps = false;
    bool over_queries = false, masks = true, uses_dropped = true, keys_for_values = false;
    bool softmax_of_dropped = false;
};

QueryKeyValue way_back(const Way& way, const QueryKeyValue& x, const AttendCache& cache, const Tensor<4>& dy) {
    const auto [B, A, N, K] = x.query.shape();
    const double scale = 1 / std::sqrt(static_cast<double>(K));
    QueryKeyValue d{zeros<4>({B, A, N, K}), zeros<4>({B, A, N, K}), zeros<4>({B, A, N, K})};
    const bool dropped = cache.dropped.size() > 0;
    const Tensor<4>& used = dropped && way.uses_dropped ? cache.dropped : cache.weights;
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a) {
            Tensor<2> dweights = zeros<2>({N, N}), dscores = dweights;
            for (std::size_t m = 0; m < N; ++m)
                for (std::size_t n = 0; n < N; ++n)
                    for (std::size_t k = 0; k < K; ++k) {
                        d.value(b, a, n, k) +=
                            (way.turns_weights ? used(b, a, m, n) : used(b, a, n, m)) * dy(b, a, m, k);
                        dweights(m, n) += dy(b, a, m, k) * (way.keys_for_values ? x.key : x.value)(b, a, n, k);
                    }
            if (dropped && way.masks)
                for (std::size_t m = 0; m < N; ++m)
                    for (std::size_t n = 0; n < N; ++n) dweights(m, n) *= cache.dropout.scale(b, a, m, n);
            const Tensor<4>& shares = dropped && way.softmax_of_dropped ? cache.dropped : cache.weights;
            const auto weight = [&](std::size_t m, std::size_t n) { return shares(b, a, m, n); };
            for (std::size_t m = 0; m < N; ++m)
                for (std::size_t n = 0; n < N; ++n) {
                    double average = 0;
                    for (std::size_t i = 0; i < N; ++i)
                        average += way.over_queries ? weight(i, n) * dweights(i, n) : weight(m, i) * dweights(m, i);
                    dscores(m, n) = way.softmax ? weight(m, n) * (dweights(m, n) - average) : dweights(m, n);
                }
            for (std::size_t m = 0; m < N; ++m)
                for (std::size_t n = 0; n < N; ++n)
                    for (std::size_t k = 0; k < K; ++k) {
                        const Tensor<4>&keys = way.swaps ? x.query : x.key, &queries = way.swaps ? x.key : x.query;
                        d.query(b, a, m, k) += dscores(m, n) * keys(b, a, n, k) * (way.scales_query ? scale : 1);
                        d.key(b, a, n, k) += (way.turns_scores ? dscores(m, n) : dscores(n, m)) * queries(b, a, m, k) *
                                             (way.scales_key ? scale : 1);
                    }
        }
    return d;
}

Backward way(const Way& way) {
    return [way](const Attend&, const QueryKeyValue& x, const AttendCache& cache, const Tensor<4>& dy) {
        return way_back(way, x, cache, dy);
    };
}

Exercise<Backward> backward_exercise() {
    const auto try_on = [](const std::string& inputs, const Attend& p, const QueryKeyValue& x, const Tensor<4>& dy,
                           bool training, double tolerance) {
        AttendCache cache;
        Rng rng(9);
        batch({})(p, x, cache, training ? &rng : nullptr);
        return Trial<Backward>{.inputs = inputs,
                               .run = [=](const Backward& f) -> Outputs {
                                   const QueryKeyValue d = f(p, x, cache, dy);
                                   return {output("value's gradient", "BANK", d.value),
                                           output("query's gradient", "BANK", d.query),
                                           output("key's gradient", "BANK", d.key)};
                               },
                               .givens = {output("dy", "BANK", dy)},
                               .constants = {{"√K", 2}},
                               .tolerance = tolerance};
    };
    const Tensor<4> upstream = Rng(11).normal_tensor<4>({2, 3, 5, 4});
    return {
        .name = "3.10 attend_backward",
        .reference = way({}),
        .trials = {try_on("random numbers, B=2 A=3 N=5 K=4", {}, random_heads(10), upstream, false, 1e-11),
                   try_on("a training pass with a dropout of 0.4", {.dropout = 0.4}, random_heads(10), upstream, true,
                          1e-11),
                   try_on("gradients of size 1e-6", {}, random_heads(10), upstream * 1e-6, false, 1e-16)},
        .wrong_answers = {
            {"attend_backward_no_scale",
             "the right way back without 1 / √K in the gradients of query and key: the scores were divided by √K, so "
             "their "
             "gradient is, too.",
             "", way({.scales_query = false, .scales_key = false})},
            {"attend_backward_scale_for_query_only",
             "a key's gradient without 1 / √K: both factors of the scaled product get the scale.", "",
             way({.scales_key = false})},
            {"attend_backward_no_softmax",
             "a way back that steps over the softmax: dscores is not dweights, but softmax_backward of it.", "",
             way({.softmax = false})},
            {"attend_backward_softmax_over_queries",
             "a way back through a softmax over the queries. It was taken along a row, over the keys.", "",
             way({.over_queries = true})},
            {"attend_backward_value_not_transposed",
             "weights dy for the value's gradient. Value n was used by every query m with weights(m, n): weightsᵀ dy.",
             "", way({.turns_weights = false})},
            {"attend_backward_key_not_transposed",
             "dscores query for the key's gradient. Key n was used by every query m with scores(m, n): dscoresᵀ query.",
             "", way({.turns_scores = false})},
            {"attend_backward_factors_swapped",
             "dscores query for the query's gradient and dscoresᵀ key for the key's: each factor's gradient is made "
             "from the "
             "other factor.",
             "", way({.swaps = true})},
            {"attend_backward_dropout_forgotten",
             "a way back that lets the gradient through where dropout had forgotten a weight.", "",
             way({.masks = false})},
            {"attend_backward_keys_for_values",
             "dweights made with the keys: dy keyᵀ. The weights mixed the values: dy valueᵀ.", "",
             way({.keys_for_values = true})},
            {"attend_backward_softmax_of_dropped",
             "a way back through the softmax with the weights after dropout. The softmax made cache.weights: "
             "softmax_backward needs these.",
             "", way({.softmax_of_dropped = true})},
            {"attend_backward_undropped_weights",
             "the value's gradient by all weights. Values were mixed by the dropped ones, cache.dropped, where there "
             "are any.",
             "", way({.uses_dropped = false})},
        }};
}

}  // namespace

TEST_CASE("3.7 attend_one_query") {
    check(one_query_exercise(), attend_one_query);
}

TEST_CASE("3.7 attend_one_query: wrong answers" * doctest::skip()) {
    prove(one_query_exercise());
}

TEST_CASE("3.8 attend_one_head") {
    check(one_head_exercise(), attend_one_head);
}

TEST_CASE("3.8 attend_one_head: wrong answers" * doctest::skip()) {
    prove(one_head_exercise());
}

TEST_CASE("3.9 attend_forward") {
    check(forward_exercise(), attend_forward);
}

TEST_CASE("3.9 attend_forward: wrong answers" * doctest::skip()) {
    prove(forward_exercise());
}

TEST_CASE("3.10 attend_backward") {
    check(backward_exercise(), attend_backward);
}

TEST_CASE("3.10 attend_backward: wrong answers" * doctest::skip()) {
    prove(backward_exercise());
}

}  // namespace vit
