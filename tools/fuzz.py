"""Feeds every reader of files with inputs that nobody thought of: the targets of tests/fuzz, by libFuzzer.

Each target sets out from its seeds, tests/fuzz/seeds/NAME, and from what earlier runs found to be new ways through the code,
build/fuzz/corpus/NAME. It stops at its first finding: a crash, a leak, an error of another type than readers may throw, a
message that does not name its file, an input that takes too long or too much memory. The input that led there is then in
build/fuzz/found; `build/fuzz/bin/fuzz_NAME FILE` shows it again. Once mended, it belongs to the seeds, as found_WHAT.
"""
import os
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# What an input of a few kilobytes may cost: one allocation, all memory (the sanitizers' included), one call.
LIMITS = ("-malloc_limit_mb=64", "-rss_limit_mb=1024", "-timeout=10")
REASONS = (r"FINDING: .+", r"runtime error: .+", r"what\(\): +.+", r"(?<=ERROR: )(?:AddressSanitizer|LeakSanitizer|libFuzzer): .+")


@dataclass
class Result:
    name: str
    executions: int
    seconds: float
    coverage: int  # edges of the code, in libFuzzer's count
    megabytes: int
    finding: str  # empty if there is none

    def __str__(self):
        return (f"{self.name:20}{self.executions:>10} runs{self.seconds:>7.0f} s{self.coverage:>7} edges{self.megabytes:>6} MB  "
                f"{self.finding or 'no finding'}")


def target_names(root, name=None):
    """All targets, or the one that is named. Raises ValueError if there is none of that name."""
    names = sorted(source.stem for source in (root / "tests/fuzz").glob("*.cpp"))
    if name and name not in names:
        raise ValueError(f"there is no target '{name}'; there are {', '.join(names)}")
    return [name] if name else names


def read_result(name, output, code, seconds):
    """What libFuzzer printed, as a result."""
    def last_number(pattern):
        return int((re.findall(pattern, output) or ["0"])[-1])
    finding = ""
    if code != 0:
        found = next((match[0] for reason in REASONS if (match := re.search(reason, output))), "")
        finding = re.sub(r" *\(.*", "", found) if found.startswith(("Addr", "Leak", "lib")) else found
        finding = f"FINDING: {finding.removeprefix('FINDING: ') or f'ended with code {code}'}"
    return Result(name, last_number(r"stat::number_of_executed_units: +(\d+)"), seconds, last_number(r"\bcov: (\d+)"),
                  last_number(r"stat::peak_rss_mb: +(\d+)"), finding)


def build(root, names):
    """Raises ValueError with what was said if it fails."""
    targets = [f"fuzz_{name}" for name in names]
    for words in (["--preset", "fuzz"], ["--build", "--preset", "fuzz", "--target", *targets]):
        ended = subprocess.run(["cmake", *words], cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               check=False, errors="replace")
        if ended.returncode:
            raise ValueError(f"the targets cannot be built:\n{ended.stdout}")


def limits(runs=None, seconds=None):
    """libFuzzer's options that end a run: after so many inputs, after so many seconds, or whichever comes first."""
    if not runs and not seconds:
        seconds = 10
    return [f"-runs={runs}"] * bool(runs) + [f"-max_total_time={seconds}"] * bool(seconds)


def command(root, name, until):
    """How a target is called; `until` is what limits() says."""
    folder = root / "build/fuzz"
    return [str(folder / f"bin/fuzz_{name}"), *until, "-seed=1", *LIMITS, f"-artifact_prefix={folder}/found/{name}-", "-print_final_stats=1",
            str(folder / f"corpus/{name}"), str(root / f"tests/fuzz/seeds/{name}")]


def environment(scratch):
    """Temporary files go into memory. What the address sanitizer keeps for its reports is little, which makes a target up to
    twice as fast: freed memory as long as it is 1 MB, not 256, and of an allocation who asked, not who asked for that."""
    options = [os.environ.get("ASAN_OPTIONS", ""), "quarantine_size_mb=1", "thread_local_quarantine_size_kb=64", "malloc_context_size=1"]
    return {**os.environ, "TMPDIR": scratch, "ASAN_OPTIONS": ":".join(filter(None, options))}


def run_target(root, name, until):
    """Runs one target; all that it printed is in build/fuzz/found/NAME.log."""
    for folder in (f"corpus/{name}", "found"):
        (root / "build/fuzz" / folder).mkdir(parents=True, exist_ok=True)
    log = root / f"build/fuzz/found/{name}.log"
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    start = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory) as scratch, log.open("w") as printed:
        ended = subprocess.run(command(root, name, until), cwd=root, env=environment(scratch), stdout=printed,
                               stderr=subprocess.STDOUT, check=False)
    return read_result(name, log.read_text(errors="replace"), ended.returncode, time.monotonic() - start)


def run(root, names, until, jobs=1):
    """Builds and runs these targets, all if there are no names, `jobs` at a time; whether nothing was found. Raises ValueError
    for a name that is none, and if a target cannot be built."""
    names = [target for name in names for target in target_names(root, name)] or target_names(root)
    build(root, names)
    results = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(lambda target: run_target(root, target, until), names):
            results.append(result)
            print(result, flush=True)
    findings = sum(bool(result.finding) for result in results)
    print(f"{findings} findings" + ("; the inputs and what was printed: build/fuzz/found" if findings else ""))
    return findings == 0
