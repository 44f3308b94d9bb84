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
for grid in depth matrix phase; do
    figure $grid sweep/$grid/heatmap.png sweep scripts/grids/$grid.toml
done
figure travel sweep/travel/travel.png sweep scripts/grids/travel.toml
# What docs/EXPERIMENTS.md says of it; final_loss is the sixth column, travel the last.
awk -F, 'NR > 1 && (($NF < 0.01 && $6 < 2.2) || ($6 < 1 && $NF < 0.1)) { exit 1 }' \
    "$work/travel/sweep/travel/summary.csv" || { echo "figures.sh: the text on travel does not hold" >&2; exit 1; }

# What their bytes depend on, for the test.
{
    echo '{'
    grep -E '^ *"(precision|arithmetic|functions)":' "$work/circles/circles/run.json" | sed '$ s/,$//'
    echo '}'
} >"$into/drawn-with.json"
