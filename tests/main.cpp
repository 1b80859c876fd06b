// The program around the tests of a folder. CTest runs it with -r=lines; see --help for what else it can do.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <iostream>
#include <sstream>
#include <string>

// Read by AddressSanitizer's search for leaks: what Graphviz and the libraries below it keep until the end is not ours.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libcgraph\nleak:libgvc\nleak:libgvplugin\nleak:libglib\nleak:libfontconfig\n";
}
// Read by ThreadSanitizer, which does not see how these libraries, not built with it, share their data.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
    return "race:libfontconfig\nrace:libglib\n";
}

namespace {

/// A failure is a paragraph that begins as a compiler's message does; `./learn test` shows the first ones (tools/):
///
///     tests/03_attention/softmax_test.cpp:31: the shares of a row are positive and sum to 1
///         CHECK( sum == 1 )
///         CHECK( 0.5 == 1 )
///         what INFO says
class Lines : public doctest::IReporter {
public:
    explicit Lines(const doctest::ContextOptions& options) : out_(*options.cout) {}

    void test_case_start(const doctest::TestCaseData& test) override { test_ = &test; }

    void log_assert(const doctest::AssertData& check) override {
        if (!check.m_failed) return;
        print_heading(check.m_file, check.m_line);
        const bool in_helper = std::string(check.m_file) != test_->m_file.c_str();
        if (in_helper) print_context();  // there INFO says more than the check
        const std::string macro = doctest::assertString(check.m_at);
        print_indented(macro + "( " + check.m_expr + " )");
        if (check.m_threw) {
            print_indented(std::string("threw: ") + check.m_exception.c_str());
        } else if (check.m_at & (doctest::assertType::is_throws | doctest::assertType::is_throws_as |
                                 doctest::assertType::is_throws_with)) {
            print_indented("threw nothing");
        } else {
            print_indented(macro + "( " + check.m_decomp.c_str() + " )");
        }
        if (!in_helper) print_context();
    }

    void log_message(const doctest::MessageData& message) override {
        print_heading(message.m_file, message.m_line);
        print_indented(message.m_string.c_str());
        print_context();
    }

    void test_case_exception(const doctest::TestCaseException& failure) override {
        print_heading(test_->m_file.c_str(), static_cast<int>(test_->m_line));
        print_indented(std::string(failure.is_crash ? "crashed: " : "threw: ") + failure.error_string.c_str());
        for (int i = 0; i < get_num_stringified_contexts(); ++i) print_indented(get_stringified_contexts()[i].c_str());
        out_.flush();
    }

    void test_run_end(const doctest::TestRunStats& run) override {
        out_ << "\n" << run.numTestCasesFailed << " of " << run.numTestCasesPassingFilters << " test cases failed\n";
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

private:
    /// A check in a helper is reported at the test; where it stands follows in brackets.
    void print_heading(const std::string& file, int line) {
        const std::string test_file = test_->m_file.c_str();
        const bool is_own = file == test_file;
        out_ << "\n"
             << from_root(test_file) << ":" << (is_own ? line : static_cast<int>(test_->m_line)) << ": "
             << test_->m_name;
        if (!is_own) out_ << " (" << from_root(file) << ":" << line << ")";
        out_ << "\n";
    }

    static std::string from_root(const std::string& file) { return file.substr(file.rfind("/tests/") + 1); }

    void print_indented(const std::string& text) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) out_ << "    " << line << "\n";
    }

    void print_context() {
        for (int i = 0; i < get_num_active_contexts(); ++i) {
            std::ostringstream text;
            get_active_contexts()[i]->stringify(&text);
            print_indented(text.str());
        }
    }

    std::ostream& out_;
    const doctest::TestCaseData* test_ = nullptr;
};

REGISTER_REPORTER("lines", 1, Lines);

}  // namespace
