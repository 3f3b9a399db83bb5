# SPDX-License-Identifier: MIT
# Turns what `election export --format opb` writes into the question whether its objective can be at most `bound`, as DIMACS CNF.
#
# Usage: awk -v bound=B -f opb_to_cnf.awk FILE.opb > FILE.cnf
#
# A sum is counted in unary: at[i, j] says that the first i terms reach j. Only one direction is needed: at[i, j] implies that the
# first i - 1 reach j, or that literal i is true and the first i - 1 reach j less its coefficient.
function clause(text) { clauses[++count] = text " 0" }

# The sum of literals[1 .. m] with positive coefficients[1 .. m] is at least `least`.
function at_least(m, least,    i, j, c, reach) {
    if (least <= 0) return
    reach[0] = 0
    for (i = 1; i <= m; ++i) reach[i] = reach[i - 1] + coefficients[i]
    if (reach[m] < least) { # readers refuse an empty clause
        clause(++variables "")
        clause("-" variables)
        return
    }
    for (i = 1; i <= m; ++i) {
        c = coefficients[i]
        for (j = 1; j <= least && j <= reach[i]; ++j) {
            at[i, j] = ++variables
            clause("-" at[i, j] (j <= reach[i - 1] ? " " at[i - 1, j] : "") " " literals[i])
            if (j > c) clause("-" at[i, j] (j - c <= reach[i - 1] ? " " at[i - 1, j - c] : ""))
        }
    }
    clause(at[m, least] "")
}

# The terms of the line from its field `first` on, times `sign`, are at least `least` times `sign`.
function constraint(first, sign, least,    i, m, c) {
    m = 0
    least *= sign
    for (i = first; $(i + 1) ~ /^x/; i += 2) {
        c = sign * $i
        if (c == 0) continue
        ++m
        literals[m] = (c < 0 ? "-" : "") substr($(i + 1), 2)
        coefficients[m] = (c < 0 ? -c : c)
        if (c < 0) least -= c # c x = c - c (1 - x)
    }
    at_least(m, least)
}

/^[*] #variable=/ { variables = $3; next }
/^[*]/ { next }
/^min:/ { constraint(2, -1, bound); next }
{
    constraint(1, 1, $(NF - 1))
    if ($(NF - 2) == "=") constraint(1, -1, $(NF - 1))
}
END {
    print "p cnf " variables " " count
    for (i = 1; i <= count; ++i) print clauses[i]
}
