// A unit of compiler's work, which never changes: what building the project takes is measured in it
// (tools/build_times.py).
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <vector>

int main() {
    std::map<std::string, std::vector<std::function<bool(const std::string&)>>> tests;
    for (const char* pattern : {"[a-z]+", "[0-9]+", "(a|b)*c"}) {
        tests[pattern].emplace_back([expression = std::regex(pattern)](const std::string& text) {
            return std::regex_match(text, expression) || std::regex_search(text, expression);
        });
    }
    for (const auto& [pattern, functions] : tests)
        std::cout << pattern
                  << std::count_if(functions.begin(), functions.end(), [](const auto& f) { return f("abc"); });
}
