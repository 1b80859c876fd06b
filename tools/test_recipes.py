import json

from quotes import findings, update
from testing import ProjectTest

PAGE = "docs/recipes.md"
HEADING = "<!-- recipes -->\n| recipe | test accuracy | minutes | epochs | parameters |\n|---|---|---|---|---|\n"
ROW = "| [small](recipes/small/config.json) | 91.26 % | 3 | 2 | 138,000 |\n"


class Recipes(ProjectTest):
    def setUp(self):
        super().setUp()
        folder = "docs/recipes/small"
        self.write(f"{folder}/config.json", json.dumps({"training": {"epochs": 2}}))
        self.write(f"{folder}/metrics.csv", "epoch,seconds\n1,100.5\n2,70\n")
        self.write(f"{folder}/curves.svg", "<svg/>")
        self.write(f"{folder}/output.txt", "138,000 parameters\n...\ntest accuracy 0.9126 (9126/10000)\n")

    def finding(self):
        found = list(findings(self.root))
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_a_row_for_each_run(self):
        self.write(PAGE, HEADING + ROW + "\nText.\n")
        self.assertEqual(list(findings(self.root)), [])

    def test_a_stale_number(self):
        self.write(PAGE, HEADING + ROW.replace("91.26", "92.00"))
        self.assertIn("stale", self.finding())
        self.assertEqual(update(self.root), [PAGE])
        self.assertEqual(self.read(PAGE), HEADING + ROW)

    def test_a_run_that_was_stopped_to_see_what_it_costs(self):
        self.write("docs/recipes/large/config.json", json.dumps({"training": {"epochs": 30}}))
        self.write("docs/recipes/large/output.txt",
                   "85,000 parameters\n...\n"
                   "epoch 1 so far: 30 of 1500 steps, train loss 2.3000, train accuracy 0.1000, 20.2 s a step\n")
        self.write(PAGE, HEADING + "| [large](recipes/large/config.json) | stopped | 10 | 0.020 of 30 | 85,000 |\n" + ROW)
        self.assertEqual(list(findings(self.root)), [])
        (self.root / "docs/recipes/large/config.json").unlink()
        self.assertIn("docs/recipes/large/config.json is missing", self.finding())

    def test_a_run_that_is_not_complete(self):
        self.write(PAGE, HEADING + ROW)
        self.write("docs/recipes/small/metrics.csv", "epoch,seconds\n1,100.5\n")
        self.assertIn("1 epochs in metrics.csv, 2 in config.json", self.finding())
        self.write("docs/recipes/small/metrics.csv", "epoch,seconds\n1,100.5\n2,70\n")
        self.write("docs/recipes/small/output.txt", "138,000 parameters\n")
        self.assertIn("is not of a complete run", self.finding())
        (self.root / "docs/recipes/small/output.txt").unlink()
        self.assertIn("docs/recipes/small/output.txt is missing", self.finding())
