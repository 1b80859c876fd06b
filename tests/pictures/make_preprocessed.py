"""Makes the pictures of preprocessed/: ten of the odd pictures of this folder as published models want them.

    python3 tests/pictures/make_preprocessed.py        (Debian: python3-pil)

preprocessed/PRESET_HxW.png has the ten, one below the other, each of H rows and W columns, resized and cropped as the
library does it, with Pillow and nothing else; the normalisation comes after.
"""
import math
import pathlib

from PIL import Image

FOLDER = pathlib.Path(__file__).parent
NAMES = ("colour", "colour_16", "colour_alpha_interlaced", "grey_1", "grey_2_interlaced", "grey_alpha_8", "inks",
         "palette_4_clear", "progressive", "turned_6")
SIZES = (24, 24), (20, 28)  # rows, columns


def shorter_side(picture, size, interpolation):
    """torchvision.transforms.Resize(size)"""
    width, height = picture.size
    if width <= height:
        return picture.resize((size, int(size * height / width)), interpolation)
    return picture.resize((int(size * width / height), size), interpolation)


def cover(picture, rows, columns, interpolation):
    """timm.data.transforms.ResizeKeepRatio((rows, columns))"""
    ratio = min(picture.height / rows, picture.width / columns)
    return picture.resize((round(picture.width / ratio), round(picture.height / ratio)), interpolation)


def middle(picture, rows, columns):
    """torchvision.transforms.CenterCrop((rows, columns))"""
    top, left = int(round((picture.height - rows) / 2.0)), int(round((picture.width - columns) / 2.0))
    return picture.crop((left, top, left + columns, top + rows))


def cropped(picture, rows, columns, crop_fraction, interpolation):
    """timm.data.transforms_imagenet_eval, and for a square torchvision.transforms._presets.ImageClassification"""
    large_rows, large_columns = math.floor(rows / crop_fraction), math.floor(columns / crop_fraction)
    if large_rows == large_columns:
        resized = shorter_side(picture, large_rows, interpolation)
    else:
        resized = cover(picture, large_rows, large_columns, interpolation)
    return middle(resized, rows, columns)


PRESETS = {
    "timm": lambda picture, rows, columns: cropped(picture, rows, columns, 0.9, Image.Resampling.BICUBIC),
    "torchvision": lambda picture, rows, columns: cropped(picture, rows, columns, 224 / 256, Image.Resampling.BILINEAR),
    "hugging_face": lambda picture, rows, columns: picture.resize((columns, rows), Image.Resampling.BILINEAR),
}

(FOLDER / "preprocessed").mkdir(exist_ok=True)
for name, preprocess in PRESETS.items():
    for rows, columns in SIZES:
        strip = Image.new("RGB", (columns, rows * len(NAMES)))
        for i, stem in enumerate(NAMES):
            with Image.open(FOLDER / f"{stem}.read.png") as picture:
                strip.paste(preprocess(picture.convert("RGB"), rows, columns), (0, i * rows))
        strip.save(FOLDER / "preprocessed" / f"{name}_{rows}x{columns}.png", optimize=True)
