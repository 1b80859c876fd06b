#include "08_pretrained/name_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/exercises/exercise.h"

namespace vit {
namespace {

using Translate = std::function<std::vector<Spelling>(const std::string&, Dialect)>;
using Spellings = std::vector<Spelling>;

constexpr auto unchanged = [](auto x) { return x; };

/// What is done to the pieces of the translation on the way.
struct Slip {
    std::function<std::string(std::string)> number = unchanged, ending = unchanged;
    std::function<std::size_t(std::size_t)> column = unchanged;
    std::function<Spellings(Spellings)> names = unchanged;  // of the cell: '#' and '*' still stand in them
    bool fills_in_nothing = false, row_by_name = false, fills_in_first_name_only = false,
         fills_in_first_spelling_only = false;
    bool row_by_whole_cell = false, row_by_beginning = false, none_for_unknown = false, refuses_empty_cell = false;
};

std::vector<std::string> pieces_of(const std::string& text, char between) {
    std::istringstream stream(text);
    std::vector<std::string> pieces;
    for (std::string piece; std::getline(stream, piece, between);) pieces.push_back(piece);
    return pieces;
}

/// The names in a cell of the table, word by word.
Spellings names_in(std::string_view cell) {
    std::istringstream words{std::string(cell)};
    Spellings spellings;
    for (std::string word; words >> word;) {
        if (word == "|") continue;
        const std::vector<std::string> by_bracket = pieces_of(word, '{');
        if (by_bracket.size() == 1) {
            spellings.push_back({word});
            continue;
        }
        const std::vector<std::string> inside = pieces_of(by_bracket[1], '}');
        Spelling parts;
        for (const std::string& part : pieces_of(inside[0], ',')) parts.push_back(by_bracket[0] + part + inside[1]);
        spellings.push_back(parts);
    }
    return spellings;
}

std::string filled_in(const std::string& name, const std::string& number, const std::string& ending) {
    std::string filled;
    for (const char c : name) filled += c == '#' ? number : c == '*' ? ending : std::string(1, c);
    return filled;
}

/// Takes the name apart at its dots, with one slip.
Translate with(const Slip& slip) {
    return [slip](const std::string& name, Dialect dialect) -> Spellings {
        std::vector<std::string> pieces = pieces_of(name, '.');
        std::string number, ending, pattern;
        if (pieces[0] == "blocks") number = std::exchange(pieces[1], "#");
        if (pieces.back() == "weight" || pieces.back() == "bias") ending = std::exchange(pieces.back(), "*");
        for (const std::string& piece : pieces) pattern += (pattern.empty() ? "" : ".") + piece;
        if (slip.row_by_name) pattern = name;
        for (const NameRow& row : name_table()) {
            const std::string cell(row.cells[0]), first = names_in(cell)[0][0];
            const bool found =
                slip.row_by_beginning ? cell.starts_with(pattern) : (slip.row_by_whole_cell ? cell : first) == pattern;
            if (!found) continue;
            Spellings spellings = slip.names(names_in(row.cells[slip.column(static_cast<std::size_t>(dialect))]));
            if (spellings.empty() && slip.refuses_empty_cell) throw std::invalid_argument("empty");
            for (Spelling& spelling : spellings)
                for (std::string& part : spelling) {
                    if (slip.fills_in_nothing) continue;
                    if (slip.fills_in_first_name_only && &part != &spelling.front()) continue;
                    if (slip.fills_in_first_spelling_only && &spelling != &spellings.front()) continue;
                    part = filled_in(part, slip.number(number), slip.ending(ending));
                }
            return spellings;
        }
        if (slip.none_for_unknown) return {};
        throw std::invalid_argument("unknown");
    };
}

/// Each spelling changed by itself.
Slip in_each(const std::function<void(Spelling&)>& change) {
    return {.names = [change](Spellings spellings) {
        for (Spelling& spelling : spellings) change(spelling);
        return spellings;
    }};
}

/// {{"a", "b"}, {"c"}}, as it is written in C++; what is refused as a word.
std::string in_words(const Translate& translate, const std::string& name, Dialect dialect) {
    Spellings spellings;
    try {
        spellings = translate(name, dialect);
    } catch (const std::invalid_argument&) {
        return "the exception std::invalid_argument";
    }
    std::string text;
    for (const Spelling& spelling : spellings) {
        std::string parts;
        for (const std::string& part : spelling) parts += (parts.empty() ? "\"" : ", \"") + part + "\"";
        text += (text.empty() ? "{" : ", {") + parts + "}";
    }
    return "{" + text + "}";
}

Trial<Translate> try_on(const std::string& inputs, const std::string& name) {
    return {.inputs = inputs, .run = [name](const Translate& f) -> Outputs {
                return {output("in the words of timm", in_words(f, name, Dialect::timm)),
                        output("in the words of torchvision", in_words(f, name, Dialect::torchvision)),
                        output("in the words of Hugging Face", in_words(f, name, Dialect::hugging_face)),
                        output("in the words of vit-pytorch", in_words(f, name, Dialect::vit_pytorch))};
            }};
}

Exercise<Translate> exercise() {
    return {
        .name = "8.1 translate",
        .reference = with({}),
        .trials = {try_on("blocks.3.attn.qkv.weight, a name in the row that page 8 shows", "blocks.3.attn.qkv.weight"),
                   try_on("cls_token, which has no number and no ending", "cls_token"),
                   try_on("blocks.10.norm1.bias", "blocks.10.norm1.bias"),
                   try_on("blocks.0.mlp.fc2.weight, which has older spellings", "blocks.0.mlp.fc2.weight"),
                   try_on("norm.bias, of which timm has two spellings itself", "norm.bias"),
                   try_on("patch_embed.norm_in.weight, which two dialects do not have", "patch_embed.norm_in.weight"),
                   try_on("blocks.3.attn.gate.weight, which nobody has", "blocks.3.attn.gate.weight"),
                   try_on("pos, which is only the beginning of a name", "pos")},
        .promises = {{"in no name is a # or a * left",
                      [](const Outputs& made) {
                          return std::ranges::none_of(made, [](const Output& output) {
                              return output.text.find_first_of("#*") != std::string::npos;
                          });
                      }}},
        .wrong_answers = {
            {"number_forgotten",
             "names in which the block has no number: .. stands where # was. Put the digits behind \"blocks.\" there.",
             "", with({.number = [](const std::string&) { return ""; }})},
            {"number_left_open", "names in which # still stands. In its place belongs the number of the block.", "",
             with({.number = [](const std::string& number) { return number.empty() ? "" : "#"; }})},
            {"always_block_0",
             "names of block 0, whichever block was asked for. All blocks would get the weights of the first.", "",
             with({.number = [](const std::string& number) { return number.empty() ? "" : "0"; }})},
            {"first_digit_of_the_number",
             "names with the first digit of the block's number: block 10 becomes block 1. The number goes on to the "
             "next dot.",
             "", with({.number = [](const std::string& number) { return number.substr(0, 1); }})},
            {"last_digit_of_the_number",
             "names with the last digit of the block's number: block 10 becomes block 0. The number begins right "
             "behind \"blocks.\".",
             "",
             with({.number =
                       [](const std::string& number) {
                           return number.empty() ? number : number.substr(number.size() - 1);
                       }})},
            {"blocks_from_1", "names whose blocks are counted from 1. All four dialects count them from 0, as we do.",
             "",
             with({.number =
                       [](const std::string& number) {
                           return number.empty() ? number : std::to_string(std::stoul(number) + 1);
                       }})},
            {"ending_forgotten", "names that end with a dot. Put \"weight\" or \"bias\" in the place of *.", "",
             with({.ending = [](const std::string&) { return ""; }})},
            {"ending_left_open", "names in which * still stands. In its place belongs \"weight\" or \"bias\".", "",
             with({.ending = [](const std::string& ending) { return ending.empty() ? "" : "*"; }})},
            {"always_weight",
             "names that all end with \"weight\". What ended with \"bias\" with us does so in every dialect.", "",
             with({.ending = [](const std::string& ending) { return ending.empty() ? "" : "weight"; }})},
            {"weight_and_bias_mixed_up", "the bias's names for a weight, and the weight's for a bias.", "",
             with({.ending =
                       [](const std::string& ending) {
                           return ending.empty() ? "" : ending == "bias" ? "weight" : "bias";
                       }})},
            {"next_dialect",
             "names of the next dialect: the columns are in the order of the dialects, and timm is number 0.", "",
             with({.column = [](std::size_t column) { return (column + 1) % dialects.size(); }})},
            {"always_timm",
             "timm's names, whichever dialect was asked for. The row's cell for the dialect has its own.", "",
             with({.column = [](std::size_t) { return std::size_t(0); }})},
            {"key_before_query",
             "the key before the query. Our tensor has the rows of the query first, then the key's, then the value's: "
             "the order of {query,key,value}.",
             "awslabs/slapo#46", with(in_each([](Spelling& spelling) {
                 if (spelling.size() > 1) std::swap(spelling[0], spelling[1]);
             }))},
            {"value_first",
             "the value first and the query last. The parts lie in our tensor in the order of {query,key,value}.", "",
             with(in_each([](Spelling& spelling) { std::ranges::reverse(spelling); }))},
            {"first_part_only",
             "the query alone. {query,key,value} are three tensors, of which each is a third of ours.", "",
             with(in_each([](Spelling& spelling) { spelling.resize(1); }))},
            {"parts_as_spellings",
             "query, key and value as three spellings of one tensor. They are parts: one spelling that has three "
             "names.",
             "",
             with({.names =
                       [](const Spellings& spellings) {
                           Spellings apart;
                           for (const Spelling& spelling : spellings)
                               for (const std::string& part : spelling) apart.push_back({part});
                           return apart;
                       }})},
            {"spellings_as_parts",
             "an older spelling as another part of the tensor. What follows a | is a spelling of its own, of which a "
             "file has one.",
             "",
             with({.names =
                       [](const Spellings& spellings) {
                           Spelling all;
                           for (const Spelling& spelling : spellings)
                               all.insert(all.end(), spelling.begin(), spelling.end());
                           return all.empty() ? Spellings{} : Spellings{all};
                       }})},
            {"older_spelling_first",
             "the older spellings before the one of today. Today's comes first, as in the table: it is the one to "
             "write.",
             "",
             with({.names =
                       [](Spellings spellings) {
                           std::ranges::reverse(spellings);
                           return spellings;
                       }})},
            {"todays_spelling_only",
             "the spelling of today alone. Files that were written years ago have the older ones, which follow a |.",
             "",
             with({.names =
                       [](Spellings spellings) {
                           spellings.resize(std::min<std::size_t>(spellings.size(), 1));
                           return spellings;
                       }})},
            {"empty_name",
             "one empty name where the cell is empty. An empty cell has no spelling: the dialect lacks the tensor.", "",
             with({.names =
                       [](const Spellings& spellings) { return spellings.empty() ? Spellings{{""}} : spellings; }})},
            {"empty_cell_refused",
             "an exception where the dialect has no such tensor. That is no error: no spelling is returned.", "",
             with({.refuses_empty_cell = true})},
            {"unknown_name_accepted",
             "no spelling for a name that is in no row. It is an error that must be heard: std::invalid_argument.", "",
             with({.none_for_unknown = true})},
            {"row_by_the_name",
             "a search for the name itself: blocks.3 is in no row. All blocks have the row of their pattern, blocks.#.",
             "", with({.row_by_name = true})},
            {"row_by_its_whole_cell",
             "a search for a row whose cell for timm is the pattern and nothing else. The cell may have an older "
             "spelling too: compare with its first spelling.",
             "", with({.row_by_whole_cell = true})},
            {"row_by_its_beginning",
             "a search for a row whose cell for timm begins with the pattern: pos and head would be known names. "
             "Compare with its whole first spelling.",
             "", with({.row_by_beginning = true})},
            {"nothing_filled_in",
             "names as they stand in the table, with # and *. Put number and ending in; a loop that does so needs "
             "references, Spelling& and std::string&, or it changes copies.",
             "", with({.fills_in_nothing = true})},
            {"first_part_filled_in_only",
             "number and ending in the first part alone. Query, key and value each need them.", "",
             with({.fills_in_first_name_only = true})},
            {"first_spelling_filled_in_only",
             "number and ending in the spelling of today alone. The older ones need them too.", "",
             with({.fills_in_first_spelling_only = true})},
        }};
}

}  // namespace

TEST_CASE("8.1 translate") {
    check(exercise(), translate);
}

TEST_CASE("8.1 translate: wrong answers" * doctest::skip()) {
    prove(exercise());
}

}  // namespace vit
