#!/usr/bin/env bash
# wrong_input.sh BIN SCRATCH: runs the programs of the folder BIN as a reader who types the wrong thing, in the folder
# SCRATCH, which is emptied first. Each case must end with code 1 and one line on stderr, exactly the one in the table;
# it must print nothing else and change no file. Runs in the project's root.
#
# A row of the table is "PROGRAM WORDS => MESSAGE". The words are read as a shell reads them, with quotes and with
# redirections; "..." in the message stands for anything, and a message "(nothing)" for a stderr that nobody can see.
set -euo pipefail
bin=$(realpath -- "$1") scratch=$2 root=$PWD failed=0
rm -rf "$scratch"
mkdir -p "$scratch"

programs=()
for main in chapters/*/main.cpp chapters/*/*/main.cpp; do
    folder=${main%/main.cpp}
    programs+=("${folder##*/}")
done
cd "$scratch"

fail() {
    echo "$1"
    failed=1
}

# ---- what the cases meet --------------------------------------------------------------------------------------------

# bytes N COUNT: a number as COUNT bytes, the highest first.
bytes() {
    local shift
    for ((shift = 8 * ($2 - 1); shift >= 0; shift -= 8)); do
        # shellcheck disable=SC2059  # the number is the format
        printf "\\x$(printf %02x $(($1 >> shift & 255)))"
    done
}

