#include "bugs/heads.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "03_attention/heads.h"
#include "common/tensor/random.h"
#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

/// Where number k of head a stands in the row of a token.
using Place = std::function<std::size_t(std::size_t a, std::size_t k, std::size_t A, std::size_t K)>;

std::size_t head_by_head(std::size_t a, std::size_t k, std::size_t, std::size_t K) {
    return a * K + k;
}
std::size_t number_by_number(std::size_t a, std::size_t k, std::size_t A, std::size_t) {
    return k * A + a;
}
std::size_t last_head_first(std::size_t a, std::size_t k, std::size_t A, std::size_t K) {
    return (A - 1 - a) * K + k;
}

Tensor<3> merge_to(const Place& place, const Tensor<4>& heads) {
    const auto [B, A, N, K] = heads.shape();
    Tensor<3> merged = zeros<3>({B, N, A * K});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t k = 0; k < K; ++k) merged(b, n, place(a, k, A, K)) = heads(b, a, n, k);
    return merged;
}

Tensor<4> unmerge_from(const Place& place, const Tensor<3>& merged, std::size_t A) {
    const std::size_t B = merged.shape()[0], N = merged.shape()[1], K = merged.shape()[2] / A;
    Tensor<4> heads = zeros<4>({B, A, N, K});
    for (std::size_t b = 0; b < B; ++b)
        for (std::size_t a = 0; a < A; ++a)
            for (std::size_t n = 0; n < N; ++n)
                for (std::size_t k = 0; k < K; ++k) heads(b, a, n, k) = merged(b, n, place(a, k, A, K));
    return heads;
}

HeadCode with(const Place& place) {
    return {[place](const Tensor<4>& heads) { return merge_to(place, heads); },
            [place](const Tensor<3>& merged, std::size_t A) { return unmerge_from(place, merged, A); }};
}

/// Every image becomes the first one.
Tensor<3> first_image_for_all(const Tensor<4>& heads) {
    Tensor<3> merged = merge_to(head_by_head, heads);
    for (std::size_t b = 1; b < merged.shape()[0]; ++b) xt::view(merged, b) = xt::view(merged, 0);
    return merged;
}

/// (B, A, N K): the tokens of a head side by side, instead of the heads of a token.
Tensor<3> tokens_side_by_side(const Tensor<4>& heads) {
    const std::size_t B = heads.shape()[0], A = heads.shape()[1], NK = heads.shape()[2] * heads.shape()[3];
    return xt::reshape_view(heads, {B, A, NK});
}

std::vector<Suspect<HeadCode>> right_code() {
    return {{"the two functions of chapter 3", {merge_heads, unmerge_heads}},
            {"the two functions in plain loops", with(head_by_head)}};
}

std::vector<Suspect<HeadCode>> bugs() {
    const HeadCode right = with(head_by_head);
    return {{"the two functions of bugs/heads.h", {suspect::merge_heads, suspect::unmerge_heads}},
            {"the merge_heads of bugs/heads.h with a right inverse", {suspect::merge_heads, right.unmerge}},
            {"a right merge_heads with the inverse of bugs/heads.h", {right.merge, suspect::unmerge_heads}},
            {"rows in which the numbers 0 of all heads come first, then the numbers 1", with(number_by_number)},
            {"rows in which the last head comes first", with(last_head_first)},
            {"a merge that gives every image the first one's rows", {first_image_for_all, right.unmerge}},
            {"a merge that puts the tokens of a head side by side", {tokens_side_by_side, right.unmerge}}};
}

/// Is merge right, is unmerge right, on random heads (B, A, N, K)?
bool merges(const HeadCode& code, const Tensor<4>& heads) {
    return bool(same(code.merge(heads), merge_to(head_by_head, heads), "BND"));
}
bool unmerges(const HeadCode& code, const Tensor<4>& heads) {
    return bool(same(code.unmerge(merge_to(head_by_head, heads), heads.shape()[1]), heads, "BANK"));
}

TestOf<HeadCode> both_on(const Tensor<4>& heads) {
    return [heads](const HeadCode& code) { return merges(code, heads) && unmerges(code, heads); };
}

Exercise<TestOf<HeadCode>> exercise() {
    const Tensor<4> heads = Rng(1).normal_tensor<4>({2, 3, 4, 5});  // (B, A, N, K)
    return {
        .name = "B.2 heads_are_right",
        .reference = both_on(heads),
        .trials = trials_of(right_code(), bugs()),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_checks_shape_only_of_heads",
             "that of a test that looks at the shape alone: nearly every bug here gives the right shape. Look where "
             "each number went.",
             "",
             [=](const HeadCode& code) {
                 return code.merge(heads).shape() == std::array<std::size_t, 3>{2, 4, 15};
             }},
            {"test_compares_heads_with_themselves",
             "that of a test that lets every code pass, as one does that compares code with itself. Write down "
             "where "
             "each number must go.",
             "", [=](const HeadCode& code) { return bool(same(code.merge(heads), code.merge(heads), "BND")); }},
            {"test_goes_there_and_back",
             "that of a test that merges, unmerges and looks whether all is as before: two wrong functions that fit "
             "each other pass. Hold each of the two against what must come out.",
             "",
             [=](const HeadCode& code) {
                 const Tensor<3> merged = code.merge(heads);
                 if (merged.shape()[1] != 4) return false;
                 return bool(same(code.unmerge(merged, 3), heads, "BANK"));
             }},
            {"test_counts_numbers",
             "that of a test that looks whether all numbers are still there, wherever: these bugs lose none, they "
             "put them in other places.",
             "",
             [=](const HeadCode& code) {
                 const Tensor<3> merged = code.merge(heads);
                 std::vector<double> before(heads.begin(), heads.end()), after(merged.begin(), merged.end());
                 std::ranges::sort(before);
                 std::ranges::sort(after);
                 return before == after;
             }},
            {"test_uses_one_head",
             "that of a test with a single head: nothing has to move then. Take several, as many as neither tokens "
             "nor numbers in a head.",
             "hackiey/QAnet-pytorch#2", both_on(Rng(2).normal_tensor<4>({2, 1, 4, 5}))},
            {"test_uses_one_token",
             "that of a test with a single token: its heads lie side by side already. Take several.", "",
             both_on(Rng(3).normal_tensor<4>({2, 3, 1, 5}))},
            {"test_uses_one_image", "that of a test with a single image: take two that differ.", "",
             both_on(Rng(4).normal_tensor<4>({1, 3, 4, 5}))},
            {"test_looks_at_merge_only",
             "that of a test that never calls unmerge: it is the way back of the gradient, and may be wrong alone.", "",
             [=](const HeadCode& code) { return merges(code, heads); }},
            {"test_looks_at_unmerge_only", "that of a test that never calls merge: both may be wrong alone.", "",
             [=](const HeadCode& code) { return unmerges(code, heads); }},
            {"test_refuses_all_heads",
             "that of a test that refuses everything, right code too. What it expects is wrong, or the code is used "
             "in another way than its contract says.",
             "", [](const HeadCode&) { return false; }},
        }};
}

}  // namespace

TEST_CASE("B.2 heads_are_right") {
    check(exercise(), heads_are_right);
}

TEST_CASE("B.2 heads_are_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
