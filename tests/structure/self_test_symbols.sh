#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests kernel_symbols.sh on objects made for it. Usage: self_test_symbols.sh PROJECT COMPILER AR NM
set -eu
script=$1/tests/structure/kernel_symbols.sh
compiler=$2
ar=$3
nm=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make_archive SOURCE: an archive with that kernel object for the architecture "wide".
make_archive() {
    printf '%s\n' "namespace election::arch { struct wide {}; }" "$1" \
        "namespace election::program { extern const int kernels_wide; const int kernels_wide = 1; }" \
        >"$work/kernel.cpp"
    "$compiler" -std=c++20 -O0 -c "$work/kernel.cpp" -o "$work/kernel.cpp.o"
    rm -f "$work/kernels.a"
    "$ar" qc "$work/kernels.a" "$work/kernel.cpp.o"
}

fail() {
    echo "kernel_symbols.sh $*" >&2
    exit 1
}

make_archive "template <class A> int loops() { return 1; } int kernel() { return loops<election::arch::wide>(); }"
sh "$script" "$work/kernels.a" "$nm" wide || fail "rejects a template of the object's own architecture"
if sh "$script" "$work/kernels.a" "$nm" wide narrow 2>/dev/null; then fail "accepts an archive without a kernel"; fi
make_archive "inline int shared() { return 1; } int kernel() { return shared(); }"
if sh "$script" "$work/kernels.a" "$nm" wide 2>/dev/null; then fail "accepts an inline function that others may share"; fi
make_archive "template <class A> int loops() { return 1; } int kernel() { return loops<int>(); }"
if sh "$script" "$work/kernels.a" "$nm" wide 2>/dev/null; then fail "accepts a template that others may share"; fi
