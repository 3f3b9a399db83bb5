#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests bench/interrupt.py: that it notices a checkpoint that has lost something, or has it again. Usage: interrupt_test.py BENCH"""

import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(sys.argv[1] if len(sys.argv) > 1 else "bench").resolve()
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
import interrupt  # noqa: E402
from interrupt import Checkpoint, Subtree  # noqa: E402

BEFORE = Checkpoint(10, 8, 0.5, [Subtree(2, 0.2, 0b110, 0b001), Subtree(4, 0.3, 0b110, 0b000)])
AFTER = Checkpoint(12, 6, 0.6, [Subtree(3, 0.1, 0b100, 0b011), Subtree(4, 0.3, 0b110, 0b000)])


class GoesOnTest(unittest.TestCase):
    def assert_broken(self, words, **changed):
        with self.assertRaisesRegex(interrupt.Broken, words):
            interrupt.require_goes_on(BEFORE, AFTER._replace(**changed))

    def test_what_goes_on_is_taken(self):
        interrupt.require_goes_on(interrupt.NOTHING, BEFORE)
        interrupt.require_goes_on(BEFORE, BEFORE)
        interrupt.require_goes_on(BEFORE, AFTER)
        interrupt.require_goes_on(AFTER, Checkpoint(20, 6, 1.0, []))

    def test_what_was_lost_is_noticed(self):
        self.assert_broken("^10 nodes were searched, later 9$", nodes=9)
        self.assert_broken("^a loss of 8 was found, later 9$", loss=9)
        self.assert_broken("^a loss of at least 2 was proved, later 1$", open=[Subtree(1, 0.4, 0b100, 0b011)])
        self.assert_broken("^0.5 of the tree was done, later 0.4$", done=0.4)
        self.assert_broken("^after 12 nodes what is done and what is open are 0.9 of the tree$", open=AFTER.open[1:])

    def test_what_is_done_again_is_noticed(self):
        self.assert_broken("a subtree is open that was done", open=[Subtree(4, 0.4, 0b1110, 0b001)])
        self.assert_broken("a subtree is open that was done", open=[Subtree(4, 0.4, 0b111, 0b000)])
        self.assert_broken("a subtree is open twice", open=[Subtree(4, 0.2, 0b110, 0b001)] * 2)
        self.assert_broken("two open subtrees share choices", open=[Subtree(4, 0.2, 0b100, 0b001), Subtree(4, 0.2, 0b110, 0b001)])

    def test_reading(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "code.search"
            self.assertIs(interrupt.read_checkpoint(path), interrupt.NOTHING)
            text = ("election search 2\nidentity x\nproblem 0\nbest 6 losers 0,1\nnodes 12\ndone 0.6\nlooks 2\nnext 9\nopen 2\n"
                    "s 3 3 0.1 0000000000000004 0000000000000003\ns 4 4 0.3 0000000000000006 0000000000000000\nsum 0\n")
            path.write_text(text, "ascii")
            self.assertEqual(interrupt.read_checkpoint(path), AFTER)
            path.write_text(text.replace("open 2", "open 3"), "ascii")
            with self.assertRaisesRegex(interrupt.Broken, "has not as many open subtrees as it says"):
                interrupt.read_checkpoint(path)

    def test_margins(self):
        self.assertEqual(interrupt.margin_of(["110", "011", "100", "111"], "++-"), 3)  # 1, 0, 1, 1
        self.assertEqual(interrupt.margin_of(["001"], "++-"), -1)
        self.assertEqual(interrupt.margin_of(["001", "011"], "--+"), -1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
