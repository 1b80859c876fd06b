// How fast the code is: against the speed of matrix products on this machine and, where it is installed, against
// PyTorch, all in one run. Google Benchmark measures; each repetition is paired with PyTorch's time for the same work
// just before.
#include <benchmark/benchmark.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "common/program/program.h"
#include "common/report/plot.h"
#include "common/tensor/matmul.h"
#include "common/tensor/parallel.h"
#include "common/tensor/random.h"
#include "tests/benchmarks/cases.h"
#include "tests/benchmarks/pytorch.h"

using namespace vit;

namespace {

constexpr int repetitions = 3;
constexpr double measured_seconds = 0.2;  // at least so long, each time

// The tables beside those of the cases.
const std::string unlimited_table = "as readers run it", memory_table = "peak memory";

double median(std::vector<double> values) {
    if (values.empty()) return NAN;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Takes the times that Google Benchmark measures, and prints nothing.
class Times : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const Run& run : runs) seconds.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
    }
    std::vector<double> seconds;
};

/// Seconds for one pass of `work`.
double measure(const std::function<void()>& work, const std::string& name) {
    benchmark::ClearRegisteredBenchmarks();
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&](benchmark::State& state) {
                                     for (auto _ : state) work();
                                 })
        ->UseRealTime()
        ->MinTime(measured_seconds);
    Times times;
    benchmark::RunSpecifiedBenchmarks(&times, nullptr, ".");
    return times.seconds.at(0);
}

/// Floating-point operations per second of a large product in float32, on so many cores.
double product_speed(std::size_t cores) {
    const ThreadLimit threads(cores);
    Rng rng(1);
    const Tensor<2> a = rng.normal_tensor<2>({1536, 1536}), b = rng.normal_tensor<2>({1536, 1536});
    return 2 * 1536.0 * 1536.0 * 1536.0 / measure([&] { benchmark::DoNotOptimize(matmul_rows(a, b)); }, "product");
}

/// What the repetitions of a case found.
struct Result {
    double seconds = NAN, product_share = NAN, pytorch_ratio = NAN;
};

/// Each repetition measures, one after the other: PyTorch, the case, and a large product.
Result run_case(const Case& c, PyTorch& pytorch) {
    std::vector<double> seconds, shares, ratios;
    const std::function<void()> work = c.prepare();
    for (int i = 0; i < repetitions; ++i) {
        const std::optional<double> other = pytorch.seconds(c.pytorch);
        {
            const ThreadLimit threads(c.threads);
            work();
            seconds.push_back(measure(work, c.name));
        }
        if (other) ratios.push_back(*other / seconds.back());
        if (c.operations > 0) shares.push_back(c.operations / seconds.back() / product_speed(c.threads));
    }
    return {median(seconds), median(shares), median(ratios)};
}

std::string cell(double value, const char* format) {
    return std::isnan(value) ? "" : fmt::format(fmt::runtime(format), value);
}

void print_heading(const std::string& group) {
    fmt::print("\n{:44} {:>6} {:>11} {:>9} {:>9} {:>13} {:>9} {:>11}\n", group, "cores", "time", "images/s", "GFLOP/s",
               "of a product", "GB/s", "PyTorch is");
}

void print_row(const Case& c, const Result& r) {
    const double not_there = NAN;
    fmt::print("{:44} {:>6} {:>8.3f} ms {:>9} {:>9} {:>13} {:>9} {:>11}\n", c.name, c.threads, 1e3 * r.seconds,
               cell(c.images > 0 ? static_cast<double>(c.images) / r.seconds : not_there, "{:.0f}"),
               cell(c.operations > 0 ? c.operations / r.seconds / 1e9 : not_there, "{:.1f}"),
               cell(100 * r.product_share, "{:.0f} %"),
               cell(c.bytes > 0 ? c.bytes / r.seconds / 1e9 : not_there, "{:.1f}"), cell(r.pytorch_ratio, "{:.2f} x"));
    std::fflush(stdout);
}

/// Processor time since the machine started, in ticks: all of it, and what the host of a virtual machine gave to
/// others.
struct ProcessorTime {
    double all = 0, stolen = 0;
};

ProcessorTime processor_time() {
    std::ifstream statistics("/proc/stat");  // "cpu user nice system idle iowait irq softirq steal ...": Linux only
    std::string name;
    statistics >> name;
    ProcessorTime time;
    double ticks = 0;
    for (int i = 0; i < 8 && statistics >> ticks; ++i) {
        time.all += ticks;
        if (i == 7) time.stolen = ticks;
    }
    return time;
}

/// Cases as readers run them, with no ThreadLimit: then everything that could share out work asks how many cores there
/// are, thousands of times in a step. Throws if that takes time.
void print_unlimited(const std::vector<Case>& cases) {
    fmt::print("\n{:44} {:>16} {:>16} {:>7}\n", unlimited_table, "no limit", "all cores", "ratio");
    for (const Case& c : cases) {
        if (c.name != "digits, batch 64" && c.name != tile_case_name(tile_tokens[0], 64)) continue;
        const std::function<void()> work = c.prepare();
        double unlimited = INFINITY, limited = INFINITY;  // the best of some: a busy machine must not look like a fault
        for (int i = 0; i < 5; ++i) {
            unlimited = std::min(unlimited, measure(work, c.name));
            const ThreadLimit threads(core_count());
            limited = std::min(limited, measure(work, c.name));
        }
        fmt::print("{:44} {:>13.3f} ms {:>13.3f} ms {:>7.2f}\n", c.name, 1e3 * unlimited, 1e3 * limited,
                   unlimited / limited);
        if (unlimited > 1.2 * limited)
            throw std::runtime_error(c.name +
                                     ": slower without a limit; what asks for the number of cores costs too much");
    }
}

