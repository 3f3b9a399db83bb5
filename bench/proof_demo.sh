#!/bin/sh
# SPDX-License-Identifier: MIT
# Proves the margin of a small code in a public format, and has the proof checked by a program that is itself proved to be right.
#
# Usage: proof_demo.sh PROGRAM CODE [DIRECTORY]     (keeps the files in DIRECTORY)
#
# The worst election of the code is written as OPB, and as CNF with the claim that a smaller margin is possible. CaDiCaL refutes that
# with a proof in DRAT, whose steps are given their reasons (LRAT). ACL2's LRAT checker, which comes with a proof of its soundness,
# checks that the CNF has no solution. To be trusted: that checker, opb_to_cnf.awk, and the OPB file, which a person can read.
#
# Debian: cadical acl2 acl2-books (2.5 GB) python3
set -eu
[ $# -ge 2 ] || { sed -n '5s/^# //p' "$0" >&2; exit 2; }
missing() { echo "proof_demo.sh: $1; Debian: cadical acl2 acl2-books python3" >&2; exit 2; }
for tool in cadical acl2 python3 awk; do
    command -v "$tool" >/dev/null || missing "$tool is missing"
done
book='(include-book "projects/sat/lrat/stobj-based/run" :dir :system)'
if echo "$book" | acl2 2>&1 | grep -q 'ACL2 Error'; then missing "ACL2's books are missing"; fi
here=$(cd "$(dirname "$0")" && pwd)
program=$1
code=$2
folder=${3-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"

margin=$("$program" verify "$code" --json | sed -n 's/.*"exact":true,"margin":\([-0-9]*\).*/\1/p')
"$program" export "$code" --format opb -o "$folder/worst.opb"
constant=$(sed -n 's/^[*] margin = minimum \([-+]\) \([0-9]*\)$/\1\2/p' "$folder/worst.opb")
bound=$((margin - 1 - (constant)))
awk -v bound="$bound" -f "$here/opb_to_cnf.awk" "$folder/worst.opb" > "$folder/worst.cnf"
echo "claim: no election has a margin below $margin; $(sed -n '1s/p cnf \([0-9]*\) \([0-9]*\)/\1 variables, \2 clauses/p' "$folder/worst.cnf")"

cadical -q --no-binary "$folder/worst.cnf" "$folder/worst.drat" | grep -q '^s UNSATISFIABLE$' || { echo "not so" >&2; exit 1; }
python3 "$here/rup_to_lrat.py" "$folder/worst.cnf" "$folder/worst.drat" > "$folder/worst.lrat"
echo "proof: $(wc -c < "$folder/worst.drat") bytes of DRAT, $(wc -c < "$folder/worst.lrat") bytes of LRAT"

cat > "$folder/check.lsp" <<END
$book
(lrat::lrat-check "$folder/worst.cnf" "$folder/worst.lrat")
END
acl2 < "$folder/check.lsp" 2>&1 | sed -n 's/.*\(s VERIFIED\|s FAILED\).*/\1/p;s/^HARD ACL2 ERROR/s FAILED: &/p' > "$folder/said"
[ -s "$folder/said" ] || { echo "proof_demo.sh: ACL2 has not said whether the proof is right" >&2; exit 2; }
cat "$folder/said"
grep -q '^s VERIFIED$' "$folder/said"
