#include "03_attention/attention.h"

#include "03_attention/attend.h"
#include "03_attention/softmax.h"
#include "03_attention/trace.h"
#include "tests/testing.h"

namespace vit {
namespace {

/// Attention from its definition, for one number of the output at a time.
Tensor<3> naive_attention(const Attention& p, const Tensor<3>& x) {
    const std::size_t batch = x.shape()[0], tokens = x.shape()[1], width = x.shape()[2];
    const std::size_t inner = p.qkv.weight.shape()[0] / 3, head_width = inner / p.heads;
    // Number i of all queries (part 0), keys (1) or values (2) of a token, side by side.
    const auto qkv = [&](std::size_t part, std::size_t b, std::size_t n, std::size_t i) {
        const std::size_t o = part * inner + i;
        double sum = p.qkv.bias.size() > 0 ? p.qkv.bias(o) : 0;
        for (std::size_t d = 0; d < width; ++d) sum += p.qkv.weight(o, d) * x(b, n, d);
        return sum;
    };
    Tensor<3> merged = zeros<3>({batch, tokens, inner});
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t a = 0; a < p.heads; ++a)
            for (std::size_t i = 0; i < tokens; ++i) {
                std::vector<double> powers(tokens);
                double sum = 0;
                for (std::size_t j = 0; j < tokens; ++j) {
                    double score = 0;
                    for (std::size_t k = a * head_width; k < (a + 1) * head_width; ++k)
                        score += qkv(0, b, i, k) * qkv(1, b, j, k);
                    sum += powers[j] = std::exp(score / std::sqrt(static_cast<double>(head_width)));
                }
                for (std::size_t j = 0; j < tokens; ++j)
                    for (std::size_t k = a * head_width; k < (a + 1) * head_width; ++k)
                        merged(b, i, k) += powers[j] / sum * qkv(2, b, j, k);
            }
    if (!p.projection) return merged;
    Tensor<3> y = zeros_like(x);
    for (std::size_t b = 0; b < batch; ++b)
        for (std::size_t n = 0; n < tokens; ++n)
            for (std::size_t d = 0; d < width; ++d) {
                y(b, n, d) = p.projection->bias(d);
                for (std::size_t i = 0; i < inner; ++i) y(b, n, d) += p.projection->weight(d, i) * merged(b, n, i);
            }
    return y;
}

/// Every option of the layer, on D = 12.
std::vector<AttentionConfig> options() {
    return {{.width = 12, .heads = 3},
            {.width = 12, .heads = 3, .head_width = 5},
            {.width = 12, .heads = 3, .qkv_bias = false},
            {.width = 12, .heads = 1, .projection = false},
            {.width = 12, .heads = 1},
            {.width = 12, .heads = 3, .attend = {.tile = 2}}};
}

/// Which of them a failing test is about.
std::string words(const AttentionConfig& c) {
    return fmt::format("{} heads of width {}, qkv bias {}, projection {}, tile {}", c.heads, c.head_width, c.qkv_bias,
                       c.projection, c.attend.tile);
}

Attention random_attention(const AttentionConfig& config) {
    Attention p = make_attention(config);
    Rng rng(1);
    fill_random(named_parameters(p), rng);
    return p;
}

void check_gradients_of(const AttentionConfig& config) {
    INFO(words(config));
    Attention p = make_attention(config);
    AttentionCache cache;
    check_layer_gradients(
        p, make_attention(config), Rng(2).normal_tensor<3>({2, 5, config.width}),
        [&](const Tensor<3>& x) {
            Rng rng(3);  // the same numbers are dropped every time
            return attention_forward(p, x, cache, &rng);
        },
        [&](const Tensor<3>&, const Tensor<3>& dy, Attention& grad) { return attention_backward(p, cache, dy, grad); });
}

}  // namespace

TEST_CASE("one query, worked by hand: the scores are divided by the root of the head's width") {
    // q k = 2 log 3 for the first token, 0 for the second; divided by sqrt(4): log 3 and 0, so the shares are 3 to 1.
    const Tensor<1> query{2, 0, 0, 0};
    const Tensor<2> keys{{std::log(3.0), 5, 0, 0}, {0, 0, 7, 1}}, values{{8, 0, 4, -4}, {0, 4, 8, 0}};
    CHECK(same(attend_one_query(query, keys, values), {6, 1, 5, -3}, "K", 1e-14));
}

