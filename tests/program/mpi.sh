#!/bin/sh
# SPDX-License-Identifier: MIT
# `mpirun election train`: the same parameters as in one process, whatever ranks share the workers; a rank that stalls is left behind and
# said so; after a rank was killed the run goes on from its checkpoint without that rank's workers. Usage: mpi.sh ELECTION MPIRUN
set -eu
program=$1
mpirun=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_mpi_yield_when_idle=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
    echo "mpi.sh: $*" >&2
    exit 1
}
hash_of() { sed -n 's/.*"parameters_hash":"\([0-9a-f]*\)".*/\1/p' "$1"; }
train() { # train RANKS OUT STEPS options: a short run with three liars of 15
    ranks=$1
    out=$2
    steps=$3
    shift 3
    "$mpirun" -n "$ranks" "$program" train --code deterministic:n=15,b=3 --liars 3 --attack zero-sum --steps "$steps" --threads 1 \
        --json "$@" >"$out" 2>"$out.err" || fail "$ranks ranks, $*: status $?: $(cat "$out.err")"
}

"$program" train --code deterministic:n=15,b=3 --liars 3 --attack zero-sum --steps 40 --threads 1 --json >"$folder/one"
"$program" train --code deterministic:n=15,b=3 --liars 3 --attack zero-sum --steps 40 --threads 1 --json --votes ternary >"$folder/one3"
for ranks in 1 4 16; do
    for transport in gather tree; do
        train $ranks "$folder/many" 40 --transport $transport
        [ "$(hash_of "$folder/many")" = "$(hash_of "$folder/one")" ] || fail "$ranks ranks, $transport: other parameters"
    done
done
train 4 "$folder/many" 40 --votes ternary
[ "$(hash_of "$folder/many")" = "$(hash_of "$folder/one3")" ] || fail "ternary: other parameters"

# Interrupted and resumed with another number of ranks, and in one process.
train 3 "$folder/many" 21 --checkpoint "$folder/saved" --checkpoint-every 7 --step 0.01
train 5 "$folder/many" 40 --checkpoint "$folder/saved" --step 0.01
"$program" train --code deterministic:n=15,b=3 --liars 3 --attack zero-sum --steps 40 --threads 1 --json --step 0.01 >"$folder/one"
[ "$(hash_of "$folder/many")" = "$(hash_of "$folder/one")" ] || fail "resumed: other parameters"

# Liars who remember something, in several ranks.
flipped() { # flipped OUT STEPS RANKS options
    out=$1
    steps=$2
    ranks=$3
    shift 3
    "$mpirun" -n "$ranks" "$program" train --code deterministic:n=15,b=3 --liars 3 --attack label-flip --step 0.01 --steps "$steps" \
        --threads 1 --json "$@" >"$out" 2>"$out.err" || fail "label-flip, $ranks ranks: status $?: $(cat "$out.err")"
}
flipped "$folder/many" 21 3 --checkpoint "$folder/flipped" --checkpoint-every 7
flipped "$folder/many" 40 2 --checkpoint "$folder/flipped" --transport tree
flipped "$folder/one" 40 1
[ "$(hash_of "$folder/many")" = "$(hash_of "$folder/one")" ] || fail "label-flip, resumed: other parameters"

# What goes wrong is said, by a single rank too.
"$mpirun" -n 1 "$program" train --transport gather --batch 99999 --steps 1 >"$folder/bad" 2>"$folder/bad.err" && fail "a batch of 99999"
grep -q '^election: --batch: 99999 is larger' "$folder/bad.err" || fail "a single rank said: $(cat "$folder/bad.err")"

# A rank that stalls: process 2 is stopped; its workers are absent, the run ends, and the log says so. The run is long enough that it is
# still under way when that process has been found, and short enough to end by itself.
process_of() { # process_of RANK WORDS: the process of a rank among those whose command line holds the words; nothing when there is none
    pgrep -f "$2" | while read -r pid; do
        if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$1"; then echo "$pid"; fi
    done | head -n 1
}
"$mpirun" -n 4 "$program" train --code deterministic:n=15,b=6 --steps 20000 --step 0.001 --threads 1 --rank-limit 0.3 \
    --csv "$folder/stalled.csv" --json >"$folder/stalled" 2>"$folder/stalled.err" &
