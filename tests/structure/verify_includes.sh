#!/bin/sh
# SPDX-License-Identifier: MIT
# A verifier is small enough to be trusted on its own: <election/verify/...> needs xsimd and nothing else outside the standard
# library. Usage: verify_includes.sh PROJECT COMPILER
set -eu
cd "$1"
for header in include/election/verify/*.hpp; do
    if "$2" -std=c++20 -Iinclude -M -x c++ "$header" | tr ' ' '\n' | grep -E '/(xtensor|xtl|Random123|nlohmann|CLI|boost)/' >&2; then
        echo "$header: includes the files above; the verify layer may need only xsimd" >&2
        exit 1
    fi
done
