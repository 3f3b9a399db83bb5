// SPDX-License-Identifier: MIT
// write_opb(): a cover problem for pseudo-Boolean solvers.
#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/zero_one_program.hpp>

namespace election {
namespace detail {

/// What a variable says, in words.
inline void write_meaning(std::ostream& stream, const zero_one_variable& variable) {
    using meaning = zero_one_variable::meaning;
    if (variable.what == meaning::loses) {
        stream << "partition " << variable.index << " loses";
    } else {
        stream << "row " << variable.index << (variable.what == meaning::right ? " is right" : " is right or abstains");
    }
}

/// The lines that say what a program is about, each behind `mark`.
inline void write_preamble(std::ostream& stream, const cover_problem& problem, const zero_one_program& program,
                           std::span<const std::string> comments, std::string_view mark) {
    for (const std::string& comment : comments) stream << mark << comment << '\n';
    stream << mark << "margin = minimum + " << problem.constant + program.constant << '\n';
}

} // namespace detail

/// Writes a cover problem as pseudo-Boolean optimisation, linear, in the format of the pseudo-Boolean competitions.
///
/// Columns are x1, x2, …: x1 is 1 where partition 0 loses. The other variables are explained in the file, one a line. The objective has no
/// constant, which the format does not know: the margin is the minimum plus the number that a comment gives.
/// \param stream    whose state says afterwards whether it was written
/// \param problem   any
/// \param comments  lines for the head of the file, without line breaks
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones of the rows)
/// \par Reference
/// Roussel, Manquinho, *Input/output format and solver requirements for the competitions of pseudo-Boolean solvers*, 2012
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// std::ostringstream file;
/// election::write_opb(file, uncoded);
/// assert(file.str().find("min: +2 x4 +2 x5 +2 x6 ;\n+1 x1 +1 x2 +1 x3 = 1 ;\n+1 x1 +1 x4 >= 1 ;\n") != std::string::npos);
/// \endcode
inline void write_opb(std::ostream& stream, const cover_problem& problem, std::span<const std::string> comments = {}) {
    const zero_one_program program = make_zero_one_program(problem);
    const auto write_term = [&](std::int64_t coefficient, std::size_t variable) {
        stream << (coefficient < 0 ? "" : "+") << coefficient << " x" << variable + 1 << ' ';
    };
    stream << "* #variable= " << program.variables.size() << " #constraint= " << program.constraints.size() << '\n';
    detail::write_preamble(stream, problem, program, comments, "* ");
    if (problem.columns > 0) stream << "* x1 to x" << problem.columns << ": partitions 0 to " << problem.columns - 1 << " lose\n";
    for (std::size_t v = problem.columns; v < program.variables.size(); ++v) {
        stream << "* x" << v + 1 << ": ";
        detail::write_meaning(stream, program.variables[v]);
        stream << '\n';
    }
    stream << "min: ";
    if (program.variables.size() == problem.columns && problem.columns > 0) write_term(0, 0); // a sum has at least one term
    for (std::size_t v = problem.columns; v < program.variables.size(); ++v) write_term(program.variables[v].cost, v);
    stream << ";\n";
    for (const zero_one_constraint& constraint : program.constraints) {
        for (const zero_one_term& term : constraint.terms) write_term(term.coefficient, term.variable);
        stream << (constraint.exactly ? "= " : ">= ") << constraint.bound << " ;\n";
    }
}

} // namespace election
