#!/bin/sh
# SPDX-License-Identifier: MIT
# The linker keeps one copy of a function that several objects define weakly (inline functions, templates), whichever it meets
# first. A kernel object must therefore define none that another object could have too: or a plain function could get AVX-512
# instructions and fail on a processor without. Allowed are those whose name carries the object's architecture.
# Usage: kernel_symbols.sh ARCHIVE NM ARCHITECTURE...   (the architectures whose objects must be in it)
set -eu
LC_ALL=C
export LC_ALL
archive=$1
nm=$2
shift 2

# "MEMBER TYPE NAME" for every symbol that an object of the archive defines.
symbols=$("$nm" -C --defined-only "$archive" | awk '
    /^[^ ]+:$/ { member += 1; next }
    NF >= 3 { type = $2; sub(/^[^ ]+ +[^ ]+ /, ""); print member, type, $0 }')

bad=0
for arch in "$@"; do
    member=$(printf '%s\n' "$symbols" | sed -n "s/^\([0-9]*\) [RDr] election::program::kernels_$arch\$/\1/p")
    case $member in
    '' | *[!0-9]*)
        echo "$archive: must have one object that defines kernels_$arch" >&2
        bad=1
        continue
        ;;
    esac
    # avx512's vectors are xsimd's avx512bw; DW.ref is a pointer to the personality routine, the same for all.
    shared=$(printf '%s\n' "$symbols" |
        awk -v member="$member" '$1 == member && $2 ~ /^[VWu]$/ { sub(/^[^ ]+ [^ ]+ /, ""); print }' |
        grep -v -e "election::arch::$arch" -e "xsimd::$arch" -e '^DW\.ref\.' || true)
    if [ -n "$shared" ]; then
        printf '%s\n' "$shared" | sed "s/^/$arch: shared with other objects: /" >&2
        bad=1
    fi
done
exit $bad
