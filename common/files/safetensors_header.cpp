#include "common/files/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tuple>

#include "common/files/json.h"
#include "common/program/printable.h"

namespace vit {
namespace {

using Json = nlohmann::json;

/// Names come out of a file: `printable` them.
template <class... Values>
[[noreturn]] void fail(const std::string& path, fmt::format_string<Values...> message, Values&&... values) {
    throw std::runtime_error(path + ": " + fmt::format(message, std::forward<Values>(values)...));
}

/// The whole numbers of a JSON array; false if it is something else.
bool read_numbers(const Json& json, std::vector<std::uint64_t>& numbers) {
    if (!json.is_array()) return false;
    for (const Json& number : json) {
        if (!number.is_number_unsigned()) return false;
        numbers.push_back(number.get<std::uint64_t>());
    }
    return true;
}

/// How many bytes a tensor takes. The sizes come from a file, so their product may be too large for any number.
std::uint64_t byte_count(const std::string& path, const TensorEntry& entry) {
    std::uint64_t bytes = size_of_dtype(entry.dtype);
    for (std::size_t size : entry.shape) {
        if (size != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / size) {
            fail(path, "tensor {} has the impossible shape {}", printable(entry.name), to_string(entry.shape));
        }
        bytes *= size;
    }
    return bytes;
}

TensorEntry read_entry(const std::string& path, const std::string& name, const Json& json) {
    std::vector<std::uint64_t> shape, offsets;
    if (!json.is_object() || !json.contains("dtype") || !json["dtype"].is_string() || !json.contains("shape") ||
        !read_numbers(json["shape"], shape) || !json.contains("data_offsets") ||
        !read_numbers(json["data_offsets"], offsets) || offsets.size() != 2) {
        fail(path, "tensor {} has no proper dtype, shape and data_offsets in the header", printable(name));
    }
    constexpr std::size_t most_axes = 64;
    if (shape.size() > most_axes) {
        fail(path, "tensor {} has {} axes; at most {} can be read", printable(name), shape.size(), most_axes);
    }
    const TensorEntry entry{name, json["dtype"].get<std::string>(), Shape(shape.begin(), shape.end()), offsets[0],
                            offsets[1]};
    if (size_of_dtype(entry.dtype) == 0) {
        fail(path, "tensor {} has the dtype {}; only F64, F32, F16, BF16, I64, I32 and U8 can be read", printable(name),
             printable(entry.dtype));
    }
    const std::uint64_t bytes = byte_count(path, entry);
    if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
        fail(path, "tensor {} of shape {} and dtype {} takes {} bytes, but its data_offsets are {} and {}",
             printable(name), to_string(entry.shape), entry.dtype, bytes, entry.begin, entry.end);
    }
    return entry;
}

/// All tensors of the header in the order of their bytes.
std::vector<TensorEntry> read_entries(const std::string& path, const Json& json) {
    std::vector<TensorEntry> entries;
    for (const auto& [name, value] : json.items()) {
        if (name != "__metadata__") entries.push_back(read_entry(path, name, value));
    }
    std::ranges::sort(entries, {}, [](const TensorEntry& entry) { return std::tie(entry.begin, entry.end); });
    return entries;
}

/// Every byte of the data must belong to exactly one tensor.
void check_layout(const std::string& path, const std::vector<TensorEntry>& entries, std::uint64_t data_size) {
    std::uint64_t end = 0;
    for (const TensorEntry& entry : entries) {
        if (entry.begin != end) {
            fail(path, "tensor {} begins at byte {} of the data, but the one before it ends at byte {}",
                 printable(entry.name), entry.begin, end);
        }
        if (entry.end > data_size) {
            fail(path, "tensor {} ends at byte {} of the data, but the file has only {}; it is cut off",
                 printable(entry.name), entry.end, data_size);
        }
        end = entry.end;
    }
    if (end != data_size) fail(path, "the tensors take {} bytes, but the file has {} bytes of data", end, data_size);
}

std::map<std::string, std::string> read_metadata(const std::string& path, const Json& header) {
    std::map<std::string, std::string> metadata;
    if (!header.contains("__metadata__")) return metadata;
    const Json& json = header["__metadata__"];
    if (!json.is_object()) fail(path, "__metadata__ is not a JSON object");
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string()) fail(path, "the value of {} in __metadata__ is not a text", printable(key));
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

}  // namespace

std::size_t size_of_dtype(const std::string& dtype) {
    static const std::map<std::string, std::size_t> sizes{{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2},
                                                          {"I64", 8}, {"I32", 4}, {"U8", 1}};
    const auto found = sizes.find(dtype);
    return found == sizes.end() ? 0 : found->second;
}

SafetensorsHeader parse_header(const std::string& path, const std::string& text, std::uint64_t data_size) {
    constexpr std::size_t levels = 3;  // {"tensor": {"shape": [2, 3]}}
    const Json json = parse_json(path, "the header", text, levels);
    if (!json.is_object()) fail(path, "the header is not a JSON object");
    SafetensorsHeader header{read_entries(path, json), read_metadata(path, json)};
    check_layout(path, header.tensors, data_size);
    return header;
}

std::string header_text(const SafetensorsHeader& header) {
    Json json = Json::object();
    if (!header.metadata.empty()) json["__metadata__"] = header.metadata;
    for (const TensorEntry& entry : header.tensors) {
        if (json.contains(entry.name)) {
            throw std::invalid_argument(fmt::format("two tensors have the name {}", printable(entry.name)));
        }
        json[entry.name] = {{"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
    }
    try {
        std::string text = json.dump();
        text.resize((text.size() + 7) / 8 * 8, ' ');
        return text;
    } catch (const Json::type_error&) {
        throw std::invalid_argument("a name or a text of the metadata is not UTF-8");
    }
}

}  // namespace vit