TEST_CASE("the example of the page") {
    const Tensor<1> query{1, 0};
    const Tensor<2> keys{{1, 0}, {0, 1}, {1, 1}}, values{{10, 0}, {0, 10}, {5, 5}};
    const Tensor<1> scores{1 / std::sqrt(2.0), 0, 1 / std::sqrt(2.0)};
    CHECK(same(softmax_forward(scores), Tensor<1>{0.401, 0.198, 0.401}, "N", 5e-4));
    CHECK(same(attend_one_query(query, keys, values), Tensor<1>{6.02, 3.98}, "K", 2e-3));
}

TEST_CASE("one query, one head, many heads and a batch are the same attention") {
    Rng rng(4);
    const Tensor<4> q = rng.normal_tensor<4>({2, 3, 5, 4}), k = rng.normal_tensor<4>({2, 3, 5, 4}),
                    v = rng.normal_tensor<4>({2, 3, 5, 4});
    AttendCache cache;
    const Tensor<4> y = attend_forward({}, {q, k, v}, cache);
    for (std::size_t b = 0; b < 2; ++b) {
        const Tensor<3> image_q = xt::view(q, b), image_k = xt::view(k, b), image_v = xt::view(v, b),
                        image_y = xt::view(y, b);
        CHECK(same(attend_many_heads(image_q, image_k, image_v), image_y, "ANK", 1e-14));
        for (std::size_t a = 0; a < 3; ++a) {
            const Tensor<2> head_q = xt::view(image_q, a), head_k = xt::view(image_k, a), head_v = xt::view(image_v, a);
            const Tensor<2> head_y = xt::view(image_y, a);
            CHECK(same(attend_one_head(head_q, head_k, head_v), head_y, "NK", 1e-14));
            for (std::size_t n = 0; n < 5; ++n) {
                const Tensor<1> query = xt::view(head_q, n), query_y = xt::view(head_y, n);
                CHECK(same(attend_one_query(query, head_k, head_v), query_y, "K", 1e-14));
            }
        }
    }
}

TEST_CASE("every query's attention weights sum to 1 over the keys") {
    const Tensor<4> q = Rng(5).normal_tensor<4>({2, 3, 5, 4}, 0, 10), k = Rng(6).normal_tensor<4>({2, 3, 5, 4}, 0, 10);
    AttendCache cache;
    attend_forward({}, {q, k, q}, cache);
    const Tensor<4>& weights = cache.weights;
    REQUIRE(shape_of(weights) == Shape{2, 3, 5, 5});
    const Tensor<3> sums = xt::sum(weights, {3});
    CHECK(same(sums, xt::ones_like(sums), "BAN", 1e-14));
    CHECK(xt::amin(weights)() >= 0);
}

TEST_CASE("the layer is its definition with every option") {
    const Tensor<3> x = Rng(7).normal_tensor<3>({2, 5, 12});
    for (const AttentionConfig& config : options()) {
        INFO(words(config));
        const Attention p = random_attention(config);
        AttentionCache cache;
        const Tensor<3> y = attention_forward(p, x, cache);
        CHECK(same(y, naive_attention(p, x), "BND", 1e-12));
    }
}

TEST_CASE("tokens in another order give the same outputs in that order; images do not see each other") {
    const Tensor<3> x = Rng(8).normal_tensor<3>({2, 5, 12});
    const Attention p = random_attention({.width = 12, .heads = 3});
    AttentionCache cache;
    const Tensor<3> y = attention_forward(p, x, cache);
    const std::vector<std::size_t> order{3, 0, 4, 1, 2};
    const Tensor<3> permuted = xt::view(x, xt::all(), xt::keep(order), xt::all());
    const Tensor<3> permuted_y = xt::view(y, xt::all(), xt::keep(order), xt::all());
    CHECK(same(attention_forward(p, permuted, cache), permuted_y, "BND", 1e-14));
    const Tensor<3> second = xt::view(x, xt::range(1, 2), xt::all(), xt::all());
    const Tensor<3> second_y = xt::view(y, xt::range(1, 2), xt::all(), xt::all());
    CHECK(same(attention_forward(p, second, cache), second_y, "BND", 1e-14));
}

