"""Makes the odd pictures of this folder, and what Pillow reads from them.

    python3 tests/pictures/make_pictures.py        (Debian: python3-pil libjpeg-turbo-progs)

For each NAME.png or NAME.jpg there is NAME.read.png, the picture as Pillow reads it, upright and on white, and
NAME.small.png, that one cut to the middle and resized to 11 rows and 13 columns (BICUBIC).
"""
import io
import pathlib
import random
import struct
import subprocess
import zlib

from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).parent
COLUMNS, ROWS = 13, 11


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(row, depth):
    """Numbers of 1, 2, 4, 8 or 16 bits as bytes."""
    bits = "".join(f"{number:0{depth}b}" for number in row)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(rows, depth, colour_type, channels, extra=b"", interlaced=False):
    """A PNG file of rows of numbers: kinds that Pillow reads and does not write."""
    height, width = len(rows), len(rows[0]) // channels
    passes = [(0, 0, 1, 1)]
    if interlaced:  # PNG specification, section 8.2
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    data = b""
    for top, left, down, right in passes:
        for row in rows[top::down]:
            pixels = [row[x * channels:(x + 1) * channels] for x in range(left, width, right)]
            if pixels:
                data += b"\0" + packed([number for pixel in pixels for number in pixel], depth)
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) +
            chunk(b"IEND", b""))


def noise(rng, height, width, channels, depth):
    return [[rng.randrange(1 << depth) for _ in range(width * channels)] for _ in range(height)]


def waves(height, width):
    """A smooth picture in colour, as a camera sees."""
    picture = Image.new("RGB", (width, height))
    picture.putdata([((x * 255) // width, (y * 255) // height, ((x + 2 * y) * 200) // (width + 2 * height))
                     for y in range(height) for x in range(width)])
    return picture


def jpeg(picture, **options):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, **options)
    return file.getvalue()


def sampled(picture, factors):
    """Colours stored at such sides of their pixels as Pillow does not write."""
    file = io.BytesIO()
    picture.save(file, "PPM")
    return subprocess.run(["cjpeg", "-quality", "90", "-sample", factors], input=file.getvalue(), stdout=subprocess.PIPE,
                          check=True).stdout


def turned(picture, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpeg(picture, exif=exif)


def pictures():
    rng = random.Random(1)
    palette = chunk(b"PLTE", bytes(rng.randrange(256) for _ in range(3 * 11)))
    some_clear = chunk(b"tRNS", bytes([0, 100, 255, 30]))
    numbers = [[rng.randrange(11) for _ in range(19)] for _ in range(17)]
    yield "grey_1.png", png(noise(rng, 21, 30, 1, 1), 1, 0, 1)
    yield "grey_2_interlaced.png", png(noise(rng, 17, 23, 1, 2), 2, 0, 1, interlaced=True)
    yield "palette_4_clear.png", png(numbers, 4, 3, 1, palette + some_clear)
    yield "palette_8_interlaced.png", png(numbers, 8, 3, 1, palette, interlaced=True)
    yield "colour_16.png", png(noise(rng, 15, 14, 3, 16), 16, 2, 3)
    yield "grey_alpha_8.png", png(noise(rng, 16, 40, 2, 8), 8, 4, 2)
    yield "colour_alpha_interlaced.png", png(noise(rng, 26, 18, 4, 8), 8, 6, 4, interlaced=True)
    yield "thin.png", png(noise(rng, 1, 60, 3, 8), 8, 2, 3)
    yield "colour.jpg", jpeg(waves(37, 51))
    yield "grey.jpg", jpeg(waves(37, 51).convert("L"))
    yield "progressive.jpg", jpeg(waves(64, 45), progressive=True)
    yield "inks.jpg", jpeg(waves(30, 34).convert("CMYK"))
    for orientation in range(2, 9):
        yield f"turned_{orientation}.jpg", turned(waves(24, 33), orientation)
    rng = random.Random(2)
    yield "colour_16_interlaced.png", png(noise(rng, 19, 22, 3, 16), 16, 2, 3, interlaced=True)
    yield "colour_alpha_16_interlaced.png", png(noise(rng, 20, 17, 4, 16), 16, 6, 4, interlaced=True)
    yield "colour_alpha_16.png", png(noise(rng, 14, 25, 4, 16), 16, 6, 4)
    linear, bright = (chunk(b"gAMA", struct.pack(">I", gamma)) for gamma in (100000, 20000))
    yield "gamma_8.png", png(noise(random.Random(3), 13, 27, 3, 8), 8, 2, 3, linear)
    yield "gamma_16.png", png(noise(random.Random(4), 12, 20, 3, 16), 16, 2, 3, bright)
    yield "sampled_1x4.jpg", sampled(waves(26, 35), "1x4")
    yield "sampled_each.jpg", sampled(waves(22, 36), "2x2,2x1,1x2")
    tables = b"\xff\xdb"
    yield "extra_bytes.jpg", jpeg(waves(28, 31)).replace(tables, b"\x12\x34" + tables, 1)  # as some cameras leave them


def read(data):
    """As Pillow reads it: upright, on white, in colour."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if picture.mode in ("LA", "RGBA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return picture.convert("RGB")


def small(picture):
    scale = min(picture.width / COLUMNS, picture.height / ROWS)
    left, top = (picture.width - scale * COLUMNS) / 2, (picture.height - scale * ROWS) / 2
    return picture.resize((COLUMNS, ROWS), Image.Resampling.BICUBIC,
                          box=(left, top, left + scale * COLUMNS, top + scale * ROWS))


for name, data in pictures():
    (FOLDER / name).write_bytes(data)
    upright = read(data)
    upright.save(FOLDER / f"{pathlib.Path(name).stem}.read.png", optimize=True)
    small(upright).save(FOLDER / f"{pathlib.Path(name).stem}.small.png", optimize=True)
