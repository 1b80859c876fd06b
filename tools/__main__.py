"""What ./learn, CTest and contributors call: python3 tools COMMAND (see --help)."""
import argparse
import datetime
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import break_it
import build_times
import clang_format
import exercises
import few_images
import fuzz
import includes
import links
import mine
import mutations
import output
import predict
import proof
import quotes
import reductions
import starters
import suite
import verdict_times
import verdicts
from project import ROOT, Skipped

CHECKS = {"includes": includes, "reductions": reductions, "links": links, "quotes": quotes, "format": clang_format,
          "mutations": mutations, "exercises": exercises}


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


def make_starter(options):
    """Writes the starter of a source of a chapter."""
    write(options.target, starters.starter(ROOT, options.source))


def fill_in(options):
    """Writes a copy of a reader's file in which what is not written yet comes from the project."""
    reader = Path(options.reader)
    shown = str(reader.relative_to(ROOT)) if reader.is_relative_to(ROOT) else str(reader)
    try:
        write(options.target, starters.filled_in(reader.read_text(), shown, (ROOT / options.source).read_text(), options.source))
    except ValueError as problem:
        sys.exit(str(problem))


def start(options):
    """Puts the starters of a chapter, or of all, into my/, and builds what their verdicts need."""
    everything = starters.all_exercises(ROOT)
    chosen = chosen_exercises(options.words, everything) or everything
    written, left = exercises.start(ROOT, chosen)
    for path in written:
        print(f"wrote {path}")
    for path in left:
        print(f"left {path} alone: it was there")
    print("Building what the verdicts need ...", flush=True)
    targets = sorted({f"check_{e.target}" for e in chosen})
    subprocess.run(["cmake", ROOT / "build/release"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", ROOT / "build/release", "--target", *targets], check=False, stdout=subprocess.DEVNULL)
    so_far = exercises.Progress(ROOT)
    following = so_far.next(chosen)
    if following:
        if options.words:  # who names a chapter goes on there
            so_far.last = following.name
            so_far.save()
        print(f"Next: write {following.name} in {following.reader}, then ./learn check {following.number}")


def chosen_exercises(words, everything):
    """The exercises of these words; raises SystemExit for what is none."""
    try:
        return [e for word in words for e in exercises.named(everything, word)]
    except ValueError as problem:
        sys.exit(f"learn: {problem}")


def one_exercise(options, everything):
    """The exercise that is named, or the next one that is not done."""
    if options.word:
        return chosen_exercises([options.word], everything)[0]
    return exercises.Progress(ROOT).next(everything) or everything[-1]


def verdict(options):
    """Judges what the reader wrote."""
    everything = starters.all_exercises(ROOT)
    chosen = chosen_exercises(options.words, everything) or [one_exercise(argparse.Namespace(word=""), everything)]
    return not verdicts.check(chosen, everything)


def watch(options):
    everything = starters.all_exercises(ROOT)
    try:
        verdicts.watch(one_exercise(options, everything), everything)
    except KeyboardInterrupt:
        print()


def hint(options):
    everything = starters.all_exercises(ROOT)
    print(exercises.hint(ROOT, one_exercise(options, everything), exercises.Progress(ROOT)))


def solution(options):
    exercise = one_exercise(options, starters.all_exercises(ROOT))
    try:
        print(*exercises.solution(ROOT, exercise), sep="\n")
    except FileNotFoundError:
        print(*exercise.lines, sep="\n")
    except ValueError as problem:
        sys.exit(f"learn: {problem}")


def reset(options):
    exercise = one_exercise(options, starters.all_exercises(ROOT))
    try:
        old = exercises.reset(ROOT, exercise)
    except (ValueError, OSError) as problem:
        sys.exit(f"learn: {problem}")
    print(f"{exercise.name} is as it was in the beginning; what stood there is in {old}")


def list_exercises(_):
    everything = starters.all_exercises(ROOT)
    print(*exercises.listing(ROOT, everything, exercises.Progress(ROOT)), sep="\n")


def progress(_):
    """How far the reader is, in a line."""
    everything = starters.all_exercises(ROOT)
    so_far = exercises.Progress(ROOT)
    done, following = sum(so_far.of(e).done for e in everything), so_far.next(everything)
    print(f"Exercises: {done} of {len(everything)} done" + (f"; next: {following.name}, in {following.reader}" if following else ""))


def run_mine(options):
    return mine.run(options.chapter, arguments_of(options), starters.all_exercises(ROOT))


def run_predict(options):
    predict.run(options.chapter, arguments_of(options))


def arguments_of(options):
    """What stands behind -- for the program."""
    return options.arguments[1:] if options.arguments[:1] == ["--"] else options.arguments


def prove(options):
    return not proof.prove(starters.all_exercises(ROOT), options.preset, options.update)


def write(target, text):
    """Writes a file, in a folder that may not be there yet."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(text)


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


def fuzz_targets(options):
    """Runs the fuzz targets."""
    try:
        return not fuzz.run(ROOT, options.names, fuzz.limits(options.runs, options.seconds), options.jobs)
    except ValueError as problem:
        sys.exit(f"fuzz: {problem}")


def compare_few_images(options):
    """The table of docs/08_pretrained.md."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            few_images.run(ROOT, options.data, options.held_back, options.config, options.seeds, scratch)
    except (OSError, RuntimeError, ValueError) as problem:
        sys.exit(f"few-images: {problem}")


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

    fuzzing = commands.add_parser("fuzz", help="feed the readers of files with inputs that nobody thought of (needs clang)")
    fuzzing.add_argument("names", nargs="*", metavar="NAME", help="targets of tests/fuzz; all without")
    fuzzing.add_argument("--jobs", type=int, metavar="N", default=1, help="how many run at the same time (default: 1)")
    fuzzing.add_argument("--seconds", type=int, metavar="N", help="how long each target runs (without --runs: 10)")
    fuzzing.add_argument("--runs", type=int, metavar="N", help="on how many inputs; with --seconds, whichever comes first")
    fuzzing.set_defaults(run=fuzz_targets)

    comparing_few = commands.add_parser("few-images", help="borrowed weights against none, with 1, 5 and 20 images of a class")
    comparing_few.add_argument("--data", default=ROOT / "data/fashion-mnist", help="a folder of IDX files (default: data/fashion-mnist)")
    comparing_few.add_argument("--held-back", type=int, nargs="+", metavar="LABEL", default=[2, 6, 7],
                               help="the classes that the weights have not seen (default: 2 6 7, pullover, shirt and sneaker)")
    comparing_few.add_argument("--config", default=ROOT / "docs/recipes/fashion_mnist/config.json",
                               help="the model and how it learns the other classes (default: the recipe for Fashion-MNIST)")
    comparing_few.add_argument("--seeds", type=int, default=5, metavar="N", help="choices of the few images (default: 5)")
    comparing_few.set_defaults(run=compare_few_images)

    starting = commands.add_parser("starter", help="write a chapter's source as readers get it")
    starting.add_argument("source", help="chapters/NN_name/FILE.cpp")
    starting.add_argument("target")
    starting.set_defaults(run=make_starter)

    filling = commands.add_parser("fill-in", help="fill in what a reader's file lacks, so that it can be built")
    filling.add_argument("reader")
    filling.add_argument("source", help="chapters/NN_name/FILE.cpp")
    filling.add_argument("target")
    filling.set_defaults(run=fill_in)

    for name, run, text in (("start", start, "put starters into my/"), ("verdict", verdict, "judge what the reader wrote")):
        command = commands.add_parser(name, help=text)
        command.add_argument("words", nargs="*", metavar="EXERCISE", help="3, 3.1, a function's name or a file in my/")
        command.set_defaults(run=run)
    for name, run, text in (("watch", watch, "judge again at every save"), ("hint", hint, "the next hint"),
                            ("solution", solution, "how the project does it"), ("reset", reset, "put a starter back")):
        command = commands.add_parser(name, help=text)
        command.add_argument("word", nargs="?", metavar="EXERCISE", help="3.1 or a function's name; without: the next")
        command.set_defaults(run=run)
    commands.add_parser("list", help="all exercises").set_defaults(run=list_exercises)
    commands.add_parser("progress", help="how far the reader is").set_defaults(run=progress)
    for name, run, text in (("mine", run_mine, "run a chapter on the reader's functions"),
                            ("predict", run_predict, "ask for each shape before it is shown")):
        command = commands.add_parser(name, help=text)
        command.add_argument("chapter", help="NN_name")
        command.add_argument("arguments", nargs=argparse.REMAINDER, help="-- and options of the program")
        command.set_defaults(run=run)
    commands.add_parser("compare", help="the reader's functions and the project's, tensor by tensor").set_defaults(
        run=lambda _: mine.compare(starters.all_exercises(ROOT)))
    commands.add_parser("verdict-times", help="how long a reader waits from saving to the verdict").set_defaults(
        run=lambda _: not verdict_times.run(starters.all_exercises(ROOT)))
    proving = commands.add_parser("prove", help="prove starters, solutions and wrong answers of the exercises")
    proving.add_argument("--preset", default="release")
    proving.add_argument("--update", action="store_true", help="write docs/mistakes.md anew")
    proving.set_defaults(run=prove)

    breaking = commands.add_parser("break", help="edit a line here and there in a copy, and hold what the tests say")
    breaking.add_argument("--update", action="store_true", help="write tests/*/break_it.txt anew")
    breaking.set_defaults(run=lambda options: not break_it.run(ROOT, options.update))

    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever reads the output may stop reading
    sys.exit(options.run(options))


if __name__ == "__main__":
    main()
