"""What g++ says of a reader's file, without the libraries' insides."""
import re

MOST = 3  # errors that are shown
LONGEST = 200  # characters of a header's error
ERROR = re.compile(r"\S+?:\d+:\d+: (fatal )?error: ")
TENSOR = re.compile(r"xt::xtensor_container<xt::uvector<(?:double|float), [^<>]*<[^<>]*> *>, (\d+)[^<>]*>|(?:vit::)?xt::xtensor<(?:double|float), (\d+)[^<>]*>")


def shortened(line):
    """The types as the reader writes them, the path from my/ on."""
    line = TENSOR.sub(lambda found: f"Tensor<{found[1] or found[2]}>", line)
    line = re.sub(r"(?:vit::)?(Tensor<\d+>)", r"\1", line)
    line = re.sub(r" \{aka [‘'][^’']*[’']\}", "", line)
    return re.sub(r"^\S*?my/", "my/", line)


def reader_line(root, place):
    """The text of the line at "my/x.cpp:9:5", as the compiler quotes it; it often cannot find the file itself."""
    path, number, column = place.split(":")[:3]
    file = root / path
    lines = file.read_text(errors="replace").split("\n") if file.exists() else []
    if not 0 < int(number) <= len(lines):
        return []
    return [f"{int(number):5} | {lines[int(number) - 1]}", "      | " + " " * (int(column) - 1) + "^"]


def place_before(lines, error, reader):
    """Where the reader's code asks for what fails in a header: the innermost place of the chain above the error."""
    chain = []
    for line in reversed(lines[:error]):
        if not re.search(r"required (from|by)|In instantiation of|In substitution of|skipping \d+ instantiation|^ +from |\[ skipping", line):
            break
        chain.insert(0, line)
    found = (re.match(rf"\S*?({reader}:\d+:\d+):? +required", line) for line in chain)
    return next(filter(None, found), None)


def of_reader(root, said, reader=r"my/\S+?\.cpp"):
    """The errors in the reader's lines, or that they lead to in a header: at most three, none twice."""
    lines, shown = said.split("\n"), {}
    for i, line in enumerate(lines):
        if not ERROR.match(line):
            continue
        message = shortened(ERROR.sub("", line))
        if own := re.match(rf"\S*?({reader}:\d+:\d+): ", line):
            heading, more = shortened(line), []
        elif own := place_before(lines, i, reader):
            heading, more = f"{own[1]}: this leads to an error in a header:", [f"    {message[:LONGEST]}"]
        else:
            continue
        # A template's line fails once for each rank; and of a line, the first error in the headers is enough.
        key = (own[1].split(":")[1], "header" if more else re.sub(r"Tensor<\d+>", "Tensor", message))
        shown.setdefault(key, [heading, *reader_line(root, own[1]), *more])
    return [line for text in list(shown.values())[:MOST] for line in text]