TEST_CASE("gradients of attention with every option") {
    for (const AttentionConfig& config : options()) check_gradients_of(config);
}

TEST_CASE("a key's bias has no effect: it adds the same to all scores of a query") {
    Attention p = random_attention({.width = 12, .heads = 3}), grad = make_attention({.width = 12, .heads = 3});
    const Tensor<3> x = Rng(13).normal_tensor<3>({2, 5, 12});
    AttentionCache cache;
    const Tensor<3> y = attention_forward(p, x, cache);
    attention_backward(p, cache, Rng(14).normal_tensor<3>({2, 5, 12}), grad);
    for (std::size_t part = 0; part < 3; ++part) {  // queries, keys, values
        const Tensor<1> dbias = xt::view(grad.qkv.bias, xt::range(12 * part, 12 * part + 12));
        INFO("part ", part);
        CHECK(bool(same(dbias, zeros<1>({12}), "O", 1e-13)) == (part == 1));
    }
    xt::view(p.qkv.bias, xt::range(12, 24)) += 3;
    CHECK(same(attention_forward(p, x, cache), y, "BND", 1e-12));
}

TEST_CASE("gradients of attention with dropout") {
    check_gradients_of({.width = 12, .heads = 3, .attend = {.dropout = 0.3}});
    check_gradients_of({.width = 12, .heads = 3, .projection_dropout = 0.3});
    check_gradients_of(
        {.width = 12, .heads = 1, .projection = false, .attend = {.dropout = 0.2}, .projection_dropout = 0.3});
}

TEST_CASE("dropout acts only in training, also on a cache that training has used") {
    const Attention p = random_attention({.width = 12, .heads = 3});
    Attention drops = p;
    drops.attend.dropout = drops.projection_dropout = 0.5;
    const Tensor<3> x = Rng(9).normal_tensor<3>({2, 5, 12}), dy = Rng(10).normal_tensor<3>({2, 5, 12});
    AttentionCache used, fresh;
    Rng rng(11);
    const Tensor<3> trained = attention_forward(drops, x, used, &rng), y = attention_forward(p, x, fresh);
    CHECK_FALSE(same(trained, y, "BND", 1e-3));
    CHECK(same(attention_forward(drops, x, used), y, "BND"));
    Attention grad = make_attention({.width = 12, .heads = 3}), fresh_grad = grad;
    CHECK(same(attention_backward(drops, used, dy, grad), attention_backward(p, fresh, dy, fresh_grad), "BND"));
    CHECK(same(named_parameters(grad), named_parameters(fresh_grad)));
}

TEST_CASE("the dropout of the config reaches the layer: of the weights, and of the output") {
    const Tensor<3> x = Rng(13).normal_tensor<3>({2, 5, 12});
    AttentionCache cache;
    Rng rng(14);
    const Tensor<3> y =
        attention_forward(random_attention({.width = 12, .heads = 3, .projection_dropout = 0.5}), x, cache, &rng);
    CHECK(std::abs(std::count(y.begin(), y.end(), Scalar(0)) - 60) < 22);  // of 120; four standard deviations
    attention_forward(random_attention({.width = 12, .heads = 3, .attend = {.dropout = 0.5}}), x, cache, &rng);
    const Tensor<4>& dropped = cache.attend.dropped;
    REQUIRE(shape_of(dropped) == Shape{2, 3, 5, 5});
    CHECK(std::abs(std::count(dropped.begin(), dropped.end(), Scalar(0)) - 75) < 25);  // of 150
}

TEST_CASE("published names and shapes") {
    Attention p = make_attention({.width = 12, .heads = 3, .head_width = 5});
    const Parameters parameters = named_parameters(p);
    REQUIRE(parameters.size() == 4);
    CHECK(parameters[0].name == "qkv.weight");
    CHECK(parameters[0].shape == Shape{45, 12});
    CHECK(parameters[1].name == "qkv.bias");
    CHECK(parameters[1].shape == Shape{45});
    CHECK(parameters[2].name == "proj.weight");
    CHECK(parameters[2].shape == Shape{12, 15});
    CHECK(parameters[3].name == "proj.bias");
    CHECK(parameters[3].shape == Shape{12});
    Attention without = make_attention({.width = 12, .heads = 1, .qkv_bias = false, .projection = false});
    REQUIRE(named_parameters(without).size() == 1);
    CHECK(named_parameters(without)[0].shape == Shape{36, 12});
}

