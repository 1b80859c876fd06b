#include "common/files/safetensors.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <type_traits>

#include "common/files/files.h"

namespace vit {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "numbers are copied from and to the file as they are");

template <class... Values>
[[noreturn]] void fail(const std::string& path, fmt::format_string<Values...> message, Values&&... values) {
    throw std::runtime_error(path + ": " + fmt::format(message, std::forward<Values>(values)...));
}

// The number types of a file.

struct Float16 {  // 1 bit sign, 5 bits exponent, 10 bits fraction
    std::uint16_t bits;
};
struct BFloat16 {  // the first half of a float
    std::uint16_t bits;
};

template <class Number>
Scalar to_scalar(Number number) {
    return static_cast<Scalar>(number);
}

Scalar to_scalar(Float16 number) {
    const int exponent = (number.bits >> 10) & 31, fraction = number.bits & 1023;
    float size = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    if (exponent == 0) size = std::ldexp(static_cast<float>(fraction), -24);
    if (exponent == 31) size = fraction == 0 ? INFINITY : NAN;
    return static_cast<Scalar>(number.bits >> 15 ? -size : size);
}

Scalar to_scalar(BFloat16 number) {
    return static_cast<Scalar>(std::bit_cast<float>(std::uint32_t{number.bits} << 16));
}

/// Turns the bytes of a tensor, which may lie at any address, into numbers.
template <class Number>
void convert(const char* bytes, std::vector<Scalar>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes + i * sizeof(Number), sizeof(Number));
        values[i] = to_scalar(number);
    }
}

struct DataType {
    std::string_view name;
    std::size_t size;  // bytes of one number
    void (*convert)(const char* bytes, std::vector<Scalar>& values);
};

constexpr std::array data_types{
    DataType{"F64", 8, convert<double>},       DataType{"F32", 4, convert<float>},
    DataType{"F16", 2, convert<Float16>},      DataType{"BF16", 2, convert<BFloat16>},
    DataType{"I64", 8, convert<std::int64_t>}, DataType{"I32", 4, convert<std::int32_t>},
    DataType{"U8", 1, convert<std::uint8_t>},
};

// The header.

/// What the header says of one tensor.
struct Entry {
    std::string name;
    const DataType* type;
    Shape shape;
    std::uint64_t begin;  // its bytes, counted from the end of the header
    std::uint64_t end;
};

/// Parses the header. JSON itself allows a key twice and readers then differ in which one counts, so it is an error.
Json parse_header(const std::string& path, const std::string& text) {
    std::vector<std::set<std::string>> keys;  // of each object that is still open
    const auto refuse_duplicates = [&](int, Json::parse_event_t event, Json& value) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
            fail(path, "the header has the key {} twice", value.get<std::string>());
        }
        return true;
    };
    try {
        Json header = Json::parse(text, refuse_duplicates);
        if (!header.is_object()) fail(path, "the header is not a JSON object");
        return header;
    } catch (const Json::parse_error& error) {
        fail(path, "the header is not JSON (at byte {} of {})", error.byte, text.size());
    }
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
std::uint64_t byte_count(const std::string& path, const Entry& entry) {
    std::uint64_t bytes = entry.type->size;
    for (std::size_t size : entry.shape) {
        if (size != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / size) {
            fail(path, "tensor {} has the impossible shape {}", entry.name, to_string(entry.shape));
        }
        bytes *= size;
    }
    return bytes;
}

Entry read_entry(const std::string& path, const std::string& name, const Json& json) {
    std::vector<std::uint64_t> shape, offsets;
    if (!json.is_object() || !json.contains("dtype") || !json["dtype"].is_string() || !json.contains("shape") ||
        !read_numbers(json["shape"], shape) || !json.contains("data_offsets") ||
        !read_numbers(json["data_offsets"], offsets) || offsets.size() != 2) {
        fail(path, "tensor {} has no proper dtype, shape and data_offsets in the header", name);
    }
    const std::string dtype = json["dtype"].get<std::string>();
    const auto type = std::find_if(data_types.begin(), data_types.end(), [&](auto& t) { return t.name == dtype; });
    if (type == data_types.end()) {
        fail(path, "tensor {} has the dtype {}; only F64, F32, F16, BF16, I64, I32 and U8 can be read", name, dtype);
    }
    Entry entry{name, type, Shape(shape.begin(), shape.end()), offsets[0], offsets[1]};
    const std::uint64_t bytes = byte_count(path, entry);
    if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
        fail(path, "tensor {} of shape {} and dtype {} takes {} bytes, but its data_offsets are {} and {}", name,
             to_string(entry.shape), dtype, bytes, entry.begin, entry.end);
    }
    return entry;
}