job=$!
victim=
for _ in $(seq 200); do # until it trains: a rank that stalls while MPI begins is MPI's affair
    [ -n "$victim" ] || victim=$(process_of 2 "train --code deterministic:n=15,b=6 --steps 20000")
    [ -n "$victim" ] && [ -s "$folder/stalled.csv.part" ] && break
    sleep 0.05
done
[ -n "$victim" ] || fail "no process of rank 2"
kill -STOP "$victim"
wait $job || fail "stalled rank: status $?: $(cat "$folder/stalled.err")"
grep -q "rank 2" "$folder/stalled.err" || fail "nothing was said of the rank that stalls"
grep -q '"exact":true' "$folder/stalled" || fail "the run with a stalled rank did not end"
grep -q '"absent_votes":0,' "$folder/stalled" && fail "nobody was absent"

# A rank that is killed: the job ends; it goes on from the checkpoint, with the workers of that rank absent.
"$mpirun" -n 4 "$program" train --code deterministic:n=15,b=6 --steps 100000 --step 0.001 --threads 1 --checkpoint "$folder/killed" \
    --checkpoint-every 50 --json >"$folder/killed.out" 2>"$folder/killed.err" &
job=$!
for _ in $(seq 100); do
    [ -s "$folder/killed" ] && break
    sleep 0.2
done
victim=$(process_of 2 "train --code deterministic:n=15,b=6 --steps 100000")
[ -n "$victim" ] || fail "no process of rank 2 to kill"
kill -KILL "$victim"
wait $job && fail "the job outlived its rank"
[ -s "$folder/killed" ] || fail "no checkpoint was left"
"$mpirun" -n 3 "$program" train --code deterministic:n=15,b=6 --step 0.001 --threads 1 --checkpoint "$folder/killed" \
    --checkpoint-every 1000000 --absent 8,9,10,11 --steps 1500 --json >"$folder/resumed" 2>"$folder/resumed.err" ||
    fail "resumed without rank 2: $(cat "$folder/resumed.err")"
grep -q '"iterations":1500,' "$folder/resumed" || fail "resumed without rank 2: $(cat "$folder/resumed")"
grep -q '"absent_votes":0,' "$folder/resumed" && fail "the dead rank's workers voted"

# Bad use is said once.
"$mpirun" -n 4 "$program" train --liars 9 >"$folder/bad" 2>"$folder/bad.err" && fail "9 liars of 5 were taken"
[ "$(grep -c '^election: ' "$folder/bad.err")" = 1 ] || fail "bad use was not said once: $(cat "$folder/bad.err")"
for words in "--preset amazon --data $folder/missing.csv" "--batch 99999"; do
    "$mpirun" -n 4 "$program" train $words >"$folder/bad" 2>"$folder/bad.err" && fail "$words was taken"
    [ "$(grep -c '^election: ' "$folder/bad.err")" = 1 ] || fail "$words: not said once: $(cat "$folder/bad.err")"
done
# A search tree over several ranks: the margin that one process finds; a file that is not there is said once.
"$program" generate bernoulli --n 37 --k 41 --p 0.4 -o "$folder/code.txt" || fail "no code"
alone=$("$program" verify "$folder/code.txt" --method tree --json | grep -o '"margin":-*[0-9]*,"margin_lower":-*[0-9]*')
for ranks in 2 4; do
    "$mpirun" -n $ranks "$program" verify "$folder/code.txt" --method tree --json >"$folder/verified" 2>"$folder/verified.err" ||
        fail "verify on $ranks ranks: $(cat "$folder/verified.err")"
    [ "$(wc -l <"$folder/verified")" = 1 ] || fail "verify on $ranks ranks: $(cat "$folder/verified")"
    grep -q "$alone" "$folder/verified" || fail "verify on $ranks ranks: $(cat "$folder/verified") instead of $alone"
done
"$mpirun" -n 3 "$program" verify "$folder/missing.txt" >"$folder/bad" 2>"$folder/bad.err" && fail "a missing code was verified"
[ "$(grep -c '^election: ' "$folder/bad.err")" = 1 ] || fail "a missing code: not said once: $(cat "$folder/bad.err")"
echo "mpirun election: all as it should be"
