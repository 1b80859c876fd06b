"""Draws the ten digits as a hand does in a paint program: black lines with round ends on a white sheet.

    python3 tests/pictures/draw_digits.py FOLDER        (Debian: python3-pil)

Writes large_0.png ... (fills a sheet of 280 pixels), half_0.png ... (half as large, in the middle), corner_0.png ...
(a quarter as large, in the lower right corner).
"""
import pathlib
import sys

from PIL import Image, ImageDraw

# Lines from point to point on a sheet of 100 x 100.
STROKES = {
    0: [[(50, 8), (30, 16), (22, 40), (22, 62), (32, 86), (50, 93), (68, 85), (78, 62), (77, 38), (68, 15), (50, 8)]],
    1: [[(36, 24), (54, 8), (53, 50), (52, 93)]],
    2: [[(26, 28), (34, 12), (52, 7), (70, 15), (74, 32), (62, 52), (40, 74), (24, 91), (50, 90), (79, 91)]],
    3: [[(28, 16), (48, 7), (68, 14), (70, 32), (58, 45), (44, 48), (62, 51), (76, 64), (72, 84), (52, 93), (27, 86)]],
    4: [[(60, 93), (61, 50), (62, 7), (42, 36), (20, 64), (50, 64), (82, 63)]],
    5: [[(74, 9), (50, 9), (32, 10), (29, 44), (48, 38), (68, 46), (76, 64), (68, 84), (48, 93), (26, 85)]],
    6: [[(68, 9), (46, 24), (30, 48), (25, 68), (32, 86), (50, 93), (68, 86), (74, 70), (64, 56), (46, 54), (28, 66)]],
    7: [[(22, 10), (50, 9), (78, 9), (64, 38), (50, 66), (42, 93)]],
    8: [[(52, 47), (34, 36), (30, 20), (40, 9), (54, 7), (68, 14), (70, 30), (52, 47), (34, 60), (28, 78), (40, 92),
         (58, 92), (72, 80), (68, 62), (52, 47)]],
    9: [[(70, 28), (60, 10), (42, 9), (28, 22), (30, 40), (46, 48), (62, 42), (70, 28), (69, 54), (64, 76), (56, 93)]],
}


def draw(digit, size, left, top, thickness):
    sheet = Image.new("L", (280, 280), 255)
    pen = ImageDraw.Draw(sheet)
    for stroke in STROKES[digit]:
        points = [(left + x * size / 100, top + y * size / 100) for x, y in stroke]
        pen.line(points, fill=0, width=thickness)
        for x, y in points:
            pen.ellipse((x - thickness / 2, y - thickness / 2, x + thickness / 2, y + thickness / 2), fill=0)
    return sheet


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for digit in STROKES:
    draw(digit, 270, 5, 5, 22).save(folder / f"large_{digit}.png", optimize=True)
    draw(digit, 140, 70, 70, 9).save(folder / f"half_{digit}.png", optimize=True)
    draw(digit, 70, 200, 200, 6).save(folder / f"corner_{digit}.png", optimize=True)
