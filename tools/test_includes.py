from includes import findings, includes_of, parts_of
from testing import ProjectTest


class Includes(ProjectTest):
    def setUp(self):
        super().setUp()
        for path in ("common/tensor/a.h", "common/program/a.h", "common/files/a.h", "common/report/a.h", "chapters/02_x/b.h",
                     "chapters/03_attention/b.h", "chapters/03_attention/tiles/t.h", "chapters/03_attention/other/o.h",
                     "tests/testing.h", "tests/common/shared.h"):
            self.write(path)

    def found(self, path, line):
        self.write(path, line + "\n")
        return list(findings(self.root))

    def assert_bad(self, path, line, message):
        found = self.found(path, line)
        self.assertEqual(len(found), 1, f"{path}: {line}")
        self.assertIn(f"{path}:1: includes ", found[0])
        self.assertIn(message, found[0])
        (self.root / path).unlink()

    def assert_good(self, path, line):
        self.assertEqual(self.found(path, line), [])

    def test_every_include_says_where_its_file_is(self):
        self.assert_bad("common/tensor/c.cpp", '#include "a.h"', "no such file")
        self.assert_bad("common/tensor/c.cpp", '#include "common/tensor/none.h"', "no such file")
        self.assert_bad("chapters/02_x/c.cpp", '#include "chapters/02_x/b.h"', "no such file")
        self.assert_bad("chapters/02_x/c.cpp", '#include "../02_x/b.h"', "no such file")
        self.assert_bad("chapters/02_x/c.cpp", '#include "02_x/../02_x/b.h"', "no such file")
        self.assert_good("chapters/02_x/c.cpp", '#include "02_x/b.h"')
        self.assert_good("chapters/02_x/c.cpp", "#include <vector>")

    def test_rooms_of_common_stand_on_each_other(self):
        self.assert_bad("common/tensor/c.cpp", '#include "common/report/a.h"', "common/report is above common/tensor")
        self.assert_bad("common/program/c.cpp", '#include "common/files/a.h"', "common/files is above common/program")
        self.assert_bad("common/report/c.cpp", '#include "02_x/b.h"', "02_x is above common/report")
        self.assert_bad("common/c.cpp", '#include "common/tensor/a.h"', "is on no floor")
        self.assert_bad("common/new/c.cpp", '#include "common/tensor/a.h"', "is on no floor")
        self.assert_good("common/files/c.cpp", "#include <common/tensor/a.h>")
        self.assert_good("common/files/c.h", '#include "common/files/a.h"')

    def test_chapters_stand_on_each_other(self):
        self.assert_bad("chapters/02_x/c.cpp", '#include "03_attention/b.h"', "03_attention is above 02_x")
        self.assert_bad("chapters/02_x/c.cpp", "#  include <03_attention/b.h>", "03_attention is above 02_x")
        self.assert_bad("chapters/02_x/c.cpp", '#include "tests/testing.h"', "only tests include tests")
        self.assert_good("chapters/03_attention/c.cpp", '#include "02_x/b.h"')
        self.assert_good("chapters/03_attention/c.cpp", '#include "common/report/a.h"')

    def test_inner_rooms_open_through_their_doors(self):
        tiles, other = '#include "03_attention/tiles/t.h"', '#include "03_attention/other/o.h"'
        self.assert_bad("chapters/03_attention/heads.cpp", tiles, "03_attention/tiles is an inner room")
        self.assert_bad("chapters/03_attention/attend.cpp", other, "03_attention/other is an inner room")
        self.assert_bad("chapters/03_attention/other/o.cpp", tiles, "03_attention/tiles is an inner room")
        self.assert_good("chapters/03_attention/attend.cpp", tiles)
        self.assert_good("chapters/03_attention/tiles/t.cpp", tiles)
        self.assert_good("chapters/03_attention/tiles/t.cpp", '#include "03_attention/b.h"')
        self.assert_good("chapters/03_attention/main.cpp", other)
        self.assert_good("chapters/03_attention/check/main.cpp", other)
        self.assert_good("tests/03_attention/t_test.cpp", other)

    def test_tests_stand_on_the_floor_of_their_subject(self):
        self.assert_bad("tests/02_x/c_test.cpp", '#include "03_attention/b.h"', "03_attention is above 02_x")
        self.assert_bad("tests/common/c_test.cpp", '#include "02_x/b.h"', "02_x is above common/report")
        self.assert_bad("tests/02_x/c_test.cpp", '#include "tests/none.h"', "no such file")
        self.assert_good("tests/02_x/c_test.cpp", '#include "tests/testing.h"')
        self.assert_good("tests/common/c_test.cpp", '#include "common/report/a.h"')
        self.assert_good("tests/benchmarks/c.cpp", '#include "03_attention/b.h"')
        self.assert_good("tests/testing.h", '#include "02_x/b.h"')

    def test_lines_are_counted_from_one(self):
        self.assertEqual(list(includes_of('\n#include "common/a.h"\n  #include <02_x/b.h>\n#include <map>\n')),
                         [(2, "common/a.h"), (3, "02_x/b.h")])

    def test_parts_are_what_a_file_is_built_from(self):
        self.write("chapters/02_x/c.h", '#include "02_x/b.h"\n')
        self.write("chapters/02_x/c.cpp", '#include "02_x/c.h"\n#include "common/tensor/a.h"\n')
        self.assertEqual(parts_of(self.root, "chapters/02_x/c.h"),
                         {"chapters/02_x/c.h", "chapters/02_x/c.cpp", "chapters/02_x/b.h", "common/tensor/a.h"})
