"""Makes the files of seeds/ from which the fuzz targets set out: small, and one for each way through a reader.

    python3 tests/fuzz/make_seeds.py

Some are copied from tests/pictures and tests/hostile, the others are made here. Files whose name begins with found_ were
findings of a fuzz run, and stay.
"""
import gzip
import json
import struct
import zlib
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
SEEDS = TESTS / "fuzz/seeds"
SIZE_LIMIT = 2000  # bytes of a picture that is copied


def seed(target, name, contents):
    file = SEEDS / target / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(contents)


def clear():
    for file in SEEDS.glob("*/*"):
        if not file.name.startswith("found_"):
            file.unlink()


def copy_pictures():
    for folder in (TESTS / "pictures", TESTS / "hostile"):
        for file in sorted(folder.iterdir()):
            derived = file.name.endswith((".read.png", ".small.png"))
            if file.suffix in (".png", ".jpg", ".psd", ".ppm") and not derived and file.stat().st_size <= SIZE_LIMIT:
                seed("picture", file.name, file.read_bytes())


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def stored_png(depth, colour_type, channels, *more):
    """Two by two pixels that are not compressed: a change of a byte is a change of a pixel."""
    row = b"\0" + b"\x40" * ((2 * channels * depth + 7) // 8)
    header = struct.pack(">IIBBBBB", 2, 2, depth, colour_type, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", zlib.compress(2 * row, 0)) +
            chunk(b"IEND", b""))


def exif(order, orientation):
    """Without "Exif", as a PNG file has it; order is < or >, the one of the bytes in a number."""
    entry = struct.pack(order + "HHIHH", 0x112, 3, 1, orientation, 0)
    return (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, 1) + entry + bytes(4)


def make_pictures():
    palette = chunk(b"PLTE", bytes(range(6)))
    seed("picture", "stored_grey.png", stored_png(8, 0, 1))
    seed("picture", "stored_colour_16.png", stored_png(16, 2, 3))
    seed("picture", "stored_palette.png", stored_png(1, 3, 1, palette, chunk(b"tRNS", b"\x80")))
    seed("picture", "stored_turned.png", stored_png(8, 6, 4, chunk(b"eXIf", exif(">", 6))))
    seed("picture", "stored_texts.png", stored_png(8, 0, 1, chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"sRGB", b"\0"),
                                                   chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(132))),
                                                   chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"text"))))
    for name, order, orientation in (("intel", "<", 6), ("motorola", ">", 3), ("none", "<", 0)):
        seed("exif", name, b"Exif\0\0" + exif(order, orientation))
    seed("exif", "photograph.jpg", (TESTS / "pictures/turned_6.jpg").read_bytes())


def idx(sizes, contents):
    return struct.pack(">BBBB", 0, 0, 8, len(sizes)) + struct.pack(f">{len(sizes)}I", *sizes) + contents


def idx_folder(storage, files):
    """The form of the target: how the files are stored (0 as they are, 1 to be zipped, 2 called .gz, 3 missing)."""
    how = sum(kind << 2 * i for i, kind in enumerate(storage))
    return struct.pack("<B4H", how, *map(len, files)) + b"".join(files)


