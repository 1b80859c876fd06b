#include "common/files/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "common/files/files.h"
#include "common/files/safetensors_header.h"
#include "common/files/safetensors_numbers.h"
#include "common/program/printable.h"

namespace vit {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are copied from and to the file as they are");

template <class... Values>
[[noreturn]] void fail(const std::string& path, fmt::format_string<Values...> message, Values&&... values) {
    throw std::runtime_error(path + ": " + fmt::format(message, std::forward<Values>(values)...));
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
    constexpr std::uint64_t most = 100'000'000;  // the format's own limit
    std::uint64_t length = 0;
    if (reader.left() < sizeof length) fail(path, "{} bytes are too few for a safetensors file", reader.left());
    reader.read(reinterpret_cast<char*>(&length), sizeof length);
    if (length > reader.left()) {
        fail(path, "the header should have {} bytes, but only {} follow; this is no safetensors file, or it is cut off",
             length, reader.left());
    }
    if (length > most) fail(path, "the header has {} bytes; at most {} are allowed", length, most);
    std::string header(length, '\0');
    reader.read(header.data(), length);
    return header;
}

std::vector<Scalar> read_tensor(const std::string& path, const TensorEntry& entry, Reader& reader) {
    try {
        std::vector<char> bytes(entry.end - entry.begin);
        reader.read(bytes.data(), bytes.size());
        return to_scalars(bytes, entry.dtype);
    } catch (const std::bad_alloc&) {
        fail(path, "there is not enough memory for tensor {} of shape {}", printable(entry.name),
             to_string(entry.shape));
    }
}

/// What a file of these tensors says of them: they lie one behind the other.
std::vector<TensorEntry> entries_of(const Parameters& tensors) {
    const char* dtype = std::is_same_v<Scalar, float> ? "F32" : "F64";
    std::vector<TensorEntry> entries;
    std::uint64_t end = 0;
    for (const Parameter& tensor : tensors) {
        const std::uint64_t begin = end;
        end += tensor.values.size_bytes();
        entries.push_back({tensor.name, dtype, tensor.shape, begin, end});
    }
    return entries;
}

}  // namespace

const StoredTensor& Safetensors::at(std::string_view name) const {
    const auto found = std::ranges::find(tensors, name, &StoredTensor::name);
    if (found == tensors.end()) fail(path, "tensor {} is missing", name);
    return *found;
}

Safetensors load_safetensors(const std::string& path) {
    Reader reader(path);
    const std::string text = read_header(path, reader);
    SafetensorsHeader header = parse_header(path, text, reader.left());
    Safetensors file{path, {}, std::move(header.metadata)};
    for (TensorEntry& entry : header.tensors) {
        std::vector<Scalar> values = read_tensor(path, entry, reader);
        file.tensors.push_back(
            {std::move(entry.name), std::move(entry.dtype), std::move(entry.shape), std::move(values)});
    }
    return file;
}

void save_safetensors(const std::string& path, const Parameters& tensors,
                      const std::map<std::string, std::string>& metadata) {
    std::string header;
    try {
        header = header_text({entries_of(tensors), metadata});
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("save_safetensors: {}: {}", path, error.what()));
    }
    write_file(path, [&](std::FILE* stream) {
        const std::uint64_t length = header.size();
        std::fwrite(&length, sizeof length, 1, stream);
        std::fwrite(header.data(), 1, header.size(), stream);
        for (const auto& [name, shape, values] : tensors) {
            if (!values.empty()) std::fwrite(values.data(), sizeof(Scalar), values.size(), stream);
        }
    });
}

void copy_into(const Safetensors& file, const Parameters& parameters) {
    std::unordered_map<std::string_view, const StoredTensor*> tensors;  // those that no parameter has taken yet
    for (const StoredTensor& tensor : file.tensors) tensors[tensor.name] = &tensor;
    std::vector<const StoredTensor*> taken;
    for (const Parameter& parameter : parameters) {
        const auto found = tensors.find(parameter.name);
        if (found == tensors.end()) fail(file.path, "tensor {} is missing", parameter.name);
        if (found->second->shape != parameter.shape) {
            fail(file.path, "tensor {} has shape {}, the model needs {}", parameter.name,
                 to_string(found->second->shape), to_string(parameter.shape));
        }
        taken.push_back(found->second);
        tensors.erase(found);
    }
    for (const StoredTensor& tensor : file.tensors) {
        if (tensors.contains(tensor.name))
            fail(file.path, "tensor {} belongs to no parameter of this model", printable(tensor.name));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        std::ranges::copy(taken[i]->values, parameters[i].values.begin());
    }
}

}  // namespace vit
