#!/usr/bin/env bash
# wrong_input.sh BIN SCRATCH: runs the programs of the folder BIN as a reader who types the wrong thing, in the folder
# SCRATCH, which is emptied first. Each case must end with code 1 and one line on stderr, exactly the one in the table
# (only its beginning, where the table has "..." at the end); it must print nothing else and change no file.
set -euo pipefail
bin=$1 scratch=$2 root=$PWD failed=0
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

fail() {
    echo "$1"
    failed=1
}

# What the cases meet: pictures that are none, data sets that are damaged or other than the model's, a run.
ln -s "$root/data" data
echo text >text.png
: >empty.png
mkdir cut small more
for file in data/digits/*; do head -c 1000 "$file" >"cut/${file##*/}"; done
for part in train t10k; do
    # Two images of 4 x 4 pixels; one of 8 x 8 with the label 12.
    { printf '\0\0\10\3\0\0\0\2\0\0\0\4\0\0\0\4'; head -c 32 /dev/zero; } >small/$part-images-idx3-ubyte
    printf '\0\0\10\1\0\0\0\2\0\1' >small/$part-labels-idx1-ubyte
    { printf '\0\0\10\3\0\0\0\1\0\0\0\10\0\0\0\10'; head -c 64 /dev/zero; } >more/$part-images-idx3-ubyte
    printf '\0\0\10\1\0\0\0\1\14' >more/$part-labels-idx1-ubyte
done
tiny=(--depth 1 --width 8 --heads 2 --mlp-width 8 --threads 1)
"$bin/07_training" --epochs 1 "${tiny[@]}" --out run >/dev/null || fail "the run that the cases need failed"
mkdir cut-run
head -c 500 run/last.safetensors >cut-run/last.safetensors
cp "$root/tests/fixtures/layers.safetensors" foreign.safetensors
head -c 500 run/best.safetensors >cut.safetensors

snapshot() { find . -type f ! -path ./out.txt ! -path ./err.txt -exec cksum {} + | sort; }
before=$(snapshot)

