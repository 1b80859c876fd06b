#!/usr/bin/env bash
# compare_output.sh NAME PROGRAM SCRATCH [ARGUMENT...]: runs PROGRAM with the arguments in the empty folder SCRATCH and
# compares what it prints with tests/NAME/output.txt. With VIT_UPDATE_OUTPUT=1 it writes that file instead.
#
# Text must be the same. A number with decimals may differ by one in its last digit: processors and compilers round
# sums in different orders. In 07_training, no number is compared from the first line on that tells of training.
set -euo pipefail
name=$1 program=$2 scratch=$3
shift 3
committed=$PWD/tests/$name/output.txt

# Hides the numbers that training made (a "." in a table is a 0), and the spaces that align them.
hide_training() {
    if [[ $name == 07_training ]]; then
        sed -E '/^(training|check: one batch)/,$ { s/[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g; s/(^| )\./\1N/g; s/ +/ /g; }' "$1"
    else
        cat "$1"
    fi
}

# Two files side by side, line by line and word by word. Fails if a word differs by more than its last digit.
same_up_to_rounding() {
    awk '
        function decimals(word) { sub(/^[^.]*\./, "", word); sub(/[^0-9].*/, "", word); return length(word) }
        function number(word) { return word ~ /^[^0-9.a-zA-Z]*[0-9]+\.[0-9]+(e[-+]?[0-9]+)?[^0-9a-zA-Z]*$/ }
        function exponent(word) { return word ~ /e[-+]?[0-9]/ ? substr(word, index(word, "e") + 1) + 0 : 0 }
        function value(word) { gsub(/[^-+0-9.e]/, "", word); return word + 0 }
        function shape(word) { gsub(/[0-9.]/, "", word); sub(/^-/, "", word); return word }
        function same(a, b,   step) {
            if (a == b) return 1
            if (!number(a) || !number(b) || decimals(a) != decimals(b) || shape(a) != shape(b)) return 0
            step = exp(log(10) * (exponent(a) - decimals(a)))
            return (value(a) - value(b)) ^ 2 <= (1.01 * step) ^ 2
        }
        NR == FNR { want[FNR] = $0; lines = FNR; next }
        {
            if (want[FNR] == $0) { seen = FNR; next }
            if (split(want[FNR], words) != NF) exit 1
            for (i = rounded = 0; i++ < NF; rounded += words[i] != $i) if (!same(words[i], $i)) exit 1
            if (!rounded) exit 1 # only spaces differ
            seen = FNR
        }
        END { if (lines != seen) exit 1 }' "$1" "$2"
}

rm -rf "$scratch"
mkdir -p "$scratch"
ln -s "$PWD/data" "$scratch/data" # the programs look for data/ where they run
cd "$scratch"
if ! "$program" "$@" >printed.txt 2>errors.txt </dev/null; then
    cat printed.txt errors.txt
    echo "$name: the program failed"
    exit 1
fi
if [[ ${VIT_UPDATE_OUTPUT:-} == 1 ]]; then
    mkdir -p "$(dirname "$committed")"
    cp printed.txt "$committed"
    echo "$name: wrote $committed"
elif [[ ! -f $committed ]]; then
    echo "$name: $committed is missing; run the test with VIT_UPDATE_OUTPUT=1 to write it"
    exit 1
else
    hide_training "$committed" >want.txt
    hide_training printed.txt >got.txt
    same_up_to_rounding want.txt got.txt && exit 0
    diff -u want.txt got.txt | sed "1 s|.*|--- tests/$name/output.txt|; 2 s|.*|+++ what $name prints now|" || true
    echo "$name: prints something else than tests/$name/output.txt. If that is meant, write the file anew:"
    echo "  VIT_UPDATE_OUTPUT=1 ctest --preset release -R output_$name"
    exit 1
fi
