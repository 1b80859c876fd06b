"""Builds and runs the tests from the ground up: common, each chapter, then the rest. Stops at the first that fails."""
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree
from dataclasses import dataclass

from failures import excerpt
from project import ROOT, chapter_names

REST = "programs and texts"


@dataclass
class Outcome:
    """What the tests of one group said; `failures` are (test, what it printed)."""
    passed: int
    failures: list
    skipped: int = 0

    def __str__(self):
        failed, skipped = len(self.failures), self.skipped
        return f"{self.passed:3} passed" + f", {failed} failed" * bool(failed) + f", {skipped} skipped" * bool(skipped)


class Suite:
    """The tests of a preset; all that they print goes into build/PRESET/test-log.txt."""

    def __init__(self, preset, build, only, without):
        self.preset, self.build, self.only, self.without = preset, build, only, without
        self.folder = ROOT / "build" / preset
        self.log = self.folder / "test-log.txt"
        self.log.write_text("")
        self.cores = str(os.cpu_count())

    def run(self, groups):
        """Whether all passed. The last line printed is "N passed, N failed"."""
        passed = failed = 0
        for group in groups:
            start = time.monotonic()
            outcome = self._outcome_of(group)
            passed, failed = passed + outcome.passed, failed + len(outcome.failures)
            print(f"{group:30}{str(outcome):32}{time.monotonic() - start:7.1f} s", flush=True)
            if outcome.failures:
                print(f"\n{excerpt(ROOT, outcome.failures)}\n\nEverything that the tests said: {self.log.relative_to(ROOT)}")
                break
        print(f"{passed} passed, {failed} failed")
        return failed == 0

    def _outcome_of(self, group):
        if self.build and (errors := self._build(group)):
            return Outcome(0, [("build", errors)])
        return self._test(group)

    def _build(self, group):
        """What the compiler said, if it failed."""
        command = ["cmake", "--build", "--preset", self.preset, "--target", "all" if group == REST else f"tests_of_{group}"]
        said = []
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as building:
            for line in building.stdout:
                if progress := re.match(r"\[(\d+/\d+)\] ", line):
                    self._show(f"{group:30}building {progress[1]}")
                else:
                    said.append(line)
        self._show("")
        if building.returncode == 0:
            return None
        self._write("".join(said))
        return first_error(said)

    def _test(self, group):
        folders = all_groups()[:-1]
        left_out = [*(folders if group == REST else []), *self.without]  # what belongs to no folder has no label of one
        choice = ["-R", f"^({self.only})$"] if self.only else []
        choice += ["-L", f"^{group}$"] if group != REST else []
        choice += ["-LE", f"^({'|'.join(left_out)})$"] if left_out else []
        results = self.folder / "test-results.xml"
        results.unlink(missing_ok=True)
        self._show(f"{group:30}testing")
        ended = subprocess.run(["ctest", "--preset", self.preset, "-j", self.cores, "--output-junit", results, *choice],
                               cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self._show("")
        self._write(ended.stdout)
        outcome = read_results(results.read_text()) if results.exists() else Outcome(0, [])
        if str(outcome) == str(Outcome(0, [])):
            outcome.failures.append(("ctest", ended.stdout))  # it ran nothing, and says why
        return outcome

    @staticmethod
    def _show(text):
        """Puts a text into the last line of a terminal, for the moment."""
        if sys.stdout.isatty():
            print(f"\r{text}\033[K", end="", flush=True)

    def _write(self, text):
        with self.log.open("a") as log:
            log.write(text)


def all_groups():
    return ["common", *chapter_names(ROOT), REST]


def first_error(said):
    """What the compiler said of the first file with an error, from that error on; without one, everything."""
    begin = next((i for i, line in enumerate(said) if "error: " in line), 0)
    end = next((i for i in range(begin + 1, len(said)) if said[i].startswith("FAILED: ")), len(said))
    return re.sub(r"^\S*?(?=(chapters|common|tests)/)", "", "".join(said[begin:end]), flags=re.M)


def read_results(text):
    """The outcome that CTest wrote as JUnit's XML."""
    outcome = Outcome(0, [])
    for test in xml.etree.ElementTree.fromstring(text).iter("testcase"):
        skipped = test.find("skipped")  # also written where the program of a test is missing
        if test.get("status") == "run":
            outcome.passed += 1
        elif skipped is not None and skipped.get("message", "").startswith("SKIP_"):
            outcome.skipped += 1
        else:
            outcome.failures.append((test.get("name"), test.findtext("system-out") or ""))
    return outcome


def groups_named(words):
    """3, 03 or 03_attention -> 03_attention; all groups without words. Raises SystemExit for what is no group."""
    names = all_groups()[:-1]
    chosen = []
    for word in words:
        found = [name for name in names if word in (name, name[:2]) or (word.isdigit() and name[:2] == f"{int(word):02}")]
        if not found:
            sys.exit(f"test: there is no chapter '{word}'; there are {', '.join(names)}")
        chosen += found
    return chosen or all_groups()