/// All tensors of the header in the order of their bytes.
std::vector<Entry> read_entries(const std::string& path, const Json& header) {
    std::vector<Entry> entries;
    for (const auto& [name, json] : header.items()) {
        if (name != "__metadata__") entries.push_back(read_entry(path, name, json));
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
    return entries;
}

/// Every byte of the data must belong to exactly one tensor.
void check_layout(const std::string& path, const std::vector<Entry>& entries, std::uint64_t data_size) {
    std::uint64_t end = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != end) {
            fail(path, "tensor {} begins at byte {} of the data, but the one before it ends at byte {}", entry.name,
                 entry.begin, end);
        }
        if (entry.end > data_size) {
            fail(path, "tensor {} ends at byte {} of the data, but the file has only {}; it is cut off", entry.name,
                 entry.end, data_size);
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
        if (!value.is_string()) fail(path, "the value of {} in __metadata__ is not a text", key);
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

/// A file that is read from front to back.
class Reader {
public:
    explicit Reader(const std::string& path) : path_(path), stream_(path, std::ios::binary) {
        std::error_code error(errno, std::generic_category());
        if (stream_) left_ = std::filesystem::file_size(path, error);
        if (!stream_ || error) {
            throw std::runtime_error(fmt::format("load_safetensors: cannot open {}: {}", path, error.message()));
        }
    }

    std::uint64_t left() const { return left_; }

    void read(char* bytes, std::uint64_t count) {
        if (!stream_.read(bytes, static_cast<std::streamsize>(count)))
            fail(path_, "the file cannot be read to its end");
        left_ -= count;
    }

private:
    std::string path_;
    std::ifstream stream_;
    std::uint64_t left_ = 0;  // bytes that were not read yet
};

std::string read_header(const std::string& path, Reader& reader) {
    std::uint64_t length = 0;
    if (reader.left() < sizeof length) fail(path, "{} bytes are too few for a safetensors file", reader.left());
    reader.read(reinterpret_cast<char*>(&length), sizeof length);
    if (length > reader.left()) {
        fail(path, "the header should have {} bytes, but only {} follow; this is no safetensors file, or it is cut off",
             length, reader.left());
    }
    std::string header(length, '\0');
    reader.read(header.data(), length);
    return header;
}

std::string make_header(const Parameters& tensors, const std::map<std::string, std::string>& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::size_t end = 0;
    for (const Parameter& tensor : tensors) {
        if (header.contains(tensor.name)) {
            throw std::invalid_argument(fmt::format("save_safetensors: two tensors have the name {}", tensor.name));
        }
        const std::size_t begin = end;
        end += tensor.values.size_bytes();
        const char* dtype = std::is_same_v<Scalar, float> ? "F32" : "F64";
        header[tensor.name] = {{"dtype", dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // the data begins at a multiple of 8 bytes
    return text;
}

}  // namespace

const StoredTensor& Safetensors::at(std::string_view name) const {
    for (const StoredTensor& tensor : tensors) {
        if (tensor.name == name) return tensor;
    }
    fail(path, "tensor {} is missing", name);
}

Safetensors load_safetensors(const std::string& path) {
    Reader reader(path);
    const Json header = parse_header(path, read_header(path, reader));
    const std::vector<Entry> entries = read_entries(path, header);
    check_layout(path, entries, reader.left());

    Safetensors file{path, {}, read_metadata(path, header)};
    std::vector<char> bytes;
    for (const Entry& entry : entries) {
        bytes.resize(entry.end - entry.begin);
        reader.read(bytes.data(), bytes.size());
        StoredTensor tensor{entry.name, std::string(entry.type->name), entry.shape, {}};
        tensor.values.resize(bytes.size() / entry.type->size);
        entry.type->convert(bytes.data(), tensor.values);
        file.tensors.push_back(std::move(tensor));
    }
    return file;
}

void save_safetensors(const std::string& path, const Parameters& tensors,
                      const std::map<std::string, std::string>& metadata) {
    const std::string header = make_header(tensors, metadata);
    const std::uint64_t length = header.size();
    write_through(path, [&](const std::string& temporary_path) {
        std::ofstream stream(temporary_path, std::ios::binary);
        const auto write = [&](const void* bytes, std::size_t count) {
            stream.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
        };
        write(&length, sizeof length);
        write(header.data(), header.size());
        for (const Parameter& tensor : tensors) write(tensor.values.data(), tensor.values.size_bytes());
        if (!stream.flush()) throw std::runtime_error("save_safetensors: cannot write " + path);
    });
}

void copy_into(const Safetensors& file, const Parameters& parameters) {
    std::set<std::string_view> names;
    for (const Parameter& parameter : parameters) {
        const StoredTensor& tensor = file.at(parameter.name);
        if (tensor.shape != parameter.shape) {
            fail(file.path, "tensor {} has shape {}, the model needs {}", tensor.name, to_string(tensor.shape),
                 to_string(parameter.shape));
        }
        names.insert(parameter.name);
    }
    for (const StoredTensor& tensor : file.tensors) {
        if (!names.contains(tensor.name))
            fail(file.path, "tensor {} belongs to no parameter of this model", tensor.name);
    }
    for (const Parameter& parameter : parameters) {
        std::ranges::copy(file.at(parameter.name).values, parameter.values.begin());
    }
}

}  // namespace vit
