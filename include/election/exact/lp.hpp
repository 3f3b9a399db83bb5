// SPDX-License-Identifier: MIT
// write_lp(): a cover problem for solvers of mixed-integer programs.
#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/opb.hpp>
#include <election/exact/zero_one_program.hpp>

namespace election {

/// Writes a cover problem as a 0/1 program in the LP format of CPLEX, which most solvers of mixed-integer programs read.
///
/// Variable xJ is 1 where partition J − 1 loses, aI where row I − 1 is right or abstains, rI where it is right. The objective has no
/// constant: the margin is the minimum plus the number that a comment gives.
/// \param stream    whose state says afterwards whether it was written
/// \param problem   any
/// \param comments  lines for the head of the file, without line breaks
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones of the rows)
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// std::ostringstream file;
/// election::write_lp(file, uncoded);
/// assert(file.str().find("Minimize\n loss: + 2 a1 + 2 a2 + 2 a3\n") != std::string::npos);
/// \endcode
inline void write_lp(std::ostream& stream, const cover_problem& problem, std::span<const std::string> comments = {}) {
    const zero_one_program program = make_zero_one_program(problem);
    using meaning = zero_one_variable::meaning;
    const auto write_name = [&](std::size_t v) {
        const zero_one_variable& variable = program.variables[v];
        stream << (variable.what == meaning::loses ? 'x' : variable.what == meaning::right ? 'r' : 'a') << variable.index + 1;
    };
    // Readers limit the length of a line: a sum goes on in the next one.
    std::size_t in_line = 0;
    const auto write_term = [&](std::int64_t coefficient, std::size_t variable) {
        if (in_line++ == 12) {
            stream << "\n  ";
            in_line = 1;
        }
        stream << (coefficient < 0 ? " - " : " + ");
        if (coefficient != 1 && coefficient != -1) stream << (coefficient < 0 ? -coefficient : coefficient) << ' ';
        write_name(variable);
    };
    detail::write_preamble(stream, problem, program, comments, "\\ ");
    stream << "\\ xJ: partition J - 1 loses. aI: row I - 1 is right or abstains. rI: row I - 1 is right.\n"
              "Minimize\n loss:";
    if (program.variables.size() == problem.columns && problem.columns > 0) write_term(0, 0); // a sum has at least one term
    for (std::size_t v = problem.columns; v < program.variables.size(); ++v) write_term(program.variables[v].cost, v);
    stream << "\nSubject To\n";
    for (std::size_t c = 0; c < program.constraints.size(); ++c) {
        const zero_one_constraint& constraint = program.constraints[c];
        in_line = 0;
        stream << " c" << c << ':';
        for (const zero_one_term& term : constraint.terms) write_term(term.coefficient, term.variable);
        stream << (constraint.exactly ? " = " : " >= ") << constraint.bound << '\n';
    }
    stream << "Binary\n";
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
        stream << (v % 12 == 0 ? (v == 0 ? " " : "\n ") : " ");
        write_name(v);
    }
    stream << "\nEnd\n";
}

} // namespace election
