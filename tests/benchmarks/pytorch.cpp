#include "tests/benchmarks/pytorch.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace vit {

struct PyTorch::Process {
    std::FILE* to;
    std::FILE* from;
    pid_t id;
};

std::string python_with_pytorch() {
    for (const std::string python : {"python3", "/usr/bin/python3"}) {
        if (std::system((python + " -c 'import torch' 2>/dev/null").c_str()) == 0) return python;
    }
    return "";
}

PyTorch::PyTorch(std::size_t cores) {
    const std::string python = python_with_pytorch();
    if (python.empty()) return;
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0) return;
    const pid_t id = fork();
    if (id == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        for (int end : {to[0], to[1], from[0], from[1]}) close(end);
        execlp(python.c_str(), python.c_str(), BENCHMARK_FILES "/pytorch_side.py", fmt::to_string(cores).c_str(),
               nullptr);
        _exit(1);
    }
    close(to[0]);
    close(from[1]);
    process_ = std::make_unique<Process>(Process{fdopen(to[1], "w"), fdopen(from[0], "r"), id});
}

PyTorch::~PyTorch() {
    if (!process_) return;
    std::fclose(process_->to);
    std::fclose(process_->from);
    waitpid(process_->id, nullptr, 0);
}

std::optional<double> PyTorch::seconds(const std::string& line) {
    if (!process_ || line.empty()) return std::nullopt;
    fmt::print(process_->to, "{}\n", line);
    std::fflush(process_->to);
    double seconds = 0;
    if (std::fscanf(process_->from, "%lf %*d", &seconds) != 1) return std::nullopt;
    return seconds;
}

}  // namespace vit
