#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder of headers is a layer: it includes only itself and the layers before it. Usage: layers.sh PROJECT
set -eu
LC_ALL=C
export LC_ALL
cd "$1"

# The one place where the order is written; the drawing in docs/architecture.md is held to it.
layers="core bits codes packing majority io verify"

bad=0
fail() {
    echo "$*" >&2
    bad=1
}

allowed=""
for layer in $layers; do
    allowed="$allowed $layer"
    [ -d "include/election/$layer" ] || fail "include/election/$layer: is missing; the layers are $layers"
    for header in "include/election/$layer"/*.hpp; do
        for included in $(sed -n 's|^ *# *include *[<"]election/\([^>"]*\)[>"].*|\1|p' "$header"); do
            case $included in
            */*) folder=${included%%/*} ;;
            *) fail "$header: includes the umbrella election/$included; include the headers that are needed" && continue ;;
            esac
            case " $allowed " in
            *" $folder "*) ;;
            *) fail "$header: includes election/$included; layer $layer may include only$allowed" ;;
            esac
        done
        if grep -n '^ *# *include *"' "$header" >&2; then fail "$header: includes with quotes; use <election/...>"; fi
    done
    # The umbrella of a folder includes exactly the folder.
    umbrella=include/election/$layer.hpp
    if [ -f "$umbrella" ]; then
        is=$(sed -n 's|^#include <\(.*\)>|\1|p' "$umbrella")
        should=$(cd include && ls "election/$layer"/*.hpp)
        [ "$is" = "$should" ] || fail "$umbrella: must include every header of its folder, sorted, and nothing else"
    else
        fail "$umbrella: is missing"
    fi
    grep -qx "#include <election/$layer.hpp>" include/election/election.hpp ||
        fail "include/election/election.hpp: does not include <election/$layer.hpp>"
done

for folder in include/election/*/; do
    folder=$(basename "$folder")
    case " $layers " in
    *" $folder "*) ;;
    *) fail "include/election/$folder: is no layer; the layers are $layers" ;;
    esac
done

drawn=$(sed -n '/<!-- layers -->/,/<!-- \/layers -->/s/^[^a-z]*│ \([a-z]*\)\/.*/\1/p' docs/architecture.md | tr '\n' ' ')
[ "$drawn" = "$layers " ] || fail "docs/architecture.md: draws the layers as '${drawn% }', they are '$layers'"

exit $bad
