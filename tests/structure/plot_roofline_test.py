#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests docs/plot_roofline.py on small benchmarks; needs no gnuplot. Usage: plot_roofline_test.py PLOT"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PLOT = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/plot_roofline.py").resolve()

CONTEXT = {"date": "2026-01-02T03:04:05+00:00", "host_name": "secret", "executable": "/secret/bench", "processor": "P 1",
           "used unless named": "avx2",
           "caches": [{"type": "Data", "level": 1, "size": 32768}, {"type": "Instruction", "level": 1, "size": 65536},
                      {"type": "Unified", "level": 2, "size": 1048576}]}
# A stand-in for gnuplot: draws what it was told, as a comment.
GNUPLOT = """\
#!/bin/sh
echo '<?xml version="1.0"?>'
echo '<svg width="1" height="1">'
echo '<title>Gnuplot</title>'
echo '<!--'; cat; echo '-->'
echo '</svg>'
"""


def run_of(name, ratio=0.5, roof=100e9, **more):
    return {"name": f"{name}/iterations:60/manual_time", "run_type": "iteration", "bytes_per_second": ratio * roof,
            "roof_bytes_per_second": roof, "roof_ratio": ratio, **more}


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

    def reduced(self, *runs, context=None, options=()):
        path = self.write("bench.json", {"context": {**CONTEXT, **(context or {})}, "benchmarks": list(runs)})
        done = self.plot("reduce", *options, path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_refused(self, done, message):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", f"plot_roofline.py: {message}\n"))

    def test_reduce_keeps_what_has_a_roof_and_nothing_of_the_machine(self):
        text = self.reduced(run_of("update/d:32768", 0.9), run_of("majority/n:3/d:32768", 0.8, plain_ratio=4),
                            run_of("smoke/majority"), run_of("smoke/pack/d:64"),
                            {"name": "verify/k:25/d:32768", "run_type": "iteration", "real_time": 1})
        self.assertNotIn("secret", text)
        figures = json.loads(text)
        shown = figures.pop("figures")
        self.assertEqual(figures, {"processor": "P 1", "arch": "avx2", "date": "2026-01-02", "cache_bytes": [32768, 1048576]})
        self.assertEqual(shown, [{"kernel": "majority", "n": 3, "d": 32768, "bytes_per_second": 80e9,
                                  "roof_bytes_per_second": 100e9, "roof_ratio": 0.8},
                                 {"kernel": "update", "n": None, "d": 32768, "bytes_per_second": 90e9,
                                  "roof_bytes_per_second": 100e9, "roof_ratio": 0.9}])

    def test_reduce_takes_one_architecture(self):
        runs = [run_of("update/d:64", 0.5), run_of("update/d:128/arch:avx2", 0.6), run_of("update/d:64/arch:avx512", 0.7)]
        ratios = [figure["roof_ratio"] for figure in json.loads(self.reduced(*runs))["figures"]]
        self.assertEqual(ratios, [0.5, 0.6])
        figures = json.loads(self.reduced(*runs, options=["--arch", "avx512"]))
        self.assertEqual((figures["arch"], [figure["roof_ratio"] for figure in figures["figures"]]), ("avx512", [0.7]))

    def test_reduce_takes_the_median_run(self):
        runs = [run_of("update/d:64", ratio) for ratio in (0.9, 0.1, 0.7, 0.8)]
        runs.append({**run_of("update/d:64", 0.2), "name": "update/d:64_mean", "run_type": "aggregate"})
        self.assertEqual([figure["roof_ratio"] for figure in json.loads(self.reduced(*runs))["figures"]], [0.7])

    def test_reduce_refuses(self):
        bench = {"context": CONTEXT, "benchmarks": [run_of("update/d:64")]}
        other = {"context": {**CONTEXT, "processor": "P 2"}, "benchmarks": []}
        first, second = self.write("a.json", bench), self.write("b.json", other)
        self.assert_refused(self.plot("reduce", first, second), 'the benchmarks differ in "processor"')
        self.assert_refused(self.plot("reduce", "--arch", "sse2", first),
                            "no benchmark has a roof and the architecture sse2")
        broken = self.write("c.json", "{")
        self.assert_refused(self.plot("reduce", broken), f"{broken}: is not JSON")
        self.assert_refused(self.plot("reduce", self.root / "no.json"), f"{self.root / 'no.json'}: No such file or directory")
        self.assert_refused(self.plot("table", first), f"{first}: is not what `reduce` prints")

    def test_table(self):
        figures = self.write("f.json", self.reduced(
            run_of("majority/n:3/d:32768", 0.8), run_of("majority/n:15/d:32768", 0.9), run_of("own/kernel/d:100", 1.25)))
        done = self.plot("table", figures)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, """\
Fraction of the roof (GB/s). P 1, one core, avx2, 2026-01-02; caches 32 KiB, 1 MiB

| kernel     | n  | d = 100    | d = 2¹⁵   |
|------------|----|------------|-----------|
| majority   | 3  |            | 0.80 (80) |
| majority   | 15 |            | 0.90 (90) |
| own/kernel |    | 1.25 (125) |           |
""")

    def test_draw_without_gnuplot(self):
        figures = self.write("f.json", self.reduced(run_of("update/d:64")))
        self.assert_refused(self.plot("draw", figures),
                            "gnuplot is not installed (Debian: apt-get install gnuplot-nox); `table` needs none")

    def test_draw_and_check(self):
        self.write("gnuplot", GNUPLOT).chmod(0o755)
        figures = self.write("f.json", self.reduced(run_of("update/d:64", 0.5), options=["--note", "in haste"]))
        done = self.plot("draw", figures, path=f"{self.root}:{os.environ['PATH']}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("\n1 0.5 50 100\n", done.stdout)
        self.assertIn('"P 1, one core, avx2, 2026-01-02; caches 32 KiB, 1 MiB; in haste"', done.stdout)
        self.assertNotIn("<title>Gnuplot", done.stdout)
        picture = self.write("f.svg", done.stdout)
        self.assertEqual(self.plot("check", figures, picture).stdout, "f.svg was drawn from f.json\n")
        newer = self.write("g.json", self.reduced(run_of("update/d:64", 0.6)))
        self.assert_refused(self.plot("check", newer, picture), "f.svg was not drawn from g.json; draw it again")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
