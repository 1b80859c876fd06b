#include <filesystem>
#include <set>
#include <string>

#include "07_training/run/parallel_step.h"
#include "common/tensor/parallel.h"
#include "tests/fixtures.h"

namespace vit {
namespace {

struct Steps {
    Vit model;
    std::vector<double> losses;  // before each step
};

/// The AdamW steps that the file describes, from its parameters and on its one batch. No workers: with train_step.
Steps run_steps(const Safetensors& file, std::size_t worker_count) {
    const VitConfig config = config_of(file);
    Steps run{make_vit(config), {}};
    read_from(file, "parameters/", named_parameters(run.model));
    const Batch batch{tensor_of<4>(file, "images"), labels_of(file, "labels")};
    const AdamWConfig adamw{.beta1 = number_of(file, "beta1"),
                            .beta2 = number_of(file, "beta2"),
                            .eps = number_of(file, "adam_eps"),
                            .weight_decay = number_of(file, "weight_decay")};
    Optimiser optimiser{.adamw = make_adamw(adamw, named_parameters(run.model)),
                        .schedule = {.peak = number_of(file, "learning_rate"), .after_warmup = AfterWarmup::constant},
                        .largest_norm = 0};
    std::vector<Worker> workers = make_workers(config, worker_count);
    for (double step = 0; step < number_of(file, "steps"); ++step) {
        const Score score = worker_count == 0 ? train_step(run.model, batch, optimiser)
                                              : parallel_step(run.model, batch, optimiser, workers);
        run.losses.push_back(score.loss());
    }
    return run;
}

/// Compares parameters after their steps.
///
/// In float, the key third of qkv.bias needs more room. Its true gradient is zero: it adds the same number to all
/// scores of a query, which softmax does not see. What a program computes there is rounding noise, 1e-8 in float, and
/// Adam divides it by its own size plus 1e-5 (the files' adam_eps): noise of about 1e-6 a step that depends on the
/// order of every sum. In double the same noise is 1e-9 times smaller, and there is no exception.
void check_stepped(const Parameter& found, std::span<const Scalar> wanted) {
    INFO(found.name);
    REQUIRE(found.values.size() == wanted.size());
    const auto check_part = [&](std::size_t begin, std::size_t count, double tolerance) {
        CHECK(
            compare(numbers(found.values.subspan(begin, count)), numbers(wanted.subspan(begin, count)), "", tolerance));
    };
    if (!found.name.ends_with("qkv.bias")) return check_part(0, wanted.size(), fixture_tolerance);
    const std::size_t third = wanted.size() / 3;
    check_part(0, third, fixture_tolerance);
    check_part(third, third, sizeof(Scalar) == sizeof(double) ? fixture_tolerance : 1e-4);
    check_part(2 * third, third, fixture_tolerance);
}

}  // namespace

TEST_CASE("ten training steps of every variant of the model agree with PyTorch, plain and with one to three workers") {
    std::set<std::string> names;  // in an order that no file system decides
    for (const auto& entry : std::filesystem::directory_iterator(TEST_FILES "/fixtures"))
        if (const std::string name = entry.path().filename().string(); name.starts_with("vit_")) names.insert(name);
    CHECK(names.size() == 12);
    for (const std::string& name : names) {
        const Safetensors file = load_safetensors(TEST_FILES "/fixtures/" + name);
        INFO(name);
        Steps alone = run_steps(file, 0);
        CHECK(file.at("losses").values().size() == 10);
        const std::vector<Scalar> losses(alone.losses.begin(), alone.losses.end());
        CHECK(compare(numbers(losses), numbers(file.at("losses")), "", fixture_tolerance));
        const Parameters stepped = named_parameters(alone.model);
        for (const Parameter& p : stepped) check_stepped(p, file.at("stepped/" + p.name).values());

        for (std::size_t workers = 1; workers <= 3; ++workers) {
            INFO(workers, " workers");
            Steps together = run_steps(file, workers), again = run_steps(file, workers);
            const Parameters found = named_parameters(together.model), repeated = named_parameters(again.model);
            for (std::size_t i = 0; i < stepped.size(); ++i) check_stepped(found[i], stepped[i].values);
            CHECK(same(found, repeated));
            CHECK(together.losses == again.losses);
        }
    }
}

}  // namespace vit
