// SPDX-License-Identifier: MIT
// write_opb(): a cover problem for pseudo-Boolean solvers.
#pragma once

#include <cstddef>
#include <ostream>

#include <election/exact/cover_problem.hpp>
#include <election/exact/zero_one_program.hpp>

namespace election {

/// Writes a cover problem as linear pseudo-Boolean optimisation, in the format of the pseudo-Boolean competitions.
///
/// Column j is variable x(j+1), 1 where it loses; the variables of rows follow. Comments say what each means, and what the margin is: the
/// format knows no constant in the objective, so it is the minimum plus a number.
/// \param stream   whose state says afterwards whether it was written
/// \param problem  any
/// \param labels   what rows and columns stand for
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
inline void write_opb(std::ostream& stream, const cover_problem& problem, const program_labels& labels = {}) {
    const zero_one_program program = make_zero_one_program(problem);
    const auto write_name = [&](std::size_t v) { stream << 'x' << v + 1; };
    const auto write_terms = [&](const std::vector<zero_one_term>& terms) {
        for (const zero_one_term& term : terms) {
            stream << (term.coefficient < 0 ? "" : "+") << term.coefficient << ' ';
            write_name(term.variable);
            stream << ' ';
        }
    };
    stream << "* #variable= " << program.variables.size() << " #constraint= " << program.constraints.size() << '\n';
    detail::write_head(stream, problem, program, labels, "* ", write_name);
    stream << "min: ";
    write_terms(detail::objective_of(program));
    stream << ";\n";
    for (const zero_one_constraint& constraint : program.constraints) {
        write_terms(constraint.terms);
        stream << (constraint.exactly ? "= " : ">= ") << constraint.bound << " ;\n";
    }
}

} // namespace election
