#!/usr/bin/env bash
# Runs the code that `initlab initializers --code` prints in the frameworks themselves and compares what
# it draws with our own draws (check.py says how), then lets `initlab inspect` look at files that they
# write (check_inspect.py).
#
#     scripts/frameworks/check.sh            PyTorch, Keras, Flax, Equinox: one shape, 20 seeds; TensorFlow where it is there
#     scripts/frameworks/check.sh --full     five shapes, 100 seeds; burn and candle too
#     scripts/frameworks/check.sh --install  the frameworks alone
#
# Installs the frameworks below target/frameworks (several gigabytes, most of it PyTorch) and takes the
# binary INITLAB, or builds one. Where they cannot be installed it says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

place=target/frameworks
export KERAS_BACKEND=jax # Keras asks for TensorFlow otherwise
python=${FRAMEWORKS_PYTHON:-$place/venv/bin/python}
skip() {
    printf "\nSKIPPED: the code for frameworks is not checked here: %s\n" "$1"
    exit 0
}

if ! "$python" -c 'import numpy, torch, keras, jax, flax, equinox, safetensors' 2>/dev/null; then
    python3 -m venv $place/venv 2>/dev/null || skip "no virtual environment for Python"
    python=$place/venv/bin/python
    timeout 1800 "$python" -m pip install --quiet --no-compile --requirement scripts/frameworks/requirements.txt ||
        skip "PyTorch, Keras, JAX, Flax and Equinox cannot be installed"
    "$python" -c 'import numpy, torch, keras, jax, flax, equinox, safetensors' || skip "the installed frameworks cannot be imported"
fi
[ "${1:-}" != --install ] || exit 0
if [ -z "${INITLAB:-}" ]; then
    cargo build --release --locked --quiet
    INITLAB=target/release/initlab
fi

$python scripts/frameworks/check.py --initlab "$INITLAB" "$@"
KERAS_BACKEND=tensorflow $python scripts/frameworks/check.py --initlab "$INITLAB" --frameworks tensorflow "$@"
if [ "${1:-}" = --full ]; then # burn orthogonalizes slowly, so fewer shapes and seeds
    $python scripts/frameworks/snippets.py "$INITLAB" $place/snippets
    SNIPPETS=$PWD/$place/snippets cargo build --release --locked --quiet \
        --manifest-path scripts/frameworks/rust/Cargo.toml --target-dir $place/rust
    $place/rust/release/frameworks-check $place/draws 20 200x100 50x20 3x16x32
    $python scripts/frameworks/check.py --initlab "$INITLAB" --frameworks burn,candle --rust-draws $place/draws \
        --shapes 200x100,50x20,3x16x32
fi
$python scripts/frameworks/check_inspect.py --initlab "$INITLAB"
