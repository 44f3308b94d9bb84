#!/usr/bin/env bash
# Times `initlab compare` beside NumPy, PyTorch, JAX and candle on the same work, in one go.
#
#     scripts/bench_peers.sh [--rounds 5] [--only JAX batched]
#
# Sets up its own Python environment and builds below target/peers (several gigabytes, most of it
# PyTorch), then prints a table of whole-process medians and ratios; leave the machine alone meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

peers=target/peers
if [ ! -x $peers/venv/bin/python ]; then
    python3 -m venv $peers/venv
fi
$peers/venv/bin/pip install --quiet numpy torch jax
cargo build --release --locked
cargo build --release --manifest-path scripts/peers/candle/Cargo.toml --target-dir $peers/candle
mkdir -p $peers/mnist
for archive in data/*.gz; do gunzip --stdout "$archive" > "$peers/mnist/$(basename "$archive" .gz)"; done

exec $peers/venv/bin/python scripts/bench_peers.py --candle $peers/candle/release/candle-peer "$@"
