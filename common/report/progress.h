// A progress line for people who wait. It is drawn on stderr, and only if that is a terminal, so that files and pipes
// never see it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace vit {

/// The line itself: "title [#####.....]  5/10  2.5/s  0:02 left  text", cut to `width` characters.
std::string progress_line(const std::string& title, std::size_t done, std::size_t total, double seconds,
                          const std::string& text, std::size_t width);

/// Draws the line while it lives and erases it at its end. Print nothing else in between.
class Progress {
public:
    Progress(std::string title, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `count` more are done. `text` stands at the line's end, "loss 0.53". Draws at most 20 times a second.
    void advance(std::size_t count = 1, const std::string& text = "");

private:
    using Clock = std::chrono::steady_clock;

    std::string title_;
    std::size_t total_;
    std::size_t done_ = 0;
    bool visible_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point drawn_ = {};
};

}  // namespace vit
