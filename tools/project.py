"""Where things are in the project: chapters, sources, texts."""
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANES = ("traps", "bugs")  # folders beside the chapters that have exercises only: X and B


class Skipped(Exception):
    """A check cannot be made here; says why."""


def chapter_names(root):
    """The list of chapters: the folders chapters/NN_name, in their order."""
    return sorted(p.name for p in (root / "chapters").glob("[0-9][0-9]_*") if p.is_dir())


@dataclass
class Chapter:
    """What the first three lines of a chapter's main.cpp say, and the heading of its page."""
    name: str
    title: str
    given: str
    result: str

    @property
    def number(self):
        return int(self.name[:2])


def read_chapter(root, name):
    """Raises ValueError if the program or the page does not begin as that of every chapter does."""
    number, program, page = int(name[:2]), f"chapters/{name}/main.cpp", f"docs/{name}.md"
    lines = (root / program).read_text().split("\n", 3)[:3]
    form = [rf"// Chapter {number}: (.+)\.", r"//     in   (.+)", r"//     out  (.+)"]
    found = [re.fullmatch(pattern, line) for pattern, line in zip(form, lines)]
    if len(found) < 3 or not all(found):
        raise ValueError(f"{program}:1: must begin with the lines '// Chapter {number}: WHAT HAPPENS.', "
                         "'//     in   WHAT GOES IN' and '//     out  WHAT COMES OUT'")
    if not (root / page).exists():
        raise ValueError(f"{page}:1: the page of {name} is missing")
    heading = (root / page).read_text().split("\n", 1)[0]
    title = re.fullmatch(rf"# ({number}\. [^:]+)(: .+)?", heading)
    if not title:
        raise ValueError(f"{page}:1: must begin with '# {number}. NAME' or '# {number}. NAME: MORE', not '{heading}'")
    return Chapter(name, title[1], found[1][1], found[2][1])


def sources(root):
    """All .h and .cpp files, as paths from the root."""
    folders = ("common", "chapters", "tests")
    return sorted(str(p.relative_to(root)) for folder in folders for p in (root / folder).rglob("*.*")
                  if p.suffix in (".h", ".cpp"))


def texts(root):
    """All texts in Markdown, as paths from the root."""
    pages = [*root.glob("*.md"), *(page for folder in ("docs", "data", "tests") for page in (root / folder).rglob("*.md"))]
    return sorted(str(page.relative_to(root)) for page in pages)


_NOT_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<!\w)'(?:[^'\\\n]|\\.)+'""", re.DOTALL)


def code_of(text):
    """C++ without comments and without what stands in strings; every line stays on its line."""
    def empty(match):
        kept = "" if match[0].startswith("/") else '""'
        return kept + "\n" * match[0].count("\n")
    return _NOT_CODE.sub(empty, text)


def outside_fences(text):
    """(number, line) of the lines of a Markdown text that stand in no fenced block."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r" *(```|~~~)", line):
            fenced = not fenced
        elif not fenced:
            yield number, line