def make_data_sets():
    files = [idx([2, 2, 3], bytes(range(12))), idx([2], b"\x00\x02"), idx([1, 2, 3], bytes(6)), idx([1], b"\x01")]
    seed("idx", "plain", idx_folder([0, 0, 0, 0], files))
    seed("idx", "zipped", idx_folder([1, 1, 1, 1], files))
    seed("idx", "called_zipped", idx_folder([2, 2, 2, 2], files))
    seed("idx", "zipped_before", idx_folder([2, 2, 2, 2], [gzip.compress(file, mtime=0) for file in files]))
    seed("idx", "missing", idx_folder([0, 0, 0, 3], files))
    seed("idx", "promises", idx_folder([0, 0, 0, 0], [idx([60000, 28, 28], b""), *files[1:]]))
    seed("idx", "no_images", idx_folder([0, 0, 0, 0], [idx([0, 2, 3], b""), idx([0], b""), *files[2:]]))
    seed("cifar", "two_images", bytes([1]) + bytes(range(256)) * 12 + bytes([0]) + bytes(3072))
    seed("cifar", "cut", bytes([1]) + bytes(3000))
    seed("cifar", "far_label", bytes([200]) + bytes(3072))
    seed("picture_folder", "classes", b"cat/1.png\ncat/2.png\ndog/1.png\ndog/2.png\n dog/notes.txt\n.hidden/1.png\n")
    seed("picture_folder", "parts", b"train/a/1\ntrain/b/1\ntest/a/1\ntest/b/.x\n")
    seed("picture_folder", "odd", "train/x\ntest\nM\u00fctze/\x1b[31m\n\u6f22/1\n../1\n".encode() + b"\xff/1\n")
    seed("classes", "unix", b"shirt\nshoe\nankle boot\n")
    seed("classes", "windows", "\ufeffHemd\r\nSchuh\r\n\r\nMütze".encode())
    seed("classes", "few", b"shirt\nshoe\n")
    seed("classes", "latin1", (TESTS / "hostile/classes_latin1.txt").read_bytes())
    seed("classes", "other", "漢字\n🙂\ne\u0301\n".encode() + b"\xed\xa0\x80\n\x1b[31m\n\xc2\x85\n")


def safetensors(tensors, metadata):
    """Tensors (name, dtype, shape, bytes) as a file."""
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, dtype, shape, contents in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(contents)]}
        data += contents
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def make_weights():
    kinds = [("F64", 8), ("F32", 4), ("F16", 2), ("BF16", 2), ("I64", 8), ("I32", 4), ("U8", 1)]
    files = {"kinds": safetensors([(kind, kind, [2], bytes(2 * size)) for kind, size in kinds], {}),
             "shapes": safetensors([("a", "F32", [], bytes(4)), ("b", "F32", [0], b""), ("c", "F32", [1, 2, 1], bytes(8))],
                                   {"epoch": "3", "note": "ü \"quoted\"\n"}),
             "empty": safetensors([], {}),
             "big_number": (TESTS / "hostile/big_number.safetensors").read_bytes(),
             "other_program": (TESTS / "hostile/other_program.safetensors").read_bytes()}
    for name, contents in files.items():
        seed("safetensors", name, contents)
        length = struct.unpack("<Q", contents[:8])[0]
        if length < len(contents):
            seed("safetensors_header", name, struct.pack("<H", len(contents) - 8 - length) + contents[8:8 + length])


MODEL = {"image_height": "1", "image_width": "1", "channels": "1", "patch_size": "1", "width": "1", "depth": "1", "heads": "1",
         "head_width": "0", "hidden": "1", "classes": "1", "patch_order": "c_p1_p2", "patch_norm": "false",
         "qkv_bias": "true", "attention_projection": "true", "attention_tile": "0", "pooling": "class_token",
         "final_norm": "before_pooling", "eps": "1e-06", "gelu": "erf", "embedding_dropout": "0", "attention_dropout": "0",
         "projection_dropout": "0", "mlp_dropout": "0.1"}
TRAINING = {"data": "data/digits", "validation": "0.1", "epochs": "60", "batch": "64", "learning_rate": "0.002",
            "warmup_epochs": "5", "schedule": "cosine", "weight_decay_kind": "decoupled", "weight_decay": "0.05",
            "beta1": "0.9", "beta2": "0.999", "adam_eps": "1e-08", "largest_norm": "1", "label_smoothing": "0.1",
            "shift": "0.5", "rotate": "0", "scale": "0", "crop": "1", "flip": "0",
            "random_changes": "0", "strength": "5", "mixup": "0", "best_by": "accuracy", "image_height": "0",
            "image_width": "0", "classes": "0", "init": "", "freeze": "nothing", "seed": "1", "threads": "0"}
PICTURES = {f"pictures.{name}": "0.5" for name in (
    "brightness", "brightness_deviation", "contrast", "contrast_deviation", "corners", "ink_side", "ink_y", "ink_x")}
