#!/usr/bin/env bash
# interrupt.sh BIN SCRATCH: a training that gets SIGINT in the middle comes to a good end, and the run that is resumed
# from it ends with the very same numbers as one that nobody disturbed. SCRATCH is emptied first.
set -euo pipefail
bin=$1 scratch=$2 root=$PWD
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data

fail() {
    echo "$1"
    exit 1
}

options=(--epochs 6 --depth 1 --width 32 --heads 2 --mlp-width 64 --rotate 5 --embedding-dropout 0.1 --seed 5 --threads 2)
"$bin/07_training" "${options[@]}" --out whole >whole.txt || fail "the whole run failed"

# One epoch is made when metrics.csv has two lines; five are still to come.
"$bin/07_training" "${options[@]}" --out stopped >stopped.txt 2>err.txt </dev/null &
process=$!
for ((try = 0; try < 6000; ++try)); do
    lines=$(cat stopped/metrics.csv 2>/dev/null | wc -l || true)
    ((lines < 2)) || break
    sleep 0.01
done
kill -INT "$process"
code=0
wait "$process" || code=$?
[[ $code == 0 ]] || fail "after SIGINT, the program ended with code $code: $(cat err.txt)"
[[ $(tail -n 1 stopped.txt) == "stopped after step "*" of 126; go on with --resume stopped" ]] ||
    fail "after SIGINT, the last line is: $(tail -n 1 stopped.txt)"
[[ -s stopped/last.safetensors ]] || fail "after SIGINT, there is no last.safetensors"
[[ ! -s err.txt ]] || fail "after SIGINT, stderr has: $(cat err.txt)"

"$bin/07_training" --resume stopped >resumed.txt || fail "the run could not be resumed"
[[ $(tail -n 1 resumed.txt) == "test accuracy "* ]] || fail "the resumed run ends with: $(tail -n 1 resumed.txt)"
[[ $(tail -n 1 resumed.txt) == "$(tail -n 1 whole.txt)" ]] ||
    fail "the resumed run ends with '$(tail -n 1 resumed.txt)', the whole one with '$(tail -n 1 whole.txt)'"
cmp stopped/best.safetensors whole/best.safetensors
[[ $(sed 's/,[^,]*$//' stopped/metrics.csv) == "$(sed 's/,[^,]*$//' whole/metrics.csv)" ]] || fail "metrics.csv differs in more than the seconds"
