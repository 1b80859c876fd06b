"""`./learn run N --predict`: asks for each shape of a chapter's program before it is shown, explains a wrong answer by its
rule, and keeps the score."""
import datetime
import re
import subprocess

from project import ROOT

SCORES = "my/predictions.txt"
# A line of a trace: name, operation, shape, axes.
LINE = re.compile(r"( *)(\S.*?) {2,}(\S.*?) {2,}\(([\d, ]+)\) +([A-Z0-9 +]+?)\s*$")
LETTERS = {"B": "images in the batch", "C": "channels", "H": "height", "W": "width", "P": "side of a patch", "N": "patches or tokens",
           "D": "numbers in a token", "T": "tokens", "A": "heads", "K": "width of a head", "F": "hidden width of the MLP",
           "Y": "classes"}
RULES = [
    ("Patchify", "each square of P x P pixels of C channels becomes one row: N = (H / P) (W / P), of C P P numbers"),
    ("PatchEmbedding", "the image becomes N = (H / P) (W / P) patches, and each patch D numbers"),
    ("Split heads", "the last axis, 3 A K, becomes three tensors; the heads A become an axis before the tokens"),
    ("Merge heads", "the heads stand side by side again: A and K become one axis A K, behind the tokens"),
    ("q k", "every query meets every key: K is summed away, and there is a score for each pair of tokens"),
    ("weights", "each query takes a mixture of all values: the keys are summed away, and K comes back"),
    ("Softmax", "softmax makes shares of the numbers of each row; the shape stays"),
    ("LayerNorm, ", "what goes in comes out: B N D"),
    ("LayerNorm", "each row is normalised by itself; the shape stays"),
    ("class token in front", "one token more in front of each image's tokens; B and D stay"),
    ("Take class token", "token 0 speaks for the image: the token axis is gone"),
    ("Mean", "the mean of the tokens speaks for the image: the token axis is gone"),
    ("positions", "the positions are added, number by number; the shape stays"),
    ("Tokens", "one token more in front of the N patches; each token has D numbers"),
    ("GELU", "each number goes through the gate by itself; the shape stays"),
    ("Dropout", "numbers become 0 or larger; the shape stays"),
    ("Linear", "only the last axis changes, from the inputs to the outputs of the weight; the other axes are rows"),
    ("Attention", "what goes in comes out: attention mixes tokens, and the projection brings A K back to D"),
    ("MLP", "D becomes F and D again"),
    ("Block", "shortcuts are sums, so a block must return the shape that it got"),
    ("Add", "a sum has the shape of its two sides"),
    ("Vision Transformer", "of each image only its scores are left, one for each class"),
]


def rule_of(operation):
    return next((rule for word, rule in RULES if word.lower() in operation.lower()), "")


def read_shape(text):
    """'1, 197 768' -> [1, 197, 768]; None for what is no shape."""
    words = re.findall(r"\d+", text)
    return [int(word) for word in words] if words and re.fullmatch(r"[\d\s,()x×]*", text.strip()) else None


def explain(operation, shape, axes):
    """Why the shape is as it is."""
    letters = axes.split()
    sizes = ", ".join(f"{letter} = {size}" for letter, size in zip(letters, shape)) if len(letters) == len(shape) else axes
    names = "; ".join(f"{letter}: {LETTERS[letter]}" for letter in letters if letter in LETTERS)
    rule = rule_of(operation)
    return f"({', '.join(map(str, shape))}): {sizes}." + (f" {rule[0].upper()}{rule[1:]}." if rule else "") + (f" ({names})" if names else "")


def play(lines, ask, say):
    """Asks for each shape in a program's output. Returns (right, asked)."""
    right = asked = 0
    for line in lines:
        found = LINE.match(line)
        if not found:
            say(line)
            continue
        indent, name, operation, sizes, axes = found.groups()
        shape = [int(size) for size in sizes.split(",")]
        if operation == "Input":
            say(line)
            continue
        answer = None
        while answer is None:
            answer = read_shape(ask(f"{indent}{name}, {operation}: which shape? "))
            if answer is None:
                say("Write the sizes, such as 1 197 768.")
        asked += 1
        if answer == shape:
            right += 1
            say(f"{line}   right")
        else:
            say(f"{line}   you said ({', '.join(map(str, answer))})")
            say(f"{indent}  {explain(operation, shape, axes)}")
    return right, asked


def run(chapter, arguments):
    """Builds and runs the program of a chapter and plays with what it prints. Raises SystemExit if it fails."""
    subprocess.run(["cmake", "--build", ROOT / "build/release", "--target", chapter], check=True, stdout=subprocess.DEVNULL)
    ended = subprocess.run([ROOT / "build/release/bin" / chapter, *arguments], cwd=ROOT, text=True, check=False,
                           stdout=subprocess.PIPE)
    if ended.returncode:
        raise SystemExit(ended.returncode)
    try:
        right, asked = play(ended.stdout.split("\n"), input, print)
    except (EOFError, KeyboardInterrupt):
        raise SystemExit("\nlearn: broken off") from None
    print(f"{right} of {asked} shapes right.")
    scores = ROOT / SCORES
    scores.parent.mkdir(exist_ok=True)
    with scores.open("a") as file:
        file.write(f"{datetime.date.today()} {chapter}: {right} of {asked}\n")
