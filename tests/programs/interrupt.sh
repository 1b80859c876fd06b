#!/usr/bin/env bash
# interrupt.sh BIN SCRATCH: a training that gets SIGTERM in the middle comes to a good end, and goes on with --resume as
# if nobody had disturbed it. SCRATCH is emptied first. Runs in the project's root.
# (Not SIGINT: a shell starts what it puts into the background with that ignored. Interrupt has tests of its own.)
set -euo pipefail
bin=$(realpath -- "$1") scratch=$2 root=$PWD
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data

fail() {
    echo "$1"
    exit 1
}

# More epochs than any machine makes before the signal comes.
options=(--epochs 1000000 --depth 1 --width 16 --heads 2 --rotate 5 --embedding-dropout 0.1 --seed 5 --threads 2)

mkfifo lines
"$bin/07_training" "${options[@]}" --out stopped >lines 2>err.txt </dev/null &
process=$!
exec 3<lines
while read -r line <&3; do # until the line of the first epoch
    [[ $line != "1 "* ]] || break
done
kill -TERM "$process" || fail "the training ended before the signal came: $(cat err.txt)"
last=""
while read -r line <&3; do last=$line; done # to its end
code=0
wait "$process" || code=$?
[[ $code == 0 ]] || fail "after SIGTERM, the program ended with code $code: $(cat err.txt)"
[[ ! -s err.txt ]] || fail "after SIGTERM, stderr has: $(cat err.txt)"
[[ $last == "stopped after step "*" of "*"; go on with --resume stopped" ]] || fail "after SIGTERM, the last line is: $last"
step=${last#stopped after step }
step=${step%% *}

# One more epoch, with and without the disturbance.
more=30
"$bin/07_training" --resume stopped --stop-after $more >resumed.txt || fail "the run could not be resumed"
"$bin/07_training" "${options[@]}" --out whole --stop-after $((step + more)) >whole.txt || fail "the whole run failed"
[[ $(tail -n 1 resumed.txt) == "stopped after step $((step + more)) of "* ]] ||
    fail "the resumed run ends with: $(tail -n 1 resumed.txt)"
cmp stopped/best.safetensors whole/best.safetensors
for run in stopped whole; do sed 's/,[^,]*$//' "$run/metrics.csv" >"$run.csv"; done # without the seconds
cmp stopped.csv whole.csv
