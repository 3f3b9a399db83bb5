#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests docs/plot_training.py on small tables; needs no gnuplot. Usage: plot_training_test.py PLOT"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PLOT = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/plot_training.py").resolve()
HEAD = "iteration,epoch,seconds,metric,metric_margin,loss,vote_bytes,decision_bytes,absent\n"
# A stand-in for gnuplot: draws what it was told, as a comment.
GNUPLOT = """\
#!/bin/sh
echo '<?xml version="1.0"?>'
echo '<svg width="1" height="1">'
echo '<title>Gnuplot</title>'
echo '<!--'; cat; echo '-->'
echo '</svg>'
"""


def run_of(metrics, seconds=0.5):
    return HEAD + "".join(f"{i},1,{seconds * i},{metric},,0.1,10,20,0\n" for i, metric in enumerate(metrics, 1))


GRID = ("identity,attack,code,liars,seed,metric,seconds\n"
        'a,reverse,"cyclic:n=5,k=5",0,1,0.9,1\nb,reverse,"cyclic:n=5,k=5",1,1,0.7,1\nc,reverse,"cyclic:n=5,k=5",1,2,0.8,1\n'
        "d,reverse,uncoded,0,1,0.9,1\ne,reverse,uncoded,1,1,0.5,1\nf,random,uncoded,1,1,0.6,1\ng,reverse,uncoded,2,1,,1\n")


