"""What the texts quote is what stands where it comes from. In a text,

    <!-- output: 03_attention -->                                      quotes tests/03_attention/output.txt
    <!-- break -->                                                    quotes tests/NN_name/break_it.txt of the page's chapter
    <!-- listing: chapters/03_attention/softmax.cpp softmax_rows -->   quotes a source, from its line "// #region softmax_rows"
                                                                       to its line "// #endregion"
    <!-- starter: chapters/03_attention/softmax.cpp 3.1 -->          quotes what readers get of an exercise
    <!-- proof -->                                                    quotes the last line of the proof (docs/mistakes.md)
in the fenced block that follows (requote.py tells how an output is quoted). Made from the chapters' programs and pages
are the tables below <!-- chapters --> and <!-- exercises -->, and the last line of each page, "Back: ... Next: ..."; made
from recorded runs is the table below <!-- recipes --> (recipes.py).
"""
import re
import textwrap
from dataclasses import dataclass

import exercises
import recipes
import starters
from project import chapter_names, read_chapter, texts
from requote import Lost, requoted


def output_lines(root, old, name, kind="output"):
    file = root / "tests" / name / f"{kind}.txt"
    if not file.is_file():
        raise Lost(f"tests/{name}/{kind}.txt is missing")
    return requoted(old, [line.rstrip() for line in file.read_text().split("\n")])


def listing_lines(root, _, file, name):
    """The region of a source, without its indentation and the marks of regions inside."""
    if not (root / file).is_file():
        raise Lost(f"there is no {file}")
    kept, depth = [], 0
    for line in (root / file).read_text().split("\n"):
        mark = re.match(r"\s*// #(region|endregion)\b *(\w*)", line)
        if not mark and depth:
            kept.append(line)
        elif mark and depth:
            depth += 1 if mark[1] == "region" else -1
            if depth == 0:
                return textwrap.dedent("\n".join(kept)).split("\n")
        elif mark:
            depth = int(mark[1] == "region" and mark[2] == name)
    raise Lost(f"{file} has no whole region {name}")


def chapter_rows(root, _):
    chapters = [read_chapter(root, name) for name in chapter_names(root)]
    return ["| chapter | in | out |", "|---|---|---|",
            *(f"| [{c.title}](docs/{c.name}.md) | {c.given} | {c.result} |" for c in chapters)]


def break_lines(root, old, path):
    """One-line edits of the page's chapter, and what its tests say then (break_it.py)."""
    return output_lines(root, old, re.match(r"docs/(\w+)\.md", path)[1], "break_it")


def starter_lines(root, _, file, number):
    exercise = next((e for e in starters.read_exercises(file, (root / file).read_text()) if e.number == number), None)
    if not exercise:
        raise Lost(f"{file} has no exercise {number}")
    text = starters.starter(root, file).split("\n")
    begin, end = exercises.function_lines(exercise, "\n".join(text))
    return text[begin:end]


def proof_lines(root, _):
    """The line that ends the page of the proof."""
    return [(root / "docs/mistakes.md").read_text().rstrip("\n").split("\n")[-1].strip("`")]


def exercise_rows(root, _, path):
    """The exercises of the page's chapter."""
    chapter = str(int(re.match(r"docs/(\d\d)_", path)[1]))
    mine = [e for e in starters.all_exercises(root) if e.chapter == chapter]
    return ["| exercise | | | file |", "|---|---|---|---|",
            *(f"| {e.name} | {e.level} | {e.minutes} minutes | `{e.reader}` |" for e in mine)]


def neighbours(root, old, path):
    """The last line of a chapter's page; what follows in it after the chapters stays."""
    names = chapter_names(root)
    at = [f"docs/{name}.md" for name in names].index(path)
    wanted = " · ".join(f"{word}: [{read_chapter(root, names[i]).title}]({names[i]}.md)"
                        for word, i in (("Back", at - 1), ("Next", at + 1)) if 0 <= i < len(names))
    return old if old[0].startswith(wanted) else [wanted]


TABLES = {"<!-- chapters -->": chapter_rows, "<!-- exercises -->": exercise_rows, "<!-- recipes -->": recipes.rows}


@dataclass
class Block:
    """The lines from `begin` up to `end` (from 0) of a text, which must be make(root, old lines, *words)."""
    begin: int
    end: int
    make: object
    words: list


def blocks(path, lines):
    """Raises Lost for a mark that is written wrong or has no block."""
    for i, line in enumerate(lines):
        if re.match(r"(Back|Next): \[", line) and re.match(r"docs/\d\d_", path):
            yield Block(i, i + 1, neighbours, [path])
        elif line in TABLES:
            end = next((j for j in range(i + 1, len(lines)) if not lines[j].startswith("|")), len(lines))
            yield Block(i + 1, end, TABLES[line], [path] if TABLES[line] is exercise_rows else [])
        elif re.match(r"<!-- (output|listing|starter|break|proof)\b", line):
            yield _fenced_block(lines, i, path)


def _fenced_block(lines, i, path):
    if lines[i] == "<!-- break -->":
        make, words = break_lines, [path]
    elif lines[i] == "<!-- proof -->":
        make, words = proof_lines, []
    elif starter := re.fullmatch(r"<!-- starter: (\S+) (\w+\.\d+) -->", lines[i]):
        make, words = starter_lines, starter.groups()
    elif output := re.fullmatch(r"<!-- output: (\w+) -->", lines[i]):
        make, words = output_lines, output.groups()
    elif listing := re.fullmatch(r"<!-- listing: (\S+) (\w+) -->", lines[i]):
        make, words = listing_lines, listing.groups()
    else:
        raise Lost(f"'{lines[i]}' is neither <!-- output: NAME --> nor <!-- listing: FILE REGION -->")
    opening = next((j for j in range(i + 1, len(lines)) if lines[j].strip()), len(lines))
    closing = next((j for j in range(opening + 1, len(lines)) if lines[j].startswith("```")), len(lines))
    if closing == len(lines) or not lines[opening].startswith("```"):
        raise Lost(f"no whole fenced block follows '{lines[i]}'")
    return Block(opening + 1, closing, make, words)


def refresh(root, path):
    """(the text as it should be, what was wrong with it)."""
    lines, found = (root / path).read_text().split("\n"), []
    try:
        todo = list(blocks(path, lines))
    except Lost as problem:
        return "\n".join(lines), [f"{path}: {problem}"]
    for block in reversed(todo):  # from the end, so that the places of the others stay
        old = [line.rstrip() for line in lines[block.begin:block.end]]
        try:
            new = block.make(root, old, *block.words)
        except (Lost, ValueError) as problem:
            found.append(f"{path}:{block.begin + 1}: {problem}")
            continue
        if new != old:
            at = next(i for i in range(len(old) + 1) if old[i:i + 1] != new[i:i + 1])
            was, wanted = "".join(old[at:at + 1]), "".join(new[at:at + 1])
            found.append(f"{path}:{block.begin + at + 1}: stale: '{was}' should be '{wanted}'; run python3 tools update")
            lines[block.begin:block.end] = new
    return "\n".join(lines), found[::-1]


def findings(root):
    for path in texts(root):
        yield from refresh(root, path)[1]


def update(root):
    """Writes what is stale anew. Returns the texts that changed."""
    changed = []
    for path in texts(root):
        text, _ = refresh(root, path)
        if text != (root / path).read_text():
            (root / path).write_text(text)
            changed.append(path)
    return changed
