"""The first failures in about ten lines: of each file of tests one, what others are built from before the others."""
import re

from includes import parts_of

MOST_FAILURES, MOST_LINES = 3, 12
_HEADING = re.compile(r"(\S+?):\d+: ")  # of a failure (tests/main.cpp) or of a finding


def paragraphs_of(output):
    """The failures that the output of a test tells of, each as its lines; without any, the output itself is one."""
    paragraphs = [p.strip("\n").split("\n") for p in output.split("\n\n") if p.strip()]
    return [p for p in paragraphs if _HEADING.match(p[0])] or paragraphs[:1]


def order_of(root, file):
    """How many files a test's subject is built from: softmax has fewer than attention. Tests of nothing come last."""
    match = re.fullmatch(r"tests/(\w+)/(?:fixture_)?(\w+)_test\.cpp", file)
    folder = root / (f"chapters/{match[1]}" if match and match[1][0].isdigit() else "common")
    subjects = sorted(folder.rglob(f"{match[2]}.h")) if match else []
    return len(parts_of(root, str(subjects[0].relative_to(root)))) if subjects else float("inf")


def excerpt(root, failures):
    """What to show of the failures [(test, output)]."""
    first, more = {}, 0
    for test, output in failures:
        for paragraph in paragraphs_of(output) or [[f"{test} failed and said nothing"]]:
            heading = _HEADING.match(paragraph[0])
            more += (file := heading[1] if heading else test) in first
            first.setdefault(file, paragraph if heading else [f"{test}:", *paragraph])
    files = sorted(first, key=lambda file: order_of(root, file))
    lines, most = [], MOST_LINES // max(1, min(MOST_FAILURES, len(files)))
    for file in files[:MOST_FAILURES]:
        rest = len(first[file]) - most
        lines += first[file][:most] + ([f"    ... and {rest} line{'s' * (rest > 1)} more"] if rest > 0 else [])
    more += len(files[MOST_FAILURES:])
    return "\n".join(lines + ([f"{more} more failure{'s' * (more > 1)}"] if more else []))
