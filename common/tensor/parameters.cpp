#include "common/tensor/parameters.h"

#include <utility>

namespace vit {

void append(Parameters& whole, const std::string& prefix, Parameters part) {
    for (Parameter& p : part) {
        p.name = prefix + "." + p.name;
        whole.push_back(std::move(p));
    }
}

std::size_t parameter_count(const Parameters& parameters) {
    std::size_t count = 0;
    for (const Parameter& p : parameters) count += p.values.size();
    return count;
}

}  // namespace vit
