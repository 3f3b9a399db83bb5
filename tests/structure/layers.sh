#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder of headers is a layer: it includes only itself and the layers before it. An optional layer, which needs what not
# everybody has, includes itself and all layers, and nobody includes it. Usage: layers.sh PROJECT
set -eu
LC_ALL=C
export LC_ALL
cd "$1"

# The one place where the order is written; the drawing in docs/architecture.md is held to it.
layers="core bits codes packing majority io models verify exact analysis estimate data learners train"
# These are in no drawing and not in election.hpp.
optional="tbb mpi nauty"

bad=0
fail() {
    echo "$*" >&2
    bad=1
}

# check_layer LAYER FOLDERS: what the headers of a layer include, and that its umbrella includes exactly them.
check_layer() {
    [ -d "include/election/$1" ] || fail "include/election/$1: is missing; the layers are $layers"
    for header in "include/election/$1"/*.hpp; do
        for included in $(sed -n 's|^ *# *include *[<"]election/\([^>"]*\)[>"].*|\1|p' "$header"); do
            case $included in
            */*) folder=${included%%/*} ;;
            *) fail "$header: includes the umbrella election/$included; include the headers that are needed" && continue ;;
            esac
            case " $2 " in
            *" $folder "*) ;;
            *) fail "$header: includes election/$included; layer $1 may include only$2" ;;
            esac
        done
        if grep -n '^ *# *include *"' "$header" >&2; then fail "$header: includes with quotes; use <election/...>"; fi
    done
    umbrella=include/election/$1.hpp
    if [ -f "$umbrella" ]; then
        is=$(sed -n 's|^#include <\(.*\)>|\1|p' "$umbrella")
        should=$(cd include && ls "election/$1"/*.hpp)
        [ "$is" = "$should" ] || fail "$umbrella: must include every header of its folder, sorted, and nothing else"
    else
        fail "$umbrella: is missing"
    fi
}

allowed=""
for layer in $layers; do
    allowed="$allowed $layer"
    check_layer "$layer" "$allowed"
    grep -qx "#include <election/$layer.hpp>" include/election/election.hpp ||
        fail "include/election/election.hpp: does not include <election/$layer.hpp>"
done
for layer in $optional; do
    check_layer "$layer" "$allowed $layer"
    if grep -q "<election/$layer[./]" include/election/election.hpp; then
        fail "include/election/election.hpp: includes <election/$layer.hpp>, which is optional"
    fi
done

for folder in include/election/*/; do
    folder=$(basename "$folder")
    case " $layers $optional " in
    *" $folder "*) ;;
    *) fail "include/election/$folder: is no layer; the layers are $layers, and optional $optional" ;;
    esac
done

drawn=$(sed -n '/<!-- layers -->/,/<!-- \/layers -->/s/^[^a-z]*│ \([a-z]*\)\/.*/\1/p' docs/architecture.md | tr '\n' ' ')
[ "$drawn" = "$layers " ] || fail "docs/architecture.md: draws the layers as '${drawn% }', they are '$layers'"

exit $bad
