#!/bin/sh
# SPDX-License-Identifier: MIT
# Holds the runs behind docs/training.md and draws its pictures: about a quarter of an hour on two cores. Every seed is in this file. Runs that are
# in FOLDER already are not held again.
# Usage: docs/measure_training.sh ELECTION AMAZON_CSV MNIST_FOLDER FOLDER
set -eu
election=$1
amazon=$2
mnist=$3
folder=$4
docs=$(cd "$(dirname "$0")" && pwd)
plot="python3 $docs/plot_training.py"
mkdir -p "$folder"

# run NAME SEEDS options: a run for each seed, to NAME-SEED.csv and .json; says the names of the CSV files.
run() {
    name=$1
    seeds=$2
    shift 2
    for seed in $seeds; do
        out=$folder/$name-$seed
        [ -s "$out.json" ] || "$election" train --seed "$seed" --csv "$out.csv" --json "$@" >"$out.json.part"
        [ -s "$out.json" ] || mv "$out.json.part" "$out.json"
        printf '%s\n' "$out.csv"
    done
}
five="1 2 3 4 5"

# The paper's logistic regression, five workers, one reverses its votes.
set_amazon="--preset amazon --data $amazon --metric-every 39 --threads 1"
$plot curves amazon5 --title "Amazon, 5 workers, 1 reverses" --y "area under the ROC curve" \
    --line "nobody lies, uncoded" $(run a5-none 1 $set_amazon --code uncoded:n=5) \
    --line "uncoded" $(run a5-uncoded "$five" $set_amazon --code uncoded:n=5 --liars 1 --attack reverse) \
    --line "Bernoulli(0.5)" $(run a5-bernoulli "$five" $set_amazon --code bernoulli:n=5,k=5,p=0.5 --liars 1 --attack reverse) \
    --line "deterministic" $(run a5-deterministic "$five" $set_amazon --code deterministic:n=5,b=1 --liars 1 --attack reverse) \
    >"$folder/amazon5.json"

# Fifteen workers, three reverse; and masters who get whole gradients.
baseline="--code uncoded:n=15 --liars 3 --attack reverse"
$plot curves amazon15 --title "Amazon, 15 workers, 3 reverse" --y "area under the ROC curve" \
    --line "nobody lies, uncoded" $(run a15-none 1 $set_amazon --code uncoded:n=15) \
    --line "uncoded" $(run a15-uncoded "$five" $set_amazon --code uncoded:n=15 --liars 3 --attack reverse) \
    --line "Bernoulli(0.2)" $(run a15-bernoulli "$five" $set_amazon --code bernoulli:n=15,k=15,p=0.2 --liars 3 --attack reverse) \
    --line "deterministic" $(run a15-deterministic "$five" $set_amazon --code deterministic:n=15,b=3 --liars 3 --attack reverse) \
    --line "median of gradients" $(run a15-median "1 2" $set_amazon $baseline --aggregator median) \
    --line "geometric median" $(run a15-geometric 1 $set_amazon $baseline --aggregator geometric-median) \
    >"$folder/amazon15.json"

# MNIST, a perceptron with 101,770 parameters.
set_mnist="--preset mnist --data $mnist --threads 2"
$plot curves mnist15 --title "MNIST, 15 workers, 3 against the truth" --y accuracy \
    --line "nobody lies, uncoded" $(run m15-none "1 2" $set_mnist --code uncoded:n=15) \
    --line "uncoded" $(run m15-uncoded "1 2" $set_mnist --code uncoded:n=15 --liars 3 --attack against) \
    --line "Bernoulli(0.3)" $(run m15-bernoulli "1 2" $set_mnist --code bernoulli:n=15,k=15,p=0.3 --liars 3 --attack against) \
    --line "deterministic" $(run m15-deterministic "1 2" $set_mnist --code deterministic:n=15,b=3 --liars 3 --attack against) \
    --line "systematic, k = 9" $(run m15-systematic "1 2" $set_mnist --code systematic:k=9,b=3 --liars 3 --attack against) \
    --line "median of gradients, reversed" $(run m15-median "1 2" $set_mnist $baseline --aggregator median) \
    >"$folder/mnist15.json"
$plot curves mnist15reverse --title "MNIST, 15 workers, 3 reverse" --y accuracy \
    --line "nobody lies, uncoded" $(run m15-none "1 2" $set_mnist --code uncoded:n=15) \
    --line "uncoded" $(run m15r-uncoded "1 2" $set_mnist --code uncoded:n=15 --liars 3 --attack reverse) \
    --line "deterministic" $(run m15r-deterministic "1 2" $set_mnist --code deterministic:n=15,b=3 --liars 3 --attack reverse) \
    --line "repetition, 21 workers, k = 3" $(run m21r-repetition "1 2" $set_mnist --code repetition:n=21,k=3 --liars 3 --attack reverse) \
    >"$folder/mnist15reverse.json"

# From no liar to more than a code tolerates: the pictures that the program draws itself.
"$election" train --grid "$docs/../examples/grids/liars.grid" -o "$folder/liars.csv"
$plot final liars --title "Fifteen workers, liars against the truth" --y accuracy --x liars --by code "$folder/liars.csv" \
    >"$folder/liars.json"

# More and more workers, a fifth of them liars: a Markdown table.
{
    echo "| workers | liars | nobody lies | uncoded | deterministic | violations, uncoded and deterministic |"
    echo "|---|---|---|---|---|---|"
    for size in 5,1 9,1 15,3 49,9 101,20; do
        n=${size%,*}
        b=${size#*,}
        lies="--liars $b --attack against --record"
        run w$n-none "$five" --code uncoded:n=$n >"$folder/list"
        run w$n-uncoded "$five" --code uncoded:n=$n $lies >>"$folder/list"
        run w$n-deterministic "$five" --code deterministic:n=$n,b=$b $lies >>"$folder/list"
        python3 - "$n" "$b" "$folder" <<'PY'
import json, sys
n, b, folder = sys.argv[1:]
of = {}
for kind in ("none", "uncoded", "deterministic"):
    of[kind] = [json.load(open(f"{folder}/w{n}-{kind}-{seed}.json")) for seed in range(1, 6)]
mean = lambda kind: f"{sum(run['metric'] for run in of[kind]) / 5:.4f}"
def wrong(kind):
    records = [run["record"] for run in of[kind]]
    return f"{100 * sum(r['violations'] for r in records) / sum(r['with_truth'] for r in records):.3g} %"
print(f"| {n} | {b} | {mean('none')} | {mean('uncoded')} | {mean('deterministic')} | {wrong('uncoded')}, {wrong('deterministic')} |")
PY
    done
} >"$folder/workers.md"

$plot join "$folder"/amazon5.json "$folder"/amazon15.json "$folder"/mnist15.json "$folder"/mnist15reverse.json "$folder"/liars.json \
    >"$docs/training-figures.json"
for name in amazon5 amazon15 mnist15 mnist15reverse liars; do
    $plot draw $name "$docs/training-figures.json" >"$docs/training-$name.svg"
done
$plot draw amazon15 "$docs/training-figures.json" --against bytes >"$docs/training-amazon15-bytes.svg"
$plot draw amazon15 "$docs/training-figures.json" --against seconds >"$docs/training-amazon15-seconds.svg"
