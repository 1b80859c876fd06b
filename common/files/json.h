// JSON that comes from outside: read by nlohmann-json, with what it lets through and nobody means refused.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace vit {

/// Reads a text. `what` is what messages call it: "the header". Throws std::runtime_error, which begins with `path`, if
/// it is no JSON, if it has a key twice (readers differ in which one counts), or more levels of brackets than `levels`.
nlohmann::json parse_json(const std::string& path, const std::string& what, const std::string& text,
                          std::size_t levels);

}  // namespace vit
