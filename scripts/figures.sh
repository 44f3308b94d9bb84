#!/bin/sh
# Draws every figure of README.md and docs/EXPERIMENTS.md into docs/figures:
#
#   scripts/figures.sh                  all of them, minutes
#   scripts/figures.sh quick FOLDER     those that take seconds, into FOLDER (the test of them does this)
#
# INITLAB names the program; without it the release is built and used.
set -eu
cd "$(dirname "$0")/.."
what=${1:-all}
into=${2:-docs/figures}
if [ -z "${INITLAB:-}" ]; then
    cargo build --release --quiet
    INITLAB=target/release/initlab
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$into"

# figure NAME FILE VERB…: runs a command and keeps one of its figures.
figure() {
    name=$1 file=$2
    shift 2
    "$INITLAB" "$@" --out "$work/$name" --quiet >/dev/null
    cp "$work/$name/$file" "$into/$name.png"
}

figure activations activations/overview_activation.png activations
figure circles circles/boundary.png circles
if [ "$what" = quick ]; then
    cp "$work/circles/circles/run.json" "$into/run.json"
    exit
fi
figure compare compare/loss.png compare
figure compare-bands compare/loss.png compare --seeds 5 --init Xavier,He,lecun_uniform,glorot_normal
figure symmetry symmetry/symmetry.png symmetry
figure batch-norm batch-norm/accuracy.png batch-norm
for grid in depth matrix phase mini_batches; do
    figure $grid sweep/$grid/heatmap.png sweep scripts/grids/$grid.toml
done
figure travel sweep/travel/travel.png sweep scripts/grids/travel.toml

# claim TEXT GRID AWK: ends with an error where the grid's summary.csv contradicts a text of docs/EXPERIMENTS.md.
# The awk program sees columns as $c["name"] and exits with 1 where the text does not hold.
claim() {
    awk -F, "NR == 1 { for (i = 1; i <= NF; i++) c[\$i] = i; next } $3" "$work/$2/sweep/$2/summary.csv" ||
        { echo "figures.sh: this does not hold: $1" >&2; exit 1; }
}

claim "std = 0.01 learns at none of these depths" depth \
    '$c["initializer"] == "std=0.01" && $c["verdict"] == "learned" { exit 1 }'
claim "with Xavier training ends between 10 and 15 layers, but for one network of 20" depth \
    '$c["initializer"] == "Xavier" { n = ($c["verdict"] == "learned"); if ($c["depth"] <= 10) { few += 1; on += n } else if ($c["depth"] == 20) at20 += n; else off += n }
    END { exit !(on == few && at20 == 1 && off == 0) }'
claim "with He it goes on to 40 and falters at 50" depth \
    '$c["initializer"] == "He" { a = $c["test_accuracy"]; if ($c["depth"] == 50) { at50 += a / 3 } else if (a < 0.7) bad = 1 }
    END { exit !(!bad && at50 < 0.5) }'
claim "no network below a travel of 0.01 learns anything" travel '$NF < 0.01 && $c["final_loss"] < 2.2 { exit 1 }'
claim "every one that ends below a loss of 1 has a travel above 0.1" travel '$c["final_loss"] < 1 && $NF < 0.1 { exit 1 }'

# The smallest mini-batch with which an optimizer learns at a rate.
least='$c["verdict"] != "diverged" && $c["test_accuracy"] > 0.5 {
    k = $c["optimizer"] $c["learning_rate"]; b = $c["batch_size"] + 0; if (!(k in least) || b < least[k]) least[k] = b }'
claim "momentum needs mini-batches as large as SGD at ten times its rate, to a factor of two" mini_batches \
    "$least"'
    function far(a, b) { return a > 2 * b || b > 2 * a }
    END { exit far(least["sgd0.1"], least["momentum0.01"]) || far(least["sgd0.3"], least["momentum0.03"]) || far(least["sgd1"], least["momentum0.1"]) }'
claim "from 0.03 on, the larger the rate of SGD, the larger the mini-batch that learns" mini_batches \
    "$least"'
    END { exit !(least["sgd0.03"] < least["sgd0.1"] && least["sgd0.1"] < least["sgd0.3"] && least["sgd0.3"] < least["sgd1"]) }'

# What their bytes depend on, for the test.
{
    echo '{'
    grep -E '^ *"(precision|arithmetic|functions)":' "$work/circles/circles/run.json" | sed '$ s/,$//'
    echo '}'
} >"$into/drawn-with.json"
