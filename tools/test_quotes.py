from quotes import findings, update
from testing import ProjectTest

OUTPUT = "one 1\ntwo 2\n\nthree 3\nfour 4\n"
MARK = "<!-- output: 03_x -->\n"
SOURCE = """int before;
    // #region rows
    void f() {
        // #region inner
        g();
        // #endregion
    }
    // #endregion
int after;
"""


class Outputs(ProjectTest):
    def setUp(self):
        super().setUp()
        self.write("tests/03_x/output.txt", OUTPUT)

    def found(self, text):
        self.write("README.md", text)
        return list(findings(self.root))

    def test_what_is_printed_may_be_quoted(self):
        for block in ("```text\n$ ./learn run 3\none 1\ntwo 2\n\nthree 3\n```", "\n```\none 1\n...\nthree 3  \nfour 4\n```"):
            self.assertEqual(self.found(MARK + block), [], block)

    def test_stale_blocks(self):
        for block, line in (("```\none 1\ntwo 3\n```", 4), ("```\none 1\nthree 3\n```", 4), ("```\nthree 3\n...\none 1\n```", 2),
                            ("```\nfour 4\nfive five\n```", 2)):
            found = self.found(MARK + block)
            self.assertEqual(len(found), 1, block)
            self.assertTrue(found[0].startswith(f"README.md:{line}: ") or "nothing like" in found[0], found)

    def test_marks_without_block_and_other_mistakes(self):
        for text, message in ((MARK + "no block", "no whole fenced block follows"), (MARK + "```\none 1", "no whole fenced"),
                              ("<!-- output: 04_none -->\n```\none 1\n```", "tests/04_none/output.txt is missing"),
                              ("<!-- output 03_x -->\n```\none 1\n```", "is neither"),
                              ("<!-- listing: a.cpp -->\n```\none 1\n```", "is neither")):
            found = self.found(text)
            self.assertEqual(len(found), 1, text)
            self.assertIn(message, found[0])

    def test_update_writes_what_is_printed_now(self):
        self.write("tests/03_x/output.txt", "one 1\ntwo 7\n\nthree 8\nthree and a half\nfour 9\n")
        self.write("README.md", MARK + "```\n$ run\none 1\ntwo 2\n...\nthree 3\nfour 4\n```\nEnd\n")
        self.assertEqual(update(self.root), ["README.md"])
        self.assertEqual(self.read("README.md"),
                         MARK + "```\n$ run\none 1\ntwo 7\n...\nthree 8\nthree and a half\nfour 9\n```\nEnd\n")
        self.assertEqual(update(self.root), [])
        self.assertEqual(list(findings(self.root)), [])

    def test_update_leaves_what_it_cannot_find(self):
        text = MARK + "```\nquite another line\n```\n"
        self.write("README.md", text)
        self.assertEqual(update(self.root), [])
        self.assertEqual(self.read("README.md"), text)


class Listings(ProjectTest):
    mark = "<!-- listing: chapters/03_x/a.cpp rows -->\n"

    def setUp(self):
        super().setUp()
        self.write("chapters/03_x/a.cpp", SOURCE)

    def test_a_region_without_indentation_and_marks(self):
        self.write("README.md", self.mark + "```cpp\nvoid f() {\n    g();\n}\n```\n")
        self.assertEqual(list(findings(self.root)), [])

    def test_stale(self):
        self.write("README.md", self.mark + "```cpp\nvoid f() {\n    h();\n}\n```\n")
        self.assertEqual(list(findings(self.root)),
                         ["README.md:4: stale: '    h();' should be '    g();'; run python3 tools update"])
        update(self.root)
        self.assertEqual(self.read("README.md"), self.mark + "```cpp\nvoid f() {\n    g();\n}\n```\n")

    def test_an_empty_block_is_filled(self):
        self.write("README.md", self.mark + "```cpp\n```\n")
        update(self.root)
        self.assertEqual(self.read("README.md"), self.mark + "```cpp\nvoid f() {\n    g();\n}\n```\n")

    def test_no_such_region_or_file(self):
        for mark, message in (("chapters/03_x/a.cpp none", "chapters/03_x/a.cpp has no whole region none"),
                              ("chapters/03_x/b.cpp rows", "there is no chapters/03_x/b.cpp")):
            self.write("README.md", f"<!-- listing: {mark} -->\n```\n```\n")
            self.assertEqual(list(findings(self.root)), [f"README.md:3: {message}"])


class ChaptersInTexts(ProjectTest):
    def setUp(self):
        super().setUp()
        for name, title in (("00_a", "First"), ("01_b", "Second"), ("02_c", "Third")):
            self.write_chapter(name, title)

    def test_the_table(self):
        self.write("README.md", "<!-- chapters -->\n| old |\n\nEnd\n")
        self.assertEqual(update(self.root), ["README.md"])
        self.assertEqual(self.read("README.md"), "<!-- chapters -->\n| chapter | in | out |\n|---|---|---|\n"
                         "| [0. First](docs/00_a.md) | a0 (B, N) | b0 (B, D) |\n"
                         "| [1. Second](docs/01_b.md) | a1 (B, N) | b1 (B, D) |\n"
                         "| [2. Third](docs/02_c.md) | a2 (B, N) | b2 (B, D) |\n\nEnd\n")
        self.assertEqual(list(findings(self.root)), [])

    def test_the_last_line_of_a_page(self):
        self.write("docs/01_b.md", "# 1. Second\nBack: [0. First](00_a.md)\n")
        self.assertEqual(update(self.root), ["docs/01_b.md"])
        self.assertEqual(self.read("docs/01_b.md"), "# 1. Second\nBack: [0. First](00_a.md) · Next: [2. Third](02_c.md)\n")

    def test_more_may_follow_the_chapters(self):
        self.write("docs/02_c.md", "# 2. Third\nBack: [1. Second](01_b.md) · Next: [Speed](speed.md)\n")
        self.assertEqual(list(findings(self.root)), [])

    def test_a_chapter_that_does_not_say_what_it_is(self):
        self.write("chapters/01_b/main.cpp", "int main() {}\n")
        self.write("README.md", "<!-- chapters -->\n")
        self.assertEqual(len(list(findings(self.root))), 1)
