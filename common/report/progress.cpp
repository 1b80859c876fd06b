#include "common/report/progress.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace vit {
namespace {

std::size_t terminal_width() {
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col : 80;
}

/// "0:07", "12:34", "3:05:09"
std::string clock_time(double seconds) {
    const auto whole = static_cast<unsigned long long>(std::ceil(seconds));
    const auto hours = whole / 3600, minutes = whole / 60 % 60;
    return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                     : fmt::format("{}:{:02}", minutes, whole % 60);
}

}  // namespace

std::string progress_line(const std::string& title, std::size_t done, std::size_t total, double seconds,
                          const std::string& text, std::size_t width) {
    constexpr std::size_t bar_width = 24;
    const double part = total > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total)) : 0;
    const auto filled = static_cast<std::size_t>(part * bar_width);
    const std::string bar = std::string(filled, '#') + std::string(bar_width - filled, '.');
    std::string line = fmt::format("{} [{}] {:>{}}/{}", title, bar, done, std::to_string(total).size(), total);
    if (done > 0 && seconds > 0) {
        const double speed = static_cast<double>(done) / seconds;
        const double left = static_cast<double>(total - std::min(done, total)) / speed;
        line += fmt::format("  {:.{}f}/s  {} left", speed, speed < 100 ? 1 : 0, clock_time(left));
    }
    if (!text.empty()) line += "  " + text;
    return line.substr(0, width);
}

Progress::Progress(std::string title, std::size_t total)
    : title_(std::move(title)), total_(total), visible_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (visible_) std::fputs("\r\033[K", stderr);  // back to the line's start; clear to its end
}

void Progress::advance(std::size_t count, const std::string& text) {
    done_ += count;
    const Clock::time_point now = Clock::now();
    if (!visible_ || now - drawn_ < std::chrono::milliseconds(50)) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    // One column stays free: a full line would wrap, and "\r" would not reach its beginning any more.
    const std::string line = progress_line(title_, done_, total_, seconds, text, terminal_width() - 1);
    std::fputs(("\r" + line + "\033[K").c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace vit