TEST_CASE("q, k and v are initialised as three matrices, not as one") {
    Attention p = make_attention({.width = 48, .heads = 3});
    p.qkv.bias.fill(1);
    Rng rng(12);
    initialise(p, rng);
    const double limit = std::sqrt(6.0 / 96);
    CHECK(xt::amax(p.qkv.weight)() <= limit);
    CHECK(xt::amax(p.qkv.weight)() > 0.99 * limit);
    CHECK(xt::amin(p.qkv.weight)() >= -limit);
    CHECK(xt::amax(p.projection->weight)() <= limit);
    CHECK(xt::amax(p.projection->weight)() > 0.99 * limit);
    CHECK(same(p.qkv.bias, zeros<1>({144}), "O"));
    CHECK(same(p.projection->bias, zeros<1>({48}), "O"));
}

TEST_CASE("sizes that do not fit are named") {
    CHECK(error_of<std::invalid_argument>([] { make_attention({.width = 12, .heads = 5}); }) ==
          "attention: 5 heads do not divide the width 12; choose another number of heads or give the head width");
    CHECK(error_of<std::invalid_argument>([] { make_attention({.width = 12, .heads = 0}); }) ==
          "attention: width and heads must be at least 1, but they are 12 and 0");
    CHECK(error_of<std::invalid_argument>([] { make_attention({.width = 0, .heads = 3}); }) ==
          "attention: width and heads must be at least 1, but they are 0 and 3");
    CHECK(error_of<std::invalid_argument>([] { make_attention({.width = 12, .heads = 3, .projection = false}); }) ==
          "attention: the output projection can only be left out for one head of width D = 12, but there are 3 heads "
          "of width 4");
    CHECK(error_of<std::invalid_argument>(
              [] { make_attention({.width = 12, .heads = 1, .head_width = 5, .projection = false}); }) ==
          "attention: the output projection can only be left out for one head of width D = 12, but there are 1 heads "
          "of width 5");

    const Attention p = make_attention({.width = 12, .heads = 3});
    Attention grad = p;
    AttentionCache cache;
    CHECK(error_of<std::invalid_argument>([&] {
              attention_forward(p, zeros<3>({2, 5, 11}), cache);
          }) == "attention_forward: x (B N D) has shape (2, 5, 11); axis 2 must be D = 12 (from qkv), but it is 11");
    attention_forward(p, zeros<3>({2, 5, 12}), cache);
    CHECK(error_of<std::invalid_argument>([&] {
              attention_backward(p, cache, zeros<3>({2, 5, 11}), grad);
          }) == "attention_backward: dy (B N D) has shape (2, 5, 11); axis 2 must be D = 12 (from x), but it is 11");
    CHECK(error_of<std::invalid_argument>([] {
              AttendCache unused;
              attend_forward({}, {zeros<4>({2, 3, 5, 4}), zeros<4>({2, 3, 5, 6}), zeros<4>({2, 3, 5, 4})}, unused);
          }) == "attend_forward: key (B A N K) has shape (2, 3, 5, 6); axis 3 must be K = 4 (from query), but it is 6");
    CHECK(error_of<std::invalid_argument>([] {
              attend_one_query(zeros<1>({4}), zeros<2>({5, 4}), zeros<2>({6, 4}));
          }) == "attend_one_query: values (N K) has shape (6, 4); axis 0 must be N = 5 (from keys), but it is 6");
    CHECK(error_of<std::invalid_argument>([] {
              make_attention({.width = 12, .heads = 3, .attend = {.dropout = 1}});
          }) == "attention: a dropout probability must be at least 0 and below 1, but it is 1");
}

TEST_CASE("the record of an attention counts every product: 100 tokens, 8 heads") {
    const Attention p = make_attention({.width = 768, .heads = 8});
    AttentionCache cache;
    attention_forward(p, zeros<3>({1, 100, 768}), cache);
    const Trace trace = trace_attention("attn", p, cache);
    CHECK(trace.output == Shape{1, 100, 768});
    CHECK(total_parameters(trace) == 4 * 768 * 768 + 4 * 768);
    CHECK(total_multiply_adds(trace) == 4 * 100 * 768 * 768 + 2 * 100 * 100 * 768);
}

}  // namespace vit
