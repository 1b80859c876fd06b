#!/usr/bin/env bash
# lint_includes.sh: includes run one way. common/ includes only common/; a chapter includes common/, itself and the
# chapters before it; the tests of a chapter also what tests share. Each include says where its file is:
# "03_attention/softmax.h". Runs in the project's root.
set -euo pipefail

# Every include of one of our files, as FILE LINE INCLUDED.
includes() {
    find common chapters tests -name '*.h' -o -name '*.cpp' | sort | while IFS= read -r file; do
        awk -v file="$file" '
            match($0, /^[ \t]*#[ \t]*include[ \t]*("[^"]*"|<(common|tests|chapters|[0-9][0-9]_)[^>]*>)/) {
                included = substr($0, RSTART, RLENGTH)
                gsub(/^[^"<]*["<]|[">]$/, "", included)
                print file, FNR, included
            }' "$file"
    done
}

# The room of a file, and its height: tests 0, common 0, 03_attention 3. What is higher may include what is lower.
judge() {
    awk '
        function complain(text) { print $1 ":" $2 ": includes \"" $3 "\": " text; failed = 1 }
        function room(path) { sub(/^(chapters|tests)\//, "", path); sub(/\/.*/, "", path); return path }
        function exists(path,   line, found) { found = (getline line < path) >= 0; close(path); return found }
        {
            from = room($1); to = $3; sub(/\/.*/, "", to)
            of_tests = $1 ~ /^tests\//
            if (to == "tests" && of_tests) { if (!exists($3)) complain("there is no such file"); next }
            if (to !~ /^(common|[0-9][0-9]_[a-z_]+)$/) complain("write where it is, as in \"common/tensor/tensor.h\" or \"03_attention/softmax.h\"")
            else if (!exists(to == "common" ? $3 : "chapters/" $3)) complain("there is no such file")
            else if (of_tests && from !~ /^([0-9][0-9]_|common$)/) next
            else if (to != "common" && from == "common") complain("common/ may not include a chapter")
            else if (to != "common" && to + 0 > from + 0) complain("a chapter may include only chapters before it")
        }
        END { exit failed }'
}

check() {
    (cd "$1" && includes | judge)
}

# The lint must find each of these, or it is not worth running.
self_test() {
    local root file line
    root=$(mktemp -d)
    trap 'rm -rf "$root"' RETURN
    while read -r file line; do
        rm -rf "$root"
        mkdir -p "$root"/{common,chapters/0{2,3}_x,tests/02_x}
        touch "$root"/{common/a.h,chapters/0{2,3}_x/b.h,tests/testing.h}
        echo "$line" >"$root/$file"
        if [[ $line == *//*bad* ]] && check "$root" >/dev/null; then
            echo "lint_includes: does not find: $file: $line"
            return 1
        elif [[ $line == *//*good* ]] && ! check "$root"; then
            echo "lint_includes: complains about: $file: $line"
            return 1
        fi
    done <<'CASES'
common/c.cpp        #include "03_x/b.h"          // bad: common includes a chapter
common/c.cpp        #include "a.h"               // bad: does not say where
common/c.cpp        #include "common/none.h"     // bad: no such file
common/c.cpp        #include <common/a.h>        // good
chapters/02_x/c.cpp #include "03_x/b.h"          // bad: a later chapter
chapters/02_x/c.cpp #  include <03_x/b.h>        // bad: a later chapter
chapters/02_x/c.cpp #include "chapters/02_x/b.h" // bad: two ways to write it
chapters/02_x/c.cpp #include "../02_x/b.h"       // bad: relative
chapters/02_x/c.cpp #include "tests/testing.h"   // bad: a chapter includes tests
chapters/03_x/c.cpp #include "02_x/b.h"          // good
chapters/03_x/c.cpp #include "03_x/b.h"          // good
chapters/03_x/c.cpp #include "common/a.h"        // good
tests/02_x/c.cpp    #include "03_x/b.h"          // bad: a test of an earlier chapter
tests/02_x/c.cpp    #include "tests/testing.h"   // good
CASES
}

self_test
check .
