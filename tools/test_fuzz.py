import unittest

from fuzz import command, environment, limits, read_result, target_names
from project import ROOT
from testing import ProjectTest

QUIET = """#12	INITED cov: 348 ft: 425 corp: 5/139b exec/s: 0 rss: 41Mb
#56927	DONE   cov: 371 ft: 887 corp: 162/4477b lim: 92 exec/s: 6325 rss: 315Mb
stat::number_of_executed_units: 56927
stat::average_exec_per_sec:     6325
stat::peak_rss_mb:              316
"""


class Results(unittest.TestCase):
    def finding(self, *lines, code=77):
        return read_result("idx", QUIET + "\n".join(lines), code, 1).finding

    def test_without_a_finding(self):
        result = read_result("idx", QUIET, 0, 9)
        self.assertEqual((result.executions, result.seconds, result.coverage, result.megabytes, result.finding),
                         (56927, 9, 371, 316, ""))
        self.assertEqual(str(result), "idx                      56927 runs      9 s    371 edges   316 MB  no finding")

    def test_of_the_targets_come_before_those_of_the_sanitizers(self):
        self.assertEqual(self.finding("FINDING: a label without a class", "==3== ERROR: libFuzzer: deadly signal"),
                         "FINDING: a label without a class")
        self.assertEqual(self.finding("terminate called after throwing an instance of 'std::bad_alloc'", "  what():  std::bad_alloc",
                                      "==3== ERROR: libFuzzer: deadly signal"), "FINDING: what():  std::bad_alloc")
        self.assertEqual(self.finding("a.cpp:3:1: runtime error: shift exponent 64 is too large"),
                         "FINDING: runtime error: shift exponent 64 is too large")

    def test_of_the_sanitizers(self):
        self.assertEqual(self.finding("==3==ERROR: AddressSanitizer: requested allocation size 0xae9f (0xaea0 after adjustments)"),
                         "FINDING: AddressSanitizer: requested allocation size 0xae9f")
        self.assertEqual(self.finding("==3== ERROR: libFuzzer: timeout after 10 seconds"), "FINDING: libFuzzer: timeout after 10 seconds")
        self.assertEqual(self.finding(code=-9), "FINDING: ended with code -9")

    def test_of_a_target_that_did_not_start(self):
        result = read_result("idx", "", 127, 0)
        self.assertEqual((result.executions, result.coverage, result.finding), (0, 0, "FINDING: ended with code 127"))


class Targets(ProjectTest):
    def test_are_the_sources(self):
        for path in ("tests/fuzz/idx.cpp", "tests/fuzz/classes.cpp", "tests/fuzz/fuzz.h"):
            self.write(path)
        self.assertEqual(target_names(self.root), ["classes", "idx"])
        self.assertEqual(target_names(self.root, "idx"), ["idx"])
        with self.assertRaisesRegex(ValueError, "there is no target 'png'; there are classes, idx"):
            target_names(self.root, "png")

    def test_of_the_project_have_seeds(self):
        for name in target_names(ROOT):
            self.assertTrue(list((ROOT / "tests/fuzz/seeds" / name).glob("*")), name)

    def test_are_called_with_what_is_kept_before_the_seeds(self):
        words = command(self.root, "idx", ["-runs=5"])
        self.assertEqual(words[:2], [f"{self.root}/build/fuzz/bin/fuzz_idx", "-runs=5"])
        self.assertEqual(words[-2:], [f"{self.root}/build/fuzz/corpus/idx", f"{self.root}/tests/fuzz/seeds/idx"])
        self.assertEqual(environment("/x")["TMPDIR"], "/x")

    def test_run_for_ten_seconds_or_as_long_as_is_said(self):
        self.assertEqual(limits(), ["-max_total_time=10"])
        self.assertEqual(limits(runs=5), ["-runs=5"])
        self.assertEqual(limits(seconds=60), ["-max_total_time=60"])
        self.assertEqual(limits(runs=5, seconds=60), ["-runs=5", "-max_total_time=60"])


if __name__ == "__main__":
    unittest.main()
