import gzip
import tempfile
import unittest
from pathlib import Path

from few_images import Part, read_idx, row, write_classes, write_few, write_idx


class FewImages(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        # Ten images of 1 x 2 pixels, of the classes 0, 1, 2, 0, 1, ...; image i has the pixels i and 100 + i.
        for name in ("train", "t10k"):
            write_idx(self.folder, f"{name}-images-idx3", (10, 1, 2), bytes(b for i in range(10) for b in (i, 100 + i)))
            write_idx(self.folder, f"{name}-labels-idx1", (10,), bytes(i % 3 for i in range(10)))
        self.parts = [Part(self.folder, "train"), Part(self.folder, "t10k")]

    def read(self, folder, name):
        return read_idx(folder, f"{name}-images-idx3"), read_idx(folder, f"{name}-labels-idx1")

    def test_compressed_files_are_read_alike(self):
        plain = self.folder / "train-labels-idx1-ubyte"
        wanted = read_idx(self.folder, "train-labels-idx1")
        (self.folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
        self.assertEqual(read_idx(self.folder, "train-labels-idx1"), wanted)

    def test_all_images_of_some_classes_with_labels_from_0(self):
        write_classes(self.folder / "some", self.parts, [0, 2])
        for name in ("train", "t10k"):
            images, labels = self.read(self.folder / "some", name)
            self.assertEqual(images, ((7, 1, 2), bytes([0, 100, 2, 102, 3, 103, 5, 105, 6, 106, 8, 108, 9, 109])))
            self.assertEqual(labels, ((7,), bytes([0, 1, 0, 1, 0, 1, 0])))

    def test_few_to_train_on_and_all_for_the_test(self):
        write_few(self.folder / "few", self.parts, [1, 2], 2, seed=1)
        (sizes, pixels), labels = self.read(self.folder / "few", "train")
        self.assertEqual(sizes, (4, 1, 2))
        self.assertEqual(labels, ((4,), bytes([0, 0, 1, 1])))
        chosen = pixels[::2]
        self.assertEqual([i % 3 for i in chosen], [1, 1, 2, 2])
        self.assertEqual(len(set(chosen)), 4)
        self.assertEqual(self.read(self.folder / "few", "t10k")[0][0], (6, 1, 2))
        write_few(self.folder / "again", self.parts, [1, 2], 2, seed=1)
        self.assertEqual(self.read(self.folder / "again", "train"), self.read(self.folder / "few", "train"))
        write_few(self.folder / "other", self.parts, [1, 2], 2, seed=2)
        self.assertNotEqual(self.read(self.folder / "other", "train"), self.read(self.folder / "few", "train"))

    def test_a_row_has_the_mean_and_the_range(self):
        self.assertEqual(row(5, {"probe": [80.0, 90.0], "from scratch": [50.0, 50.5]}), "| 5 | 85.0 (80.0 to 90.0) | 50.2 (50.0 to 50.5) |")
