#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests bench/methods.py: what is kept of a run, who wins, when auto counts as slow, and what is shown. Needs no gnuplot.

Usage: methods_test.py BENCH
"""

import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(sys.argv[1] if len(sys.argv) > 1 else "bench").resolve()
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
import methods  # noqa: E402


def done(seconds, by="tree", margin=3):
    return {"seconds": seconds, "margin": margin, "by": by, "limit": 40.0, "processor": seconds}


STOPPED = {"seconds": None, "best": 5, "limit": 0.1, "processor": 0.2}
REFUSED = {"seconds": None, "best": None, "limit": 0.1, "refused": True, "processor": 0.0}


def figures(**runs):
    return {"solvers": {name: {"version": "1", "threads": 2} for name in runs},
            "codes": {"a-code": {"workers": 7, "partitions": 5, "runs": runs}}}


def entry(**runs):
    return figures(**runs)["codes"]["a-code"]


class RunTest(unittest.TestCase):
    def run_method(self, script, limit=20.0):
        return methods.run_method(["sh", "-c", script], limit, False, 0)

    def test_what_a_run_says_is_kept(self):
        kept = self.run_method('echo \'{"exact":true,"margin":-3,"method":"presolve"}\'')
        self.assertEqual((kept["margin"], kept["by"], kept["limit"]), (-3, "presolve", 20.0))
        self.assertGreater(kept["seconds"], 0)
        kept = self.run_method("echo 'election: --method: circulant needs rows' >&2; exit 2")
        self.assertEqual((kept["seconds"], kept.get("refused"), kept.get("memory")), (None, True, None))
        kept = self.run_method("echo 'election: memory: there is not enough' >&2; exit 2")
        self.assertEqual((kept["seconds"], kept.get("refused"), kept.get("memory")), (None, None, True))
        kept = self.run_method('echo \'{"exact":false,"margin":1}\'; exit 3')
        self.assertEqual((kept["seconds"], kept["best"], kept.get("memory")), (None, 1, True))
        kept = self.run_method('echo \'{"exact":false,"margin":1}\'; exec sleep 20', 0.2)
        self.assertEqual((kept["seconds"], kept["best"], kept.get("memory")), (None, 1, None))
        with self.assertRaisesRegex(methods.BadInput, "has ended with status 7: no"):
            self.run_method("echo no >&2; exit 7")

    def test_short_runs_are_repeated(self):
        self.assertEqual([methods.repeats(seconds) for seconds in (0.29, 0.3, 1.9, 2)], [5, 3, 3, 1])
        with tempfile.TemporaryDirectory() as folder:
            self.run_method(f'echo >>{folder}/runs; echo \'{{"exact":true,"margin":1,"method":"tree"}}\'')
            runs = len((Path(folder) / "runs").read_text("ascii"))
        self.assertIn(runs, (1, 3, 5))  # five, unless the machine stalls


class ShownTest(unittest.TestCase):
    def test_who_wins(self):
        self.assertEqual(methods.winner(entry(auto=done(2), tree=done(3), frontier=done(1, "frontier"))), (1, "frontier"))
        self.assertEqual(methods.winner(entry(auto=done(2, "moments"), tree=done(3), frontier=REFUSED)), (2, "moments"))
        self.assertEqual(methods.winner(entry(auto=done(2, "a new one"))), (2, "others"))
        self.assertIsNone(methods.winner(entry(auto=STOPPED, tree=STOPPED)))
        self.assertEqual(methods.best_single(entry(auto=done(1), tree=done(3), symmetric=STOPPED)), (3, "tree"))

    def test_when_auto_is_slow(self):
        self.assertFalse(methods.is_slow(entry(auto=done(1.09), tree=done(1))))
        self.assertTrue(methods.is_slow(entry(auto=done(1.11), tree=done(1))))
        self.assertFalse(methods.is_slow(entry(auto=done(0.0029), tree=done(0.001))))
        self.assertTrue(methods.is_slow(entry(auto=done(0.0031), tree=done(0.001))))
        self.assertTrue(methods.is_slow(entry(auto=STOPPED, tree=done(0.001))))
        self.assertIsNone(methods.is_slow(entry(auto=done(1), tree=STOPPED)))
        self.assertIn("It was never slower", methods.summary(figures(auto=done(1), tree=done(1))))
        self.assertIn("\n* a-code: 3.0 s, tree 1.0 s", methods.summary(figures(auto=done(3), tree=done(1))))
        self.assertIn("With a-code `auto` alone", methods.summary(figures(auto=done(3), tree=STOPPED)))
        self.assertIn("nobody: a-code", methods.summary(figures(auto=STOPPED, tree=REFUSED)))

    def test_table_and_picture(self):
        shown = figures(auto=done(0.01), tree=done(0.02), exhaustive=REFUSED, symmetric=STOPPED, frontier={**REFUSED, "refused": False, "memory": True})
        self.assertEqual(methods.table(shown).split("\n")[-1].replace(" ", ""), "|a-code|7|5|3|tree|0.0100|0.0200|–|>0.1|memory|")
        program = methods.gnuplot_program(shown)
        self.assertIn("$points0 << EOD\n5 0.01\nEOD\n$points1 << EOD\n5 0.01\nEOD\n", program)
        self.assertIn('title "tree"', program)
        self.assertIn('title "auto"', program)
        self.assertNotIn('title "nobody', program)
        self.assertIn('title "nobody, stopped"', methods.gnuplot_program(figures(auto=STOPPED)))

    def test_methods_that_disagree_are_found(self):
        with self.assertRaisesRegex(methods.BadInput, "a-code: they disagree: auto 3, tree 4"):
            methods.race.agree(figures(auto=done(1), tree=done(1, margin=4)))

    def test_what_is_written_is_read(self):
        written = figures(auto=done(1.5), tree=STOPPED)
        with tempfile.TemporaryDirectory() as folder:
            methods.race.write_race(Path(folder) / "methods.json", written)
            self.assertEqual(methods.read_methods(Path(folder) / "methods.json"), written)
            methods.race.write_race(Path(folder) / "race.json", figures(cbc=done(1)))
            with self.assertRaisesRegex(methods.BadInput, "is not what `run` writes"):
                methods.read_methods(Path(folder) / "race.json")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
