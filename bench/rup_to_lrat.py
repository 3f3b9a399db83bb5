#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives the steps of a solver's proof their reasons: DRAT text without RAT steps to LRAT, which verified checkers read.

Usage: rup_to_lrat.py FILE.cnf FILE.drat > FILE.lrat

It need not be trusted: what it writes is checked again. Made for small proofs.
"""

import sys


class Database:
    """Clauses under unit propagation, with a trail of what holds in any case."""

    def __init__(self):
        self.clauses = {}  # id -> literals, the two watched ones first
        self.ids = {}  # sorted literals -> ids
        self.watched = {}  # literal -> ids of the clauses that watch it
        self.value = {}  # literal -> True or False
        self.reason = {}  # true literal -> id, or None if assumed
        self.trail = []
        self.done = 0  # so much of the trail is propagated

    def assign(self, literal, reason):
        self.value[literal], self.value[-literal] = True, False
        self.reason[literal] = reason
        self.trail.append(literal)

    def propagate(self):
        """The id of a clause that has become false, or None."""
        while self.done < len(self.trail):
            false = -self.trail[self.done]
            self.done += 1
            watching, kept = self.watched.get(false, []), []
            for place, number in enumerate(watching):
                literals = self.clauses.get(number)
                if literals is None:
                    continue  # deleted
                if literals[0] == false:
                    literals[0], literals[1] = literals[1], false
                if self.value.get(literals[0]):
                    kept.append(number)
                    continue
                for other in range(2, len(literals)):
                    if self.value.get(literals[other]) is not False:
                        literals[1], literals[other] = literals[other], false
                        self.watched.setdefault(literals[1], []).append(number)
                        break
                else:
                    kept.append(number)
                    if self.value.get(literals[0]) is False:
                        self.watched[false] = kept + watching[place + 1:]
                        return number
                    self.assign(literals[0], number)
            self.watched[false] = kept
        return None

    def add(self, number, literals):
        """Adds a clause for good. Returns the id of a clause that is false in any case, or None."""
        literals = sorted(set(literals), key=lambda literal: self.value.get(literal) is False)
        self.clauses[number] = literals
        self.ids.setdefault(tuple(sorted(literals)), []).append(number)
        for literal in literals[:2] if len(literals) > 1 else []:
            self.watched.setdefault(literal, []).append(number)
        if not literals or self.value.get(literals[0]) is False:
            return number
        if self.value.get(literals[0]) is None and (len(literals) == 1 or self.value.get(literals[1]) is False):
            self.assign(literals[0], number)
            return self.propagate()
        return None

    def remove(self, literals):
        """Deletes a clause, unless something on the trail rests on it. Returns its id or None."""
        key = tuple(sorted(set(literals)))
        for number in self.ids.get(key, []):
            if not any(self.reason.get(literal) == number for literal in key):
                self.ids[key].remove(number)
                del self.clauses[number]
                return number
        return None

    def reasons_of(self, false, implied=None, assumed=frozenset()):
        """The clauses that make all literals of clause `false` false but `implied`, in order, and itself."""
        needed, order = {-literal for literal in self.clauses[false] if literal != implied}, [false]
        for literal in reversed(self.trail):
            if literal in needed and literal not in assumed:
                order.append(self.reason[literal])
                needed.update(-other for other in self.clauses[self.reason[literal]] if other != literal)
        return order[::-1]

    def antecedents(self, literals):
        """The clauses that show by unit propagation that one of these literals holds, in order; None if they don't."""
        mark, false = len(self.trail), None
        for literal in literals:
            if self.value.get(literal):
                false = self.reason[literal]
                break
            if self.value.get(literal) is None:
                self.assign(-literal, None)
        implied = literal if false is not None else None
        if false is None:
            false = self.propagate()
        order = None
        if false is not None:
            order = self.reasons_of(false, implied, {-literal for literal in literals})
        for literal in self.trail[mark:]:
            del self.value[literal], self.value[-literal], self.reason[literal]
        del self.trail[mark:]
        self.done = min(self.done, mark)
        return order


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    database, last, conflict = Database(), 0, None
    with open(sys.argv[1], encoding="ascii") as cnf:
        for line in cnf:
            if line[0] not in "pc":
                last += 1
                found = database.add(last, [int(word) for word in line.split()[:-1]])
                conflict = found if conflict is None else conflict
    number = last
    with open(sys.argv[2], encoding="ascii") as proof:
        for line in proof:
            words = line.split()
            if conflict is not None:
                break
            if words[0] == "d":
                removed = database.remove([int(word) for word in words[1:-1]])
                if removed is not None:
                    print(number, "d", removed, 0)
                continue
            literals = [int(word) for word in words[:-1]]
            if not literals:
                break
            reasons = database.antecedents(literals)
            if reasons is None:
                sys.exit(f"rup_to_lrat.py: {line.strip()}: does not follow by unit propagation")
            number += 1
            print(number, *literals, 0, *reasons, 0)
            conflict = database.add(number, literals)
    if conflict is None:
        sys.exit("rup_to_lrat.py: the proof ends without a contradiction")
    print(number + 1, 0, *database.reasons_of(conflict), 0)


if __name__ == "__main__":
    main()
