"""How long a reader waits from saving a file to the verdict: one exercise after the other, on a copy of the project's own
answers, so that nobody's work in my/ is touched."""
import os
import statistics
import subprocess
import time

from project import ROOT

BUILD = ROOT / "build/release"
MEDIAN, WORST = 1.0, 2.5  # seconds, on two idle cores
COMPILES = {**os.environ, "CCACHE_DISABLE": "1"}  # what a reader saves has not been compiled before


def seconds_of(exercise):
    """Saves, builds and runs as ./learn check does."""
    name = f"starter_{exercise.target}"
    saved = BUILD / "tests/exercises/starters" / exercise.path.removeprefix("chapters/")
    begin = time.monotonic()
    os.utime(saved)
    subprocess.run(["python3", "tools", "list"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # what the tool itself takes
    subprocess.run(["cmake", "--build", BUILD, "--target", name], cwd=ROOT, env=COMPILES, stdout=subprocess.DEVNULL, check=True)
    subprocess.run([BUILD / "bin" / name, f"--test-case={exercise.name}"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    return time.monotonic() - begin


def run(exercises):
    """Prints the times; is the median short enough, and the worst?"""
    subprocess.run(["cmake", "--build", BUILD, "--target", "starters"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    times = {}
    for exercise in exercises:
        times[exercise.name] = seconds_of(exercise)
        print(f"{exercise.name:32} {times[exercise.name]:5.2f} s", flush=True)
    worst = max(times, key=times.get)
    print(f"from save to verdict: median {statistics.median(times.values()):.2f} s, worst {times[worst]:.2f} s ({worst})")
    return statistics.median(times.values()) <= MEDIAN and times[worst] <= WORST
