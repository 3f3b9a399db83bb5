#!/bin/sh
# SPDX-License-Identifier: MIT
# Lower bounds for n = k: the fewest ones, and the least equal load.
set -eu

# bound N B KEY: one number out of `election bound`.
bound() { election bound --n "$1" --k "$1" --b "$2" --json | sed "s/.*\"$3\":\([0-9.]*\).*/\1/"; }

echo "ones at least    b=1    b=2    b=3    b=4    b=5"
for n in 5 7 9 11 15 21 31 101 1001; do
    printf 'n = k = %-5d' "$n"
    for b in 1 2 3 4 5; do
        if [ $((2 * b)) -lt "$n" ]; then printf ' %6d' "$(bound "$n" "$b" ones_lower)"; fi
    done
    echo
done

echo
echo "equal loads at least, b=1"
for n in 9 15 21 31 63 101 201 269 271; do printf 'n = k = %-5d %6d\n' "$n" "$(bound "$n" 1 equal_load_lower)"; done
