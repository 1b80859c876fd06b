// The program around the exercises of one file, or around all of them for the proof. Each test case is an exercise: it
// prints one verdict, and nothing else.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <unistd.h>

#include <csignal>
#include <cstring>
#include <functional>
#include <string>

#include "common/program/memory.h"
#include "tests/exercises/judge.h"

namespace {

constexpr unsigned seconds = 10;  // more than any exercise needs by far

// What to say when the time is up, before and after the trial's name. A signal handler may only write what is ready.
std::string out_of_time;
const std::string which_loop = "\nIt was stopped after " + std::to_string(seconds) +
                               " s. Which loop goes on for ever? Does its counter change, and in the right "
                               "direction?\n";

void give_up(int) {
    for (const std::string& text : {std::cref(out_of_time), std::cref(vit::running_trial()), std::cref(which_loop)})
        [[maybe_unused]] const auto written = write(STDOUT_FILENO, text.data(), text.size());
    _exit(1);
}

/// What mostly leads to a signal, as questions.
std::string questions_on(const std::string& signal) {
    if (signal.find("SIGFPE") != std::string::npos)
        return "Are whole numbers divided by 0? Make one of them a double: 1.0 / n.";
    if (signal.find("SIGABRT") != std::string::npos)
        return "Does an index leave its std::vector, or was something written beyond the end of a tensor before?";
    return "Does an index or a pointer leave its tensor or its row? Is a tensor read after std::move has emptied it,\n"
           "or a std::optional that holds nothing? Does a function call itself without an end?";
}

/// Prints "3.1 softmax_forward: right", or what the judge says.
class Verdicts : public doctest::IReporter {
public:
    explicit Verdicts(const doctest::ContextOptions& options) : out_(*options.cout) {}

    void test_case_start(const doctest::TestCaseData& test) override {
        name_ = test.m_name;
        out_of_time = name_ + ": does not end\n\nTried on ";
        alarm(seconds);
    }

    void log_message(const doctest::MessageData& message) override {
        const std::string text = message.m_string.c_str();
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (message.m_severity & doctest::assertType::is_warn) {
            out_ << text << "\n";
        } else {
            out_ << doctest::Color::Red << text.substr(0, end) << doctest::Color::None << text.substr(end)
                 << (end == text.size() ? "\n" : "");
        }
    }

    void test_case_exception(const doctest::TestCaseException& failure) override {
        const std::string what = failure.error_string.c_str();
        out_ << doctest::Color::Red << name_ << (failure.is_crash ? ": crashed" : ": broke off") << doctest::Color::None
             << "\n\n";
        if (!vit::running_trial().empty()) out_ << "Tried on " << vit::running_trial() << ":\n";
        out_ << what << "\n";
        if (failure.is_crash) out_ << "\n" << questions_on(what) << "\n";
        out_.flush();
    }

    void test_case_end(const doctest::CurrentTestCaseStats& test) override {
        alarm(0);
        if (test.failure_flags == 0 && name_.find(':') == std::string::npos)
            out_ << doctest::Color::Green << name_ << ": right" << doctest::Color::None << "\n";
    }

    void log_assert(const doctest::AssertData&) override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

private:
    std::ostream& out_;
    std::string name_;
};

REGISTER_REPORTER("verdicts", 1, Verdicts);

}  // namespace

int main(int argc, char** argv) {
    vit::limit_memory();
    std::signal(SIGALRM, give_up);
    doctest::Context context;
    context.setOption("reporters", "verdicts");
    context.applyCommandLine(argc, argv);
    return context.run();
}
