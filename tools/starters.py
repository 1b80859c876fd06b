"""Exercises in the chapters' sources, starters made from them, and readers' files filled in.

An exercise is one function of a chapter, between two marks:

    // #region exercise 3.1 softmax_forward (easy, 10 minutes)
    ...
    // #endregion

Its starter has the contract from the header, the signature, the shape checks and the numbered steps; then comes

    throw NotDone("3.1 softmax_forward");

In a reader's file each such line is replaced by the project's body, so that the file can be built at any time.
"""
import re
from dataclasses import dataclass

from project import LANES, chapter_names

MARK = re.compile(r"\s*// #region exercise (\d+|[A-Z])\.(\d+) (\w+) \((easy|medium|hard), (\d+) minutes\)$")
NOT_DONE = re.compile(r'\s*throw NotDone\("(\w+\.\d+) (\w+)"\);$')
STEP = re.compile(r"// \d+(, \d+)*\. ")
INCLUDE = '#include "common/program/not_done.h"'
# What stays of the beginning of a body: checks of shapes and the names of sizes.
KEPT = re.compile(r"\s*(//|Axes\b|axes\.|check_|const std::size_t |const Method |const auto \[|if \(.*\) axes\.|if \(p\.tile > 0\) return |if \(.*throw std::)")


@dataclass
class Exercise:
    """One function that readers write; `begin` and `end` are the lines (from 0) between its marks."""
    chapter: str  # its number, or the letter of a lane: 3, X
    place: int
    function: str
    level: str
    minutes: int
    path: str
    begin: int
    end: int
    lines: list

    @property
    def number(self):
        return f"{self.chapter}.{self.place}"

    @property
    def name(self):
        return f"{self.number} {self.function}"

    @property
    def reader(self):
        """The reader's file."""
        return re.sub(r"^chapters/", "my/", self.path)

    @property
    def target(self):
        """The end of the names of the programs that try its file: 03_attention_softmax."""
        return re.sub(r"/(\w+)\.cpp$", r"_\1", self.path.removeprefix("chapters/"))

    def body(self):
        """(number of lines before the body, the lines of the body)."""
        opening = next(i for i, line in enumerate(self.lines) if line.rstrip().endswith("{"))
        closing = max(i for i, line in enumerate(self.lines) if line.strip() == "}")
        return opening + 1, self.lines[opening + 1:closing]


def read_exercises(path, text):
    """The exercises of one source. Raises ValueError for a mark that is written wrong or has no end."""
    lines, found = text.split("\n"), []
    for begin, line in enumerate(lines):
        if "#region exercise" not in line:
            continue
        mark = MARK.match(line)
        end = next((i for i in range(begin, len(lines)) if lines[i].strip() == "// #endregion"), None)
        if not mark or end is None:
            raise ValueError(f"{path}:{begin + 1}: not '// #region exercise N.M FUNCTION (easy, 10 minutes)' with its // #endregion")
        found.append(Exercise(mark[1], int(mark[2]), mark[3], mark[4], int(mark[5]), path, begin + 1, end,
                              lines[begin + 1:end]))
    return found


def all_exercises(root):
    """Every exercise, in the order of the text; the lanes beside the chapters come last."""
    found = []
    for folder in [*chapter_names(root), *LANES]:
        for path in sorted((root / "chapters" / folder).rglob("*.cpp")):
            found += read_exercises(str(path.relative_to(root)), path.read_text())
    return sorted(found, key=lambda e: place_of(e.name))


def place_of(name):
    """The place of "3.1 softmax_forward" in the order of the text."""
    chapter, place = name.split()[0].split(".")
    return (0, int(chapter), int(place)) if chapter.isdigit() else (1, ord(chapter), int(place))


def statements(lines):
    """The lines of a body, grouped into statements."""
    group, depth = [], 0
    for line in lines:
        group.append(line)
        code = re.sub(r'"(?:[^"\\]|\\.)*"|//.*', "", line)
        depth += sum(code.count(c) for c in "({[") - sum(code.count(c) for c in ")}]")
        if depth == 0 and (not code.strip() or code.rstrip()[-1] in ";}"):
            yield group
            group = []
    if group:
        yield group