class Plot(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name)

    def write(self, name, text):
        path = self.root / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    def plot(self, *arguments, path=""):
        return subprocess.run([sys.executable, "-B", str(PLOT), *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", env={**os.environ, "PATH": str(path)}, check=False)

    def done(self, *arguments, path=""):
        done = self.plot(*arguments, path=path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_refused(self, done, message):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", f"plot_training.py: {message}\n"))

    def curves(self, *more):
        a = self.write("a.csv", run_of(["0.5", "", "0.7"]))
        b = self.write("b.csv", run_of(["0.7", "0.6", "0.8"], 1.5))
        return self.done("curves", "c", "--title", "T", "--line", "coded", a, b, "--line", "one", b, *more)

    def test_curves_are_means_with_all_runs_around_them(self):
        figure = json.loads(self.curves())["c"]
        self.assertEqual(figure["lines"][0], {"name": "coded", "runs": 2, "points": [[1, 1.0, 30.0, 0.6, 0.5, 0.7],
                                                                                     [3, 3.0, 90.0, 0.75, 0.7, 0.8]]})
        self.assertEqual([point[0] for point in figure["lines"][1]["points"]], [1, 2, 3])
        thin = json.loads(self.curves("--points", 2))["c"]
        self.assertEqual([point[0] for point in thin["lines"][1]["points"]], [1, 3])

    def test_curves_refuse(self):
        title = ("--title", "T", "--line", "x")
        a = self.write("a.csv", run_of(["0.5", ""]))
        b = self.write("b.csv", run_of(["", "0.5"]))
        self.assert_refused(self.plot("curves", "c", *title, a, b),
                            "--line x: there is no iteration in which all runs have a metric")
        self.assert_refused(self.plot("curves", "c", *title), "--line x: no run is given")
        none = self.root / "none.csv"
        self.assert_refused(self.plot("curves", "c", *title, none), f"{none}: No such file or directory")
        self.assert_refused(self.plot("curves", "c", "--metric", "auc", *title, a), f"{a}: has no column 'auc'")
        blank = self.write("blank.csv", run_of(["", ""]))
        self.assert_refused(self.plot("curves", "c", *title, blank), f"{blank}: metric was never evaluated")
        cut = self.write("cut.csv", run_of(["0.5"]) + "2,1,0.")
        self.assert_refused(self.plot("curves", "c", *title, cut), f"{cut}:3: has not as many fields as the header")
        wrong = self.write("wrong.csv", run_of(["0.5", "nan"]))
        self.assert_refused(self.plot("curves", "c", *title, wrong), f"{wrong}:3: metric: 'nan' is not a number")
        empty = self.write("empty.csv", HEAD)
        self.assert_refused(self.plot("curves", "c", *title, empty), f"{empty}: has no rows")

    def final(self, *more):
        return self.plot("final", "f", "--title", "T", "--x", "liars", "--by", "code", *more, self.write("grid.csv", GRID))

    def test_final_takes_the_rows_that_are_asked_for(self):
        figure = json.loads(self.final("--where", "attack=reverse", "--label", "cyclic:n=5,k=5=coded").stdout)["f"]
        self.assertEqual(figure["lines"], [{"name": "coded", "points": [[0.0, 0.9, 0.9, 0.9, 1], [1.0, 0.75, 0.7, 0.8, 2]]},
                                           {"name": "uncoded", "points": [[0.0, 0.9, 0.9, 0.9, 1], [1.0, 0.5, 0.5, 0.5, 1]]}])
        both = json.loads(self.plot("final", "f", "--title", "T", "--x", "liars", "--by", "attack,code",
                                    self.write("grid.csv", GRID)).stdout)["f"]
        self.assertEqual([line["name"] for line in both["lines"]],
                         ["reverse, cyclic:n=5,k=5", "reverse, uncoded", "random, uncoded"])

    def test_final_refuses(self):
        grid = self.root / "grid.csv"
        self.assert_refused(self.final(), f"{grid}: attack has several values (random, reverse); choose one with --where attack=VALUE")
        self.assert_refused(self.final("--where", "attack=no"), f"{grid}: no row is left by --where")
        self.assert_refused(self.final("--where", "a=b"), f"{grid}: has no column 'a'")
        self.assert_refused(self.final("--where", "a"), "--where and --label must look like KEY=VALUE and VALUE=TEXT, each key once")

    def test_join_and_table(self):
        one = self.write("1.json", self.curves())
        two = self.write("2.json", self.final("--where", "attack=reverse").stdout)
        joined = self.done("join", one, two)
        self.assertEqual(list(json.loads(joined)), ["c", "f"])
        both = self.write("both.json", joined)
        self.assertEqual(self.done("join", both), joined)
        self.assertEqual(self.done("table", "c", both).splitlines()[2],
                         "| coded | 2    | 3          | 3       | 90    | 0.7500 (0.7000 … 0.8000) |")
        self.assertEqual(self.done("table", "f", both).splitlines()[0], "| liars | cyclic:n=5,k=5           | uncoded |")
        self.assertIn("| 1     | 0.7500 (0.7000 … 0.8000) | 0.5000  |", self.done("table", "f", both))
        self.assert_refused(self.plot("table", "g", both), f"{both}: has no figure 'g'")
        bad = self.write("bad.json", "{")
        self.assert_refused(self.plot("join", bad), f"{bad}: is not JSON")
        bad.write_text("[]")
        self.assert_refused(self.plot("join", bad), f"{bad}: has no figures of this program")

    def test_draw_and_check(self):
        figures = self.write("f.json", self.curves())
        self.assert_refused(self.plot("draw", "c", figures),
                            "gnuplot is not installed (Debian: apt-get install gnuplot-nox); `table` needs none")
        self.write("gnuplot", GNUPLOT).chmod(0o755)
        path = f"{self.root}:{os.environ['PATH']}"
        picture = self.done("draw", "c", figures, path=path)
        self.assertIn("\n3 0.75 0.7 0.8\n", picture)
        self.assertIn("<title>T</title>", picture)
        self.assertNotIn("<title>Gnuplot", picture)
        self.assertEqual(picture.count("filledcurves"), 1)  # one run has no spread
        traffic = self.done("draw", "c", figures, "--against", "bytes", path=path)
        self.assertIn("\n90 0.75 0.7 0.8\n", traffic)
        self.assertIn('"traffic of votes and decisions, bytes"', traffic)
        much = self.write("much.csv", run_of(["0.5"]).replace(",10,20,", ",1000000,1500000,"))
        large = self.write("large.json", self.done("curves", "c", "--title", "T", "--line", "x", much))
        traffic = self.done("draw", "c", large, "--against", "bytes", path=path)
        self.assertIn("\n2.5 0.5 0.5 0.5\n", traffic)
        self.assertIn('decisions, MB"', traffic)
        drawn = self.write("c.svg", picture)
        self.assertEqual(self.done("check", "c", figures, drawn), "c.svg was drawn from f.json\n")
        newer = self.write("g.json", self.curves("--points", 2))
        self.assert_refused(self.plot("check", "c", newer, drawn), "c.svg was not drawn from g.json; draw it again")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
