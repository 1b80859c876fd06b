"""The verdict on a reader's function: is it written, does it compile, is it right?"""
import os
import re
import select
import subprocess
import sys
import time

import compiler_errors
import starters
from exercises import Progress, state
from project import ROOT

BUILD = ROOT / "build/release"
LOG = "build/release/check-log.txt"
SECONDS = 60  # all exercises of a file; each stops itself long before


def build(exercise):
    """What the compiler said if it failed; else nothing."""
    command = ["cmake", "--build", BUILD, "--target", f"check_{exercise.target}"]
    ended = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                           errors="replace")
    if ended.returncode == 0:
        return ""
    (ROOT / LOG).write_text(ended.stdout)
    return ended.stdout


def compile_errors(exercise, said):
    """The errors that the reader's lines lead to, at most three, each with its line; or what the linker misses."""
    if shown := compiler_errors.of_reader(ROOT, said, re.escape(exercise.reader)):
        return shown
    lines = said.split("\n")
    if re.search(r"multiple definition|undefined reference", said):
        return [f"The linker misses a function: {exercise.reader} must define every function that the starter had.",
                f"./learn reset {exercise.number} puts {exercise.function} back, and keeps what stands there now."]
    errors = [line for line in lines if "error" in line]
    return errors[:3] or lines[:5]


def judge(exercise, progress):
    """(is it right?, the text of the verdict)."""
    file = ROOT / exercise.reader
    progress.last = exercise.name
    if not file.exists():
        return False, f"{exercise.name}: not started\n\n./learn start {exercise.chapter} puts {exercise.reader} there."
    record = progress.of(exercise)
    if exercise.name in starters.not_written(file.read_text()):
        record.done = False
        return False, f"{exercise.name}: not started\n\nWrite it in {exercise.reader}, in place of the line throw NotDone(...)."
    record.checks += 1
    if said := build(exercise):
        record.done = False
        shown = "\n".join(compile_errors(exercise, said))
        return False, f"{exercise.name}: does not compile\n\n{shown}\n\nAll that the compiler said: {LOG}"
    record.done, text = run(exercise)
    return record.done, text


def run(exercise):
    colours = ["--force-colors=true"] if sys.stdout.isatty() else []
    command = [BUILD / "bin" / f"check_{exercise.target}", f"--test-case={exercise.name}", *colours]
    try:
        ended = subprocess.run(command, cwd=ROOT, text=True, timeout=SECONDS, capture_output=True, check=False, errors="replace")
    except subprocess.TimeoutExpired:
        return False, f"{exercise.name}: does not end"
    if exercise.name not in ended.stdout:
        return False, f"{exercise.name}: crashed (code {ended.returncode})\n\n{ended.stdout.strip()}\n{last_words(ended.stderr)}".strip()
    return ended.returncode == 0, f"{ended.stdout.strip()}\n\n{last_words(ended.stderr)}".strip()


def last_words(said):
    """What the libraries said before they stopped the program, in plain words."""
    words = []
    for line in filter(None, map(str.strip, said.split("\n"))):
        if "/c++/" in line and (failed := re.search(r"Assertion '(.*)' failed", line)):
            kind = re.search(r"std::(vector|array|span|optional|basic_string)", line)
            line = f"A check of std::{kind[1] if kind else ''} failed: {failed[1]}".replace("std:: ", "the standard library ")
        elif re.match(r"(malloc|free|realloc|munmap_chunk|corrupted|double free)", line):
            line = f"The memory is damaged ({line}): something was written beyond the end of a tensor or a list."
        words.append(line)
    return "\n".join(dict.fromkeys(words))


def check(chosen, exercises):
    """Prints the verdicts of several exercises: a line for each, up to the first that is not right."""
    progress = Progress(ROOT)
    try:
        for exercise in chosen:
            right, text = judge(exercise, progress)
            print(text, flush=True)
            if not right:
                return False
    finally:
        progress.save()
    following = progress.next(exercises, after=chosen[-1])
    print(f"\nNext: {following.name}, in {following.reader}" if following else "\nAll exercises are done: ./learn train --mine")
    return True


def watch(exercise, exercises):
    """Judges an exercise whenever its file is saved, and goes on to the next when the reader presses Enter."""
    seen = None
    while exercise:
        file = ROOT / exercise.reader
        now = file.stat().st_mtime_ns if file.exists() else 0
        if now != seen:
            seen = now
            if sys.stdout.isatty():
                print("\033[2J\033[H", end="")
            print(f"{exercise.name}: building ...", flush=True)
            progress = Progress(ROOT)
            right, text = judge(exercise, progress)
            progress.save()
            if sys.stdout.isatty():
                print("\033[1A\033[K", end="")
            print(text)
            print("\nEnter: the next exercise" if right else f"\nWaiting for {exercise.reader} to be saved; Ctrl-C ends it", flush=True)
        if select.select([sys.stdin], [], [], 0.05)[0]:
            if not sys.stdin.readline():
                return
            if Progress(ROOT).of(exercise).done:
                exercise, seen = Progress(ROOT).next(exercises, after=exercise), None
    print("All exercises are done: ./learn train --mine")


def whose(exercises):
    """Two lines: which functions of the chapters are the reader's, and which come from the project; nothing without a file
    of the reader's."""
    progress = Progress(ROOT)
    begun = {e.name: (ROOT / e.reader).exists() and state(ROOT, e, progress) != "not started"
             for e in exercises if e.chapter.isdigit()}
    if not any((ROOT / e.reader).exists() for e in exercises):
        return []
    mine, others = [name for name, is_mine in begun.items() if is_mine], [name for name, is_mine in begun.items() if not is_mine]
    return [f"yours: {', '.join(mine) or 'nothing yet'}", f"from the project: {', '.join(others) or 'nothing'}"]
