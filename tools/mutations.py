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

SECONDS = 60  # an endless loop is a failure too


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


def findings(root):
    """What is wrong with the list: a line that has changed since, so that its mutation changes nothing any more."""
    try:
        read_all(root)
    except (ValueError, OSError) as problem:
        return [str(problem)]
    return []


def first_failure(ended):
    """The name of the test that found the mistake, or how else the program ended; empty if it passed."""
    if ended.returncode == 0:
        return ""
    named = re.search(r"^\S+:\d+: (.+)", ended.stdout, re.M)
    return named[1] if named else f"ended with code {ended.returncode}"


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
            shutil.copy2(source, target)
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

    def run_tests(self, group):
        """The first failing test of the group; empty if all pass."""
        for target in self.targets(group):
            try:
                ended = subprocess.run([self.build / "bin" / target, "-r=lines"], cwd=self.tree, text=True, timeout=SECONDS,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, errors="replace")
            except subprocess.TimeoutExpired:
                return f"no end within {SECONDS} s"
            if failure := first_failure(ended):
                return failure
        return ""

    def try_out(self, mutation):
        """The test that found it; empty if none did. Raises ValueError if it does not compile."""
        path = self.tree / mutation.file
        original = path.read_text()
        path.write_text(mutation.applied_to(original))
        try:
            if said := self.make(self.targets(mutation.group)):
                error = next((line for line in said.splitlines() if "error" in line), said)
                raise ValueError(f"{mutation.file}: '{mutation.after}' does not compile: {error}")
            return self.run_tests(mutation.group)
        finally:
            path.write_text(original)


def table(results):
    """The results as a page: (mutation, found by) in the order of the list."""
    lines = ["# Mutations, and the tests that find them", "",
             "Each row is one small mistake, put into the code by itself. The tests of its own chapter must fail; the last column "
             "names the first that did. `./learn mutate` makes this table; [CONTRIBUTING](../../CONTRIBUTING.md) says more.", "",
             count(results)]
    group = ""
    for mutation, found in results:
        if mutation.group != group:
            group = mutation.group
            lines += ["", f"## {group}", "", "| file | mistake | found by |", "|---|---|---|"]
        name = mutation.file.rsplit("/", 1)[1]
        lines.append(f"| {name} | {mutation.what} | {found if not mutation.proof else 'equal: ' + mutation.proof} |")
    return "\n".join(lines) + "\n"


def count(results):
    """The last line of a run."""
    equal = sum(bool(mutation.proof) for mutation, _ in results)
    caught = sum(bool(found) for mutation, found in results if not mutation.proof)
    survived = len(results) - equal - caught
    return f"mutations: {len(results)} applied, {caught} caught, {equal} proven equal, {survived} survived"


def run(root, mutations):
    """Tries all out, group by group, and prints a line for each. Returns (mutation, found by); raises SystemExit where the
    list or the tests are broken before anything is changed."""
    copy, results, group = Copy(root), [], ""
    copy.prepare()
    for mutation in mutations:
        if mutation.group != group:
            group = mutation.group
            if problem := copy.make(copy.targets(group)) or copy.run_tests(group):
                raise SystemExit(f"mutate: the tests of {group} fail without any mutation: {problem}")
        found = copy.try_out(mutation)
        results.append((mutation, found))
        wrong = bool(found) == bool(mutation.proof)
        print(f"{'SURVIVED' if wrong else 'ok':9} {mutation.file}: {mutation.what}  [{found or 'all tests pass'}]", flush=True)
    return results
