"""One-line edits of the chapters, and what the tests then say: tests/NN_name/break_it.txt, which the pages quote.

Each edit is a paragraph: a file, a line of it, and what becomes of the line. What stands below is what `./learn test NN`
says. All happens in a copy of the project, in build/mutations.

    chapters/03_attention/softmax.cpp
    - share *= 1 / sum;
    + share *= 1;

    tests/03_attention/softmax_test.cpp:31: the shares of a row are positive and sum to 1
        ...
"""
import re
import subprocess
from dataclasses import dataclass

from failures import excerpt
from mutations import SECONDS, Copy, Mutation

EDIT = re.compile(r"^(chapters/(\w+)/\S+)\n- (.+)\n\+ (.+)$", re.M)


@dataclass
class Edit:
    file: str
    group: str
    before: str
    after: str

    def __str__(self):
        return f"{self.file}\n- {self.before}\n+ {self.after}"


def read(text):
    """The edits of a file."""
    return [Edit(found[1], found[2], found[3], found[4]) for found in EDIT.finditer(text)]


def said(copy, edit):
    """What the tests of the chapter say of an edit. Raises ValueError if it does not compile or nothing fails."""
    path = copy.tree / edit.file
    original = path.read_text()
    path.write_text(Mutation(edit.group, edit.file, edit.before, edit.after, "").applied_to(original))
    try:
        target = f"test_{edit.group}_double"
        if errors := copy.make([target]):
            first = next((line for line in errors.split("\n") if "error" in line), "no error is named")
            raise ValueError(f"{edit.file}: '{edit.after}' does not compile: {first}")
        ended = subprocess.run([copy.build / "bin" / target, "-r=lines"], cwd=copy.tree, text=True, timeout=SECONDS,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, errors="replace")
        if ended.returncode == 0:
            raise ValueError(f"{edit.file}: no test fails with '{edit.after}'")
        return excerpt(copy.tree, [(f"{edit.group}_double", ended.stdout)])
    finally:
        path.write_text(original)


def page(copy, edits):
    """The file as it should be."""
    return "\n\n".join(f"{edit}\n\n{said(copy, edit)}" for edit in edits) + "\n"


def alike(a, b):
    """The same but for rounding: the digits of a number with a point do not matter, nor which of many wrong gradients is said
    to be the worst."""
    def without(text):
        return re.sub(r"[\w.]+\([\d, ]+\)(?=: analytic)|-?\d+\.\d+(e[-+]\d+)?", "#", text)
    return without(a) == without(b)


def files(root):
    return sorted((root / "tests").glob("[0-9][0-9]_*/break_it.txt"))


def run(root, update):
    """Whether every file is as it should be; writes them where it is told to."""
    copy = Copy(root)
    copy.prepare()
    right = True
    for file in files(root):
        old = file.read_text()
        try:
            new = page(copy, read(old))
        except ValueError as problem:
            print(f"{file.relative_to(root)}: {problem}")
            right = False
            continue
        if alike(new, old):
            continue
        if update:
            file.write_text(new)
            print(f"wrote {file.relative_to(root)}")
        else:
            print(f"{file.relative_to(root)}: stale; run python3 tools break --update")
            right = False
    return right
