"""No dead link in the texts: a relative link leads to a file or folder that is there, its #anchor to a heading."""
import re
from collections import Counter
from urllib.parse import unquote

from project import outside_fences, texts

_LINKS = (r"\]\(<?([^) >]+)", r"^ *\[[^]]+\]: *<?([^ >]+)", r'(?:src|href|srcset)="([^"]+)"')


def links_of(text):
    """(line number, target) of each link that is not to another site; code is left out."""
    for number, line in outside_fences(text):
        line = re.sub(r"`[^`]*`", "", line)
        for pattern in _LINKS:
            yield from ((number, target) for target in re.findall(pattern, line) if not re.match("[a-z]+:", target))


def anchors_of(text):
    """The anchors that a code forge gives to headings, and those written as <a id="...">."""
    anchors, times = [], Counter()
    for _, line in outside_fences(text):
        anchors += re.findall(r'(?:id|name)="([^"]+)"', line)
        if match := re.match(r"#+ +(.*?)[ #]*$", line):
            heading = re.sub(r"\]\([^)]*\)", "]", match[1].lower())
            anchor = re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
            anchors.append(f"{anchor}-{times[anchor]}" if times[anchor] else anchor)
            times[anchor] += 1
    return anchors


def findings(root):
    for path in texts(root):
        for number, target in links_of((root / path).read_text()):
            name, _, anchor = target.partition("#")
            file = (root / path).parent / unquote(name) if name else root / path
            if not file.exists():
                yield f"{path}:{number}: dead link {target}: there is no such file"
            elif anchor and file.suffix == ".md" and anchor not in anchors_of(file.read_text()):
                yield f"{path}:{number}: dead link {target}: no heading there has the anchor #{anchor}"
