"""Mutations: small mistakes put into the code, one at a time, to see that the tests of its own chapter find each.

tests/mutations/NAME.txt lists those of one chapter, or of common. A file, and below it what becomes of one of its lines:

    file: chapters/03_attention/softmax.cpp

    - share /= sum
    + share /= 1
    the shares do not sum to 1

The first line must stand in the file exactly once, and may be a part of a line. A line "equal: ..." at the end proves that
nothing changes; the tests must then pass. All happens in a copy of the project, in build/mutations.
"""
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120  # an endless loop is a failure too


@dataclass
class Mutation:
    """One mistake: `before` becomes `after` in `file`."""
    group: str
    file: str
    before: str
    after: str
    what: str
    proof: str = ""

    def applied_to(self, text):
        """Raises ValueError unless `before` stands there exactly once."""
        if (times := text.count(self.before)) != 1:
            raise ValueError(f"{self.file}: '{self.before}' stands there {times} times, not once")
        return text.replace(self.before, self.after)


def read_list(group, text):
    """The mutations of one file of the list. Raises ValueError for what is not of its form."""
    mutations, file = [], None
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.split("\n") if not line.startswith("# ")]
        if len(lines) == 1 and lines[0].startswith("file: "):
            file = lines[0].removeprefix("file: ")
        elif len(lines) in (3, 4) and file and lines[0].startswith("- ") and lines[1][:2].strip() == "+":
            proof = lines[3].removeprefix("equal: ") if len(lines) == 4 else ""
            mutations.append(Mutation(group, file, lines[0][2:], lines[1][2:], lines[2], proof))
        elif lines:
            raise ValueError(f"tests/mutations/{group}.txt: not 'file: NAME', and not '- ...', '+ ...' and what is wrong:\n{block}")
    return mutations


def read_all(root):
    """All mutations by group, each checked against the file that it changes."""
    groups = {}
    for path in sorted((root / "tests/mutations").glob("*.txt")):
        groups[path.stem] = read_list(path.stem, path.read_text())
        for mutation in groups[path.stem]:
            mutation.applied_to((root / mutation.file).read_text())
    return groups


def chosen(groups, words):
    """The mutations of these chapters (3, 03, 03_attention, common), and those with a word in their file or in what is wrong;
    all without words. Raises ValueError if there are none."""
    def fits(mutation, word):
        if word.isdigit():
            return mutation.group.startswith(f"{int(word):02}_")
        return word == mutation.group or word in mutation.file or word in mutation.what
    found = [m for mutations in groups.values() for m in mutations if not words or any(fits(m, word) for word in words)]
    if not found:
        raise ValueError(f"there is no mutation of '{' '.join(words)}'; there are lists of {', '.join(groups)}")
    return found


def findings(root):
    """What is wrong with the list: a line that has changed since, so that its mutation changes nothing any more."""
    try:
        read_all(root)
    except (ValueError, OSError) as problem:
        return [str(problem)]
    return []


def first_failure(ended):
    """The file and name of the test that found the mistake, or how else the program ended; empty if it passed."""
    if ended.returncode == 0:
        return ""
    named = re.search(r"^(?:\S+/)?(\w+\.cpp):\d+: (.+?)(?: \(tests/\S+:\d+\))?$", ended.stdout, re.M)
    return f"{named[1]}: {named[2]}" if named else f"ended with code {ended.returncode}"


