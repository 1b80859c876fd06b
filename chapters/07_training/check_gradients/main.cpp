// Every gradient of a whole model against central differences of its loss.
#include <fmt/core.h>

#include <stdexcept>

#include "07_training/gradient_report.h"
#include "common/program/program.h"

using namespace vit;

namespace {

constexpr double tolerance = 1e-5;  // the differences themselves, of a loss so far away, are right to about 1e-6

constexpr auto explanation = R"(
Each line shows the worst element of its tensor. The error is |analytic - numeric| over the larger of the two, or over
1 % of the tensor's largest gradient where that is more: in a gradient of 0, the differences find only rounding. In
qkv.bias that is a key's bias. It adds the same to all scores of a query, which softmax ignores.

)";

}  // namespace

int main(int argc, char** argv) {
    return run_program(
        argc, argv, "Every gradient of a whole model against central differences.", [](CommandLine& line) {
            std::size_t seed = 1;
            line.option("seed", seed, "seed of the random model and images", any_number).parse();
            const ModelGradients found = check_model_gradients(seed);
            fmt::print("{}{}worst relative error {:.1e}\n", to_string(found.report), explanation, worst(found.report));
            const std::vector<std::string> wrong = wrong_gradients(found.report, tolerance);
            if (!wrong.empty()) {
                throw std::logic_error(fmt::format("{} of {} tensors have a wrong gradient; {}", wrong.size(),
                                                   found.report.size(), wrong[0]));
            }
            if (!found.second_run_error.empty()) throw std::logic_error(found.second_run_error);
            fmt::print("a second backward pass added the same gradients again\n");
        });
}
