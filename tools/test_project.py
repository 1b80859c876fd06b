import unittest

from project import chapter_names, code_of, read_chapter, texts
from testing import ProjectTest


class Chapters(ProjectTest):
    def test_the_folders_are_the_list(self):
        for name in ("02_b", "00_a", "10_c"):
            self.write_chapter(name)
        self.write("chapters/CMakeLists.txt")
        self.assertEqual(chapter_names(self.root), ["00_a", "02_b", "10_c"])

    def test_program_and_page_say_what_a_chapter_is(self):
        self.write_chapter("02_tokens", "Tokens")
        chapter = read_chapter(self.root, "02_tokens")
        self.assertEqual((chapter.title, chapter.given, chapter.result), ("2. Tokens", "a2 (B, N)", "b2 (B, D)"))

    def assert_refused(self, path, text, message):
        self.write_chapter("02_tokens")
        self.write(path, text)
        with self.assertRaisesRegex(ValueError, message):
            read_chapter(self.root, "02_tokens")

    def test_a_program_that_begins_otherwise(self):
        for text in ("", "int main() {}\n", "// Chapter 3: x.\n//     in   a\n//     out  b\n", "// Chapter 2: x.\n"):
            self.assert_refused("chapters/02_tokens/main.cpp", text, r"^chapters/02_tokens/main.cpp:1: must begin with the lines")

    def test_a_page_that_begins_otherwise(self):
        for text in ("", "Tokens\n", "# 3. Tokens\n", "# Tokens\n"):
            self.assert_refused("docs/02_tokens.md", text, r"^docs/02_tokens.md:1: must begin with '# 2. NAME'")

    def test_no_page(self):
        self.write_chapter("02_tokens")
        (self.root / "docs/02_tokens.md").unlink()
        with self.assertRaisesRegex(ValueError, "the page of 02_tokens is missing"):
            read_chapter(self.root, "02_tokens")


class Texts(ProjectTest):
    def test_all_but_what_is_built(self):
        for path in ("README.md", "CONTRIBUTING.md", "docs/a/b.md", "data/README.md", "build/c.md", "docs/d.txt"):
            self.write(path)
        self.assertEqual(texts(self.root), ["CONTRIBUTING.md", "README.md", "data/README.md", "docs/a/b.md"])


class Code(unittest.TestCase):
    def test_comments_and_strings_are_empty_and_lines_stay(self):
        for text, code in (('f("a // b"); // c\ng();', 'f(""); \ng();'),
                           ("a /* b\nc */ d", "a \n d"),
                           ('x = "a\\"b"; y', 'x = ""; y'),
                           ("c = '\"'; d = '\\''; e", 'c = ""; d = ""; e'),
                           ("n = 1'000'000; f('a');", 'n = 1\'000\'000; f("");'),
                           ('R"(a "b"\n// c)" d', '""\n d')):
            self.assertEqual(code_of(text), code)