# safetensors HEADER: a weight file without data. Its first 8 bytes are the length of the header, the lowest first.
safetensors() {
    local i
    for ((i = 0; i < 8; ++i)); do bytes $((${#1} >> 8 * i & 255)) 1; done
    printf %s "$1"
}

# data_set FOLDER COUNT SIDE LABELS: black images of SIDE x SIDE pixels, as many to train on as for the test.
data_set() {
    mkdir "$1"
    local part
    for part in train t10k; do
        { bytes 0x803 4; bytes "$2" 4; bytes "$3" 4; bytes "$3" 4; head -c $(($2 * $3 * $3)) /dev/zero; } >"$1/$part-images-idx3-ubyte"
        { bytes 0x801 4; bytes "$2" 4; printf %b "$4"; } >"$1/$part-labels-idx1-ubyte"
    done
}

make_inputs() {
    ln -s "$root/data" data
    ln -s "$root/tests/hostile/thin.png" thin.png
    ln -s /dev/full full.svg
    ln -s /dev/full full.png
    echo "a file is no folder" >plain

    echo '{"model": {"depht": 3}}' >unknown.json
    echo '{"training": {"seed": 1, "seed": 2}}' >twice.json
    echo '{"training": {"epochs": -1}}' >negative.json
    echo '{"optimiser": {}}' >other.json
    echo '{"training": {"init": "none.safetensors"}}' >begins.json
    echo '{}' >begins.dot

    printf '{}\0{' >zero.json
    echo '{"training": {"data": "a\u0000b"}}' >zero_name.json
    mkfifo pipe
    mkdir piped
    mkfifo piped/train-images-idx3-ubyte piped/data_batch_1.bin

    # Pictures that are none, of other formats, damaged.
    : >empty.png
    echo text >text.png
    printf '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 10 +X 10\n\2\2\0\12\0\0\0' >endless.hdr
    printf 'P6\n2 2\n255\n123456789abc' >colours.ppm
    printf '8BPS\0\1' >colours.psd
    printf '\x53\x80\xf6\x34' >zero.pic
    printf 'BM' >bits.bmp
    printf 'GIF89a' >frames.gif
    printf '\xff\xd8\xff' >cut.jpg
    head -c 60 "$root/tests/hostile/thin.png" >cut.png
    # The header says 15,000 x 15,000 pixels.
    { head -c 16 thin.png; bytes 15000 4; bytes 15000 4; tail -c +25 thin.png; } >huge.png
    truncate --size 2G sparse.png

    # Data sets that are damaged, or other than the model's.
    mkdir cut bomb latin
    for file in data/digits/*; do head -c 1000 "$file" >"cut/${file##*/}"; done
    data_set small 2 4 '\0\x1'
    data_set more 1 8 '\x0c'
    data_set promises 2 4 '\0\x1'
    { bytes 0x803 4; bytes 0xffffffffffff 6; bytes 0xffffffffffff 6; } >promises/train-images-idx3-ubyte
    cp small/* bomb
    { cat small/train-images-idx3-ubyte; head -c 1000000 /dev/zero; } | gzip >bomb/train-images-idx3-ubyte.gz
    rm bomb/train-images-idx3-ubyte
    cp small/* latin
    printf 'shoe\nM\xfctze\n' >latin/classes.txt

    # A run, and checkpoints that are none or damaged.
    "$bin/07_training" --epochs 1 --depth 1 --width 8 --heads 2 --threads 1 --out run >/dev/null ||
        fail "the run that the cases need failed"
    mkdir -p pictures/cat pictures/dog cifar
    cp "$root/tests/hostile/same_size.png" pictures/cat/a.jpg
    echo text >pictures/dog/readme.txt
    for folder in photos/{train,test}/{a,b}; do
        mkdir -p "$folder"
        cp "$root/tests/hostile/same_size.png" "$folder/x.png"
    done
    head -c 3000 /dev/zero >cifar/data_batch_1.bin
    data_set label 2 4 '\0\xc8'
    data_set other-data 3 4 '\0\x1\0'
    "$bin/07_training" --epochs 1 --depth 1 --width 8 --heads 2 --data other-data --out other-run >/dev/null ||
        fail "the other run that the cases need failed"
    rm -r other-data
    data_set other-data 3 4 '\0\x1\x1'
    mkdir cut-run
    head -c 500 run/last.safetensors >cut-run/last.safetensors
    head -c 500 run/best.safetensors >cut.safetensors
    cp "$root/tests/fixtures/layers.safetensors" foreign.safetensors
    cp "$root/tests/fixtures/pretrained_timm.safetensors" tiny.safetensors
    cp "$root/tests/fixtures/pretrained_timm_average.safetensors" two_channels.safetensors
    sed 's/"F32"/"I32"/g' tiny.safetensors >whole.safetensors
    printf '\xff\xff\xff\xff\xff\xff\xff\xff{}' >long.safetensors
    safetensors '{"x":1e1844}' >number.safetensors
    safetensors "$(printf '%0100000d' 0 | tr 0 '[')" >deep.safetensors
    safetensors '{"x":{},"x":{}}' >twice.safetensors
    safetensors '{"conv_proj.weight":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}' >torchvision.safetensors
    safetensors '{"\u0000\u001b[31m":3}' >name.safetensors
    safetensors "$(awk 'BEGIN { for (i = 0; i < 80000; ++i)
        printf "%s\"t%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}", i ? "," : "{", i; print "}" }')" >many.safetensors
    truncate --size 1T large.safetensors
    safetensors '{"x":{"dtype":"U8","shape":[1099511627691],"data_offsets":[0,1099511627691]}}' >header
    dd if=header of=large.safetensors conv=notrunc status=none
}

# ---- the cases ------------------------------------------------------------------------------------------------------

snapshot() {
    find . \( -type f -o -empty \) ! -path './options/*' ! -path ./out.txt ! -path ./err.txt -printf '%p %s %T@\n'
}

# check PROGRAM WORDS MESSAGE
check() {
    local code=0 wanted="$1: $3" said
    [[ $3 != "(nothing)" ]] || wanted=""
    eval "timeout 20 \"\$bin/\$1\" >out.txt 2>err.txt </dev/null $2" || code=$?
    IFS= read -r -d '' said <err.txt || true
    said=${said%$'\n'}
    [[ $code == 1 ]] || fail "$1 $2: ended with code $code"
    [[ ! -s out.txt ]] || fail "$1 $2: printed $(wc -l <out.txt) lines"
    if [[ $wanted == *...* ]]; then
        [[ $said == "${wanted%%...*}"*"${wanted#*...}" && $said != *$'\n'* ]]
    else
        [[ $said == "$wanted" ]]
    fi || fail "$1 $2: said
    $said
  and not
    $wanted"
}

# Every option of every program refuses what is not of its kind, which it tells by what it says to "x". The word at the
# end is refused, too, so that no case runs the program.
check_options() { # PROGRAM
    local option said value values
    for option in $("$bin/$1" --help | grep -oE '^  --[a-z0-9-]+' || true); do
        said=$("$bin/$1" "$option" x nonsense 2>&1 >out.txt) && fail "$1 $option x nonsense: ended with code 0"
        case $said in
            *": 'x' is not a whole number from "*) values="-1 1.5 2147483648 18446744073709551615" ;;
            *": 'x' is not a number") values="nan 1e999" ;;
            *": 'x' is not a size such as "*) values="0 65536 4x18446744073709551616" ;;
            *": 'x' is not true or false") values="maybe" ;;
            *": 'x' is none of "*) values="X" ;;
            *": 'x' does not end in "*) values="x.jpg" ;;
            *": 'x' belongs to no option "*) check "$1" "$option=x" "$option: it takes no value"; continue ;;
            *) values="" ;; # a text
        esac
        [[ $option != --seed ]] || values="-1 18446744073709551616"
        for value in $values; do check "$1" "$option $value nonsense" "$option: '$value' ${said#*\'x\' }"; done
        check "$1" "$option" "$option: the value is missing"
    done
    check "$1" "--no-such-option" "there is no option --no-such-option (see --help)"
    check "$1" "-x" "there is no option -x (see --help)"
    check "$1" "nonsense" "'nonsense' belongs to no option (see --help)"
    check "$1" "\$'two\\nlines'" "'two\\x0alines' belongs to no option (see --help)"
    check "$1" "nonsense 2>&-" "(nothing)"
    check "$1" "nonsense 2>/dev/full" "(nothing)"
    check "$1" "--help >/dev/full" "the output cannot be written: No space left on device"
    check "$1" "--help >&-" "the output cannot be written: Bad file descriptor"
    check "$1" "--help >&- 2>&-" "(nothing)"
}

check_help() { # PROGRAM
    "$bin/$1" --help >out.txt 2>err.txt || fail "$1 --help: ended with code $?"
    grep -q -- '^  -h,--help ' out.txt || fail "$1 --help: does not name its options"
    [[ ! -s err.txt ]] || fail "$1 --help: said $(cat err.txt)"
}

# All options of all programs, in a folder of their own beside the table.
check_all_options() {
    local program
    mkdir options
    cd options
    for program in "${programs[@]}"; do
        check_help "$program"
        check_options "$program"
    done
    [[ $(snapshot) == "" ]] || fail "wrong options made files: $(snapshot)"
    return $failed
}

check_all_options &
make_inputs
before=$(snapshot)
while IFS= read -r row; do
    [[ -n $row ]] || continue
    # AddressSanitizer ends a program that asks for too much; it does not tell the program.
    [[ -z ${VIT_SANITIZE:-} || $row != *"not enough memory"* ]] || continue
    words=${row%% => *}
    check "${words%% *}" "${words#* }" "${row#* => }"
    [[ $(snapshot) == "$before" ]] || fail "$words: changed files"
    before=$(snapshot)
done <<'CASES'
01_patch_embedding --image-size 30 => patchify: image height 30 is not a multiple of patch size 16
01_patch_embedding --image-size 32x30 => patchify: image width 30 is not a multiple of patch size 16
01_patch_embedding --patch-size 0 => patch_embedding: channels, patch size and width must be at least 1, but they are 3, 0 and 768
01_patch_embedding --width 1000000000 => there is not enough memory for these sizes
01_patch_embedding --image-size 8 --patch-size 4 --width 8 >/dev/full => the output cannot be written: No space left on device
01_patch_embedding --image-size 8 --patch-size 4 --width 8 >&- => the output cannot be written: Bad file descriptor
01_patch_embedding --image-size 8 --patch-size 4 --width 8 --diagram plain/x.svg >/dev/null => write_file: cannot make the folder plain: Not a directory
01_patch_embedding --image-size 8 --patch-size 4 --width 8 --diagram full.svg >/dev/null => write_file: cannot write full.svg: No space left on device

01_patch_embedding --picture none.png => read_file: cannot open none.png: No such file or directory
01_patch_embedding --picture . => read_file: cannot read .: Is a directory
01_patch_embedding --picture $'no\nne.png' => read_file: cannot open no\x0ane.png: No such file or directory
01_patch_embedding --picture text.png => text.png: this is no picture of a format that is known here; PNG and JPEG pictures can be read
01_patch_embedding --picture empty.png => empty.png: this is an empty file; PNG and JPEG pictures can be read
01_patch_embedding --picture endless.hdr => endless.hdr: this is a Radiance picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture colours.ppm => colours.ppm: this is a PNM (PBM, PGM or PPM) picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture colours.psd => colours.psd: this is a Photoshop picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture zero.pic => zero.pic: this is a Softimage picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture bits.bmp => bits.bmp: this is a BMP picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture frames.gif => frames.gif: this is a GIF picture; only PNG and JPEG can be read. Save it as PNG in any paint program, or with ImageMagick: convert FILE picture.png
01_patch_embedding --picture cut.jpg => cut.jpg: the picture is ...
01_patch_embedding --picture cut.png => cut.png: the picture is cut off
01_patch_embedding --picture huge.png => huge.png: the picture is damaged: a checksum is wrong
01_patch_embedding --picture sparse.png => read_file: sparse.png has more than 268435456 bytes
01_patch_embedding --save-patches new.png => --save-patches needs --picture FILE
01_patch_embedding --picture thin.png --save-patches ./thin.png --image-size 8 --patch-size 4 => --save-patches ./thin.png: this file is read; give another name for what is written
01_patch_embedding --picture thin.png --diagram thin.png --image-size 8 --patch-size 4 => --diagram thin.png: this file is read; give another name for what is written
01_patch_embedding --picture thin.png --diagram new.png --save-patches ./new.png --image-size 8 --patch-size 4 => --diagram new.png: this is the file of --save-patches; give another name
01_patch_embedding --picture text.png --batch 2 => --batch and --channels come from the picture; leave them out
01_patch_embedding --picture thin.png --image-size 8 --patch-size 3 => patchify: image height 8 is not a multiple of patch size 3
01_patch_embedding --picture thin.png --image-size 8 --patch-size 4 --width 8 --save-patches plain/x.png >/dev/null => write_file: cannot make the folder plain: Not a directory
01_patch_embedding --picture thin.png --image-size 8 --patch-size 4 --width 8 --save-patches full.png >/dev/null => write_file: cannot write full.png: No space left on device

02_class_token_and_position --image-size 30 --patch-size 4 => patchify: image height 30 is not a multiple of patch size 4
02_class_token_and_position --patch-size 0 => patch_embedding: channels, patch size and width must be at least 1, but they are 3, 0 and 768
02_class_token_and_position --dropout 1 => dropout_forward: a dropout probability must be at least 0 and below 1, but it is 1
02_class_token_and_position --dropout -0.1 => dropout_forward: a dropout probability must be at least 0 and below 1, but it is -0.1

03_attention --heads 5 => attention: 5 heads do not divide the width 768; choose another number of heads or give the head width
03_attention --heads 0 => attention: width and heads must be at least 1, but they are 768 and 0
03_attention --attention-projection false => attention: the output projection can only be left out for one head of width D = 768, but there are 12 heads of width 64
03_attention --tokens 1000000000 => there is not enough memory for these sizes

04_mlp --hidden 0 => mlp: width and hidden width must be at least 1, but they are 768 and 0
04_mlp --hidden 1000000000 => there is not enough memory for these sizes

05_encoder --heads 7 => attention: 7 heads do not divide the width 768; choose another number of heads or give the head width
05_encoder --width 0 => attention: width and heads must be at least 1, but they are 0 and 12

06_vit_head --model vit_giant => there is no model 'vit_giant'; there are vit_tiny_patch16, ...
06_vit_head --model $'vit\nbase' --help => there is no model 'vit\x0abase'; there are vit_tiny_patch16, ...
06_vit_head --image-size 225 => vit: image height 225 is not a multiple of patch size 16
06_vit_head --image-size 224x225 => vit: image width 225 is not a multiple of patch size 16
06_vit_head --patch-size 0 => vit: the patch size must be at least 1, but it is 0
06_vit_head --heads 5 => attention: 5 heads do not divide the width 768; choose another number of heads or give the head width
06_vit_head --classes 0 => vit: the number of classes must be at least 1, but it is 0
06_vit_head --mlp-dropout 1 => vit: a dropout probability must be at least 0 and below 1, but one is 1
06_vit_head --depth 0 --width 8 --heads 1 --image-size 32 --diagram plain/x.png >/dev/null => write_file: cannot make the folder plain: Not a directory

07_training --model vit_giant => there is no model 'vit_giant'; there are vit_tiny_patch16, ...
07_training --config none.json => read_file: cannot open none.json: No such file or directory
07_training --config unknown.json => unknown.json: there is no option depht
07_training --config twice.json => twice.json: the file has the key seed twice
07_training --config negative.json => negative.json: epochs: '-1' is not a whole number from 0 to 1000000000
07_training --config other.json => other.json: optimiser is neither "training" nor "model"
07_training --config zero.json => zero.json: the file cannot be read as JSON (at byte 3 of 4)
07_training --config zero_name.json => zero_name.json: data: 'a\x00b' is no name: it has a byte 0 in it
07_training --config sparse.png => read_file: sparse.png has more than 1048576 bytes
07_training --config text.png => text.png: the file cannot be read as JSON (at byte ...
07_training --resume run --config unknown.json => unknown.json: there is no option depht
07_training --resume run --config run/config.json => --config cannot be given together with --resume
07_training --resume run --init run/best.safetensors => --init cannot be given together with --resume
07_training --resume run --freeze backbone => --freeze cannot be given together with --resume
07_training --classify run/best.safetensors --freeze backbone => --freeze cannot be given together with --classify
07_training --freeze head => --freeze: 'head' is none of nothing, backbone
07_training --resume "" => --resume: the value is missing
07_training --image-size 65532 => training: images of 65532 x 65532 pixels have 268402689 patches; at most 1000000
07_training --init run/best.safetensors --model vit_tiny_patch16 => --model cannot be given together with --init
07_training --init pipe => load_safetensors: cannot open pipe: Operation not supported
07_training --init none.safetensors => load_safetensors: cannot open none.safetensors: No such file or directory
07_training --init text.png => text.png: 5 bytes are too few for a safetensors file
07_training --init cut.safetensors => cut.safetensors: the header should have ... bytes, but only 492 follow; this is no safetensors file, or it is cut off
07_training --init foreign.safetensors => foreign.safetensors: tensor patch_embed.proj.weight is missing
07_training --init torchvision.safetensors => torchvision.safetensors: the tensor conv_proj.weight has the name that torchvision gives it; 08_pretrained --weights torchvision.safetensors --save NEW.safetensors writes the file with the names that are used here, timm's
07_training --init run/best.safetensors --image-size 12 => run/best.safetensors: its position embeddings are for images of 8 x 8 pixels, those of data/digits have 12 x 12; give --image-size 8 (08_pretrained shows how positions are resized)
07_training --init run/best.safetensors --data small => run/best.safetensors: its position embeddings are for images of 8 x 8 pixels, those of small have 4 x 4; give --image-size 8 (08_pretrained shows how positions are resized)
07_training --init run/best.safetensors --depth 2 => run/best.safetensors: tensor blocks.1.norm1.weight is missing
07_training --init run/best.safetensors --heads 3 => run/best.safetensors: attention: 3 heads do not divide the width 8; choose another number of heads or give the head width
07_training --config begins.json => load_safetensors: cannot open none.safetensors: No such file or directory
07_training --resume run --model vit_tiny_patch16 => --model cannot be given together with --resume
07_training --data none => cannot read the data set none: No such file or directory
07_training --data piped => piped: there is no data set: neither ...
07_training --data cut => cut/train-images-idx3-ubyte: the header promises 91968 bytes of data, but the file has 984
07_training --data promises => promises/train-images-idx3-ubyte: the header promises 79228162458924105372415295488 bytes of data; at most 4000000000 can be read
07_training --data bomb => bomb/train-images-idx3-ubyte.gz: the header promises 32 bytes of data, but the file has more
07_training --data latin => latin/classes.txt: line 2 is no printable text in UTF-8: M\xfctze
07_training --patch-size 3 => vit: image height 8 is not a multiple of patch size 3
07_training --patch-size 0 => vit: the patch size must be at least 1, but it is 0
07_training --heads 3 => attention: 3 heads do not divide the width 64; choose another number of heads or give the head width
07_training --width 1000000 => there is not enough memory for these sizes
07_training --batch 0 => training: batch must be from 1 to 1000000000, but it is 0
07_training --validation 1 => training: validation must be at least 0 and below 1, but it is 1
07_training --weight-decay -1 => training: weight_decay must be from 0 to 1e+30, but it is -1
07_training --epochs 1000000000 => training: epochs must be from 0 to 1000000, but it is 1000000000
07_training --warmup-epochs 1e300 => training: warmup_epochs must be from 0 to 1000000, but it is 1e+300
07_training --beta2 1 => training: beta2 must be from 0 to 0.9999999, but it is 1
07_training --rotate 1e9 => training: rotate must be from 0 to 360, but it is 1000000000
07_training --out cut => cut is not empty; choose another --out
07_training --diagram plain/x.svg => write_file: cannot make the folder plain: ...
07_training --data photos --image-size 8 --diagram photos/train/a/x.png => --diagram photos/train/a/x.png: this file is read; give another name for what is written
07_training --data photos --image-size 8 --out photos/run => --out photos/run: this is in photos, which is read; choose a folder elsewhere
07_training --config begins.dot --diagram begins.dot => --diagram begins.dot: this file is read; give another name for what is written
07_training --data $'d\xff' => training: data must be printable text in UTF-8, but it is d\xff
07_training --classify run/best.safetensors --count 0 => --count: '0' is not a whole number from 1 to 1000000000
07_training --out plain => cannot make the folder plain: ...
07_training --out run => run already holds a run; choose another --out, or continue it with --resume run
07_training --out run --epochs 1 --width 8 --heads 2 => run already holds a run; choose another --out, or continue it with --resume run

07_training --resume none => cannot use the folder none: No such file or directory
07_training --resume cut => load_safetensors: cannot open cut/last.safetensors: No such file or directory
07_training --resume cut-run => cut-run/last.safetensors: the header should have ... bytes, but only 492 follow; this is no safetensors file, or it is cut off
07_training --resume run --epochs 3 => --epochs cannot be given together with --resume
07_training --resume run --out other => --out cannot be given together with --resume

07_training --classify none.safetensors => load_safetensors: cannot open none.safetensors: No such file or directory
07_training --classify run => run is a folder; the checkpoint in it is run/best.safetensors
07_training --classify text.png => text.png: 5 bytes are too few for a safetensors file
07_training --classify foreign.safetensors => foreign.safetensors: this is no checkpoint of 07_training: it does not say what model it holds
07_training --classify cut.safetensors => cut.safetensors: the header should have ... bytes, but only 492 follow; this is no safetensors file, or it is cut off
07_training --classify long.safetensors => long.safetensors: the header should have 18446744073709551615 bytes, but only 2 follow; this is no safetensors file, or it is cut off
07_training --classify number.safetensors => number.safetensors: the header cannot be read as JSON (at byte 11 of 12)
07_training --classify deep.safetensors => deep.safetensors: the header has more than 3 levels of brackets
07_training --classify twice.safetensors => twice.safetensors: the header has the key x twice
07_training --classify name.safetensors => name.safetensors: tensor \x00\x1b[31m has no proper dtype, shape and data_offsets in the header
07_training --classify many.safetensors => many.safetensors: this is no checkpoint of 07_training: it does not say what model it holds
07_training --classify large.safetensors => large.safetensors: there is not enough memory for tensor x of shape (1099511627691)
07_training --classify run/best.safetensors --data none => cannot read the data set none: No such file or directory
07_training --classify run/best.safetensors --data small => run/best.safetensors: the model was trained on images (1, 8, 8), those of small are (1, 4, 4)
07_training --classify run/best.safetensors --data more => run/best.safetensors: the model does not know the class 12 of more, only 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
07_training --classify run/best.safetensors --first 360 => data/digits has 360 test images, there is no number 360
07_training --classify run/best.safetensors --picture none.png => read_file: cannot open none.png: No such file or directory
07_training --classify run/best.safetensors --picture text.png => text.png: this is no picture of a format that is known here; PNG and JPEG pictures can be read
07_training --classify run/best.safetensors --picture thin.png --first 3 => --first cannot be given together with --picture
07_training --classify run/best.safetensors --picture thin.png --wrong-only => --wrong-only cannot be given together with --picture
07_training --classify run/best.safetensors --as-is => --as-is needs --picture FILE
07_training --picture thin.png => --picture needs --classify and a checkpoint: runs/NAME/best.safetensors
07_training --wrong-only => --wrong-only needs --classify and a checkpoint: runs/NAME/best.safetensors
07_training --resume run --count 2 => --count needs --classify and a checkpoint: runs/NAME/best.safetensors
07_training --data label => label/: the label of training image 1 is 200, far beyond those of the other images (1 class); it is damaged, or say --classes 201
07_training --data label --classes 100 => label/: there is a label 200, but --classes says that there are 100 classes
07_training --data plain => plain is a file; a data set is a folder
07_training --data cut-run => cut-run: there is no data set: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's binary files (data_batch_1.bin), nor a folder of pictures for each class
07_training --data pictures => pictures/dog: there is no PNG or JPEG picture of this class
07_training --data pictures/cat => pictures/cat: there is no folder of pictures for each class, only pictures such as a.jpg; if they are all of one class, give the folder above: --data pictures/
07_training --data cifar => cifar/data_batch_1.bin: 3000 bytes are not a whole number of images of 3073 bytes; the file is cut off or no batch of CIFAR-10
07_training --resume other-run => other-run/last.safetensors: the run began with other data than there are in other-data now
07_training --classify run/best.safetensors --epochs 3 => --epochs cannot be given together with --classify
07_training --classify run/best.safetensors --count 1 >/dev/full => the output cannot be written: No space left on device

08_pretrained --weights none.safetensors => load_safetensors: cannot open none.safetensors: No such file or directory
08_pretrained --weights pipe => load_safetensors: cannot open pipe: Operation not supported
08_pretrained --weights whole.safetensors --heads 4 => whole.safetensors: tensor cls_token has the dtype I32; weights are F64, F32, F16 or BF16
08_pretrained --weights two_channels.safetensors --heads 7 --positions-for 9x15 >/dev/null => two_channels.safetensors: the model's images have 2 channels; those of pictures have 1 or 3
08_pretrained --weights run/best.safetensors --heads 1 => run/best.safetensors: timm (by patch_embed.proj.weight): --heads is 1, but the file says 2
08_pretrained --weights tiny.safetensors --heads 4 --image-size 40000 >/dev/null => set_image_size: images of 40000 x 40000 pixels are 100000001 tokens; at most 1000000
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --labels empty.png >/dev/null => empty.png: there are 0 names, but the model has 7 classes
08_pretrained --weights tiny.safetensors --heads 4 --save none/../tiny.safetensors => --save none/../tiny.safetensors: this file is read; give another name for what is written
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --logits new.csv --features ./new.csv => --features ./new.csv: this is the file of --logits; give another name
08_pretrained --weights foreign.safetensors => foreign.safetensors: these are no weights of a Vision Transformer in a dialect that is known here. It has the tensors linear/x, linear/dy, linear/y and 114 more; looked for were patch_embed.proj.weight (timm), ...
08_pretrained --weights twice.safetensors => twice.safetensors: the header has the key x twice
08_pretrained --weights large.safetensors => large.safetensors: these are no weights of a Vision Transformer in a dialect that is known here. It has the tensors x; looked for were ...
08_pretrained --weights torchvision.safetensors --heads 3 >/dev/null => torchvision.safetensors: torchvision (by conv_proj.weight): missing: class_token, encoder.pos_embedding, conv_proj.bias and ... more
08_pretrained --weights tiny.safetensors --heads 4 --image-size 13 >/dev/null => vit: image height 13 is not a multiple of patch size 4
08_pretrained --weights tiny.safetensors --heads 3 >/dev/null => tiny.safetensors: timm (by patch_embed.proj.weight): the heads together have 20 numbers, which 3 heads cannot share
08_pretrained --weights tiny.safetensors --heads 4 --position-resize truncate --image-size 16 >/dev/null => resize_positions: 10 positions, from 3 x 3 patches to 4 x 4: truncate can only leave positions out, but 17 are needed
08_pretrained --weights tiny.safetensors --heads 4 --image text.png >/dev/null => text.png: this is no picture of a format that is known here; PNG and JPEG pictures can be read
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --labels latin/classes.txt >/dev/null => latin/classes.txt: line 2 is no printable text in UTF-8: M\xfctze
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --labels plain >/dev/null => plain: there are 1 names, but the model has 7 classes
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --crop-fraction 0 >/dev/null => preprocessing: crop_fraction must be from 0.01 to 1, but it is 0
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --logits plain/x.csv >/dev/null => write_file: cannot make the folder plain: Not a directory
08_pretrained --weights tiny.safetensors --heads 4 --dial >/dev/null => --labels, --logits, --features and --dial need a picture: --image FILE
08_pretrained --weights tiny.safetensors --heads 4 --labels plain >/dev/null => --labels, --logits, --features and --dial need a picture: --image FILE
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --std 1e-300 >/dev/null => tiny.safetensors: the model's answers are not finite; its weights, --mean or --std are too large or small
08_pretrained --weights tiny.safetensors --preprocessing none => --preprocessing: 'none' is none of usual, timm, deit, torchvision, hugging_face, vit_pytorch
08_pretrained --weights tiny.safetensors --heads 4 --save ./tiny.safetensors => --save ./tiny.safetensors: this file is read; give another name for what is written
08_pretrained --weights tiny.safetensors --heads 4 --image thin.png --logits thin.png => --logits thin.png: this file is read; give another name for what is written
08_pretrained --weights tiny.safetensors --heads 4 --mean "1 2" --save new.safetensors >/dev/null => preprocessing: mean must have 1 number or 3, one for each channel, but it has 2
08_pretrained --weights tiny.safetensors --heads 4 --eps -1 => tiny.safetensors: timm (by patch_embed.proj.weight): vit: eps must be at least 0, but it is -1
08_pretrained --weights tiny.safetensors --heads 4 --save new.safetensors --save-dtype F8 => --save-dtype: 'F8' is none of F32, F16, BF16
08_pretrained --weights tiny.safetensors --heads 4 --save new.safetensors --save-dialect vit_pytorch >/dev/null => save_pretrained: a model of vit-pytorch has no bias in qkv
08_pretrained --image thin.png => which weights? Give the file: --weights FILE
08_pretrained --top 3 => --top needs --weights FILE
CASES
wait $! || failed=1
exit $failed
