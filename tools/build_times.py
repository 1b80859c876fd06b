"""How long a reader waits for the compiler and for a verdict.

Times mean little on a machine that has other work, too. So each is divided by the time of a reference, which is measured
before and after it: compiling tests/benchmarks/reference.cpp on every core at once. The budgets are such ratios.
"""
import os
import subprocess
import tempfile
import time

from project import ROOT

CORES = os.cpu_count()
ENVIRONMENT = {**os.environ, "CCACHE_DISABLE": "1"}
REFERENCE = [os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-c", "-o", os.devnull, "tests/benchmarks/reference.cpp"]
CHANGED = ROOT / "chapters/03_attention/softmax.cpp"


def seconds_of(*commands):
    """Runs the commands at the same time. Raises CalledProcessError if one fails."""
    start = time.monotonic()
    running = [subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL) for command in commands]
    for process in running:
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, process.args)
    return time.monotonic() - start


def reference_seconds():
    return min(seconds_of(*[REFERENCE] * CORES) for _ in range(2))


def build_from_nothing():
    with tempfile.TemporaryDirectory() as scratch:
        configure = ["cmake", "-S", ".", "-B", scratch, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-Wno-dev"]
        return seconds_of(configure) + seconds_of(["cmake", "--build", scratch])


def build_after_a_change():
    CHANGED.touch()
    return seconds_of(["cmake", "--build", "--preset", "release", "--target", "03_attention"])


def verdict_after_a_change():
    CHANGED.touch()
    return seconds_of(["./learn", "test", "3"])


def all_tests():
    return seconds_of(["./learn", "test"])


# What is timed, and at most how many times as long as the reference it may take.
BUDGETS = (
    ("everything, from nothing", build_from_nothing, 75),
    ("chapter 3 after a change", build_after_a_change, 2),
    ("from a change to the verdict: ./learn test 3", verdict_after_a_change, 3),
    ("./learn test, when all is built", all_tests, 15),
)


def run():
    """Prints the table. Whether all budgets hold."""
    print(f"\nbuilding and testing on {CORES} cores, in seconds and as a multiple of the reference; about four minutes")
    print(f"{'':52} {'seconds':>8} {'reference':>9} {'multiple':>8} {'budget':>6}", flush=True)
    seconds_of(["cmake", "--build", "--preset", "release"])
    late, before = [], reference_seconds()
    for name, measure, budget in BUDGETS:
        try:
            seconds, after = measure(), reference_seconds()
        except subprocess.CalledProcessError as failure:
            print(f"{name}: failed: {' '.join(map(str, failure.cmd))}")
            return False
        reference, before = (before + after) / 2, after
        print(f"{name:52} {seconds:8.1f} {reference:9.2f} {seconds / reference:8.1f} {budget:6}", flush=True)
        late += [name] if seconds > budget * reference else []
    if late:
        print(f"too slow: {', '.join(late)}")
    return not late
