#!/usr/bin/env bash
# docs_output.sh: what the texts quote is what the programs print. Runs in the project's root. In README.md and docs,
#
#     <!-- output: 03_attention -->
#     ```text
#     $ ./learn run 3
#     lines of the output
#     ...
#     more lines of it
#     ```
#
# the block's lines must stand in tests/03_attention/output.txt, one after the other. A line "..." leaves lines out; a
# first line "$ ..." is the command. Spaces at the ends of lines do not count.
set -euo pipefail

texts() {
    { find README.md docs -name '*.md' 2>/dev/null || true; } | sort
}

check_text() {
    awk '
        function complain(line, text) { print FILENAME ":" line ": " text }
        function trimmed(text) { sub(/[ \t\r]+$/, "", text); return text }
        function load(name,   file, line) {
            file = "tests/" name "/output.txt"
            total = 0
            while ((getline line < file) > 0) output[++total] = trimmed(line)
            close(file)
            return total > 0
        }
        # How many lines of the block, from `first` to the next "...", stand in the output from line `at` on.
        function matching(first, at,   n) {
            while (first + n <= lines && block[first + n] != "..." && at + n <= total && block[first + n] == output[at + n]) ++n
            return n
        }
        function compare(   first, at, n, start, best, best_at, size) {
            start = 1
            for (first = 1; first <= lines; first += size + 1) {
                for (size = 0; first + size <= lines && block[first + size] != "..."; ++size) {}
                best = -1
                for (at = start; at <= total && best < size; ++at) {
                    n = matching(first, at)
                    if (n > best) { best = n; best_at = at }
                }
                if (best < size) { stale(first + best, best, best_at); return }
                start = best_at + size
            }
        }
        function stale(i, before, at) {
            complain(from[i], "stale output of " name ": \"" block[i] "\"")
            if (before > 0) print "  tests/" name "/output.txt:" at + before ": has here:  \"" output[at + before] "\""
            else print "  no such line in tests/" name "/output.txt, or not in this place"
            print "  Paste the lines of that file into the text."
        }
        trimmed($0) ~ /^<!-- output:/ {
            name = $3; marked = FNR
            if (trimmed($0) !~ /^<!-- output: [0-9a-z_]+ -->$/) { complain(FNR, "write it as <!-- output: 03_attention -->"); marked = 0 }
            else if (!load(name)) { complain(FNR, "tests/" name "/output.txt is missing or empty"); marked = 0 }
            next
        }
        /^ *(```|~~~)/ {
            if (fenced && marked) { compare(); marked = 0 }
            fenced = !fenced; lines = 0; opened = FNR
            next
        }
        fenced && FNR == opened + 1 && /^\$ / { next }
        fenced { block[++lines] = trimmed($0); from[lines] = FNR; next }
        marked && NF { complain(marked, "the next line must open a fenced block"); marked = 0 }
        END {
            if (marked) complain(marked, "no whole fenced block follows")
        }' "$1"
}

check() {
    local findings
    findings=$(cd "$1" && texts | while IFS= read -r text; do check_text "$text"; done)
    [[ -z $findings ]] || { echo "$findings"; return 1; }
}

# The check must find each of these stale blocks, or it is not worth running.
self_test() {
    local root line
    root=$(mktemp -d)
    mkdir -p "$root/tests/03_x"
    printf 'one 1\ntwo 2\n\nthree 3\nfour 4\n' >"$root/tests/03_x/output.txt"
    while IFS= read -r line; do
        printf '<!-- output: 03_x -->\n%b\n' "${line#* }" >"$root/README.md"
        if [[ $line == bad* ]] && (check "$root") >/dev/null; then
            echo "docs_output: does not find: ${line#* }"
            exit 1
        elif [[ $line == good* ]] && ! (check "$root"); then
            echo "docs_output: complains about: ${line#* }"
            exit 1
        fi
    done <<'CASES'
bad ```\none 1\ntwo 3\n```
bad ```\none 1\nthree 3\n```
bad ```\nthree 3\n...\none 1\n```
bad ```\nfour 4\nfive 5\n```
bad no block
bad ```\none 1
bad ```\n```\n<!-- output: 04_none -->\n```\none 1\n```
good ```text\n$ ./learn run 3\none 1\ntwo 2\n\nthree 3\n```
good \n```\none 1\n...\nthree 3  \nfour 4\n```
CASES
    rm -rf "$root"
}

self_test
check .
