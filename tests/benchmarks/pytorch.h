// PyTorch's time for the same work, from a process of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace vit {

/// The Python interpreter that has PyTorch: "python3" or Debian's own; empty if there is none.
std::string python_with_pytorch();

/// Starts pytorch_side.py, if there is a Python with PyTorch.
class PyTorch {
public:
    explicit PyTorch(std::size_t cores);
    ~PyTorch();

    /// Seconds for one pass of the work that a line describes, at PyTorch's best number of threads. None where there is
    /// no PyTorch.
    std::optional<double> seconds(const std::string& line);

private:
    struct Process;
    std::unique_ptr<Process> process_;
};

}  // namespace vit
