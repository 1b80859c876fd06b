#!/usr/bin/env python3
"""Makes data/digits/ and data/digits_file_order/ from the CSV of the handwritten digits (see README.md).

    python3 data/make_digits.py digits.csv

The CSV has 1,797 rows: 64 pixel values 0..16 (8x8, row by row), then the label. Needs only Python's standard library.
"""
import csv
import pathlib
import random
import struct
import sys

ROWS, SIDE, TEST_ROWS, SEED = 1797, 8, 360, 3


def read_digits(path):
    """A list of (64 pixels as bytes, label)."""
    digits = []
    with open(path, newline="") as file:
        for line, row in enumerate(csv.reader(file), start=1):
            values = [int(float(value)) for value in row]
            if len(values) != SIDE * SIDE + 1:
                raise ValueError(f"{path}:{line}: {len(values)} values, expected {SIDE * SIDE + 1}")
            *pixels, label = values
            if min(pixels) < 0 or max(pixels) > 16 or not 0 <= label <= 9:
                raise ValueError(f"{path}:{line}: a pixel outside 0..16 or a label outside 0..9")
            # 0..16 becomes 0..255, the range of MNIST's pixels, so that every loader treats both alike.
            digits.append((bytes(round(pixel * 255 / 16) for pixel in pixels), label))
    if len(digits) != ROWS:
        raise ValueError(f"{path}: {len(digits)} rows, expected {ROWS}")
    return digits


def write_idx(path, shape, data):
    """IDX: two zero bytes, 8 = unsigned byte, the number of axes, each axis as a big-endian 32-bit number, the data."""
    path.write_bytes(struct.pack(">BBBB", 0, 0, 8, len(shape)) + struct.pack(f">{len(shape)}I", *shape) + data)


def write_split(folder, digits):
    folder.mkdir(exist_ok=True)
    for prefix, part in (("train", digits[:-TEST_ROWS]), ("t10k", digits[-TEST_ROWS:])):
        images = b"".join(pixels for pixels, _ in part)
        labels = bytes(label for _, label in part)
        write_idx(folder / f"{prefix}-images-idx3-ubyte", (len(part), SIDE, SIDE), images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte", (len(part),), labels)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_digits.py digits.csv")
    digits = read_digits(sys.argv[1])
    here = pathlib.Path(__file__).resolve().parent
    write_split(here / "digits_file_order", digits)
    random.Random(SEED).shuffle(digits)
    write_split(here / "digits", digits)


if __name__ == "__main__":
    main()