def contract(header, function):
    """The comment above a function's declaration in its header."""
    lines = header.split("\n")
    for i, line in enumerate(lines):
        if re.search(rf"\b{function}\(", line) and not line.lstrip().startswith("//"):
            first = i - 1 if lines[i - 1].startswith("template") else i
            comment = []
            while first > 0 and lines[first - 1].lstrip().startswith("///"):
                first -= 1
                comment.insert(0, lines[first].strip())
            if comment:
                return comment
    return []


def starter_of(exercise, header):
    """The lines of one exercise as readers get it."""
    before, body = exercise.body()
    indent = re.match(r"\s*", exercise.lines[0])[0]
    kept = []
    rest = list(statements(body))
    while rest and (KEPT.match(" ".join(rest[0])) or not rest[0][0].strip()) and not STEP.search(rest[0][0]):
        kept += rest.pop(0)
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith("//")):
        rest.insert(0, [kept.pop()])
    steps, last = [], False
    for line in (line for statement in rest for line in statement):
        if step := STEP.search(line):
            steps.append(f"{indent}    {line[step.start():]}")
            last = line.lstrip().startswith("//")
        elif last and line.lstrip().startswith("//"):
            steps.append(f"{indent}    {line.lstrip()}")  # goes on
        else:
            last = False
    said = "\n".join(exercise.lines[:before])
    above = [] if "///" in said else [f"{indent}{line}" for line in contract(header, exercise.function)]
    return [*above, *exercise.lines[:before], *kept, *steps, f'{indent}    throw NotDone("{exercise.name}");', f"{indent}}}"]


def starter(root, path):
    """The starter of a source of a chapter."""
    text = (root / path).read_text()
    header = (root / path).with_suffix(".h")
    contracts = header.read_text() if header.exists() else ""
    lines = text.split("\n")
    for exercise in reversed(read_exercises(path, text)):
        indent = re.match(r"\s*", exercise.lines[0])[0]
        level = f"{indent}// Exercise {exercise.name} ({exercise.level}, {exercise.minutes} minutes)"
        lines[exercise.begin - 1:exercise.end + 1] = [level, *starter_of(exercise, contracts)]
    first = next(i for i, line in enumerate(lines) if line.startswith("#include"))
    lines[first + 1:first + 1] = ["", INCLUDE] if lines[first + 1] == "" else [INCLUDE]
    return "\n".join(lines)


def not_written(text):
    """The names of the exercises whose line `throw NotDone(...)` is still there."""
    found = (NOT_DONE.match(line) for line in text.split("\n"))
    return [f"{mark[1]} {mark[2]}" for mark in found if mark]


def filled_in(text, path, solution, solution_path):
    """A reader's file in which what is not written yet comes from the project. A compiler still names the reader's lines.
    Raises ValueError for an exercise that the project does not have."""
    exercises = {e.name: e for e in read_exercises(solution_path, solution)}
    lines = [f'#line 1 "{path}"']
    for number, line in enumerate(text.split("\n"), 1):
        mark = NOT_DONE.match(line)
        if not mark:
            lines.append(line)
            continue
        name = f"{mark[1]} {mark[2]}"
        if name not in exercises:
            raise ValueError(f"{path}:{number}: there is no exercise {name} in {solution_path}")
        before, body = exercises[name].body()
        lines += ["{", f'#line {exercises[name].begin + before + 1} "{solution_path}"', *body, "}", f'#line {number + 1} "{path}"']
    names = ", ".join(f'"{name}"' for name in not_written(text))
    return "\n".join([*lines, "", "#ifdef VIT_VERDICT  // not where several such files make a program",
                      '#include "tests/exercises/reader.h"', f"const std::vector<std::string> vit::not_written{{{names}}};", "#endif", ""])
