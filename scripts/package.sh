#!/usr/bin/env bash
# Builds what can be copied to a machine without Rust: one static binary, and a wheel with the same binary in it.
#
#     scripts/package.sh [FOLDER]        default: target/package
#
# The binary is linked with the system's C library in it (musl where its target is installed, else glibc), so that it
# needs no library of a distribution; it holds no path of this machine. The licences of all crates that are linked in
# stand beside it and in the wheel. Needs python3 with venv: it fetches maturin.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-target/package}
build=target/packaging
machine=$(uname -m)
mkdir -p "$out" "$build"
[ -x $build/venv/bin/maturin ] || python3 -m venv $build/venv
$build/venv/bin/pip install --quiet 'maturin>=1.9,<2' wheel

target=$machine-unknown-linux-gnu
if rustup target list --installed 2> /dev/null | grep -qx "$machine-unknown-linux-musl"; then
    target=$machine-unknown-linux-musl
fi
crates=${CARGO_HOME:-$HOME/.cargo}/registry/src
export CARGO_TARGET_DIR=$PWD/$build
export RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=$PWD=initlab --remap-path-prefix=$crates=crates"

rm -rf $build/wheels
$build/venv/bin/maturin build --release --locked --target "$target" --out $build/wheels
scripts/licences.py "$target" > $build/THIRD-PARTY.txt

rm -rf $build/unpacked
$build/venv/bin/wheel unpack --dest $build/unpacked $build/wheels/*.whl
cp $build/THIRD-PARTY.txt $build/unpacked/*/*.dist-info/licenses/
rm -f "$out"/*.whl
$build/venv/bin/wheel pack --dest-dir "$out" $build/unpacked/*
install $build/unpacked/*/*.data/scripts/initlab "$out/initlab"
cp $build/THIRD-PARTY.txt "$out"
ls -l "$out"
