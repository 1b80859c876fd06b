from output import accuracy_problem, compare, differences, run, same_word, without_training
from testing import ProjectTest


class Words(ProjectTest):
    def test_numbers_may_differ_by_one_in_the_last_digit(self):
        for a, b in (("0.9778", "0.9779"), ("-1.5", "-1.4"), ("4.7e-04", "4.8e-04"), ("(0.50,", "(0.51,"), ("99.9%", "100.0%"),
                     ("0.00", "-0.01")):
            self.assertTrue(same_word(a, b), (a, b))
            self.assertTrue(same_word(b, a), (a, b))

    def test_all_else_must_be_the_same(self):
        for a, b in (("0.9778", "0.9780"), ("12", "13"), ("0.5", "0.50"), ("x0.5", "x0.6"), ("0.5%", "0.6"), ("4.7e-04", "4.7e-05"),
                     ("1.5", "-1.5"), ("0.5", "nan"), ("0.5e-1", "0.5"), ("0.5s", "0.6s")):
            self.assertFalse(same_word(a, b), (a, b))
            self.assertFalse(same_word(b, a), (a, b))


class Lines(ProjectTest):
    def test_lines_must_be_the_same_up_to_rounding(self):
        self.assertEqual(differences(["a  0.51", "b"], ["a 0.52", "b"]), [])
        for wanted, got in ((["a b"], ["a  b"]), (["a"], ["a", "b"]), (["a", "b"], ["a"]), (["a 1"], ["a 2"]), (["a"], [])):
            self.assertNotEqual(differences(wanted, got), [], (wanted, got))

    def test_a_training_keeps_its_words(self):
        lines = ["loss 0.5", "training: 60 epochs", "loss 0.5", "  3  .  12 e 1.2e-03"]
        self.assertEqual(without_training(lines), ["loss 0.5", "training: N epochs", "loss N", " N N N e N"])

    def test_accuracy(self):
        self.assertIsNone(accuracy_problem(["...", "test accuracy 0.9500 (342/360)"]))
        self.assertIn("must be at least 0.95", accuracy_problem(["test accuracy 0.9472 (341/360)"]))
        for lines in ([], ["test accuracy nan (0/360)"], ["test accuracy 0.98 (1/1)", ""], ["stopped"]):
            self.assertIn("the last line is not", accuracy_problem(lines), lines)


class Programs(ProjectTest):
    def setUp(self):
        super().setUp()
        self.write("data/digits", "0 1 2\n")

    def test_runs_in_an_empty_folder_with_data(self):
        scratch = self.root / "scratch"
        self.write("scratch/old")
        self.assertEqual(run(self.root, "sh", ["-c", "ls; cat data/digits; echo é"], scratch), ["data", "0 1 2", "é"])

    def test_a_program_that_fails(self):
        with self.assertRaisesRegex(RuntimeError, "^said\nsh ended with code 3$"):
            run(self.root, "sh", ["-c", "echo said >&2; exit 3"], self.root / "scratch")

    def test_compare_and_write(self):
        self.write("tests/03_x/output.txt", "a 0.50\n")
        self.assertEqual(compare(self.root, "03_x", ["a 0.51"], write=False), [])
        self.assertIn("-a 0.50", compare(self.root, "03_x", ["a 0.60"], write=False))
        self.assertEqual(compare(self.root, "03_x", ["a 0.51"], write=True), [])
        self.assertEqual(self.read("tests/03_x/output.txt"), "a 0.50\n")  # the same up to rounding: left as it was
        self.assertEqual(compare(self.root, "03_x", ["b"], write=True), [])
        self.assertEqual(self.read("tests/03_x/output.txt"), "b\n")

    def test_nothing_committed(self):
        self.assertIn("+a", compare(self.root, "04_new", ["a"], write=False))
        self.assertEqual(compare(self.root, "04_new", ["a"], write=True), [])
        self.assertEqual(self.read("tests/04_new/output.txt"), "a\n")

    def test_a_training_must_be_good(self):
        self.write("tests/07_training/output.txt", "training: 60\ntest accuracy 0.9778 (352/360)\n")
        self.assertEqual(compare(self.root, "07_training", ["training: 60", "test accuracy 0.9833 (354/360)"], write=False), [])
        bad = compare(self.root, "07_training", ["training: 60", "test accuracy 0.7500 (270/360)"], write=False)
        self.assertEqual(bad, ["the test accuracy is 0.7500; it must be at least 0.95"])
