#!/usr/bin/env bash
# lint_lazy_reductions.sh: the xtensor rules that no compiler holds. Runs in the project's root.
#   - A reduction goes into a declared tensor: never into auto, and with keep_dims never inside a larger expression.
#     (Such code compiles, and reads memory that is gone: docs tell why.)
#   - Only common/tensor/xt.h includes xtensor; only common/tensor/matmul.cpp calls BLAS, and common/tensor/matmul.cpp sets its threads.
#   - Tensors have their rank in their type: no xarray.
set -euo pipefail

# One line for each finding. Comments and the contents of strings are not looked at.
find_in_file() {
    awk -v file="$1" '
        function complain(line, text) { print file ":" line ": " text }
        # Empties strings and removes comments; /* */ may go over lines.
        function code_of(text,   out, end) {
            out = ""
            while (text != "") {
                if (in_comment) {
                    end = index(text, "*/")
                    if (!end) return out
                    text = substr(text, end + 2); in_comment = 0
                } else if (match(text, /^"([^"\\]|\\.)*"/)) { out = out "\"\""; text = substr(text, RLENGTH + 1) }
                else if (substr(text, 1, 2) == "//") return out
                else if (substr(text, 1, 2) == "/*") { in_comment = 1; text = substr(text, 3) }
                else { out = out substr(text, 1, 1); text = substr(text, 2) }
            }
            return out
        }
        # Where the bracket that opens at `start` closes; 0 if it does not.
        function closing(text, start,   i, c, depth) {
            for (i = start; i <= length(text); ++i) {
                c = substr(text, i, 1)
                if (c ~ /[[({]/) ++depth
                else if (c ~ /[])}]/ && --depth == 0) return i
            }
            return 0
        }
        function check_statement(text, line,   rest, offset, start, end, before) {
            if (text ~ ("(^|[^a-zA-Z0-9_])auto[ &*]*([a-z_0-9]+|\\[[^]]*\\]) *=.*" reduction))
                complain(line, "a reduction is kept in auto; declare the tensor: Tensor<2> sum = xt::sum(...)")
            for (offset = 0; match(substr(text, offset + 1), reduction); offset = end) {
                start = offset + RSTART
                end = offset + RSTART + RLENGTH - 1
                if (!(rest = closing(text, end))) continue
                if (substr(text, end, rest - end) !~ /keep_dims/) continue
                before = substr(text, 1, start - 1)
                if (before ~ /(^|=|return|Tensor<[0-9]+>( +[a-z_0-9]+)?[({]) *$/ && substr(text, rest + 1) ~ /^[ )}]*$/) continue
                complain(line, "a reduction with keep_dims inside a larger expression; give it a name: Tensor<2> sum = xt::sum(...)")
            }
        }
        BEGIN {
            reduction = "xt::(nan)?(sum|prod|mean|average|median|variance|stddev|std|amax|amin|max|min|minmax|argmax|argmin|" \
                "argsort|sort|cumsum|cumprod|count_nonzero|norm_[a-z0-9_]+|reduce)(<[^()]*>)?\\("
        }
        {
            code = code_of($0)
            if ($0 ~ /^[ \t]*#[ \t]*include[ \t]*[<"]xtensor-blas/) {
                if (file != "common/tensor/matmul.cpp") complain(FNR, "only common/tensor/matmul.cpp includes xtensor-blas")
            } else if ($0 ~ /^[ \t]*#[ \t]*include[ \t]*[<"](xtensor|xtl|xsimd)/ && file !~ /^common\/(xt\.h|matmul\.cpp)$/)
                if ($0 !~ /xsimd/) complain(FNR, "only common/tensor/xt.h includes xtensor")
            if (code ~ /xt::(linalg|blas)|cxxblas|cblas_|[^a-z_][sd]gem[mv]_? *\(|#[ \t]*include[ \t]*[<"](cblas|lapack)/ && file != "common/tensor/matmul.cpp")
                complain(FNR, "only common/tensor/matmul.cpp touches BLAS")
            if (code ~ /openblas_/ && file != "common/tensor/matmul.cpp") complain(FNR, "only common/tensor/matmul.cpp sets the threads of OpenBLAS")
            if (code ~ /(^|[^a-zA-Z0-9_])xarray/) complain(FNR, "no xarray: Tensor<K> has its rank in its type")

            if (/^}/) depth = 0
            # Statements end at ; and, outside of brackets, at braces.
            for (i = 1; i <= length(code); ++i) {
                c = substr(code, i, 1)
                if (c == "(" || c == "[") ++depth
                if (c == ")" || c == "]") --depth
                if (c == ";" || (depth <= 0 && (c == "{" || c == "}"))) {
                    check_statement(statement, begun)
                    statement = ""; begun = 0
                    continue
                }
                if (!begun && c != " ") begun = FNR
                statement = statement c
            }
            statement = statement " "
        }
        END { check_statement(statement, begun) }' "$1"
}

check() {
    local findings
    findings=$(cd "$1" && find common chapters tests \( -name '*.h' -o -name '*.cpp' \) | sort |
        while IFS= read -r file; do find_in_file "$file"; done)
    [[ -z $findings ]] || { echo "$findings"; return 1; }
}

# The lint must find each of the bad lines by itself, and none of the good ones, or it is not worth running.
self_test() {
    local root line
    root=$(mktemp -d)
    mkdir -p "$root"/{common,chapters/03_x,tests}
    while IFS= read -r line; do
        [[ -n $line ]] || continue
        printf 'void f() {\n%b\n}\n' "${line#* }" >"$root/chapters/03_x/a.cpp"
        if [[ $line == bad* ]] && (check "$root") >/dev/null; then
            echo "lint_lazy_reductions: does not find: ${line#* }"
            exit 1
        elif [[ $line == good* ]] && ! (check "$root"); then
            echo "lint_lazy_reductions: complains about: ${line#* }"
            exit 1
        fi
    done <<'CASES'
bad auto s = xt::sum(x, {1});
bad const auto& m = xt::mean<Scalar>(x, {2}, xt::keep_dims);
bad auto&& m = xt::amax(x, {1});
bad const auto m =\n    xt::amin(x, {1});
bad auto i = xt::argmax(x, 1);
bad auto total = 2 * xt::prod(x)();
bad const auto v = xt::variance(x, {1});
bad Tensor<2> y = x / xt::sum(x, {1}, xt::keep_dims);
bad Tensor<2> y = xt::exp(x - xt::amax(x, {1}, xt::keep_dims));
bad y = x -\n    xt::mean<Scalar>(x,\n        {1}, xt::keep_dims);
bad Tensor<2> y = xt::sum(x, {1}, xt::keep_dims) + eps;
bad return x / xt::sum(x, {1}, xt::keep_dims);
bad visit([&](auto& x) { auto s = xt::sum(x); });
bad }\n#include <xtensor/xmath.hpp>\nvoid g() {
bad }\n#include <xtensor-blas/xlinalg.hpp>\nvoid g() {
bad y = xt::linalg::dot(a, b);
bad cblas_sgemm(1);
bad openblas_set_num_threads(1);
bad xt::xarray<float> x;
good Tensor<1> s = xt::sum(x, {1});
good Tensor<2> s = xt::sum(x, {1}, xt::keep_dims);
good const Tensor<2> m =\n    xt::mean<Scalar>(x, {1}, xt::keep_dims);
good return xt::sum(x, {1}, xt::keep_dims);
good Tensor<2> s(xt::sum(x, {1}, xt::keep_dims));
good visit([&](auto& x) { Tensor<1> s = xt::sum(x, {1}); });
good // auto s = xt::sum(x);  a comment\nf("xarray");
good const auto& row = rows[0]; Tensor<1> s = xt::sum(row, {0});
CASES
    rm -rf "$root"
}

self_test
check .
