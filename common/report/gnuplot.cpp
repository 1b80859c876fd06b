#include "common/report/gnuplot.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "common/files/files.h"
#include "common/program/printable.h"

namespace vit {
namespace {

[[noreturn]] void fail(const std::string& message) {
    throw std::runtime_error("gnuplot " + message);
}

/// Throws if a call gave the number of an error.
void check(int error, const char* what) {
    if (error != 0) fail(fmt::format("{}: {}", what, std::generic_category().message(error)));
}

/// Which file each standard stream of a program is.
class Streams {
public:
    Streams() { check(posix_spawn_file_actions_init(&actions_), "cannot be started"); }
    ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    void add(int stream, const std::string& path, int flags) {
        check(posix_spawn_file_actions_addopen(&actions_, stream, path.c_str(), flags, 0600), "cannot be started");
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

/// Starts gnuplot, without a shell, and waits for its end. Returns its status in waitpid's form.
int start_and_wait(const Streams& streams) {
    std::string program = "gnuplot", no_settings_of_the_user = "-d";
    char* arguments[] = {program.data(), no_settings_of_the_user.data(), nullptr};
    pid_t process = 0;
    const int error = posix_spawnp(&process, program.c_str(), streams.actions(), nullptr, arguments, environ);
    if (error == ENOENT) fail("is missing; install the package gnuplot-nox");
    check(error, "cannot be started");
    int status = 0;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) check(errno, "cannot be waited for");
    }
    return status;
}

/// The last line of a text that is not empty: gnuplot's complaint after it has shown the place.
std::string last_line(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(" \n") + 1);
    text = text.substr(text.find_last_of('\n') + 1);
    return printable(text.substr(std::min(text.size(), text.find_first_not_of(' '))));
}

}  // namespace

std::string gnuplot_terminal(std::size_t width, std::size_t height) {
    return fmt::format(
        "set terminal svg size {},{} font 'DejaVu Sans,Helvetica,Arial,sans-serif,13' background 'white' noenhanced\n",
        width, height);
}

std::string in_gnuplot_quotes(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'') result += '\'';
        result += c == '\n' || c == '\r' ? ' ' : c;
    }
    return result + "'";
}

std::string svg_by_gnuplot(const std::string& commands) {
    const TemporaryFolder folder;
    const std::string input = folder.file("commands"), output = folder.file("picture"), log = folder.file("log");
    write_file(input, commands);
    Streams streams;
    streams.add(STDIN_FILENO, input, O_RDONLY);
    streams.add(STDOUT_FILENO, output, O_WRONLY | O_CREAT);
    streams.add(STDERR_FILENO, log, O_WRONLY | O_CREAT);
    const int status = start_and_wait(streams);
    if (WIFSIGNALED(status)) fail(fmt::format("was ended by signal {}", WTERMSIG(status)));
    const std::string picture = read_file(output), complaint = last_line(read_file(log));
    if (WEXITSTATUS(status) != 0) fail(fmt::format("failed with code {}: {}", WEXITSTATUS(status), complaint));
    if (picture.find("</svg>") == std::string::npos) fail("has not finished its picture: " + complaint);
    return picture;
}

}  // namespace vit
