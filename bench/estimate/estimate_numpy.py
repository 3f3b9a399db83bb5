#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What estimate() is compared with: the same Monte Carlo in vectorised NumPy, on one core.

Usage: estimate_numpy.py [--program build/test/bin/election] [--seconds 3]

A Bernoulli code of 63 workers and partitions, uniform nearest messages, three worst-placed liars: an election fails when correct
minus wrong votes are at most 6. Elections a second are the best of several rounds, with random numbers included. With --program the
same is done by the election program, and the ratio is printed. Needs NumPy (Debian: python3-numpy).
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  (the number of threads is read when it is imported)

WORKERS = PARTITIONS = 63
LIARS = 3


def nearest_by_permutation(rng, count):
    """Rows of +1 and -1 with one more of one sign, uniform: a fixed row, shuffled."""
    rows = np.ones((count, PARTITIONS), dtype=np.float32)
    rows[:, : PARTITIONS // 2] = -1
    rng.permuted(rows, axis=1, out=rows)
    rows[rng.integers(0, 2, count, dtype=np.int8) == 1] *= -1
    return rows


def nearest_by_rejection(rng, count):
    """The same: random rows, of which one in five has the right weight."""
    kept, total = [], 0
    while total < count:
        bits = np.unpackbits(rng.integers(0, 256, (5 * count, 8), dtype=np.uint8), axis=1)[:, :PARTITIONS]
        weight = bits.sum(axis=1, dtype=np.int16)
        kept.append(bits[(weight == PARTITIONS // 2) | (weight == PARTITIONS // 2 + 1)])
        total += len(kept[-1])
    return np.concatenate(kept)[:count].astype(np.float32) * 2 - 1


def failures(code, messages):
    """How many of the elections fail."""
    votes = np.sign(messages @ code.T)
    margin = votes.sum(axis=1) * np.sign(messages.sum(axis=1))
    return int((margin <= 2 * LIARS).sum())


def best_rate(code, seconds):
    rng = np.random.Generator(np.random.SFC64(1))  # the fastest of NumPy's generators
    best = {}
    for draw in (nearest_by_permutation, nearest_by_rejection):
        for count in (1 << 12, 1 << 15):
            end = time.perf_counter() + seconds / 4
            while time.perf_counter() < end:
                start = time.perf_counter()
                failed = failures(code, draw(rng, count))
                rate = count / (time.perf_counter() - start)
                if rate > best.get("rate", 0):
                    best = {"rate": rate, "draw": draw.__name__, "batch": count, "estimate": failed / count}
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the election program, to compare with")
    parser.add_argument("--seconds", type=float, default=3, help="how long NumPy is measured")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    code = (rng.random((WORKERS, PARTITIONS)) < 0.3).astype(np.float32)
    found = best_rate(code, options.seconds)
    print(f"numpy: {found['rate']:.3g} elections/s ({found['draw']}, {found['batch']} at a time), "
          f"estimate {found['estimate']:.4f}")
    if not options.program:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for row in code.astype(int):
            print("".join(map(str, row)), file=file)
        file.flush()
        best = 0
        for _ in range(5):
            answer = json.loads(subprocess.run(
                [options.program, "estimate", file.name, "--liars", str(LIARS), "--trials", "20000000", "--threads", "1", "--json"],
                check=True, capture_output=True, text=True).stdout)
            best = max(best, answer["trials"] / answer["seconds"])
    print(f"election: {best:.3g} elections/s, estimate {answer['estimate']:.4f}")
    print(f"ratio: {best / found['rate']:.0f}")


if __name__ == "__main__":
    main()
