#!/usr/bin/env bash
# kill.sh BIN SCRATCH [COUNT]: a training that is killed COUNT times (default 8) at random moments goes on each time, and
# ends with the same bits as one that nobody killed. First that one runs, which tells how long a training takes; the
# other is killed after a random share of that, so that it is at work nearly every time. SCRATCH is emptied first. Runs
# in the project's root.
set -euo pipefail
bin=$(realpath -- "$1") scratch=$2 count=${3:-8} root=$PWD
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data

fail() {
    echo "$1"
    exit 1
}

options=(--depth 1 --width 16 --heads 2 --threads 2 --rotate 5 --mixup 0.2 --epochs $((10 * count)))
begin=$(date +%s%N)
"$bin/07_training" "${options[@]}" --out whole >out.txt
longest=$(((16 * ($(date +%s%N) - begin) / 10 / count) / 1000000)) # milliseconds until a kill: on average half of that
RANDOM=1
killed=0 unfinished=0
for ((i = 0; i < count; ++i)); do
    command=(--resume killed)
    [[ -f killed/last.safetensors ]] || command=("${options[@]}" --out killed)
    "$bin/07_training" "${command[@]}" >out.txt 2>err.txt </dev/null &
    process=$!
    milliseconds=$((longest * RANDOM / 32768))
    sleep "$((milliseconds / 1000)).$(printf '%03d' $((milliseconds % 1000)))"
    kill -KILL "$process" 2>/dev/null || true
    status=0
    wait "$process" 2>/dev/null || status=$?
    [[ $status != 137 ]] || killed=$((killed + 1)) # 128 + SIGKILL; else the training had reached its end
    [[ ! -s err.txt ]] || fail "after $i kills, stderr has: $(cat err.txt)"
    unfinished=$((unfinished + $(find killed -name '*.unfinished' 2>/dev/null | wc -l)))
done
((4 * killed >= 3 * count)) || fail "of $count kills only $killed came before the training had reached its end"
"$bin/07_training" --resume killed >out.txt || fail "after $count kills, the run cannot be resumed"
[[ -z $(find killed -name '*.unfinished') ]] || fail "unfinished files are left: $(ls killed)"
cmp killed/best.safetensors whole/best.safetensors
for run in killed whole; do sed 's/,[^,]*$//' "$run/metrics.csv" >"$run.csv"; done # without the seconds
cmp killed.csv whole.csv
echo "killed $killed times, $unfinished files were left unfinished and then removed; the same bits as a run that was not killed"
