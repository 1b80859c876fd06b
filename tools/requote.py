"""Finds what a text quotes of an output, also after the output has changed."""
from difflib import SequenceMatcher


class Lost(Exception):
    """What a text quotes cannot be found."""


def requoted(block, output):
    """The lines of a quoting block as the output wants them: "..." leaves lines out, a first "$ ..." is the command."""
    wanted, segment, place = [], [], 0
    for line in [*block, "..."]:
        if line == "...":
            if segment:
                begin, place = _place_of(segment, output, place)
                wanted += output[begin:place]
                segment = []
            wanted.append(line)
        elif line.startswith("$ ") and not wanted and not segment:
            wanted.append(line)
        else:
            segment.append(line)
    return wanted[:-1]


def _place_of(segment, output, start):
    """(begin, end) of the lines that are the segment, from `start` on; else of those that begin and end most like it."""
    for begin in range(start, len(output) - len(segment) + 1):
        if output[begin:begin + len(segment)] == segment:
            return begin, begin + len(segment)
    begin = _most_like(segment[0], output, start)
    end = begin + len(segment)
    if end > len(output) or _likeness(segment[-1], output[end - 1]) < 0.6:  # some lines more or less
        end = _most_like(segment[-1], output, begin) + 1
    return begin, end


def _most_like(line, output, start):
    likeness, place = max(((_likeness(line, output[i]), -i) for i in range(start, len(output))), default=(0, 0))
    if likeness < 0.6:
        raise Lost(f"the output has, in this place, nothing like '{line}'")
    return -place


def _likeness(a, b):
    return SequenceMatcher(None, a, b).ratio()
