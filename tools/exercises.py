"""Readers' own files: starting, putting back, hints, comparing, and how far they are. Nothing here judges (verdicts.py)."""
import difflib
import re
from dataclasses import dataclass, field

import starters

PROGRESS = "my/progress.txt"


def named(exercises, word):
    """The exercises of 3 (a chapter) or 3.1, with a function's name, or in a file: my/03_attention/softmax.cpp, however
    the path begins. Raises ValueError if there are none."""
    found = [e for e in exercises if word in (e.number, e.function, e.chapter, e.chapter.zfill(2), e.path.split("/")[1])
             or f"/{word}".endswith(f"/{e.reader}") or word == e.path]
    if not found:
        raise ValueError(f"there is no exercise '{word}'; ./learn list shows them all")
    return found


@dataclass
class Record:
    """What a reader did with one exercise."""
    checks: int = 0
    hints: int = 0
    done: bool = False


@dataclass
class Progress:
    """How far the reader is, in a file that people can read: '3.1 softmax_forward: done, 4 checks, 1 hint'."""
    root: object
    records: dict = field(default_factory=dict)
    last: str = ""  # the exercise that was started or judged last

    def __post_init__(self):
        file = self.root / PROGRESS
        for line in file.read_text().splitlines() if file.exists() else []:
            if found := re.match(r"(\w+\.\d+ \w+): (done, )?(\d+) checks?, (\d+) hints?$", line):
                self.records[found[1]] = Record(int(found[3]), int(found[4]), bool(found[2]))
            elif line.startswith("last: "):
                self.last = line.removeprefix("last: ")

    def of(self, exercise):
        return self.records.setdefault(exercise.name, Record())

    def save(self):
        def count(number, what):
            return f"{number} {what}" + "s" * (number != 1)
        places = sorted(self.records.items(), key=lambda item: starters.place_of(item[0]))
        lines = [f"{name}: {'done, ' * r.done}{count(r.checks, 'check')}, {count(r.hints, 'hint')}"
                 for name, r in places if r.done or r.checks or r.hints]
        lines += [f"last: {self.last}"] * bool(self.last)
        file = self.root / PROGRESS
        file.parent.mkdir(exist_ok=True)
        replace(file, "\n".join([*lines, ""]))

    def next(self, exercises, after=None):
        """The first exercise that is not done, of the chapter of `after` before the others; None if all are. Without
        `after`, of the chapter where the reader was last."""
        after = after or next((e for e in exercises if e.name == self.last), None)
        here = [e for e in exercises if after and e.chapter == after.chapter]
        return next((e for e in [*here, *exercises] if not self.of(e).done), None)


def replace(file, text):
    """Writes a file that is whole at every moment."""
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(text)
    fresh.replace(file)


def state(root, exercise, progress):
    """One word or two on an exercise."""
    file = root / exercise.reader
    if progress.of(exercise).done:
        return "done"
    if not file.exists():
        return ""
    return "not started" if exercise.name in starters.not_written(file.read_text()) else "begun"


def listing(root, exercises, progress):
    """A line for each exercise."""
    for e in exercises:
        yield f"{e.number:>5}  {e.function:24} {e.level:7} {e.minutes:3} minutes   {state(root, e, progress)}".rstrip()


def start(root, exercises):
    """Writes the starters that are not there yet. Returns (files written, files left alone)."""
    written, left = [], []
    for path in dict.fromkeys(e.path for e in exercises):
        target = root / re.sub(r"^chapters/", "my/", path)
        if target.exists():
            left.append(str(target.relative_to(root)))
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        replace(target, starters.starter(root, path))
        written.append(str(target.relative_to(root)))
    return written, left


def function_lines(exercise, text):
    """[begin, end) of the lines of an exercise in a reader's file: from its line "// Exercise 3.1 ..." to the end of the
    function. Raises ValueError if they cannot be found."""
    lines = text.split("\n")
    begin = next((i for i, line in enumerate(lines) if line.strip().startswith(f"// Exercise {exercise.name} ")), None)
    if begin is None:
        raise ValueError(f"{exercise.reader} has no line '// Exercise {exercise.name} ({exercise.level}, "
                         f"{exercise.minutes} minutes)', with which the function begins")
    indent = re.match(r" *", lines[begin])[0]
    end = next((i for i in range(begin, len(lines)) if lines[i] == indent + "}"), None)
    if end is None:
        raise ValueError(f"{exercise.reader}: the function of exercise {exercise.name} has no end, a line '{indent}}}'")
    return begin, end + 1


def reset(root, exercise):
    """Puts the starter of one function back. Returns the file that keeps the old text."""
    file = root / exercise.reader
    text = file.read_text()
    begin, end = function_lines(exercise, text)
    fresh = starters.starter(root, exercise.path)
    fresh_begin, fresh_end = function_lines(exercise, fresh)
    lines = text.split("\n")
    number = 1
    while (old := file.parent / f"{exercise.function}.{number}.txt").exists():
        number += 1
    replace(old, "\n".join([*lines[begin:end], ""]))
    lines[begin:end] = fresh.split("\n")[fresh_begin:fresh_end]
    replace(file, "\n".join(lines))
    return str(old.relative_to(root))


def solution(root, exercise):
    """A diff from the reader's function to the project's."""
    text = (root / exercise.reader).read_text()
    begin, end = function_lines(exercise, text)
    mine = [line for line in text.split("\n")[begin + 1:end] if not line.lstrip().startswith("///")]
    return list(difflib.unified_diff(mine, exercise.lines, exercise.reader, exercise.path, lineterm="", n=100))


def read_hints(root, exercise):
    """The hints for an exercise, from tests/CHAPTER/exercises/hints.md: a question, the step, the shapes."""
    chapter = exercise.path.split("/")[1]
    file = root / "tests" / chapter / "exercises" / "hints.md"
    text = file.read_text() if file.exists() else ""
    section = re.search(rf"^## {re.escape(exercise.name)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    return [" ".join(hint.split()) for hint in re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", section[1] if section else "", re.M | re.S)]


def hint(root, exercise, progress):
    """The next hint; after the last one, all of them again."""
    hints = read_hints(root, exercise)
    record = progress.of(exercise)
    if record.hints >= len(hints):
        return "\n\n".join(f"{i}. {text}" for i, text in enumerate(hints, 1)) or f"There is no hint for {exercise.name}."
    record.hints += 1
    progress.save()
    more = len(hints) - record.hints
    return f"{record.hints}. {hints[record.hints - 1]}" + f"\n\n({more} more: ./learn hint {exercise.number})" * bool(more)


def findings(root):
    """What is wrong with the exercises: marks, numbers that are missing or twice, tests or hints that are missing."""
    try:
        exercises = starters.all_exercises(root)
    except ValueError as problem:
        yield str(problem)
        return
    for chapter in dict.fromkeys(e.chapter for e in exercises):
        numbers = [e.place for e in exercises if e.chapter == chapter]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"chapters: the exercises of chapter {chapter} are numbered {', '.join(map(str, numbers))}"
    for e in exercises:
        tests = root / e.path.replace("chapters/", "tests/", 1)
        tests = tests.parent / "exercises" / tests.name
        if not tests.exists() or f'TEST_CASE("{e.name}")' not in tests.read_text():
            yield f'{e.path}:{e.begin}: {tests.relative_to(root)} has no TEST_CASE("{e.name}")'
        if len(read_hints(root, e)) != 3:
            yield f"{e.path}:{e.begin}: {tests.parent.relative_to(root)}/hints.md has not three hints below '## {e.name}'"
