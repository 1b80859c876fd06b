"""The proof of the exercises: starters say "not started", solutions pass, wrong answers fail under their own names. From it
comes docs/mistakes.md, the museum of mistakes."""
import re
import subprocess
from dataclasses import dataclass

from project import ROOT

PAGE = "docs/mistakes.md"
TITLES = {"X": "Traps of xtensor", "B": "Find the bug"}
HEAD = """# The museum of mistakes

Each of these wrong answers to an exercise compiles, and most of them train. `./learn check` tells each by its name; `./learn prove` tries them all and sees that it does, and makes this page. *Made before* is somebody who made the mistake in public.
"""


@dataclass
class WrongAnswer:
    exercise: str
    name: str
    stage: str
    symptom: str
    sentence: str
    source: str


def read(output):
    """(wrong answers, exercises whose solution passes, complaints) from what prove_exercises printed."""
    wrong, right, complaints = [], [], []
    for line in output.split("\n"):
        if line.startswith("wrong answer\t"):
            wrong.append(WrongAnswer(*line.split("\t")[1:]))
        elif solved := re.fullmatch(r"(\w+\.\d+ \w+): right", line):
            right.append(solved[1])
        elif line.strip():
            complaints.append(line)
    return wrong, right, complaints


def page(exercises, wrong):
    """The museum as a page."""
    lines = [HEAD]
    for chapter in dict.fromkeys(e.chapter for e in exercises):
        mine = [e for e in exercises if e.chapter == chapter]
        lines += [f"## {TITLES.get(chapter, f'Chapter {chapter}')}", ""]
        for e in mine:
            lines += [f"### {e.name}", "", "| mistake | what it is | seen by | made before |", "|---|---|---|---|"]
            for w in (w for w in wrong if w.exercise == e.name):
                sentence = w.sentence.replace("|", "\\|")
                lines.append(f"| {w.name} | {sentence} | {w.stage} | {source_link(w.source)} |")
            lines.append("")
    return "\n".join(lines)


def source_link(source):
    """owner/repository#12 as a link."""
    links = []
    for part in filter(None, re.split(r",\s*", source)):
        issue = re.fullmatch(r"([\w.-]+/[\w.-]+)#(\d+)", part)
        links.append(f"[{part}](https://github.com/{issue[1]}/issues/{issue[2]})" if issue else part)
    return ", ".join(links)


def program_says(folder, name, *options):
    """What a program printed, colourless."""
    ended = subprocess.run([folder / "bin" / name, "--no-colors=true", *options], text=True, check=False, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, errors="replace")
    return ended.stdout


def prove(exercises, preset, update):
    """Prints what is not proved, then the count. Writes docs/mistakes.md where it is told to, and holds it otherwise."""
    folder = ROOT / "build" / preset
    subprocess.run(["cmake", "--build", folder, "--target", "prove_exercises", "starters"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    wrong, right, complaints = read(program_says(folder, "prove_exercises", "--no-skip=true"))
    names = [e.name for e in exercises]
    complaints += [f"{name}: the project's own function does not pass" for name in names if name not in right]
    complaints += [f"{name}: {count} wrong answers; there must be three" for name in names
                   if (count := sum(w.exercise == name for w in wrong)) < 3]

    not_started = 0
    for target in sorted({e.target for e in exercises}):
        said = program_says(folder, f"starter_{target}").split("\n")
        for e in (e for e in exercises if e.target == target):
            if f"{e.name}: not started" in said:
                not_started += 1
                said.remove(f"{e.name}: not started")
            else:
                complaints.append(f"{e.name}: the starter does not say that it is not started")
        complaints += [f"starter_{target}: {line}" for line in said if line.strip()]
    taken = sum(" wrong answer " in line for line in complaints)
    summary = (f"proved: {len(exercises)} exercises, {not_started} starters, {len(set(right) & set(names))} solutions, "
               f"{len(wrong) + taken} wrong answers: {len(wrong) + sum(' is taken for ' in c for c in complaints)} caught, "
               f"{len(wrong)} named")
    text = f"{page(exercises, wrong)}\n`{summary}`\n"
    if update:
        (ROOT / PAGE).write_text(text)
    elif not (ROOT / PAGE).exists() or (ROOT / PAGE).read_text() != text:
        complaints.append(f"{PAGE}: stale; run ./learn prove --update")
    print(*complaints, summary, sep="\n")
    return not complaints