BLOCK = {"norm1.weight": [1], "norm1.bias": [1], "attn.qkv.weight": [3, 1], "attn.qkv.bias": [3], "attn.proj.weight": [1, 1],
         "attn.proj.bias": [1], "norm2.weight": [1], "norm2.bias": [1], "mlp.fc1.weight": [1, 1], "mlp.fc1.bias": [1],
         "mlp.fc2.weight": [1, 1], "mlp.fc2.bias": [1]}
SHAPES = {"cls_token": [1, 1, 1], "pos_embed": [1, 2, 1], "patch_embed.proj.weight": [1, 1, 1, 1], "patch_embed.proj.bias": [1],
          **{f"blocks.0.{name}": shape for name, shape in BLOCK.items()}, "norm.weight": [1], "norm.bias": [1],
          "head.weight": [1, 1], "head.bias": [1]}


def tensors_of(prefix=""):
    def count(shape):
        return shape[0] * count(shape[1:]) if shape else 1
    return [(prefix + name, "F32", shape, struct.pack("<f", 0.5) * count(shape)) for name, shape in SHAPES.items()]


def make_checkpoints():
    texts = {**{f"model.{name}": text for name, text in MODEL.items()}, "normalisation.mean": "0.5",
             "normalisation.standard_deviation": "0.25", "class_names": "shoe", **PICTURES}
    seed("checkpoint", "model", safetensors(tensors_of(), texts))
    texts.update({f"training.{name}": text for name, text in TRAINING.items()})
    texts.update({"step": "7", "data.checksum": "0", "epoch.loss_sum": "0.25", "epoch.right": "3", "epoch.images": "4",
                  "epoch.seconds": "1.5"})
    seed("checkpoint", "state", safetensors(tensors_of() + tensors_of("adamw.m.") + tensors_of("adamw.v."), texts))
    seed("checkpoint", "large", safetensors(tensors_of(), {**texts, "model.width": "1000000", "model.hidden": "1000000"}))


# A model of one block in the words of other libraries: each tensor of SHAPES, and its names there.
TORCHVISION = {"cls_token": ["class_token"], "pos_embed": ["encoder.pos_embedding"], "patch_embed.proj": ["conv_proj"],
               "norm1": ["ln_1"], "attn.qkv": ["self_attention.in_proj"], "attn.proj": ["self_attention.out_proj"],
               "norm2": ["ln_2"], "mlp.fc1": ["mlp.0"], "mlp.fc2": ["mlp.3"], "norm": ["encoder.ln"], "head": ["heads.head"],
               "block": "encoder.layers.encoder_layer_0."}
HUGGING_FACE = {"cls_token": ["vit.embeddings.cls_token"], "pos_embed": ["vit.embeddings.position_embeddings"],
                "patch_embed.proj": ["vit.embeddings.patch_embeddings.projection"], "norm1": ["layernorm_before"],
                "attn.qkv": [f"attention.attention.{part}" for part in ("query", "key", "value")],
                "attn.proj": ["attention.output.dense"], "norm2": ["layernorm_after"], "mlp.fc1": ["intermediate.dense"],
                "mlp.fc2": ["output.dense"], "norm": ["vit.layernorm"], "head": ["classifier"], "block": "vit.encoder.layer.0."}
VIT_PYTORCH = {"cls_token": ["cls_token"], "pos_embed": ["pos_embedding"], "patch_embed.proj": ["to_patch_embedding.1"],
               "norm1": ["0.norm"], "attn.qkv": ["0.fn.to_qkv"], "attn.proj": ["0.fn.to_out.0"], "norm2": ["1.norm"],
               "mlp.fc1": ["1.fn.net.0"], "mlp.fc2": ["1.fn.net.3"], "norm": ["mlp_head.0"], "head": ["mlp_head.1"],
               "block": "transformer.layers.0."}