check() { # PROGRAM MESSAGE ARGUMENT...
    local name=$1 message=$2 code=0 wanted said
    shift 2
    "$bin/$name" "$@" >out.txt 2>err.txt </dev/null || code=$?
    [[ $code == 1 ]] || fail "$name $*: ended with code $code"
    [[ ! -s out.txt ]] || fail "$name $*: printed $(wc -l <out.txt) lines"
    wanted="$name: $message"
    said=$(cat err.txt)
    [[ $message != *... ]] || { said=${said:0:${#wanted}-3}; wanted=${wanted%...}; }
    [[ $(wc -l <err.txt) == 1 && $said == "$wanted" ]] || fail "$name $*: said
    $(cat err.txt)
  and not
    $name: $message"
    [[ $(snapshot) == "$before" ]] || fail "$name $*: changed files"
    before=$(snapshot)
}

while IFS= read -r line; do
    [[ -n $line ]] || continue
    read -r -a words <<<"${line%% => *}"
    check "${words[0]}" "${line#* => }" "${words[@]:1}"
done <<'CASES'
01_patch_embedding --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
01_patch_embedding --batch 0 => --batch: '0' is not a whole number of at least 1
01_patch_embedding --image-size 30 => patchify: image height 30 is not a multiple of patch size 16
01_patch_embedding --image-size 32x30 => patchify: image width 30 is not a multiple of patch size 16
01_patch_embedding --image-size 0 => --image-size: '0' is not a size such as 224 or 192x256
01_patch_embedding --image-size -32 => --image-size: '-32' is not a size such as 224 or 192x256
01_patch_embedding --patch-size 0 => patchify: the patch size must be at least 1, but it is 0
01_patch_embedding --patch-size -4 => --patch-size: '-4' is not a whole number of at least 0
01_patch_embedding --patch-size=-4 => --patch-size: '-4' is not a whole number of at least 0
01_patch_embedding --patch-size 4.5 => --patch-size: '4.5' is not a whole number of at least 0
01_patch_embedding --patch-order rows => --patch-order: 'rows' is none of c_p1_p2, p1_p2_c
01_patch_embedding --picture none.png => read_file: cannot open none.png: No such file or directory
01_patch_embedding --picture text.png => read_image: text.png: unknown image type
01_patch_embedding --picture empty.png => read_image: empty.png: unknown image type
01_patch_embedding --picture => --picture: the value is missing
01_patch_embedding --heads 3 => there is no option --heads (see --help)
01_patch_embedding picture.png => 'picture.png' belongs to no option (see --help)

02_class_token_and_position --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
02_class_token_and_position --batch 0 => --batch: '0' is not a whole number of at least 1
02_class_token_and_position --image-size 30 --patch-size 4 => patchify: image height 30 is not a multiple of patch size 4
02_class_token_and_position --patch-size 0 => patchify: the patch size must be at least 1, but it is 0
02_class_token_and_position --width -8 => --width: '-8' is not a whole number of at least 1
02_class_token_and_position --class-token maybe => --class-token: 'maybe' is not true or false
02_class_token_and_position --dropout 1 => dropout_forward: the probability must be at least 0 and below 1, but it is 1
02_class_token_and_position --dropout -0.1 => dropout_forward: the probability must be at least 0 and below 1, but it is -0.1
02_class_token_and_position --dropout => --dropout: the value is missing
02_class_token_and_position --picture cat.png => there is no option --picture (see --help)

03_attention --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
03_attention --batch 0 => --batch: '0' is not a whole number of at least 1
03_attention --heads 5 => attention: 5 heads do not divide the width 768; choose another number of heads or give the head width
03_attention --heads 0 => attention: width and heads must be at least 1, but they are 768 and 0
03_attention --heads -2 => --heads: '-2' is not a whole number of at least 0
03_attention --attention-projection false => attention: the output projection can only be left out for one head of width D = 768, but there are 12 heads of width 64
03_attention --tokens => --tokens: the value is missing
03_attention --depth 3 => there is no option --depth (see --help)

04_mlp --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
04_mlp --batch 0 => --batch: '0' is not a whole number of at least 1
04_mlp --mlp-width 0 => mlp: width and hidden width must be at least 1, but they are 768 and 0
04_mlp --width -1 => --width: '-1' is not a whole number of at least 0
04_mlp --gelu relu => --gelu: 'relu' is none of erf, tanh, sigmoid
04_mlp --mlp-width => --mlp-width: the value is missing
04_mlp --heads=2 => there is no option --heads (see --help)

05_encoder --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
05_encoder --batch 0 => --batch: '0' is not a whole number of at least 1
05_encoder --heads 7 => attention: 7 heads do not divide the width 768; choose another number of heads or give the head width
05_encoder --width 0 => attention: width and heads must be at least 1, but they are 0 and 12
05_encoder --depth -1 => --depth: '-1' is not a whole number of at least 0
05_encoder --seed => --seed: the value is missing
05_encoder --classes 3 => there is no option --classes (see --help)

06_vit_head --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
06_vit_head --batch 0 => --batch: '0' is not a whole number of at least 1
06_vit_head --model vit_giant => there is no model 'vit_giant'; there are vit_tiny_patch16, vit_small_patch16, vit_base_patch16, vit_base_patch32, vit_large_patch16, vit_huge_patch14
06_vit_head --model => --model: the value is missing
06_vit_head --image-size 225 => vit: image height 225 is not a multiple of patch size 16
06_vit_head --image-size 224x225 => vit: image width 225 is not a multiple of patch size 16
06_vit_head --image-size big => --image-size: 'big' is not a size such as 224 or 192x256
06_vit_head --patch-size 0 => vit: the patch size must be at least 1, but it is 0
06_vit_head --patch-size -16 => --patch-size: '-16' is not a whole number of at least 0
06_vit_head --heads 5 => attention: 5 heads do not divide the width 768; choose another number of heads or give the head width
06_vit_head --classes 0 => vit: the number of classes must be at least 1, but it is 0
06_vit_head --mlp-dropout 1 => vit: a dropout probability must be at least 0 and below 1, but one is 1
06_vit_head --epsilon nan => --epsilon: 'nan' is not a number
06_vit_head --pooling max => --pooling: 'max' is none of class_token, mean
06_vit_head --summary yes => 'yes' belongs to no option (see --help)
06_vit_head --image-height 32 => there is no option --image-height (see --help)

07_training --diagram x.jpg => --diagram: 'x.jpg' does not end in .svg, .png or .dot
07_training --weight-decay -1 => training: the weight decay must be at least 0, but it is -1
01_patch_embedding --picture text.png --batch 2 => --batch and --channels come from the picture; leave them out
07_training --data none => load_idx_data: there is neither none/train-images-idx3-ubyte nor none/train-images-idx3-ubyte.gz
07_training --data cut => cut/train-images-idx3-ubyte: the header promises 91968 bytes of data, but the file has 984
07_training --patch-size 3 => vit: image height 8 is not a multiple of patch size 3
07_training --patch-size 0 => vit: the patch size must be at least 1, but it is 0
07_training --heads 3 => attention: 3 heads do not divide the width 64; choose another number of heads or give the head width
07_training --batch 0 => training: the batch must hold at least 1 image, but it is 0
07_training --batch -1 => --batch: '-1' is not a whole number of at least 0
07_training --validation 1 => training: the share for validation must be at least 0 and below 1, but it is 1
07_training --learning-rate fast => --learning-rate: 'fast' is not a number
07_training --weight-decay-kind none => --weight-decay-kind: 'none' is none of decoupled, coupled
07_training --image-size 8 => there is no option --image-size (see --help)
07_training --seed => --seed: the value is missing
07_training --out run => run already holds a run; choose another --out, or continue it with --resume run
07_training --out run --epochs 1 --width 8 --heads 2 => run already holds a run; choose another --out, or continue it with --resume run
07_training --resume none => load_safetensors: cannot open none/last.safetensors: No such file or directory
07_training --resume cut => load_safetensors: cannot open cut/last.safetensors: No such file or directory
07_training --resume cut-run => cut-run/last.safetensors: the header should have ...
07_training --resume run --epochs 3 => --epochs cannot be given together with --resume
07_training --resume run --out other => --out cannot be given together with --resume
07_training --classify none.safetensors => load_safetensors: cannot open none.safetensors: No such file or directory
07_training --classify text.png => text.png: 5 bytes are too few for a safetensors file
07_training --classify foreign.safetensors => foreign.safetensors: model.image_height is missing
07_training --classify cut.safetensors => cut.safetensors: the header should have ...
07_training --classify run/best.safetensors --data none => load_idx_data: there is neither none/train-images-idx3-ubyte nor none/train-images-idx3-ubyte.gz
07_training --classify run/best.safetensors --data small => run/best.safetensors: the model was trained on images (1, 8, 8), those of small are (1, 4, 4)
07_training --classify run/best.safetensors --data more => run/best.safetensors: the model knows 10 classes, but more has the label 12
07_training --classify run/best.safetensors --first 360 => data/digits has 360 test images, there is no number 360
07_training --classify run/best.safetensors --epochs 3 => --epochs cannot be given together with --classify
check_gradients --epochs 3 => there is no option --epochs (see --help)
CASES

for name in 01_patch_embedding 02_class_token_and_position 03_attention 04_mlp 05_encoder 06_vit_head 07_training check_gradients; do
    "$bin/$name" --help >out.txt 2>err.txt || fail "$name --help: ended with code $?"
    grep -q -- --seed out.txt || fail "$name --help: does not name its options"
    [[ ! -s err.txt ]] || fail "$name --help: said $(cat err.txt)"
done
[[ $(snapshot) == "$before" ]] || fail "the last cases changed files"
exit $failed
