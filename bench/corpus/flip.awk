# SPDX-License-Identifier: MIT
# Flips entries of a code in text form, each at most once. Variables: entries (how many), seed (1 ... 2147483646), title.
# The numbers are those of Park and Miller, so that every awk makes the same code.
function draw(below) {
    state = (state * 16807) % 2147483647
    return state % below
}
/^#/ || NF == 0 { next }
{ row[rows++] = $0 }
END {
    columns = length(row[0])
    state = seed
    for (i = 0; i < 10; ++i) draw(2) # neighbouring seeds begin alike
    print "# " title
    while (flipped < entries) {
        i = draw(rows)
        j = draw(columns)
        if ((i, j) in done) continue
        done[i, j] = 1
        ++flipped
        entry = substr(row[i], j + 1, 1) == "1" ? "0" : "1"
        row[i] = substr(row[i], 1, j) entry substr(row[i], j + 2)
    }
    for (i = 0; i < rows; ++i) print row[i]
}
