"""The project's programs on readers' functions: running, training, comparing."""
import subprocess

import compiler_errors
import verdicts
from project import ROOT

BIN = ROOT / "build/release/bin"


def build(*targets):
    """Raises SystemExit with what the compiler said of the reader's lines."""
    ended = subprocess.run(["cmake", "--build", ROOT / "build/release", "--target", *targets], text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    if ended.returncode:
        (ROOT / verdicts.LOG).write_text(ended.stdout)
        errors = compiler_errors.of_reader(ROOT, ended.stdout)
        raise SystemExit("\n".join(errors or ["learn: it does not build"]) + f"\nAll that the compiler said: {verdicts.LOG}")


def run(chapter, arguments, exercises):
    """Says whose each function is, then runs a chapter's program with them."""
    mine = verdicts.whose([e for e in exercises if e.path.split("/")[1] <= chapter])
    if not mine:
        raise SystemExit("learn: there is nothing of yours in my/; begin with ./learn start")
    print(*mine, "", sep="\n", flush=True)
    build(f"my_{chapter}")
    return subprocess.run([BIN / f"my_{chapter}", *arguments], cwd=ROOT, check=False).returncode


def compare(exercises):
    """Runs a small model twice on the same numbers, and names the first tensor that differs."""
    mine = verdicts.whose(exercises)
    if not mine:
        raise SystemExit("learn: there is nothing of yours in my/; begin with ./learn start")
    print(*mine, "", sep="\n", flush=True)
    build("tensors", "my_tensors")
    file = ROOT / "build/release/tensors.safetensors"
    subprocess.run([BIN / "tensors", "--write", file], check=True)
    return subprocess.run([BIN / "my_tensors", "--compare", file], check=False).returncode
