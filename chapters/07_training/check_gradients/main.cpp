// Every gradient of a whole model against central differences of its loss.
#include <fmt/core.h>

#include <stdexcept>

#include "07_training/gradient_report.h"
#include "common/program/program.h"

using namespace vit;

int main(int argc, char** argv) {
    return run_program(argc, argv, "Every gradient of a whole model against central differences.",
                       [](CommandLine& line) {
                           std::size_t seed = 1;
                           line.option("seed", seed, "seed of the random model and images", any_number).parse();
                           const GradientReport report = report_gradients(seed);
                           fmt::print("{}worst relative error {:.1e}\n", to_string(report), worst(report));
                           if (!(worst(report) <= 1e-6))
                               throw std::logic_error("a gradient does not agree with the differences");
                       });
}
