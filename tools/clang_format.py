"""Sources look as clang-format 14 writes them (.clang-format); other versions write some lines otherwise."""
import re
import subprocess

from project import Skipped, sources


def findings(root):
    try:
        version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise Skipped("clang-format is not installed; the format was not checked") from None
    if "version 14." not in version:
        raise Skipped(f"the format was not checked: clang-format 14 is needed, this is {version.strip()}")
    ended = subprocess.run(["clang-format", "--dry-run", "--ferror-limit=1", *sources(root)], cwd=root, text=True,
                           stderr=subprocess.PIPE, check=True)
    files = dict.fromkeys(re.findall(r"^(\S+?):\d+:\d+: warning: code should be clang-formatted", ended.stderr, re.M))
    return [f"{file}:1: not as clang-format writes it; run clang-format -i {file}" for file in files]
