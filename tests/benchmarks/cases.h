// What is measured: each layer, training steps, forward passes, the data path, pictures in files, and how cost grows.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace vit {

/// One piece of work.
struct Case {
    std::string group;  // the heading of its table
    std::string name;
    std::size_t threads = 1;  // cores that it uses
    double operations = 0;    // floating-point operations of its products, two for each multiply-add; 0: it has none
    double bytes = 0;         // read and written at least, each number once
    std::string pytorch;      // the line that asks PyTorch for the same work (pytorch_side.py); empty: there is none
    // Makes the inputs and returns what is timed. Called when the case is about to run, so that cases do not share
    // memory.
    std::function<std::function<void()>()> prepare;
    std::size_t images = 0;  // that it has dealt with at its end; 0: not counted
};

/// The numbers of tokens for which attention is measured, with all weights at once (tile 0) and in tiles of 64 and 256.
constexpr std::size_t tile_tokens[] = {256, 1024, 2048, 4096};

std::string tile_case_name(std::size_t image_tokens, std::size_t tile);

/// All cases; `cores` is how many cores the model's steps are split over.
std::vector<Case> all_cases(std::size_t cores);

/// Training on photographs: decoding alone, training from memory, and training while the next batch is decoded.
std::vector<Case> picture_cases(std::size_t cores);

}  // namespace vit
