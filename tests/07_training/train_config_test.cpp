#include "07_training/run/train_config.h"

#include <fmt/core.h>

#include "tests/07_training/small_run.h"

namespace vit {
namespace {

/// The error that a run with this option would not start with; "no error" if it would.
std::string error_with(const std::string& name, const std::string& value) {
    TrainConfig config = small_config();
    for (const Option& option : named_options(config)) {
        if (option.name == name) option.read(value);
    }
    return error_of<std::invalid_argument>([&] { check(config); });
}

}  // namespace

TEST_CASE("a number that makes no sense is refused by the name of its option, the last one that does is not") {
    struct Case {
        const char *name, *good, *bad, *must;
    };
    for (const Case& c : {
             Case{"validation", "0", "-0.1", "at least 0 and below 1"},
             Case{"validation", "0.999", "1", "at least 0 and below 1"},
             Case{"epochs", "1000000", "1000001", "from 0 to 1000000"},
             Case{"batch", "1", "0", "from 1 to 1000000000"},
             Case{"learning_rate", "0", "-1", "from 0 to 1e+30"},
             Case{"learning_rate", "1e+30", "1e+300", "from 0 to 1e+30"},
             Case{"warmup_epochs", "0", "-1", "from 0 to 1000000"},
             Case{"warmup_epochs", "1e6", "1e+300", "from 0 to 1000000"},
             Case{"weight_decay", "0", "-1", "from 0 to 1e+30"},
             Case{"beta1", "0", "-0.5", "from 0 to 0.9999999"},
             Case{"beta1", "0.9999999", "1", "from 0 to 0.9999999"},
             Case{"beta2", "0.9999999", "0.99999999", "from 0 to 0.9999999"},
             Case{"adam_eps", "0", "-1", "from 0 to 1e+30"},
             Case{"largest_norm", "0", "-1", "from 0 to 1e+30"},
             Case{"label_smoothing", "0", "-0.1", "at least 0 and below 1"},
             Case{"label_smoothing", "0.9", "1", "at least 0 and below 1"},
             Case{"shift", "1000000", "1e+300", "from 0 to 1000000"},
             Case{"shift", "0", "-1", "from 0 to 1000000"},
             Case{"rotate", "360", "361", "from 0 to 360"},
             Case{"scale", "0.99", "1", "at least 0 and below 1"},
         }) {
        INFO(std::string(c.name));
        CHECK(error_with(c.name, c.good) == "no error");
        CHECK(error_with(c.name, c.bad) == fmt::format("training: {} must be {}, but it is {}", c.name, c.must, c.bad));
    }
}

TEST_CASE("what no option would read is refused too: too many threads, and what is no number") {
    TrainConfig config = small_config();
    config.threads = 1025;
    CHECK(error_of<std::invalid_argument>([&] { check(config); }) ==
          "training: threads must be from 0 to 1024, but it is 1025");
    config.threads = 1024;
    CHECK_NOTHROW(check(config));
    config.learning_rate = NAN;
    CHECK(error_of<std::invalid_argument>([&] { check(config); }) ==
          "training: learning_rate must be from 0 to 1e+30, but it is nan");
}

TEST_CASE("images get both a height and a width, or neither") {
    TrainConfig config = small_config();
    config.image_height = 8;
    CHECK(error_of<std::invalid_argument>([&] { check(config); }) ==
          "training: image_height must be given together with image_width, or neither, but it is 8");
    config.image_width = 9;
    check(config);
}

TEST_CASE("a name that a state cannot hold is refused before there is a run") {
    CHECK(error_with("data", "d\xff") == "training: data must be printable text in UTF-8, but it is d\\xff");
    CHECK(error_with("data", "d\033[31m") == "training: data must be printable text in UTF-8, but it is d\\x1b[31m");
    CHECK(error_with("init", "\n") == "training: init must be printable text in UTF-8, but it is \\x0a");
    CHECK(error_with("data", "d\u00e9j\u00e0 vu") == "no error");
}

TEST_CASE("a run does not start with options that make no sense, nor without data") {
    TrainConfig config = small_config();
    config.batch = 0;
    CHECK(error_of<std::invalid_argument>([&] { start_training(config, small_model()); }) ==
          "training: batch must be from 1 to 1000000000, but it is 0");
    config = small_config();
    config.data = "no/such/folder";
    CHECK(error_of<std::runtime_error>([&] { start_training(config, small_model()); }) ==
          "cannot read the data set no/such/folder: No such file or directory");
}

TEST_CASE("the schedule of a run has its options") {
    TrainConfig config = small_config();
    config.after_warmup = AfterWarmup::constant;
    config.warmup_epochs = 1.5;
    const Schedule schedule = start_training(config, small_model()).optimiser.schedule;
    CHECK(schedule.peak == 5e-3);
    CHECK(schedule.warmup_steps == 7);  // of 5 an epoch
    CHECK(schedule.total_steps == 20);
    CHECK(schedule.after_warmup == AfterWarmup::constant);
}

}  // namespace vit