def in_words_of(library):
    """The tensors of the smallest model under a library's names."""
    for name, dtype, shape, contents in tensors_of():
        place, _, ending = name.rpartition(".") if name.endswith((".weight", ".bias")) else (name, "", "")
        inner = place.removeprefix("blocks.0.")
        names = [(library["block"] if inner != place else "") + part for part in library[inner]]
        for part in names:
            joint = "_" if part.endswith("in_proj") else "."
            yield (part + (joint + ending if ending else ""), dtype, [shape[0] // len(names), *shape[1:]],
                   contents[:len(contents) // len(names)])


def make_pretrained():
    seed("pretrained", "timm", safetensors(tensors_of(), {}))
    for name, library in (("torchvision", TORCHVISION), ("hugging_face", HUGGING_FACE), ("vit_pytorch", VIT_PYTORCH)):
        tensors = [(n, d, s[:1] + [1] if name == "vit_pytorch" and len(s) == 4 else s, c) for n, d, s, c in in_words_of(library)]
        seed("pretrained", name, safetensors(tensors, {}))
    seed("pretrained", "bare", safetensors([(n.removeprefix("vit."), d, s, c) for n, d, s, c in in_words_of(HUGGING_FACE)
                                            if not n.startswith("classifier")], {}))


def config(training, model):
    """Numbers as numbers, words as words."""
    def values(texts):
        plain = dict(texts)
        for name, text in texts.items():
            try:
                plain[name] = json.loads(text)
            except ValueError:
                pass
        return plain
    return json.dumps({"training": values(training), "model": values(model)}, indent=2).encode()


METRICS_HEADER = ("epoch,learning_rate,train_loss_sum,train_right,train_images,validation_loss_sum,validation_right,"
                  "validation_images,train_loss,train_accuracy,validation_loss,validation_accuracy,"
                  "validation_precision,validation_recall,validation_f1,seconds\n")


def make_texts():
    seed("metrics", "validated", (METRICS_HEADER + "1,0.25,6,3,4,1,1,2,1.5,0.75,0.5,0.5,0.75,0.5,0.25,1.5\n").encode())
    seed("metrics", "not_validated", (METRICS_HEADER + "1,2e-05,6.125,3,4,,,,1.5,0.75,,,,,,1.5\n2,0.5,2,0,4,,,,0.5,0,,,,,,3\n").encode())
    seed("metrics", "short_line", (METRICS_HEADER + "1,0.25\n").encode())
    seed("metrics", "empty", METRICS_HEADER.encode())
    seed("config", "defaults", config(TRAINING, MODEL))
    seed("config", "some", b'{"training": {"epochs": 3, "data": "a folder", "flip": 0.5}}')
    seed("config", "numbers", b'{"training": {"learning_rate": 1e300, "seed": 18446744073709551615}, "model": {"width": 1000001}}')
    seed("config", "words", b'{"model": {"gelu": "relu", "pooling": "mean", "qkv_bias": true}, "training": {"data": "\\u0000"}}')
    seed("config", "twice", b'{"training": {"seed": 1, "seed": 2}}')
    seed("config", "deep", b'{"training": {"seed": [[1]]}}')
    seed("config", "other", b'{"optimiser": {}, "training": null}')
    for name, words in (("options", ["--epochs", "3", "--learning-rate=1e-3", "--image-size", "192x256", "--summary"]),
                        ("only", ["--model", "vit_tiny_patch16", "--data", "a folder", "--seed=7"]),
                        ("help", ["--epochs", "3", "--help"]), ("unknown", ["--no-such=3"]), ("short", ["-x", "-h"]),
                        ("negative", ["--learning-rate", "-1"]), ("end", ["--", "--epochs"]), ("twice", ["--seed", "1", "--seed=2"]),
                        ("list", ["--data", "[a,b]", "--data={}"]), ("flag", ["--summary=true"]), ("quoted", ["\"a b\"", "'"])):
        seed("command_line", name, b"".join(word.encode() + b"\0" for word in words))


if __name__ == "__main__":
    clear()
    copy_pictures()
    make_pictures()
    make_data_sets()
    make_weights()
    make_checkpoints()
    make_pretrained()
    make_texts()
