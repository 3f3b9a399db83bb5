#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests bench/race.py: what solvers say, agreement, the table; and the CNF of bench/opb_to_cnf.awk. Needs no solver.

Usage: race_test.py BENCH
"""

import itertools
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(sys.argv[1] if len(sys.argv) > 1 else "bench").resolve()
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
import race  # noqa: E402

OPB = """* #variable= 7 #constraint= 4
* margin = minimum - 3
min: +2 x4 +1 x5 +1 x6 ;
+1 x1 +1 x2 +1 x3 = 1 ;
+1 x1 +1 x2 +2 x4 >= 2 ;
+1 x2 +1 x3 +1 x5 +1 x6 >= 2 ;
+1 x5 -1 x6 >= 0 ;
"""


def satisfiable(clauses, value):
    """By unit propagation and trying both values."""
    value = dict(value)
    changed = True
    while changed:
        changed = False
        for clause in clauses:
            free = [literal for literal in clause if abs(literal) not in value]
            if any(value.get(abs(literal)) == (literal > 0) for literal in clause):
                continue
            if not free:
                return False
            if len(free) == 1:
                value[abs(free[0])] = free[0] > 0
                changed = True
    open_variables = {abs(literal) for clause in clauses for literal in clause} - value.keys()
    if not open_variables:
        return True
    variable = min(open_variables)
    return any(satisfiable(clauses, {**value, variable: choice}) for choice in (True, False))


class SolversTest(unittest.TestCase):
    def test_proved_stopped_and_broken(self):
        cbc, highs, clasp, minisat, election = race.Cbc(), race.Highs(), race.Clasp(), race.MinisatPlus(), race.Election("election")
        self.assertEqual(cbc.outcome("Result - Optimal solution found\n\nObjective value:   14.00000000\n", -19), (-5, -5))
        self.assertEqual(cbc.outcome("Result - Stopped on time limit\n\nObjective value:   15.00000000\n", -19), (None, -4))
        self.assertEqual(cbc.outcome("Cbc: killed", -19), (None, None))
        self.assertEqual(highs.outcome("status Optimal\nobjective 13.999999999997\n", -19), (-5, -5))
        self.assertEqual(highs.outcome("status Time limit reached\nobjective 15.0\n", -19), (None, None))
        self.assertEqual(highs.outcome("status Time limit reached\nobjective Infinity\n", -19), (None, None))
        self.assertEqual(clasp.outcome("o 18\no 14\ns OPTIMUM FOUND\n", -19), (-5, -5))
        self.assertEqual(clasp.outcome("o 18\no 16\ns SATISFIABLE\n", -19), (None, -3))
        self.assertEqual(minisat.outcome("c Found solution: 16\nc Optimal solution: 14\ns OPTIMUM FOUND\n", -19), (-5, -5))
        self.assertEqual(minisat.outcome("c Found solution: 16\nc *** TERMINATED ***\ns SATISFIABLE\n", -19), (None, -3))
        self.assertEqual(election.outcome('{"exact":true,"margin":-5}', None), (-5, -5))
        self.assertEqual(election.outcome('{"exact":false,"margin":-4}', None), (None, -4))
        self.assertEqual(election.outcome("", None), (None, None))


class RaceTest(unittest.TestCase):
    def race(self, **runs):
        return {"solvers": {name: {"version": "1", "threads": 1} for name in runs},
                "codes": {"a-code": {"workers": 3, "partitions": 3, "runs": runs}}}

    def test_agreement(self):
        race.require_agreement(self.race(cbc={"seconds": 1, "margin": 3, "limit": 40}, clasp={"seconds": None, "best": 5, "limit": 40}))
        with self.assertRaisesRegex(race.BadInput, "a-code: they disagree: cbc 3, clasp 5"):
            race.require_agreement(self.race(cbc={"seconds": 1, "margin": 3, "limit": 40}, clasp={"seconds": 1, "margin": 5, "limit": 40}))
        with self.assertRaisesRegex(race.BadInput, "a-code: clasp has seen 1, below the proved 3"):
            race.require_agreement(self.race(cbc={"seconds": 1, "margin": 3, "limit": 40}, clasp={"seconds": None, "best": 1, "limit": 40}))

    def test_table_and_lead(self):
        own = {"seconds": 0.01, "margin": 3, "limit": 40}
        shown = race.table(self.race(election=own, cbc={"seconds": 2.0, "margin": 3, "limit": 40}, clasp={"seconds": None, "best": 5, "limit": 40}))
        self.assertEqual(shown.split("\n")[-1].replace(" ", ""), "|a-code|3|3|3|0.0100|2.0|>40|200|")
        shown = race.table(self.race(election=own, cbc={"seconds": None, "best": None, "limit": 40}))
        self.assertEqual(shown.split("\n")[-1].replace(" ", ""), "|a-code|3|3|3|0.0100|>40|>4e+03|")

    def test_what_is_written_is_read(self):
        written = self.race(cbc={"seconds": 1.5, "margin": 3, "limit": 40}, clasp={"seconds": None, "best": None, "limit": 40})
        with tempfile.TemporaryDirectory() as folder:
            race.write_race(Path(folder) / "race.json", written)
            self.assertEqual(race.read_race(Path(folder) / "race.json"), written)

    def test_a_late_command_is_stopped(self):
        ran = race.timed(["sh", "-c", "echo begun; sleep 20"], 0.2, 0, 0)
        self.assertTrue(ran.stopped)
        self.assertLess(ran.wall, 10)
        self.assertEqual(ran.text, "begun\n")
        ran = race.timed(["sh", "-c", "echo no >&2; exit 2"], 20, 0, 0)
        self.assertEqual((ran.stopped, ran.text, ran.errors, ran.status), (False, "", "no\n", 2))


class CnfTest(unittest.TestCase):
    def test_it_has_a_solution_for_just_the_choices_that_are_good_enough(self):
        costs = {4: 2, 5: 1, 6: 1}
        for bound in range(6):
            cnf = subprocess.run(["awk", "-v", f"bound={bound}", "-f", str(BENCH / "opb_to_cnf.awk")], input=OPB, stdout=subprocess.PIPE,
                                 encoding="ascii", check=True).stdout.split("\n")
            clauses = [[int(word) for word in line.split()[:-1]] for line in cnf[1:] if line]
            variables, count = map(int, cnf[0].split()[2:])
            self.assertEqual(count, len(clauses))
            self.assertLessEqual(max(abs(literal) for clause in clauses for literal in clause), variables)
            for choice in itertools.product((0, 1), repeat=6):
                x1, x2, x3, x4, x5, x6 = choice
                good = (x1 + x2 + x3 == 1 and x1 + x2 + 2 * x4 >= 2 and x2 + x3 + x5 + x6 >= 2 and x5 >= x6
                        and sum(cost * choice[variable - 1] for variable, cost in costs.items()) <= bound)
                self.assertEqual(satisfiable(clauses, {i + 1: bool(choice[i]) for i in range(6)}), good, (bound, choice))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
