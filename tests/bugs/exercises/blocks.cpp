#include "bugs/blocks.h"

#include <doctest/doctest.h>

#include "tests/bugs/exercises/suspects.h"

namespace vit {
namespace {

std::shared_ptr<OneWeight> fresh(std::size_t D, Rng& rng) {
    return std::make_shared<OneWeight>(OneWeight{rng.normal_tensor<2>({D, D})});
}

/// Block i is a new one, or the one before that `same_as` names.
MakeBlocks with(const std::function<std::size_t(std::size_t i, std::size_t depth)>& same_as) {
    return [same_as](std::size_t depth, std::size_t D, Rng& rng) {
        Blocks blocks;
        for (std::size_t i = 0; i < depth; ++i) {
            const std::size_t which = same_as(i, depth);
            blocks.push_back(which < i ? blocks[which] : fresh(D, rng));
        }
        return blocks;
    };
}

MakeBlocks all_new() {
    return with([](std::size_t i, std::size_t) { return i; });
}

Blocks first_made_backwards(std::size_t depth, std::size_t D, Rng& rng) {
    Blocks blocks(depth);
    for (std::size_t i = depth; i-- > 0;) blocks[i] = fresh(D, rng);
    return blocks;
}

/// Every block has memory of its own, with the same numbers in it.
Blocks copies(std::size_t depth, std::size_t D, Rng& rng) {
    const OneWeight first{rng.normal_tensor<2>({D, D})};
    Blocks blocks;
    for (std::size_t i = 0; i < depth; ++i) blocks.push_back(std::make_shared<OneWeight>(first));
    return blocks;
}

Blocks one_more(std::size_t depth, std::size_t D, Rng& rng) {
    Blocks blocks;
    for (std::size_t i = 0; i <= depth; ++i) blocks.push_back(fresh(D, rng));
    return blocks;
}

Blocks made(const MakeBlocks& make, std::size_t depth) {
    Rng rng(3);
    return make(depth, 2, rng);
}

/// Do these two have numbers of their own?
bool differ(const Blocks& blocks, std::size_t i, std::size_t j) {
    return blocks[i]->weight != blocks[j]->weight;
}

bool all_differ(const MakeBlocks& make, std::size_t depth) {
    const Blocks blocks = made(make, depth);
    bool all = blocks.size() == depth;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) all = all && differ(blocks, i, j);
    return all;
}

Exercise<TestOf<MakeBlocks>> exercise() {
    return {
        .name = "B.8 blocks_are_right",
        .reference = [](const MakeBlocks& make) { return all_differ(make, 5); },
        .trials = trials_of<MakeBlocks>(
            {{"one new block after the other", all_new()}, {"the last block made first", first_made_backwards}},
            {{"the blocks of bugs/blocks.h", suspect::make_blocks},
             {"copies of one block", copies},
             {"blocks of which the first two are one", with([](std::size_t i, std::size_t) { return i == 1 ? 0 : i; })},
             {"blocks of which the first and the last are one",
              with([](std::size_t i, std::size_t depth) { return i + 1 == depth ? 0 : i; })},
             {"blocks of which the second and the third are one",
              with([](std::size_t i, std::size_t) { return i == 2 ? 1 : i; })},
             {"blocks that are one from the third on", with([](std::size_t i, std::size_t) { return i < 3 ? i : 2; })},
             {"one block more than was asked for", one_more}}),
        .promises = promises_of_a_test(),
        .wrong_answers = {
            {"test_counts_blocks",
             "that of a test that counts the blocks: their number is nearly always right. Look whether they are "
             "different blocks.",
             "", [](const MakeBlocks& make) { return made(make, 4).size() == 4; }},
            {"test_compares_blocks_with_themselves",
             "that of a test that lets every code pass, as one does that compares code with itself. Hold the blocks "
             "against each other.",
             "", [](const MakeBlocks& make) { return made(make, 4).size() == made(make, 4).size(); }},
            {"test_refuses_all_blocks",
             "that of a test that refuses everything, right code too. Is a block held against itself?", "",
             [](const MakeBlocks&) { return false; }},
            {"test_uses_two_blocks", "that of a test with two blocks: there is a single pair. Take more.", "",
             [](const MakeBlocks& make) { return all_differ(make, 2); }},
            {"test_uses_three_blocks",
             "that of a test with three blocks: what goes wrong behind the third is not seen. Take five.", "",
             [](const MakeBlocks& make) { return all_differ(make, 3); }},
            {"test_looks_at_addresses_of_three",
             "that of a test that asks whether three blocks lie in memory of their own. Copies do, and yet have the "
             "same numbers: look at the numbers, too. And take five, to see what goes wrong behind the third.",
             "",
             [](const MakeBlocks& make) {
                 Blocks blocks = made(make, 3);
                 std::ranges::sort(blocks);
                 return blocks.size() == 3 && std::ranges::adjacent_find(blocks) == blocks.end();
             }},
            {"test_looks_at_neighbours",
             "that of a test that holds each block against the next: the first and the last never meet. Look at "
             "every pair.",
             "",
             [](const MakeBlocks& make) {
                 const Blocks blocks = made(make, 5);
                 bool all = blocks.size() == 5;
                 for (std::size_t i = 1; i < blocks.size(); ++i) all = all && differ(blocks, i - 1, i);
                 return all;
             }},
            {"test_looks_at_addresses",
             "that of a test that asks whether the blocks lie in memory of their own: copies do, and yet have the "
             "same numbers. Look at the numbers, too.",
             "",
             [](const MakeBlocks& make) {
                 Blocks blocks = made(make, 5);
                 std::ranges::sort(blocks);
                 return blocks.size() == 5 && std::ranges::adjacent_find(blocks) == blocks.end();
             }},
            {"test_changes_first_block_only",
             "that of a test that changes the first block and looks whether the others stay: others may be one "
             "among themselves, or copies. Look at every pair, before and after.",
             "",
             [](const MakeBlocks& make) {
                 const Blocks blocks = made(make, 5), before = made(make, 5);
                 if (blocks.size() != 5) return false;
                 blocks[0]->weight += 1;
                 for (std::size_t i = 1; i < 5; ++i)
                     if (blocks[i]->weight != before[i]->weight) return false;
                 return true;
             }},
        }};
}

}  // namespace

TEST_CASE("B.8 blocks_are_right") {
    check(exercise(), blocks_are_right);
}

TEST_CASE("B.8 blocks_are_right: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
