#!/usr/bin/env bash
# lint_text.sh: no dead link in README.md, docs/*.md and what lies in folders of docs. A relative link must lead to a file
# or folder that is there, and its #anchor to a heading of that text. Runs in the project's root.
set -euo pipefail

texts() {
    { find README.md docs -name '*.md' 2>/dev/null || true; } | sort
}

# The links of a text, as FILE:LINE TARGET; code is left out.
links() {
    awk '
        /^ *(```|~~~)/ { fenced = !fenced; next }
        fenced { next }
        function link(target) {
            sub(/^</, "", target); sub(/>$/, "", target)
            if (target !~ /^[a-z]+:/ && target != "") print FILENAME ":" FNR " " target
        }
        {
            text = $0
            gsub(/`[^`]*`/, "", text)
            rest = text
            while (match(rest, /\]\([^) ]+/)) {
                link(substr(rest, RSTART + 2, RLENGTH - 2))
                rest = substr(rest, RSTART + RLENGTH)
            }
            if (match(text, /^ *\[[^]]+\]: *[^ ]+/)) {
                rest = substr(text, RSTART, RLENGTH)
                sub(/^ *\[[^]]+\]: */, "", rest)
                link(rest)
            }
            while (match(text, /(src|href|srcset)="[^"]+"/)) {
                rest = substr(text, RSTART, RLENGTH)
                gsub(/^[a-z]+="|"$/, "", rest)
                link(rest)
                text = substr(text, RSTART + RLENGTH)
            }
        }' "$1"
}

# The anchors that a code forge gives to the headings of a text, one on a line, and those written as <a id="...">.
anchors() {
    awk '
        /^ *(```|~~~)/ { fenced = !fenced; next }
        fenced { next }
        {
            rest = $0
            while (match(rest, /(id|name)="[^"]+"/)) {
                anchor = substr(rest, RSTART, RLENGTH)
                gsub(/^[a-z]+="|"$/, "", anchor)
                print anchor
                rest = substr(rest, RSTART + RLENGTH)
            }
        }
        /^#+ / {
            anchor = tolower($0)
            sub(/^#+ +/, "", anchor)
            sub(/[ #]*$/, "", anchor)
            while (match(anchor, /\]\([^)]*\)/)) anchor = substr(anchor, 1, RSTART) substr(anchor, RSTART + RLENGTH)
            gsub(/\303\227|\303\267|\302[\200-\277]|\342[\200-\277][\200-\277]/, "", anchor)  # signs, dashes, arrows
            gsub(/[][!"#$%&\047()*+,.\/:;<=>?@\\^`{|}~]/, "", anchor)
            gsub(/ /, "-", anchor)
            if (anchor in times) { print anchor "-" times[anchor]++ } else { times[anchor] = 1; print anchor }
        }' "$1"
}

check_link() { # WHERE TARGET
    local folder file anchor=""
    folder=$(dirname "${1%%:*}")
    [[ $2 != *#* ]] || anchor=${2#*#}
    file=${2%%#*}
    if [[ -z $file ]]; then file=${1%%:*}; else file=$folder/${file//%20/ }; fi
    if [[ ! -e $file ]]; then
        echo "$1: dead link $2: there is no $file"
    elif [[ -n $anchor && $file == *.md && $'\n'$(anchors "$file")$'\n' != *$'\n'"$anchor"$'\n'* ]]; then
        echo "$1: dead link $2: $file has no heading with the anchor #$anchor"
    fi
}

check() {
    local findings
    findings=$(cd "$1" && texts | while IFS= read -r text; do links "$text"; done |
        while read -r where target; do check_link "$where" "$target"; done)
    [[ -z $findings ]] || { echo "$findings"; return 1; }
}

# The lint must find each of these dead links, or it is not worth running.
self_test() {
    local root line
    root=$(mktemp -d)
    mkdir -p "$root/docs"
    # shellcheck disable=SC2016  # the backticks are text
    printf '# Notes\n## `softmax`, by rows (3.1)\n## Twice\n## Twice\n' >"$root/docs/notes.md"
    while IFS= read -r line; do
        printf '# The read-me\n%b\n' "${line#* }" >"$root/README.md"
        if [[ $line == bad* ]] && (check "$root") >/dev/null; then
            echo "lint_text: does not find: ${line#* }"
            exit 1
        elif [[ $line == good* ]] && ! (check "$root"); then
            echo "lint_text: complains about: ${line#* }"
            exit 1
        fi
    done <<'CASES'
bad [x](docs/none.md)
bad ![x](docs/none.png)
bad [x](docs/notes.md) and [y](docs/notes.md#none)
bad [x](#none)
bad [x](docs/notes.md#twice-2)
bad [x]: docs/none.md
bad <img src="docs/none.svg">
good [x](docs/notes.md#softmax-by-rows-31), [y](docs/notes.md#twice-1), [z](docs), [here](#the-read-me)
good [x](https://example.org/none), `[x](none)`
good ```\n[x](none)\n```
CASES
    rm -rf "$root"
}

self_test
check .
