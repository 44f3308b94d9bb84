"""The rate of NumPy's matrix product on one core, in GFLOP/s: f32, 512 by 512, over one second."""
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

SIZE, SECONDS = 512, 1


def main():
    left, right = (np.random.default_rng(seed).random((SIZE, SIZE), np.float32) for seed in (1, 2))
    out = left @ right
    products, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        np.matmul(left, right, out=out)
        products += 1
    print(products * 2 * SIZE**3 / seconds / 1e9)


main()
