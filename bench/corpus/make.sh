#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the codes of the corpus from codes.list.
#
# Usage: make.sh PROGRAM [DIRECTORY]   all codes into DIRECTORY, or those that are kept into this folder, with their list README.md
#        make.sh --check PROGRAM       whether the kept codes and their list are those that would be made
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

check=no
if [ "${1-}" = --check ]; then
    check=yes
    shift
fi
[ $# -ge 1 ] || { sed -n '5,6s/^# //p' "$0" >&2; exit 2; }
program=$1
target=${2-$here}
made=$target
if [ $check = yes ] || [ $# -lt 2 ]; then
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
fi
mkdir -p "$made"

make_code() { # name, words
    name=$1
    shift
    if [ "$1" = flip ]; then
        entries=$2
        seed=$3
        shift 3
        "$program" generate "$@" |
            awk -v entries="$entries" -v seed="$seed" -v title="$*, $entries entries flipped with seed $seed" -f "$here/flip.awk" \
                > "$made/$name.txt"
    else
        "$program" generate "$@" -o "$made/$name.txt"
    fi
}

list=$made/README.md
cat > "$list" <<'END'
# A corpus of codes

Codes whose worst elections are asked for in [the race](../race.py): every family, random codes, and good codes with a few entries
flipped. `make.sh PROGRAM` makes them, and this list, from `codes.list`; `make.sh PROGRAM DIRECTORY` also makes the large ones, which
are not kept here.

| code | workers | partitions | ones % | kept | made by |
| --- | ---: | ---: | ---: | --- | --- |
END
while read -r name words; do
    case $name in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2086 # words are words
    make_code "$name" $words < /dev/null
    awk -v name="$name" -v words="$words" '
        /^#/ || NF == 0 { next }
        { ++rows; columns = length($0); ones += gsub(/1/, "") }
        END {
            printf "| %s | %d | %d | %.1f | %s | `%s` |\n", name, rows, columns, 100 * ones / (rows * columns),
                (rows > 150 || columns > 150) ? "no" : "yes", words
        }' "$made/$name.txt" >> "$list"
done < "$here/codes.list"

[ "$made" != "$target" ] || [ $check = yes ] || exit 0
if [ $# -lt 2 ]; then # only what is kept
    awk -F ' *[|] *' '$6 == "no" { print $2 }' "$list" | while read -r name; do rm "$made/$name.txt"; done
fi
if [ $check = no ]; then
    cp "$made"/*.txt "$made/README.md" "$target"
    exit 0
fi
status=0
for file in "$made"/*.txt "$list"; do
    cmp -s "$file" "$here/${file##*/}" || { echo "bench/corpus/${file##*/}: is not what make.sh makes; run it" >&2; status=1; }
done
for file in "$here"/*.txt; do
    [ -e "$made/${file##*/}" ] || { echo "bench/corpus/${file##*/}: is not in codes.list" >&2; status=1; }
done
exit $status
