"""Includes run one way, and each says where its file is: "03_attention/softmax.h".

The floors, from the ground up: the rooms of common/, then chapter after chapter, then the lanes. A file includes its own floor and those
below; a folder inside a chapter is an inner room, which only the chapter's programs, the tests and its doors include.
"""
import re

from project import LANES, chapter_names, sources

ROOMS = ("common/tensor", "common/program", "common/files", "common/report")
# Where the way through a chapter leads into an inner room.
DOORS = {
    "03_attention/tiles": ("attend.cpp",),
    "06_vit_head/variants": ("vit.h",),
}
_INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]*)"|<((?:common|tests|chapters|\d\d_)[^>]*)>)')


def includes_of(text):
    """(line number, what is included) of each include of one of our files."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := _INCLUDE.match(line):
            yield number, match[1] or match[2]


def location(root, included):
    """The file that an include names, as a path from the root; None if it names none as it should."""
    if re.match(r"common/|tests/", included):
        path = included
    elif re.match(rf"(\d\d_\w+|{'|'.join(LANES)})/", included):
        path = "chapters/" + included
    else:
        return None
    return path if (root / path).is_file() and ".." not in path else None


def _place(path):
    """chapters/03_attention/tiles/x.h -> (03_attention, tiles); common/files/x.h -> (common/files, "")"""
    parts = path.split("/")
    if parts[0] == "common":
        return "/".join(parts[:2]), ""
    return parts[1] if len(parts) > 2 else "", "/".join(parts[2:-1])


def _judge(root, path, included):
    """What is wrong with an include, or None."""
    of_tests, wanted = path.startswith("tests/"), location(root, included)
    if not wanted:
        return 'there is no such file; write where it is, as in "common/tensor/tensor.h" or "03_attention/softmax.h"'
    if wanted.startswith("tests/"):
        return None if of_tests else "only tests include tests"
    floors = [*ROOMS, *chapter_names(root), *LANES]
    (floor, room), (wanted_floor, wanted_room) = _place(path), _place(wanted)
    if of_tests and floor == "common":
        floor = ROOMS[-1]
    if of_tests and floor not in floors:
        return None  # benchmarks and what all tests share
    for name, file in ((floor, path), (wanted_floor, wanted)):
        if name not in floors:
            return f"{file} is on no floor; the floors are {', '.join(floors)}"
    if floors.index(wanted_floor) > floors.index(floor):
        return f"{wanted_floor} is above {floor}"
    if wanted_room and not of_tests and not path.endswith("/main.cpp") and (floor, room) != (wanted_floor, wanted_room):
        inner = f"{wanted_floor}/{wanted_room}"
        if path not in [f"chapters/{wanted_floor}/{door}" for door in DOORS.get(inner, ())]:
            return f"{inner} is an inner room; {path} is not its door"
    return None


def findings(root):
    for path in sources(root):
        for number, included in includes_of((root / path).read_text()):
            if wrong := _judge(root, path, included):
                yield f'{path}:{number}: includes "{included}": {wrong}'


def parts_of(root, path):
    """The files that a file is built from: itself, what it includes, and the .cpp of each header, and so on."""
    found, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        if file in found or not (root / file).is_file():
            continue
        found.add(file)
        waiting.append(re.sub(r"\.h$", ".cpp", file))
        waiting += filter(None, (location(root, name) for _, name in includes_of((root / file).read_text())))
    return found
