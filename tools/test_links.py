from links import findings
from testing import ProjectTest

BAD = (
    ("[x](docs/none.md)", "docs/none.md: there is no such file"),
    ("![x](docs/none.png)", "docs/none.png: there is no such file"),
    ("[x](docs/notes.md) and [y](docs/notes.md#none)", "docs/notes.md#none: no heading there has the anchor #none"),
    ("[x](#none)", "#none: no heading"),
    ("[x](docs/notes.md#twice-2)", "docs/notes.md#twice-2: no heading"),
    ("[x]: docs/none.md", "docs/none.md: there is no such file"),
    ('<img src="docs/none.svg">', "docs/none.svg: there is no such file"),
    ('<a href="docs/notes.md#none">', "docs/notes.md#none: no heading"),
)
GOOD = (
    "[x](docs/notes.md#softmax-by-rows-31), [y](docs/notes.md#twice-1), [z](docs), [here](#the-read-me)",
    "[x](https://example.org/none), `[x](none)`, [mail](mailto:a@example.org)",
    "```\n[x](none)\n```",
    "[x](docs/notes.md#a--b-c), [y](docs/notes.md#place), [z](docs/a%20b.txt)",
)


class Links(ProjectTest):
    def setUp(self):
        super().setUp()
        self.write("docs/notes.md", "# Notes\n## `softmax`, by rows (3.1)\n## Twice\n## Twice\n"
                   "## a × [b](../README.md): c\n<a id=\"place\"></a>\n```\n# none\n```\n")
        self.write("docs/a b.txt")

    def found(self, text):
        self.write("README.md", f"# The read-me\n{text}\n")
        return list(findings(self.root))

    def test_dead_links_are_found(self):
        for text, message in BAD:
            found = self.found(text)
            self.assertEqual(len(found), 1, text)
            self.assertIn(f"README.md:2: dead link {message}", found[0])

    def test_links_that_lead_somewhere(self):
        for text in GOOD:
            self.assertEqual(self.found(text), [], text)

    def test_links_are_relative_to_their_text(self):
        self.write("docs/other.md", "[x](notes.md), [y](../README.md#the-read-me), [z](docs/notes.md)\n")
        self.assertEqual(self.found(""), ["docs/other.md:1: dead link docs/notes.md: there is no such file"])

    def test_all_texts_are_read(self):
        self.write("CONTRIBUTING.md", "[x](none)\n")
        self.assertEqual(self.found(""), ["CONTRIBUTING.md:1: dead link none: there is no such file"])
