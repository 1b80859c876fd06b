"""What ./learn, CTest and contributors call: python3 tools COMMAND (see --help)."""
import argparse
import datetime
import os
import random
import subprocess
import sys

import build_times
import clang_format
import includes
import links
import mutations
import output
import quotes
import reductions
import suite
from project import ROOT, Skipped

CHECKS = {"includes": includes, "reductions": reductions, "links": links, "quotes": quotes, "format": clang_format,
          "mutations": mutations}


def check(options):
    """Says what is wrong, one line for each finding. The code is 77 if the only check cannot be made here."""
    if unknown := [name for name in options.names if name not in CHECKS]:
        sys.exit(f"check: there is no check '{unknown[0]}'; there are {', '.join(CHECKS)}")
    found = []
    for name in options.names or CHECKS:
        try:
            found += CHECKS[name].findings(ROOT)
        except Skipped as reason:
            print(reason)
            if options.names == [name]:
                return 77
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


def update(options):
    """Records what the programs print, then writes outputs, listings and the chapters' table into the texts."""
    if not options.texts:
        command = ["ctest", "--preset", "release", "-R", "^output_"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "VIT_UPDATE_OUTPUT": "1"}, stdout=subprocess.DEVNULL, check=True)
    for path in quotes.update(ROOT):
        print(f"wrote {path}")
    left = list(quotes.findings(ROOT))
    print(*left, sep="\n", end="\n" if left else "")
    return bool(left)


def compare_output(options):
    """Runs a program and compares what it prints with the file that is committed."""
    try:
        got = output.run(ROOT, options.program, options.arguments, options.scratch)
    except RuntimeError as failure:
        print(failure)
        return True
    problems = output.compare(ROOT, options.name, got, os.environ.get("VIT_UPDATE_OUTPUT") == "1")
    print(*problems, sep="\n")
    return bool(problems)


def test(options):
    """Builds and tests chapter by chapter."""
    groups = suite.groups_named(options.chapters)
    return not suite.Suite(options.preset, not options.built, options.only, options.without).run(groups)


def mutate(options):
    """Puts mistakes into a copy of the code, one at a time, and runs the tests of their chapter."""
    try:
        groups = mutations.read_all(ROOT)
        chosen = mutations.chosen(groups, options.words)
    except (ValueError, OSError) as problem:
        sys.exit(f"mutate: {problem}")
    if options.sample:
        places = random.Random(options.seed).sample(range(len(chosen)), min(options.sample, len(chosen)))
        chosen = [chosen[place] for place in sorted(places)]
    results = []
    for result in mutations.run(ROOT, chosen):
        results.append(result)
        if not options.sample:
            mutations.record(ROOT, groups, [result])
    print(mutations.count(results))
    return not all(mutations.is_well(*result) for result in results)


def main():
    parser = argparse.ArgumentParser(prog="python3 tools", description="Checks and generated texts of the project.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    checking = commands.add_parser("check", help="check sources and texts")
    checking.add_argument("names", nargs="*", metavar="CHECK", help=f"some of {', '.join(CHECKS)}; all without")
    checking.set_defaults(run=check)

    updating = commands.add_parser("update", help="write outputs, listings and the table of chapters anew")
    updating.add_argument("--texts", action="store_true", help="only the texts, from the outputs that are recorded")
    updating.set_defaults(run=update)

    comparing = commands.add_parser("output", help="compare what a program prints with tests/NAME/output.txt")
    comparing.add_argument("name")
    comparing.add_argument("scratch", help="the folder to run in; it is emptied first")
    comparing.add_argument("program")
    comparing.add_argument("arguments", nargs=argparse.REMAINDER)
    comparing.set_defaults(run=compare_output)

    testing = commands.add_parser("test", help="build and test chapter by chapter, up to the first that fails")
    testing.add_argument("chapters", nargs="*", metavar="CHAPTER", help="3, 03_attention or common; all without")
    testing.add_argument("--preset", default="release")
    testing.add_argument("--built", action="store_true", help="do not build")
    testing.add_argument("--only", metavar="REGEX", help="only the tests with these names")
    testing.add_argument("--without", metavar="LABEL", action="append", default=[], help="leave out the tests with this label")
    testing.set_defaults(run=test)

    timing = commands.add_parser("build-times", help="how long building and testing takes, against a reference")
    timing.set_defaults(run=lambda _: not build_times.run())

    mutating = commands.add_parser("mutate", help="put mistakes into a copy of the code and see that the tests find them")
    mutating.add_argument("words", nargs="*", metavar="WORD",
                          help="3, 03_attention or common, or a word in a file's name or in what is wrong; all without")
    mutating.add_argument("--sample", type=int, metavar="N", help="only N of them, others every day")
    mutating.add_argument("--seed", default=str(datetime.date.today()), help="names the sample (default: the date)")
    mutating.set_defaults(run=mutate)

    options = parser.parse_args()
    sys.exit(options.run(options))


if __name__ == "__main__":
    main()
