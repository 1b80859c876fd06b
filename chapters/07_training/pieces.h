// A batch in pieces that are small enough for little memory.
#pragma once

#include <utility>
#include <vector>

#include "06_vit_head/vit_config.h"

namespace vit {

/// The images [begin, end) in pieces of about 600 tokens, at least one image each, as pairs [first, last). What a pass
/// keeps is then kept for one piece at a time.
std::vector<std::pair<std::size_t, std::size_t>> pieces_of(const VitConfig& config, std::size_t begin, std::size_t end);

}  // namespace vit
