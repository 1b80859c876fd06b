"""What a program prints is what is committed in tests/NAME/output.txt.

Text must be the same. A number with decimals may differ by one in its last digit: processors and compilers round sums in
different orders. What comes out of a training differs in every digit, so of that only the words and the last line are
held: "test accuracy 0.9778 (352/360)" must be at least LEAST_ACCURACY.
"""
import difflib
import os
import re
import shutil
import subprocess

TRAINING = "07_training"  # the program that trains
LEAST_ACCURACY = 0.95

_NUMBER = re.compile(r"(\W*?)(-?\d+\.(\d+)(?:e([-+]?\d+))?)(\W*)")


def same_word(a, b):
    """Whether two words are equal, or numbers of one form that differ by at most one in the last digit."""
    if a == b:
        return True
    x, y = _NUMBER.fullmatch(a), _NUMBER.fullmatch(b)
    if not x or not y or (x[1], x[5]) != (y[1], y[5]) or len(x[3]) != len(y[3]) or (x[4] is None) != (y[4] is None):
        return False
    step = 10.0 ** (int(x[4] or 0) - len(x[3]))
    return abs(float(x[2]) - float(y[2])) <= 1.01 * step


def same_line(a, b):
    """Lines are the same if all words are; spaces count, unless a number has changed."""
    x, y = a.split(), b.split()
    return a == b or (x != y and len(x) == len(y) and all(map(same_word, x, y)))


def without_training(lines):
    """The lines from the first one on that tells of training without their numbers ("." in a table is a 0)."""
    hidden, training = [], False
    for line in lines:
        training = training or re.match(r"training|check: one batch", line) is not None
        if training:
            line = re.sub(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", "N", line)
            line = re.sub(r" +", " ", re.sub(r"(^| )\.", r"\1N", line))
        hidden.append(line)
    return hidden


def accuracy_problem(lines):
    """What is wrong with the last line of a training; None if it is good enough."""
    match = re.fullmatch(r"test accuracy (\d\.\d+) \(\d+/\d+\)", lines[-1] if lines else "")
    if not match:
        return "the last line is not 'test accuracy N (N/N)'"
    if float(match[1]) < LEAST_ACCURACY:
        return f"the test accuracy is {match[1]}; it must be at least {LEAST_ACCURACY}"
    return None


def differences(wanted, got):
    """A diff of two lists of lines; empty if they are the same up to rounding."""
    if len(wanted) == len(got) and all(map(same_line, wanted, got)):
        return []
    return list(difflib.unified_diff(wanted, got, "committed", "printed now", lineterm="", n=1))


def run(root, program, arguments, scratch):
    """The lines that a program prints in the empty folder `scratch`. Raises RuntimeError with what it said if it fails."""
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    os.symlink(root / "data", os.path.join(scratch, "data"))  # the programs look for data/ where they run
    ended = subprocess.run([program, *arguments], cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    if ended.returncode != 0:
        raise RuntimeError(f"{ended.stdout}{program} ended with code {ended.returncode}")
    return ended.stdout.splitlines()


def compare(root, name, got, write):
    """What is wrong with the lines that were printed, as text; writes them into the file instead, if told so."""
    file = root / "tests" / name / "output.txt"
    committed = file.read_text().splitlines() if file.exists() else []
    wanted, shown = (without_training(committed), without_training(got)) if name == TRAINING else (committed, got)
    problems = differences(wanted, shown)
    if problems and write:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(got) + "\n")
        problems = []
    elif problems:
        problems = [f"The program prints something else than tests/{name}/output.txt. If that is meant: python3 tools update",
                    *problems]
    if name == TRAINING and (problem := accuracy_problem(got)):
        problems.insert(0, problem)
    return problems
