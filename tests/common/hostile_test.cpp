// Pictures that were made byte by byte by somebody who had not seen the readers, with what is right for each:
// tests/hostile/more/expected.tsv.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "common/files/files.h"
#include "common/files/picture.h"
#include "tests/testing.h"

namespace vit {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
    std::istringstream stream(text);
    std::vector<std::string> parts;
    for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
    return parts;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// "name, refused, one of these words"
void check_refused(const std::vector<std::string>& row, const std::string& path) {
    std::string said = error_of<std::runtime_error>([&] { read_picture(path); });
    CHECK(said.starts_with(path + ": "));
    said = lower(said.substr(std::min(said.size(), path.size())));
    INFO(said);
    CHECK(said.find('\n') == std::string::npos);
    CHECK(std::ranges::any_of(split(row.at(2), '|'),
                              [&](const std::string& word) { return said.find(lower(word)) != std::string::npos; }));
}

/// "name, read, height x width, tolerance, row,column,red,green,blue ..."
void check_read(const std::vector<std::string>& row, const std::string& path) {
    const Picture picture = read_picture(path);
    CHECK(std::to_string(picture.height) + "x" + std::to_string(picture.width) == row.at(2));
    for (const std::string& place : split(row.at(4), ' ')) {
        const std::vector<std::string> numbers = split(place, ',');
        const std::size_t first = (std::stoul(numbers.at(0)) * picture.width + std::stoul(numbers.at(1))) * 3;
        for (std::size_t c = 0; c < 3; ++c)
            CHECK(std::abs(picture.pixels.at(first + c) - std::stoi(numbers.at(2 + c))) <= std::stoi(row.at(3)));
    }
}

}  // namespace

TEST_CASE("pictures of many odd kinds are read right, or refused with the reason") {
    const std::string folder = TEST_FILES "/hostile/more/";
    std::size_t count = 0;
    for (const std::string& line : split(read_file(folder + "expected.tsv"), '\n')) {
        const std::vector<std::string> row = split(line, '\t');
        INFO(row.at(0));
        if (row.at(1) == "read")
            check_read(row, folder + row[0]);
        else
            check_refused(row, folder + row[0]);
        ++count;
    }
    CHECK(count > 80);
}

}  // namespace vit
