#include "common/program/printable.h"

#include "tests/testing.h"

namespace vit {

TEST_CASE("a printable text stays as it is, in any script") {
    for (const char* text : {"", "blocks.0.attn", "a 'b' \"c\" \\n", "Größe √K ᵀ", "\u00a0 \u07ff \u0800 \ud7ff \uffff",
                             "\U00010000 😀 \U0010ffff"}) {
        CHECK(printable(text) == text);
    }
}

TEST_CASE("control characters are shown, and the text is one line") {
    CHECK(printable("a\nb\tc\r") == "a\\x0ab\\x09c\\x0d");
    CHECK(printable("\033[31mred\177") == "\\x1b[31mred\\x7f");
    CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
    CHECK(printable("\u0080\u009f") == "\\xc2\\x80\\xc2\\x9f");
    // New lines, and what turns the direction of writing; their neighbours are letters and signs.
    CHECK(printable("\u2027\u2028\u202f") == "\u2027\\xe2\\x80\\xa8\u202f");
    CHECK(printable("a\u202egnp") == "a\\xe2\\x80\\xaegnp");
    CHECK(printable("\u2065\u2066\u2069\u206a") == "\u2065\\xe2\\x81\\xa6\\xe2\\x81\\xa9\u206a");
    CHECK(printable(printable("a\nb")) == printable("a\nb"));
}

TEST_CASE("bytes that are not UTF-8 are shown") {
    CHECK(printable("M\xfctze") == "M\\xfctze");            // Latin 1
    CHECK(printable("\xc3") == "\\xc3");                    // cut off
    CHECK(printable(std::string_view("ü", 1)) == "\\xc3");  // cut off, though the rest lies behind it in memory
    CHECK(printable("\xe2\x82!") == "\\xe2\\x82!");         // cut off, and the text goes on
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // too long for "/"
    CHECK(printable("\xe0\x9f\xbf") == "\\xe0\\x9f\\xbf");  // too long for U+07FF
    CHECK(printable("\xf0\x8f\xbf\xbf") == "\\xf0\\x8f\\xbf\\xbf");
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // half of a pair
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
    CHECK(printable("\xf5\xff") == "\\xf5\\xff");
}

TEST_CASE("of a long text the beginning is shown, in whole characters") {
    CHECK(printable("abcd", 4) == "abcd");
    CHECK(printable("abcde", 4) == "abcd...");
    CHECK(printable("aüüü", 4) == "aüü...");
    CHECK(printable(std::string(1000, 'x')) == std::string(200, 'x') + "...");
}

TEST_CASE("a list of texts, of which ten are shown") {
    CHECK(listed({}) == "");
    CHECK(listed({"a", "b\x1b"}) == "a, b\\x1b");
    std::vector<std::string> texts(10, "x");
    CHECK(listed(texts) == "x, x, x, x, x, x, x, x, x, x");
    texts.resize(13, "y");
    CHECK(listed(texts) == "x, x, x, x, x, x, x, x, x, x and 3 others");
}

}  // namespace vit
