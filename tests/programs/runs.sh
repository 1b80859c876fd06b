#!/usr/bin/env bash
# runs.sh BIN SCRATCH: trainings that diverge, and trainings that begin at the same time. SCRATCH is emptied first. Runs
# in the project's root.
set -euo pipefail
bin=$(realpath -- "$1") scratch=$2 root=$PWD failed=0
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data

fail() {
    echo "$1"
    failed=1
}

tiny=(--depth 1 --width 16 --heads 2 --hidden 32 --epochs 5 --threads 1)

# A run that diverges ends at that step with code 1 and one line; what it left can be resumed, and holds no NaN.
diverges() { # FOLDER OPTION...
    local folder=$1 code=0 line said
    shift
    "$bin/07_training" "${tiny[@]}" "$@" --out "$folder" >out.txt 2>err.txt </dev/null || code=$?
    said=$(cat err.txt)
    [[ $code == 1 ]] || fail "$*: ended with code $code"
    [[ $said =~ ^"07_training: training: step "[0-9]+" of 105, at the learning rate "[0-9.e+-]+": "[A-Za-z,\ _.\'0-9]+" not finite; $folder/last.safetensors has the last good state"$ ]] ||
        fail "$*: said $said"
    grep -q "test accuracy" out.txt && fail "$*: tested the model"
    grep -qi nan "$folder/metrics.csv" && fail "$*: there is a NaN in metrics.csv"
    line=$("$bin/07_training" --resume "$folder" --stop-after 1 2>err.txt | tail -n 1) || true
    [[ $line == "stopped after step "* || $(cat err.txt) == "$said" ]] ||
        fail "$*: cannot be resumed: $line $(cat err.txt)"
}

diverges far --learning-rate 1e6
diverges high --learning-rate 1e30 --warmup-epochs 0 --schedule constant --largest-norm 0
diverges eps --adam-eps 0

# Of several runs that begin at once, each gets its own folder; the one that all want goes to one of them.
pids=()
for i in 1 2 3 4; do
    "$bin/07_training" "${tiny[@]}" >"numbered-$i.txt" &
    pids+=($!)
    "$bin/07_training" "${tiny[@]}" --out same >"same-$i.txt" 2>"same-$i.err" &
    pids+=($!)
done
codes=()
for pid in "${pids[@]}"; do
    code=0
    wait "$pid" || code=$?
    codes+=("$code")
done
[[ $(cat numbered-?.txt | grep -o 'into runs/.*' | sort) == $'into runs/digits-1\ninto runs/digits-2\ninto runs/digits-3\ninto runs/digits-4' ]] ||
    fail "four runs at once: $(cat numbered-?.txt | grep -o 'into .*' | tr '\n' ' ')"
for i in 1 2 3 4; do
    [[ $(ls "runs/digits-$i") == "$(ls runs/digits-1)" && -s runs/digits-$i/best.safetensors ]] ||
        fail "four runs at once: runs/digits-$i has $(ls "runs/digits-$i")"
done
[[ $(printf '%s\n' "${codes[@]}" | sort | tr '\n' ' ') == "0 0 0 0 0 1 1 1 " ]] ||
    fail "four runs with the same --out: they ended with ${codes[*]}"
[[ -z $(grep -vhx -e "07_training: same already holds a run; choose another --out, or continue it with --resume same" \
    -e "07_training: same: another run works in this folder" same-?.err) ]] ||
    fail "four runs with the same --out: $(cat same-?.err)"

# A run whose folder is put elsewhere says so and ends; it does not begin another one.
timeout 60 "$bin/07_training" "${tiny[@]}" --epochs 100000 --out gone >gone.txt 2>gone.err &
pid=$!
while [[ ! -s gone/best.safetensors ]] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
mv gone elsewhere
code=0
wait "$pid" || code=$?
[[ $code == 1 && $(cat gone.err) =~ ^"07_training: "("gone: the folder was removed while the run worked in it"|"write_file: cannot "(open|write)" gone/"[a-z.]+": No such file or directory")$ ]] ||
    fail "a folder that is removed: code $code, $(cat gone.err)"

exit $failed