class Copy:
    """A copy of the project in which mutations are tried."""

    def __init__(self, root):
        self.root, self.tree, self.build = root, root / "build/mutations/tree", root / "build/mutations/build"

    def prepare(self):
        """Brings the copy up to date and configures it; unchanged files keep their time, so that little is built."""
        files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=self.root, text=True, check=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        for name in files:
            source, target = self.root / name, self.tree / name
            if not source.is_file() or (target.exists() and target.read_bytes() == source.read_bytes()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())  # with the time of now: what was built of the old text is out of date
        for target in self.tree.rglob("*"):
            if target.is_file() and not (self.root / target.relative_to(self.tree)).is_file():
                target.unlink()
        self.configure()

    def configure(self):
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        subprocess.run(["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", *launcher],
                       check=True, stdout=subprocess.DEVNULL)

    def make(self, targets):
        """What the compiler said if it failed; else nothing."""
        ended = subprocess.run(["cmake", "--build", self.build, "--target", *targets], text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False)
        return ended.stdout if ended.returncode else ""

    def targets(self, group):
        """The test programs of a group: in common, float has products of its own."""
        return [f"test_{group}_double", *(["test_common_float"] if group == "common" else [])]

    def tested(self, group, file=None):
        """Builds and runs the tests of the group, those of this file before the others: the first that fails, with its file;
        empty if all pass. Raises ValueError if something does not compile."""
        for target in self.targets(group):
            if said := self.make([target]):
                raise ValueError(next((line for line in said.splitlines() if "error" in line), said))
            for choice in [[f"-sf=*/{Path(file).stem}_test.cpp"], []] if file else [[]]:
                if failure := self.run_program(target, choice):
                    return failure
        return ""

    def run_program(self, target, choice):
        """The first failing test of a program."""
        command = [self.build / "bin" / target, "-r=lines", "--abort-after=1", *choice]
        try:
            return first_failure(subprocess.run(command, cwd=self.tree, text=True, timeout=SECONDS, stdout=subprocess.PIPE,
                                                stderr=subprocess.STDOUT, check=False, errors="replace"))
        except subprocess.TimeoutExpired:
            return f"no end within {SECONDS} s"

    def try_out(self, mutation):
        """The test that found it; empty if none did; None if it does not compile."""
        path = self.tree / mutation.file
        original = path.read_text()
        path.write_text(mutation.applied_to(original))
        try:
            return self.tested(mutation.group, mutation.file)
        except ValueError as error:
            print(error)
            return None
        finally:
            path.write_text(original)


TABLE = "tests/mutations/README.md"
HEAD = """# Mutations, and the tests that find them

Each row is one small mistake, put into the code by itself. The tests of its own chapter must fail; the last column names the first that did, those of the mistaken file before the others. `./learn mutate` makes this table; [CONTRIBUTING](../../CONTRIBUTING.md) says more.
"""


def table(groups, found):
    """The results as a page. `found` is (file, what is wrong) -> the test that found it; without, it was not tried yet."""
    lines, rows = [], []
    for group, mutations in groups.items():
        lines += ["", f"## {group}", "", "| file | mistake | found by |", "|---|---|---|"]
        for m in mutations:
            test = found.get((m.file, m.what), "not tried yet")
            rows.append((m, test))
            lines.append(f"| {m.file.split('/', 2)[2]} | {m.what} | {'equal: ' + m.proof if m.proof else test} |")
    return "\n".join([HEAD, count(rows), *lines]) + "\n"


def read_table(groups, text):
    """What `table` was told, of the mutations that are still in the lists."""
    found, names = {}, {(g, m.file.split("/", 2)[2], m.what): (m.file, m.what) for g, ms in groups.items() for m in ms}
    group = ""
    for line in text.split("\n"):
        if line.startswith("## "):
            group = line[3:]
        cells = line[2:-2].split(" | ")
        if len(cells) == 3 and (group, *cells[:2]) in names and cells[2] != "not tried yet":
            found[names[group, *cells[:2]]] = "" if cells[2].startswith("equal: ") else cells[2]
    return found


def record(root, groups, results):
    """Writes the table: what was tried now, and what the table says of the others."""
    path = root / TABLE
    found = read_table(groups, path.read_text()) if path.exists() else {}
    found |= {(mutation.file, mutation.what): test or "" for mutation, test in results}
    path.write_text(table(groups, found))


def is_well(mutation, test):
    """Was it found, or proven equal and not found? `test` is None if it does not compile."""
    return test is not None and bool(test) != bool(mutation.proof)


def count(results):
    """The last line of a run."""
    tried = [(mutation, test) for mutation, test in results if test != "not tried yet"]
    well = [mutation for mutation, test in tried if is_well(mutation, test)]
    equal = sum(bool(mutation.proof) for mutation in well)
    untried = len(results) - len(tried)
    return (f"mutations: {len(results)}, caught {len(well) - equal}, proven equal {equal}, survived {len(tried) - len(well)}"
            + f", not tried yet {untried}" * bool(untried))


def run(root, mutations):
    """Tries all out, group by group, prints a line for each, and yields (mutation, found by); raises SystemExit where the tests
    fail before anything is changed."""
    copy, group = Copy(root), ""
    copy.prepare()
    for number, mutation in enumerate(mutations, 1):
        if mutation.group != group:
            group = mutation.group
            try:
                problem = copy.tested(group)
            except ValueError as error:
                problem = error
            if problem:
                raise SystemExit(f"mutate: the tests of {group} fail without any mutation: {problem}")
        test = copy.try_out(mutation)
        said = "does not compile" if test is None else test or "all tests pass"
        print(f"{number}/{len(mutations)} {'ok' if is_well(mutation, test) else 'SURVIVED':9} {mutation.file}: "
              f"{mutation.what}  [{said}]", flush=True)
        yield mutation, test
