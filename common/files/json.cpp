#include "common/files/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <vector>

#include "common/program/printable.h"

namespace vit {
namespace {

using Json = nlohmann::json;

/// What the parser calls while it goes through the text.
class Gate {
public:
    Gate(std::string begin_of_messages, std::size_t length, std::size_t levels)
        : begin_(std::move(begin_of_messages)), length_(length), levels_(levels) {}

    bool start_object(std::size_t) {
        keys_.emplace_back();
        return go_deeper();
    }
    bool key(std::string& name) {
        if (!keys_.back().insert(name).second) fail(fmt::format("has the key {} twice", printable(name)));
        return true;
    }
    bool end_object() {
        keys_.pop_back();
        return go_up();
    }
    bool start_array(std::size_t) { return go_deeper(); }
    bool end_array() { return go_up(); }
    bool parse_error(std::size_t byte, const std::string&, const Json::exception&) { fail_at(byte); }
    [[noreturn]] void fail_at(std::size_t byte) const {
        fail(fmt::format("cannot be read as JSON (at byte {} of {})", byte, length_));
    }
    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(std::int64_t) { return true; }
    bool number_unsigned(std::uint64_t) { return true; }
    bool number_float(double, const std::string&) { return true; }
    bool string(std::string&) { return true; }
    bool binary(Json::binary_t&) { return true; }

private:
    [[noreturn]] void fail(const std::string& problem) const { throw std::runtime_error(begin_ + problem); }
    bool go_deeper() {
        if (++depth_ > levels_) fail(fmt::format("has more than {} levels of brackets", levels_));
        return true;
    }
    bool go_up() {
        --depth_;
        return true;
    }

    std::string begin_;
    std::size_t length_, levels_;
    std::size_t depth_ = 0;
    std::vector<std::set<std::string>> keys_;  // of each object that is open
};

}  // namespace

nlohmann::json parse_json(const std::string& path, const std::string& what, const std::string& text,
                          std::size_t levels) {
    Gate gate(fmt::format("{}: {} ", path, what), text.size(), levels);
    if (const std::size_t end = text.find('\0'); end != std::string::npos) gate.fail_at(end + 1);  // ends it, for Json
    Json::sax_parse(text, &gate);
    return Json::parse(text);
}

}  // namespace vit