/// The highest memory, in MB, that this process has had: "VmHWM: ... kB" in Linux's own account.
double peak_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) * 1024 / 1e6;
    }
    return NAN;
}

/// The number that a command prints, or NaN.
double number_printed_by(const std::string& command) {
    double number = NAN;
    if (std::FILE* output = popen(command.c_str(), "r")) {
        if (std::fscanf(output, "%lf", &number) != 1) number = NAN;
        pclose(output);
    }
    return number;
}

/// Peak memory of whole models and of attention, each in a process of its own.
void print_memory(const std::string& program, const std::vector<Case>& cases) {
    const std::string interpreter = python_with_pytorch(),
                      python = fmt::format("{} '{}' 1 once", interpreter, BENCHMARK_FILES "/pytorch_side.py");
    fmt::print("\n{:44} {:>12} {:>12} {:>26}\n", memory_table, "here", "PyTorch", "PyTorch, less its libraries");
    const double libraries = interpreter.empty() ? NAN : number_printed_by(python);
    for (const Case& c : cases) {
        if (c.group != "training step" && c.group != "forward" && c.group != "attention in tiles") continue;
        const double here = number_printed_by(fmt::format("'{}' --once '{}'", program, c.name));
        const double other = interpreter.empty() || c.pytorch.empty()
                                 ? NAN
                                 : number_printed_by(fmt::format("{} '{}'", python, c.pytorch));
        fmt::print("{:44} {:>12} {:>12} {:>26}\n", c.name, cell(here, "{:.0f} MB"), cell(other, "{:.0f} MB"),
                   cell(other - libraries, "{:.0f} MB"));
    }
}

/// Draws what attention costs with all weights at once and in tiles, over the number of tokens.
void draw_tiles(const std::string& path, const std::string& program) {
    Panel memory{"peak memory of the program in MB", {}};
    for (const std::size_t tile : {0u, 64u}) {
        Curve curve{tile == 0 ? "all weights at once" : "in tiles", {}, {}};
        for (const std::size_t image_tokens : tile_tokens) {
            curve.xs.push_back(static_cast<double>(image_tokens));
            curve.ys.push_back(
                number_printed_by(fmt::format("'{}' --once '{}'", program, tile_case_name(image_tokens, tile))));
        }
        memory.curves.push_back(curve);
    }
    plot_curves(path,
                {.title = "Attention of one image, forward and backward", .x_label = "tokens", .panels = {memory}});
}

void run_once(const std::vector<Case>& cases, const std::string& name) {
    for (const Case& c : cases) {
        if (c.name == name) {
            const ThreadLimit threads(c.threads);
            const std::function<void()> work = c.prepare();
            for (int i = 0; i < 3; ++i) work();
        }
    }
    fmt::print("{}\n", peak_memory());
}

/// The headings of all tables, in order.
std::vector<std::string> table_names(const std::vector<Case>& cases) {
    std::vector<std::string> names;
    for (const Case& c : cases) {
        if (names.empty() || names.back() != c.group) names.push_back(c.group);
    }
    names.push_back(memory_table);
    names.push_back(unlimited_table);
    return names;
}

/// Measures and prints the tables whose heading contains `only`.
void print_tables(const std::vector<Case>& cases, const std::string& only, std::size_t cores,
                  const std::string& program) {
    const auto is_wanted = [&](const std::string& table) { return table.find(only) != std::string::npos; };
    const std::vector<std::string> names = table_names(cases);
    if (std::none_of(names.begin(), names.end(), is_wanted))
        throw std::invalid_argument(
            fmt::format("--only: no table is called '{}'; there are {}", only, fmt::join(names, ", ")));

    PyTorch pytorch(cores);
    const auto wanted = std::count_if(cases.begin(), cases.end(), [&](const Case& c) { return is_wanted(c.group); });
    fmt::print("{} cases, each {} times; about {:.0f} minutes\n", wanted, repetitions,
               std::ceil(static_cast<double>(wanted) * (python_with_pytorch().empty() ? 0.04 : 0.08)));
    fmt::print("{} cores; a product of 1536 x 1536 matrices in float32: {:.0f} GFLOP/s on one, {:.0f} on {}\n",
               core_count(), product_speed(1) / 1e9, product_speed(cores) / 1e9, cores);
    std::string group;
    for (const Case& c : cases) {
        if (!is_wanted(c.group)) continue;
        if (c.group != group) print_heading(c.group);
        group = c.group;
        print_row(c, run_case(c, pytorch));
    }
    if (is_wanted(memory_table)) print_memory(program, cases);
    if (is_wanted(unlimited_table)) print_unlimited(cases);
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(
        argc, argv, "How fast the code is, against matrix products and against PyTorch.", [&](CommandLine& line) {
            std::string only, once, curve;
            std::size_t cores = core_count();
            line.option("only", only, "only the tables whose heading contains this")
                .option("cores", cores, "cores that the model's steps are split over")
                .option("memory_curve", curve,
                        "draw the memory of attention over the number of tokens into this .svg file, and measure "
                        "nothing else")
                .option("once", once, "run the case of this name three times and print the peak memory in MB")
                .parse();
            const std::vector<Case> cases = all_cases(cores);
            if (!once.empty()) return run_once(cases, once);
            if (!curve.empty()) return draw_tiles(curve, argv[0]);

            const ProcessorTime start = processor_time();
            print_tables(cases, only, cores, argv[0]);
            const ProcessorTime end = processor_time();
            if (end.stolen > start.stolen) {
                fmt::print("\nthis machine's host gave {:.0f} % of its cores' time to others meanwhile\n",
                           100 * (end.stolen - start.stolen) / (end.all - start.all));
            }
        });
}
