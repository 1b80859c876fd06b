// The command line: words that a zero byte ends, read as the programs of chapters 6 and 7 do.
#include "06_vit_head/vit_config.h"
#include "07_training/run/train_config.h"
#include "common/program/program.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

/// The words as main() gets them, the program's name in front.
class Words {
public:
    explicit Words(const std::string& input) : texts_{"program"} {
        for (std::size_t begin = 0; begin < input.size();) {
            const std::size_t end = std::min(input.find('\0', begin), input.size());
            texts_.push_back(input.substr(begin, end - begin));
            begin = end + 1;
        }
        for (std::string& text : texts_) words_.push_back(text.data());
        words_.push_back(nullptr);
    }
    int count() const { return static_cast<int>(texts_.size()); }
    char** begin() { return words_.data(); }

private:
    std::vector<std::string> texts_;
    std::vector<char*> words_;
};

void read_line(Words words) {
    TrainConfig config;
    VitConfig model;
    std::string name = "vit_base_patch16";
    bool summary = false;
    CommandLine line(words.count(), words.begin(), "A program.");
    line.read_first(option("model", name, "the sizes to start from"));
    line.add(named_options(config), {"image_height", "image_width", "classes"})
        .image_size(model.image_height, model.image_width)
        .add(named_options(model), {"image_height", "image_width"})
        .flag("summary", summary, "print the model as a table")
        .parse();
    require(line.any_given() == (words.count() > 1), "words that were not seen");
    line.require_only({"model", "data", "seed", "summary"});
}

/// Any text is the value of an option for text.
void read_value(const std::string& text) {
    std::string value = "default";
    Words words("--data=" + text);
    CommandLine line(words.count(), words.begin(), "A program.");
    line.option("data", value, "a folder").parse();
    require(value == text, "another value than was given");
}

/// Whether `read` came to its end, refused the words, or was asked for help, which is thrown as no std::exception.
template <class Read>
void reads_or_helps(const Read& read) {
    try {
        reads("", read);
    } catch (const std::exception&) {
        throw;
    } catch (...) {
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input = input_of(data, size);
    reads_or_helps([&] { read_line(Words(input)); });
    const std::string value = input.substr(0, input.find('\0'));
    if (!value.empty()) read_value(value);
    return 0;
}
