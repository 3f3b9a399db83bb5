#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stops a search tree again and again at random moments, and shows that it gives the same answer and never goes back.

Usage: interrupt.py --program build/release/bin/election [options]

    --code FILE      the code; by default bernoulli with 41 workers and partitions, p = 0.7, seed 1, some seconds of search
    --times N        how often it is stopped (default 100); if it ends before, this fails
    --at-least N     fails only if it was stopped less often than this (default: as --times)
    --seed SEED      of the moments (default 1)
    --threads T      of the search (default: the program's)
    --nodes-within P fails if the nodes in the end differ by more than P % from those without a stop (default: 10 for the default code)

The code is searched once without a stop. Then `election verify --method tree --checkpoint` is stopped by SIGINT, which writes the file at
the end, and by SIGKILL, which loses what came after the last write, in turn. Moments are uniform from 0 to twice what is left of three
quarters of the search, divided by the stops that are left. After every stop the file is read, and after every start the program must say
that it goes on from just that many nodes. From file to file

    no node that was counted is lost, the best choice found does not get worse, nor does what is proved of the others
    every open subtree lies in one that was open before: what was done is not done again
    no two open subtrees share a choice: nothing is done twice
    what is done and what is open are the whole tree

and after SIGINT the program has said as many nodes as the file has, and bounds that are as near. In the end the margin must be that of the
search without a stop, the witness must have it, recomputed here, and the file must be gone.

That a subtree was dropped without a search, no file would show; but then the nodes in the end are too few. They need not be as many as
without a stop: in which order subtrees come is not kept, and where a good choice is found late, much depends on it. Of the default code
they are nearly the same.
"""

import argparse
import json
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

GENERATED = ["bernoulli", "--n", "41", "--k", "41", "--p", "0.7", "--seed", "1"]
EXACT, STOPPED = 0, 3  # what the program ends with
MOST = 0.75  # of the nodes without a stop; no two trees are alike, and this one shall not end before the last stop


class Broken(Exception):
    """What is not as it must be, in one line."""


class Subtree(NamedTuple):
    """Choices that hold all losers, and besides only columns that are open; sets are bits."""

    lower: int
    share: float
    open: int
    losers: int


class Checkpoint(NamedTuple):
    nodes: int
    loss: int
    done: float
    open: list

    def lower(self):
        return min([self.loss, *(part.lower for part in self.open)])


NOTHING = Checkpoint(0, sys.maxsize, 0.0, [Subtree(0, 1.0, 0, 0)])


def read_checkpoint(path):
    """What --checkpoint has written; nothing if it is not there. The checksum is the program's business."""
    try:
        lines = path.read_text("ascii").split("\n")
    except FileNotFoundError:
        return NOTHING
    if lines[0] != "election search 2":
        raise Broken(f"{path.name}: begins with '{lines[0]}'")
    fields = dict(line.split(" ", 1) for line in lines[1:8])
    parts = []
    for line in lines:
        if line.startswith("s "):
            _, _, lower, share, free, losers = line.split()
            parts.append(Subtree(int(lower), float(share), int(free, 16), int(losers, 16)))
    if len(parts) != int(next(line for line in lines if line.startswith("open ")).split()[1]):
        raise Broken(f"{path.name}: has not as many open subtrees as it says")
    return Checkpoint(int(fields["nodes"]), int(fields["best"].split()[0]), float(fields["done"]), parts)


def require_goes_on(before, after):
    """That a later checkpoint has all that an earlier one has, and nothing again."""
    if after.nodes < before.nodes:
        raise Broken(f"{before.nodes} nodes were searched, later {after.nodes}")
    if after.loss > before.loss:
        raise Broken(f"a loss of {before.loss} was found, later {after.loss}")
    if after.lower() < before.lower():
        raise Broken(f"a loss of at least {before.lower()} was proved, later {after.lower()}")
    if after.done < before.done - 1e-9:
        raise Broken(f"{before.done:.9g} of the tree was done, later {after.done:.9g}")
    whole = after.done + sum(part.share for part in after.open)
    if abs(whole - 1) > 1e-6:
        raise Broken(f"after {after.nodes} nodes what is done and what is open are {whole:.9g} of the tree")
    known = {(part.open, part.losers) for part in before.open}
    fresh = [part for part in after.open if (part.open, part.losers) not in known]
    for part in fresh if before is not NOTHING else ():
        if not any(part.losers & old.losers == old.losers and (part.open | part.losers) & ~(old.open | old.losers) == 0 for old in before.open):
            raise Broken(f"after {after.nodes} nodes a subtree is open that was done after {before.nodes}")
    if len({(part.open, part.losers) for part in after.open}) != len(after.open):
        raise Broken(f"after {after.nodes} nodes a subtree is open twice")
    for part in fresh:
        for other in after.open:
            if part is not other and part.losers & ~(other.open | other.losers) == 0 and other.losers & ~(part.open | part.losers) == 0:
                raise Broken(f"after {after.nodes} nodes two open subtrees share choices")


def margin_of(code, witness):
    """Right minus wrong votes; a worker that is tied has none."""
    signs = [1 if sign == "+" else -1 for sign in witness]
    truth = sum(signs)
    votes = [truth * sum(sign for sign, held in zip(signs, row) if held == "1") for row in code]
    return sum((vote > 0) - (vote < 0) for vote in votes)


def answer_of(code, said):
    found = json.loads(said)
    if not found["exact"]:
        raise Broken("the search has ended without an answer")
    if margin_of(code, found["witness"]) != found["margin"]:
        raise Broken(f"the witness has not the margin {found['margin']}")
    return found


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ran(command, moment=None, by=None):
    """Runs a command, and sends it a signal at a moment if it is not done by then. Returns (status, output, errors)."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            said, errors = process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(by)
            said, errors = process.communicate()
    return process.returncode, said, errors


class Tally:
    """What happened until now."""

    def __init__(self):
        self.stops = {signal.SIGINT: 0, signal.SIGKILL: 0}
        self.resumes = 0
        self.early = 0  # stopped before the search began
        self.lost = []  # seconds between the last write, or the start, and SIGKILL


def stopped_often(command, path, arguments, straight, straight_seconds, tally):
    """Stops the search as often as was asked for, then lets it end. Returns what it prints."""
    moments = random.Random(arguments.seed)
    begun = before = NOTHING
    while True:
        left = arguments.times - sum(tally.stops.values())
        moment = by = None
        if left:
            rest = max(0.05, MOST - begun.nodes / straight["nodes"]) * straight_seconds
            moment = moments.uniform(0, 2 * rest / (left + 1))
            by = list(tally.stops)[left % 2]
        start = time.time()
        status, said, errors = ran(command, moment, by)
        end = time.time()
        done = status == EXACT
        if done and path.exists():
            raise Broken("the search is done, and its file is still there")
        after = before if done else read_checkpoint(path)
        told = re.search(r"going on from .*: ([0-9,]+) nodes", errors)
        if told:
            tally.resumes += 1
            if int(told.group(1).replace(",", "")) != begun.nodes:
                raise Broken(f"the file had {begun.nodes} nodes, the program went on from {told.group(1)}")
        elif before is not NOTHING and (done or status == STOPPED and after.nodes > before.nodes):
            raise Broken("the program has not gone on from the file")
        if done:
            return said
        require_goes_on(before, after)
        if by is None or status not in (STOPPED, -by):
            raise Broken(f"the program has ended with status {status}: {errors.strip()}")
        tally.stops[by] += 1
        if status == STOPPED:
            found = json.loads(said)
            if told is None and before is not NOTHING:
                tally.early += 1
            else:
                if found["nodes"] != after.nodes:
                    raise Broken(f"the program has said {found['nodes']} nodes and written {after.nodes}")
                if found["margin"] - found["margin_lower"] > after.loss - after.lower():
                    raise Broken(f"the program has said {found['margin_lower']} … {found['margin']}, and has written bounds that are nearer")
        elif by == signal.SIGINT:
            tally.early += 1
        else:
            tally.lost.append(end - max(start, path.stat().st_mtime if path.exists() else start))
        begun = before = after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--code")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--at-least", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--nodes-within", type=float)
    arguments = parser.parse_args()
    if arguments.times < 1:
        parser.error("--times: must be at least 1")
    program = shutil.which(arguments.program)
    if program is None:
        parser.error(f"--program: there is no program {arguments.program}")
    within = arguments.nodes_within if arguments.nodes_within is not None else None if arguments.code else 10
    least = arguments.times if arguments.at_least is None else arguments.at_least

    tally = Tally()
    try:
        with tempfile.TemporaryDirectory() as folder:
            file, path = Path(folder) / "code.txt", Path(folder) / "code.search"
            if arguments.code:
                shutil.copyfile(arguments.code, file)
            else:
                subprocess.run([program, "generate", *GENERATED, "-o", str(file)], check=True)
            code = [line for line in file.read_text("ascii").split("\n") if line and not line.startswith("#")]
            command = [program, "verify", str(file), "--method", "tree", "--json"]
            if arguments.threads:
                command += ["--threads", str(arguments.threads)]

            start = time.time()
            status, said, errors = ran(command)
            straight_seconds, straight_processor = time.time() - start, processor_seconds()
            if status != EXACT:
                raise Broken(f"without a stop: status {status}: {errors.strip()}")
            straight = answer_of(code, said)
            print(f"without a stop: margin {straight['margin']}, {straight['nodes']:,} nodes, {straight_seconds:.3g} s, "
                  f"{straight_processor:.3g} s of processors; {straight['threads']} threads", flush=True)

            every = max(0.01, straight_seconds / arguments.times / 4)
            command += ["--checkpoint", str(path), "--checkpoint-every", f"{every:.6f}"]
            start = time.time()
            found = answer_of(code, stopped_often(command, path, arguments, straight, straight_seconds, tally))
            seconds = time.time() - start
            pieces = sum(1 for _ in Path(folder).glob(path.name + ".part*"))

        stops = sum(tally.stops.values())
        print(f"stopped {stops} times, by SIGINT {tally.stops[signal.SIGINT]} and by SIGKILL {tally.stops[signal.SIGKILL]}; of these "
              f"{tally.early} by SIGINT before the file was read")
        print(f"gone on {tally.resumes} times, from as many nodes as the file had; no file lacks anything of the one before, or has it again")
        print(f"answer: margin {found['margin']}, {found['nodes']:,} nodes, {100 * found['nodes'] / straight['nodes']:.4g} % of those without a stop; "
              f"{seconds:.3g} s, {processor_seconds() - straight_processor:.3g} s of processors")
        if tally.lost:
            print(f"a file every {every:.3g} s: SIGKILL lost {sum(tally.lost) / len(tally.lost):.3g} s on average, at most {max(tally.lost):.3g} s; "
                  f"it left {pieces} files that were being written")
        if found["margin"] != straight["margin"]:
            raise Broken(f"the margin is {found['margin']}, without a stop it was {straight['margin']}")
        if within is not None and abs(found["nodes"] / straight["nodes"] - 1) > within / 100:
            raise Broken(f"the nodes differ by more than {within:g} %")
        if stops < least:
            raise Broken(f"the search ended after {stops} stops, must be at least {least}; take a code that needs longer, or fewer --times")
        print("the same answer, nothing lost, nothing done twice")
    except Broken as failure:
        sys.exit(f"interrupt.py: {failure}")


if __name__ == "__main__":
    main()
