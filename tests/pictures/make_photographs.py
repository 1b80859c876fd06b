"""Makes twenty pictures in two folders, photos/sea and photos/wood, in a phone's sizes and names: Python's standard
library only, so that every machine can make them."""
import pathlib
import random
import struct
import sys
import zlib


def png(rows):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def stripes(rng, height, width, colour, upright):
    """Waves lie, trunks stand."""
    step = rng.randrange(12, 30)

    def pixel(y, x):
        along = x if upright else y
        shade = 60 if (along // step) % 2 else 0
        return bytes(max(0, min(255, c + shade + rng.randrange(-20, 20))) for c in colour)

    return [b"".join(pixel(y, x) for x in range(width)) for y in range(height)]


rng = random.Random(5)
for name, first, colour, upright in (("sea", 0, (20, 60, 140), False), ("wood", 100, (60, 70, 20), True)):
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("no picture\n")
    for i in range(10):
        height, width = (120, 160) if i % 3 else (160, 120)
        (folder / f"IMG_{first + i:04}.png").write_bytes(png(stripes(rng, height, width, colour, upright)))
