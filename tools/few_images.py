"""What are borrowed weights worth with few images? A model learns seven of the ten classes of a data set; then the other
three are to be told apart by 1, 5 and 20 images of each:

    probe         the borrowed weights stand still, a new head is trained on what comes out of them
    fine-tuning   the borrowed weights are where all weights begin
    from scratch  the same model without them

Each is tested on all test images of the three classes, for several choices of the few.
"""
import gzip
import random
import re
import statistics
import struct
import subprocess
from pathlib import Path

COUNTS = (1, 5, 20)
EPOCHS = 10  # of the run that learns the other classes
STEPS = 200  # all of a choice's images are one batch: an epoch is a step
ALONE = ["--epochs", str(STEPS), "--validation", "0", "--warmup-epochs", "10"]
METHODS = {
    "probe": ["--freeze", "backbone", "--shift", "0", "--flip", "0", "--learning-rate", "0.01"],
    "fine-tuning": ["--learning-rate", "0.0003"],
    "from scratch": ["--learning-rate", "0.001"],
}


def read_idx(folder, name):
    """The sizes and the bytes of an IDX file, compressed or not."""
    file = folder / f"{name}-ubyte"
    contents = file.read_bytes() if file.exists() else gzip.decompress((folder / f"{name}-ubyte.gz").read_bytes())
    axes = contents[3]
    return struct.unpack(f">{axes}I", contents[4:4 + 4 * axes]), contents[4 + 4 * axes:]


def write_idx(folder, name, sizes, contents):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-ubyte").write_bytes(struct.pack(f">4B{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + contents)


class Part:
    """The images to train on, or those for the test: train-images-idx3-ubyte and its labels."""

    def __init__(self, folder, name):
        self.name = name
        (count, self.height, self.width), pixels = read_idx(folder, f"{name}-images-idx3")
        size = self.height * self.width
        self.images = [pixels[i * size:(i + 1) * size] for i in range(count)]
        _, self.labels = read_idx(folder, f"{name}-labels-idx1")

    def of_class(self, label):
        return [i for i, other in enumerate(self.labels) if other == label]

    def write(self, folder, chosen, classes):
        """The chosen images; the classes get the labels 0, 1, 2, ..."""
        write_idx(folder, f"{self.name}-images-idx3", (len(chosen), self.height, self.width),
                  b"".join(self.images[i] for i in chosen))
        write_idx(folder, f"{self.name}-labels-idx1", (len(chosen),), bytes(classes.index(self.labels[i]) for i in chosen))


def write_classes(folder, parts, classes):
    """All images of these classes."""
    for part in parts:
        part.write(folder, [i for i, label in enumerate(part.labels) if label in classes], classes)


def write_few(folder, parts, classes, count, seed):
    """`count` images of each class to train on, and all images for the test."""
    train, test = parts
    chooser = random.Random(f"{seed} {count}")
    train.write(folder, [i for label in classes for i in chooser.sample(train.of_class(label), count)], classes)
    test.write(folder, [i for i, label in enumerate(test.labels) if label in classes], classes)


def accuracy(program, folder, words, seed):
    """Trains, and returns the test accuracy in percent. Raises RuntimeError with what was said if it fails."""
    ended = subprocess.run([program, *words, "--data", folder, "--seed", str(seed), "--out", folder / "run"], text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    found = re.search(r"^test accuracy (\d\.\d+)", ended.stdout, re.MULTILINE)
    if ended.returncode or not found:
        raise RuntimeError(f"{ended.stdout}{program} ended with code {ended.returncode}")
    return 100 * float(found[1])


def row(count, found):
    """The mean of each method, and from where to where it goes."""
    cells = [f"{statistics.mean(values):.1f} ({min(values):.1f} to {max(values):.1f})" for values in found.values()]
    return f"| {count} | {' | '.join(cells)} |"


def run(root, data, held_back, config, seeds, scratch):
    """Prints the table."""
    program, scratch = root / "build/release/bin/07_training", Path(scratch)
    parts = [Part(Path(data), "train"), Part(Path(data), "t10k")]
    learned = [label for label in sorted(set(parts[0].labels)) if label not in held_back]
    write_classes(scratch / "learned", parts, learned)
    base = ["--config", config]
    learning = [*base, "--epochs", str(EPOCHS)]
    print(f"the {len(learned)} classes that are learned first: {accuracy(program, scratch / 'learned', learning, 1):.1f} % of the test "
          "images are right\n", flush=True)
    print(f"| images of each class | {' | '.join(METHODS)} |\n|{'---|' * (1 + len(METHODS))}")
    weights = ["--init", scratch / "learned/run/best.safetensors"]
    for count in COUNTS:
        found = {method: [] for method in METHODS}
        for seed in range(1, seeds + 1):
            for method, words in METHODS.items():
                folder = scratch / f"{count}-{seed}-{method.replace(' ', '-')}"
                write_few(folder, parts, held_back, count, seed)
                begin = [] if method == "from scratch" else weights
                found[method].append(accuracy(program, folder, [*base, *ALONE, *words, *begin], seed))
        print(row(count, found), flush=True)
