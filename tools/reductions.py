"""The xtensor rules that no compiler holds.

A reduction goes into a declared tensor: never into auto, and with keep_dims never inside a larger expression. (Such code
compiles, and reads memory that is gone.) Tensors have their rank in their type. Each library is touched in one place.
"""
import re

from project import code_of, sources

_REDUCTION = (r"xt::(?:nan)?(?:sum|prod|mean|average|median|variance|stddev|std|amax|amin|max|min|minmax|argmax|argmin|"
              r"argsort|sort|cumsum|cumprod|count_nonzero|norm_\w+|reduce)(?:<[^()]*>)?\(")
_KEPT_IN_AUTO = re.compile(r"\bauto[ &*]*(?:\w+|\[[^]]*\]) *=.*" + _REDUCTION)
_MAY_STAND_BEFORE = re.compile(r"(?:^|=|return|Tensor<\d+>(?: +\w+)?[({]) *$")
# What only these files may contain: a pattern for a line of code, the files, and what the line does.
_PLACES = (
    (r"#\s*include\s*[<\"]xtensor-blas", ("matmul.cpp",), "includes xtensor-blas"),
    (r"#\s*include\s*[<\"](?:xtensor/|xtl)", ("xt.h", "matmul.cpp"), "includes xtensor"),
    (r"xt::(?:linalg|blas)|cxxblas|cblas_|\b[sd]gem[mv]_? *\(|#\s*include\s*[<\"](?:cblas|lapack)", ("matmul.cpp",), "touches BLAS"),
    (r"openblas_", ("matmul.cpp",), "sets the threads of OpenBLAS"),
)


def _closing(text, start):
    """Where the bracket that opens at `start` closes; None if it does not."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if depth == 0:
            return i
    return None


def _statements(code):
    """(line, statement) of code; a statement ends at ; and, outside of round and square brackets, at braces."""
    depth, line, text, begun = 0, 1, "", 1
    for i, c in enumerate(code):
        if c == "}" and code[i - 1:i] in ("", "\n"):
            depth = 0  # a function ends
        depth += (c in "([") - (c in ")]")
        if c == ";" or (c in "{}" and depth <= 0):
            yield begun, text
            text = ""
        elif text or not c.isspace():
            begun = begun if text else line
            text += " " if c.isspace() else c
        line += c == "\n"
    yield begun, text


def _judge_statement(text):
    if _KEPT_IN_AUTO.search(text):
        yield "a reduction is kept in auto; declare the tensor: Tensor<2> sum = xt::sum(...)"
    for match in re.finditer(_REDUCTION, text):
        end = _closing(text, match.end() - 1)
        if end is None or "keep_dims" not in text[match.end():end]:
            continue
        if not (_MAY_STAND_BEFORE.search(text[:match.start()]) and re.fullmatch(r"[ )}]*", text[end + 1:])):
            yield "a reduction with keep_dims inside a larger expression; give it a name: Tensor<2> sum = xt::sum(...)"


def _judge_lines(path, text, code):
    for number, (line, code_line) in enumerate(zip(text.split("\n"), code.split("\n")), 1):
        for pattern, files, what in _PLACES:
            is_include = line.lstrip().startswith("#")  # its file name is a string, which the code is without
            if re.search(pattern, line if is_include else code_line) and path not in [f"common/tensor/{f}" for f in files]:
                yield number, f"{what}; only {' and '.join(files)} in common/tensor may"
        if re.search(r"\bxarray", code_line):
            yield number, "no xarray: Tensor<K> has its rank in its type"


def findings(root):
    for path in sources(root):
        text = (root / path).read_text()
        code = code_of(text)
        wrong = [*_judge_lines(path, text, code),
                 *((number, what) for number, statement in _statements(code) for what in _judge_statement(statement))]
        yield from (f"{path}:{number}: {what}" for number, what in sorted(wrong))
