#!/usr/bin/env bash
# own_pictures.sh BIN SCRATCH: a reader's own pictures: a model of two folders of photographs, and digits that a hand has
# drawn. SCRATCH is emptied first. Runs in the project's root.
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

# ---- drawn digits: at least 8 of 10 are right, however they are drawn --------------------------------------------------
"$bin/07_training" --out digits >/dev/null
for kind in large half corner; do
    right=0
    for digit in {0..9}; do
        "$bin/07_training" --classify digits/best.safetensors --picture "$root/tests/pictures/drawn/${kind}_$digit.png" >out.txt
        grep -q "png: taken for $digit with " out.txt && right=$((right + 1))
        grep -q "made light on dark, cut to " out.txt || fail "$kind $digit: does not say what was done"
    done
    echo "$kind: $right of 10 right"
    ((right >= 8)) || fail "drawn digits, $kind: only $right of 10 are right"
done

# ---- two folders of photographs, with a phone's names and sizes --------------------------------------------------------
python3 "$root/tests/pictures/make_photographs.py" photos
"$bin/07_training" --data photos --image-size 32 --patch-size 8 --flip 0.5 --epochs 30 --out run >out.txt
grep -qx "data: photos (folders of pictures), images 3 x 32 x 32, 2 classes" out.txt || fail "the kind of data is not told"
grep -q "every fifth picture of a class is kept for the test" out.txt || fail "the test pictures are not told"
grep -qx "      skipped: 2 other; only PNG and JPEG pictures right in the folder of a class are read" out.txt || fail "skipped files are not told"
accuracy=$(sed -n 's/^test accuracy [0-9.]* (\([0-9]*\).4)$/\1/p' out.txt)
[[ $accuracy == 4 ]] || fail "of 4 test pictures, $accuracy are right"
"$bin/07_training" --classify run/best.safetensors --picture photos/sea/IMG_0001.png photos/wood/IMG_0101.png >out.txt
grep -q "sea/IMG_0001.png: taken for sea with " out.txt || fail "a picture of the sea is not taken for it: $(cat out.txt)"
grep -q "wood/IMG_0101.png: taken for wood with " out.txt || fail "a picture of the wood is not taken for it"
"$bin/07_training" --classify digits/best.safetensors --wrong-only --count 3 >out.txt
[[ $(grep -c "(wrong)" out.txt) == 3 ]] || fail "--wrong-only shows others"

# ---- of several pictures, some cannot be read: the others are answered, and then told of --------------------------------
# some_bad PROGRAM WORD...: asks about a picture between two that are none.
echo text >text.png
some_bad() {
    local code=0
    "$bin/$1" "${@:2}" none.png photos/sea/IMG_0001.png text.png >out.txt 2>err.txt || code=$?
    [[ $code == 1 ]] || fail "$*: ended with code $code"
    [[ $(cat err.txt) == "$1: read_file: cannot open none.png: No such file or directory
$1: text.png: this is no picture of a format that is known here; PNG and JPEG pictures can be read" ]] ||
        fail "$*: said $(cat err.txt)"
}
some_bad 07_training --classify run/best.safetensors --picture
grep -q "^photos/sea/IMG_0001.png: taken for sea with " out.txt || fail "07_training does not answer: $(cat out.txt)"
some_bad 08_pretrained --weights run/best.safetensors --heads 4 --image
[[ $(grep -A1 "^photos/sea/IMG_0001.png$" out.txt) == *" %  sea" ]] || fail "08_pretrained does not answer: $(cat out.txt)"
some_bad 08_pretrained --weights run/best.safetensors --heads 4 --logits logits.csv --image
[[ ! -e logits.csv ]] || fail "there is a table of logits, without a line for each picture"

# ---- a published model's sizes -----------------------------------------------------------------------------------------
"$bin/07_training" --model vit_tiny_patch16 --data photos --image-size 32 --depth 1 --epochs 1 --out tiny >out.txt
grep -q "^  patch_embed .*(1, 4, 192) " out.txt || fail "--model vit_tiny_patch16 has other sizes: $(grep patch_embed out.txt)"
exit $failed
