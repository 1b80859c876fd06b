#!/usr/bin/env bash
# kill.sh BIN SCRATCH [COUNT]: a training that is killed COUNT times (default 8) at random moments goes on each time, and
# ends with the same bits as one that nobody killed. SCRATCH is emptied first. Runs in the project's root.
set -euo pipefail
bin=$1 scratch=$2 count=${3:-8} root=$PWD
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data

fail() {
    echo "$1"
    exit 1
}

options=(--depth 1 --width 16 --heads 2 --threads 2 --rotate 5 --mixup 0.2 --epochs $((3 * count)))
RANDOM=1
unfinished=0
for ((i = 0; i < count; ++i)); do
    command=(--resume killed)
    [[ -f killed/last.safetensors ]] || command=("${options[@]}" --out killed)
    "$bin/07_training" "${command[@]}" >out.txt 2>err.txt </dev/null &
    process=$!
    sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
    kill -KILL "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    [[ ! -s err.txt ]] || fail "after $i kills, stderr has: $(cat err.txt)"
    unfinished=$((unfinished + $(find killed -name '*.unfinished' 2>/dev/null | wc -l)))
done
"$bin/07_training" --resume killed >out.txt || fail "after $count kills, the run cannot be resumed"
[[ -z $(find killed -name '*.unfinished') ]] || fail "unfinished files are left: $(ls killed)"
"$bin/07_training" "${options[@]}" --out whole >out.txt
cmp killed/best.safetensors whole/best.safetensors
for run in killed whole; do sed 's/,[^,]*$//' "$run/metrics.csv" >"$run.csv"; done # without the seconds
cmp killed.csv whole.csv
echo "killed $count times, $unfinished files were left unfinished and then removed; the same bits as a run that was not killed"
