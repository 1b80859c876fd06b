"""A small project in a folder of its own, for the tests of the tool."""
import tempfile
import unittest
from pathlib import Path


class ProjectTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path, text=""):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def read(self, path):
        return (self.root / path).read_text()

    def write_chapter(self, name, title="X"):
        """A chapter with its program and its page."""
        number = int(name[:2])
        self.write(f"chapters/{name}/main.cpp", f"// Chapter {number}: {title} happens.\n"
                   f"//     in   a{number} (B, N)\n//     out  b{number} (B, D)\nint main() {{}}\n")
        self.write(f"docs/{name}.md", f"# {number}. {title}: a page\n")
