#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Minimises an OPB file of `election export` with CaDiCaL: asks for ever smaller values until there is none. Usage: race_cadical.py FILE.opb

Prints "o VALUE" for every solution and "s OPTIMUM FOUND" at the end, as pseudo-Boolean solvers do.
"""

import subprocess
import sys
from pathlib import Path


def main():
    file = sys.argv[1]
    with open(file, encoding="ascii") as stream:
        words = next(line for line in stream if line.startswith("min:")).split()
    costs = [(int(words[i]), int(words[i + 1][1:])) for i in range(1, len(words) - 1, 2)]
    bound = sum(cost for cost, _ in costs)
    while True:
        encode = ["awk", "-v", f"bound={bound}", "-f", str(Path(__file__).with_name("opb_to_cnf.awk")), file]
        cnf = subprocess.run(encode, stdout=subprocess.PIPE, check=True).stdout
        said = subprocess.run(["cadical", "-q"], input=cnf, stdout=subprocess.PIPE, check=False)
        if said.returncode == 20:
            print("s OPTIMUM FOUND")
            return
        if said.returncode != 10:
            sys.exit(f"race_cadical.py: cadical ended with status {said.returncode}")
        true = {int(word) for line in said.stdout.decode().split("\n") if line.startswith("v ") for word in line.split()[1:]}
        value = sum(cost for cost, variable in costs if variable in true)
        print(f"o {value}", flush=True)
        bound = value - 1


if __name__ == "__main__":
    main()
