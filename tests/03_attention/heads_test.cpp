#include "03_attention/heads.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("a row of qkv holds all queries, then all keys, then all values, each head by head") {
    const Tensor<3> qkv = Rng(1).normal_tensor<3>({2, 5, 36});  // B = 2, N = 5, A = 3, K = 4
    const QueryKeyValue split = split_heads(qkv, 3);
    Tensor<4> query = zeros<4>({2, 3, 5, 4}), key = query, value = query;
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t n = 0; n < 5; ++n)
                for (std::size_t k = 0; k < 4; ++k) {
                    query(b, a, n, k) = qkv(b, n, 4 * a + k);
                    key(b, a, n, k) = qkv(b, n, 12 + 4 * a + k);
                    value(b, a, n, k) = qkv(b, n, 24 + 4 * a + k);
                }
    CHECK(same(split.query, query, "BANK"));
    CHECK(same(split.key, key, "BANK"));
    CHECK(same(split.value, value, "BANK"));
    CHECK(same(merge_heads(query), xt::view(qkv, xt::all(), xt::all(), xt::range(0, 12)), "BND"));
}

TEST_CASE("merging and splitting are axis permutations in xtensor") {
    const Tensor<4> heads = Rng(2).normal_tensor<4>({2, 3, 5, 4});
    const Tensor<4> by_token = xt::transpose(heads, {0, 2, 1, 3});  // b a n k -> b n a k
    const Tensor<3> expected = xt::reshape_view(by_token, {2, 5, 12});
    CHECK(same(merge_heads(heads), expected, "BND"));
}

TEST_CASE("split and join, merge and unmerge are inverses") {
    Rng rng(3);
    const Tensor<3> qkv = rng.normal_tensor<3>({2, 5, 36}), merged = rng.normal_tensor<3>({2, 5, 12});
    const Tensor<4> heads = rng.normal_tensor<4>({2, 3, 5, 4});
    CHECK(same(join_heads(split_heads(qkv, 3)), qkv, "BNI"));
    CHECK(same(merge_heads(unmerge_heads(merged, 3)), merged, "BND"));
    CHECK(same(unmerge_heads(merge_heads(heads), 3), heads, "BANK"));
    const Tensor<4> key = rng.normal_tensor<4>({2, 3, 5, 4}), value = rng.normal_tensor<4>({2, 3, 5, 4});
    const QueryKeyValue again = split_heads(join_heads({heads, key, value}), 3);
    CHECK(same(again.query, heads, "BANK"));
    CHECK(same(again.key, key, "BANK"));
    CHECK(same(again.value, value, "BANK"));
}

TEST_CASE("widths that do not divide into heads are named") {
    CHECK(error_of<std::invalid_argument>([] {
              split_heads(zeros<3>({2, 5, 33}), 3);  // 3 heads fit, 3 times 3 do not
          }) == "split_heads: the width 33 does not divide into 3 times 3 heads");
    CHECK(error_of<std::invalid_argument>([] {
              split_heads(zeros<3>({2, 5, 36}), 0);
          }) == "split_heads: the width 36 does not divide into 3 times 0 heads");
    CHECK(error_of<std::invalid_argument>([] {
              unmerge_heads(zeros<3>({2, 5, 13}), 3);
          }) == "unmerge_heads: the width 13 does not divide into 1 times 3 heads");
    CHECK(error_of<std::invalid_argument>([] {
              join_heads({zeros<4>({2, 3, 5, 4}), zeros<4>({2, 3, 5, 4}), zeros<4>({2, 3, 6, 4})});
          }) == "join_heads: value (B A N K) has shape (2, 3, 6, 4); axis 2 must be N = 5 (from query), but it is 6");
}

}  // namespace vit
