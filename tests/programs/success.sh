#!/usr/bin/env bash
# success.sh BIN SCRATCH: what the options of the programs do when all is well: what is printed, what is written.
# SCRATCH is emptied first. Runs in the project's root.
set -euo pipefail
bin=$(realpath -- "$1") scratch=$2 root=$PWD failed=0
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
ln -s "$root/data" data
cp "$root/tests/hostile/same_size.png" "$root/tests/hostile/thin.png" .

fail() {
    echo "$1"
    failed=1
}

# run PROGRAM WORD...: must end with code 0 and say nothing on stderr. What it prints is in out.txt.
run() {
    case_name="$*"
    timeout 60 "$bin/$1" "${@:2}" >out.txt 2>err.txt </dev/null || fail "$case_name: ended with code $?"
    [[ ! -s err.txt ]] || fail "$case_name: said $(cat err.txt)"
}

# prints TEXT [TIMES]: that many lines of what the last case printed have the text.
prints() {
    local found
    found=$(grep -cF -- "$1" out.txt || true)
    [[ $found == "${2:-1}" ]] || fail "$case_name: $found lines, not ${2:-1}, have: $1"
}

# holds FILE BEGINNING END: the last case wrote a file that begins and ends with these bytes.
holds() {
    local length
    [[ -f $1 ]] || { fail "$case_name: there is no file $1"; return; }
    length=$(printf %b "$2" | wc -c)
    cmp -s <(head -c "$length" "$1") <(printf %b "$2") || fail "$case_name: $1 begins otherwise"
    length=$(printf %b "$3" | wc -c)
    cmp -s <(tail -c "$length" "$1") <(printf %b "$3") || fail "$case_name: $1 ends otherwise"
}

# png_size FILE: "WIDTH HEIGHT"
png_size() {
    od -An --endian=big -tu4 -j16 -N8 "$1" | tr -s ' ' | sed 's/^ //'
}

png_begin='\x89PNG\r\n\x1a\n' png_end='IEND\xae\x42\x60\x82'
small=(--image-size 32 --patch-size 8 --width 24)

# ---- diagrams -------------------------------------------------------------------------------------------------------

run 06_vit_head "${small[@]}" --heads 2 --depth 3 --diagram made/model.svg
holds made/model.svg '<?xml' '</svg>\n'
grep -q '>blocks.0 to blocks.2, 3 times<' made/model.svg || fail "$case_name: the blocks are not one frame"
cp made/model.svg first.svg
run 06_vit_head "${small[@]}" --heads 2 --depth 3 --diagram made/model.svg
cmp first.svg made/model.svg || fail "$case_name: the second picture is another one"
run 06_vit_head "${small[@]}" --heads 2 --depth 3 --diagram model.png
holds model.png "$png_begin" "$png_end"
for main in "$root"/chapters/*/main.cpp; do
    name=$(basename "$(dirname "$main")")
    grep -q diagram_option "$main" || continue
    options=(--width 24)
    [[ $name != 07_training ]] || options+=(--epochs 0)
    run "$name" "${options[@]}" --diagram "$name.dot"
    holds "$name.dot" 'digraph "' '}\n'
done

# ---- pictures -------------------------------------------------------------------------------------------------------

run 01_patch_embedding --picture same_size.png --image-size 16 --patch-size 4 --width 8 --save-patches made/patches.png
prints "The picture in patches: made/patches.png"
prints "image        Input           (3, 16, 16)     C H W"
holds made/patches.png "$png_begin" "$png_end"
[[ $(png_size made/patches.png) == "28 28" ]] || fail "$case_name: not 16 pixels and 3 gaps of 4"
# One patch is the picture, and a picture of the right size stays as it is, again and again.
run 01_patch_embedding --picture same_size.png --image-size 16 --patch-size 16 --width 8 --save-patches once.png
run 01_patch_embedding --picture once.png --image-size 16 --patch-size 16 --width 8 --save-patches twice.png
cmp once.png twice.png || fail "$case_name: the picture has changed"
run 01_patch_embedding --picture thin.png --image-size 20x30 --patch-size 10 --width 8 --save-patches thin_patches.png
[[ $(png_size thin_patches.png) == "38 24" ]] || fail "$case_name: the patches have another size"

# ---- options of one chapter -----------------------------------------------------------------------------------------

run 01_patch_embedding "${small[@]}" --seed 18446744073709551615
run 03_attention --tokens 30 --width 24 --heads 3 --attention-tile 7
prints "Attend, tiles of 7"
prints "One query at a time, one head at a time and the whole batch at once agree"
run 06_vit_head "${small[@]}" --heads 2 --depth 2 --attention-tile 5
prints "Attend, tiles of 5"
run 06_vit_head --model=vit_tiny_patch16 --classes 1000 --summary
prints "parameters                   5,717,416    22.87 MB"
run check_gradients
prints "worst relative error "
prints "a second backward pass added the same gradients again"

# ---- a training that is stopped, goes on, and is used ---------------------------------------------------------------

tiny=(--depth 1 --width 8 --heads 2 --threads 1)
run 07_training "${tiny[@]}" --epochs 2 --out run --stop-after 5 --diagram run.svg
prints "epoch 1 so far: 5 of 21 steps, train loss "
prints "stopped after step 5 of 42; go on with --resume run"
holds run.svg '<?xml' '</svg>\n'
run 07_training --resume run --stop-after 2
prints "epoch 1 so far: 7 of 21 steps, train loss "
prints "stopped after step 7 of 42; go on with --resume run"
run 07_training --resume run
prints "test accuracy "
[[ $(wc -l <run/metrics.csv) == 3 ]] || fail "$case_name: metrics.csv has not one line for each epoch"

run 07_training --classify run/best.safetensors --first 358 --count 8
prints "test image 358: taken for "
prints "test image 359: taken for "
prints "test image " 2 # there are no more

# ---- folders of any name --------------------------------------------------------------------------------------------

for folder in "|touch mark;" "\`touch mark\`" "it's" '"' $'two\nlines' "~" "back\\slash" "\\" "#" "a b"; do
    run 07_training "${tiny[@]}" --epochs 1 --out "$folder"
    holds "$folder/curves.svg" '<?xml' '</svg>\n\n'
    [[ ! -e mark ]] || fail "$case_name: the name was run as a command"
done

# Without gnuplot there are no curves, and all the rest.
mkdir nothing
timeout 60 env PATH=nothing "$bin/07_training" "${tiny[@]}" --epochs 1 --out bare >out.txt 2>err.txt ||
    fail "without gnuplot: ended with code $?"
[[ $(cat err.txt) == "note: no curves: gnuplot is missing; install the package gnuplot-nox" ]] ||
    fail "without gnuplot: said $(cat err.txt)"
[[ -s bare/best.safetensors && ! -e bare/curves.svg ]] || fail "without gnuplot: another set of files"

exit $failed
