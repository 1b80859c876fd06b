// Options of a training and a model as text: lines "name value" in place of the defaults, or "name" for one that is
// missing. What was read is written and read again.
#include "common/program/options.h"

#include <sstream>

#include "06_vit_head/vit_config.h"
#include "07_training/run/train_config.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace vit;

using Texts = std::map<std::string, std::string>;

Texts changed(Texts texts, const std::string& input) {
    std::istringstream lines(input);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t blank = line.find(' ');
        if (blank == std::string::npos)
            texts.erase(line);
        else
            texts[line.substr(0, blank)] = line.substr(blank + 1);
    }
    return texts;
}

/// A model that check() lets through must have sizes that one can compute with.
void check_sizes(const VitConfig& config) {
    require(config.tokens() >= config.patches() && config.patches() > 0, "a model without patches");
}

template <class Config, class Check>
void read_config(const std::string& input, const Check& check_config) {
    Config config;
    const Options options = named_options(config);
    const Texts texts = changed(to_text(options), input);
    if (!reads("config.json", [&] { read_text(options, texts, "config.json"); })) return;
    const Texts once = to_text(options);
    read_text(options, once, "config.json");
    require(to_text(options) == once, "what was read is written and read otherwise");
    reads("", [&] { check_config(config); });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input = input_of(data, size);
    read_config<TrainConfig>(input, [](const TrainConfig& config) { check(config); });
    read_config<VitConfig>(input, [](const VitConfig& config) {
        check(config);
        check_sizes(config);
    });
    return 0;
}
