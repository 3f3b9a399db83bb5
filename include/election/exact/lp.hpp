// SPDX-License-Identifier: MIT
// write_lp(): a cover problem for solvers of mixed-integer programs.
#pragma once

#include <cstddef>
#include <ostream>
#include <vector>

#include <election/exact/cover_problem.hpp>
#include <election/exact/zero_one_program.hpp>

namespace election {

/// Writes a cover problem as a 0/1 program in the LP format of CPLEX, which most solvers of mixed-integer programs read.
///
/// Variable x(j+1) is 1 where column j loses; a(i+1) where row i is not wrong, r(i+1) where one that may abstain is right. Comments say
/// what each means, and what the margin is: readers differ in whether an objective may have a constant, so it is the minimum plus a number.
/// \param stream   whose state says afterwards whether it was written
/// \param problem  any
/// \param labels   what rows and columns stand for
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones of the rows)
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// std::ostringstream file;
/// election::write_lp(file, uncoded);
/// assert(file.str().find("Minimize\n loss: 2 a1 + 2 a2 + 2 a3\nSubject To\n c0: x1 + x2 + x3 = 1\n c1: x1 + a1 >= 1\n") !=
///        std::string::npos);
/// \endcode
inline void write_lp(std::ostream& stream, const cover_problem& problem, const program_labels& labels = {}) {
    constexpr std::size_t terms_per_line = 12; // readers limit the length of a line
    const zero_one_program program = make_zero_one_program(problem);
    using meaning = zero_one_variable::meaning;
    const auto write_name = [&](std::size_t v) {
        const zero_one_variable& variable = program.variables[v];
        stream << (variable.what == meaning::loses   ? 'x'
                   : variable.what == meaning::right ? 'r'
                                                     : 'a')
               << variable.index + 1;
    };
    const auto write_terms = [&](const std::vector<zero_one_term>& terms) {
        for (std::size_t t = 0; t < terms.size(); ++t) {
            const std::int64_t coefficient = terms[t].coefficient;
            if (t > 0 && t % terms_per_line == 0) stream << "\n ";
            stream << (coefficient < 0 ? " - " : t > 0 ? " + " : " ");
            if (coefficient != 1 && coefficient != -1) stream << coefficient << ' '; // negative is −1 alone
            write_name(terms[t].variable);
        }
    };
    detail::write_head(stream, problem, program, labels, "\\ ", write_name);
    stream << "Minimize\n loss:";
    write_terms(detail::objective_of(program));
    stream << "\nSubject To\n";
    for (std::size_t c = 0; c < program.constraints.size(); ++c) {
        stream << " c" << c << ':';
        write_terms(program.constraints[c].terms);
        stream << (program.constraints[c].exactly ? " = " : " >= ") << program.constraints[c].bound << '\n';
    }
    stream << "Binary\n";
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
        stream << ' ';
        write_name(v);
        if (v % terms_per_line == terms_per_line - 1 || v + 1 == program.variables.size()) stream << '\n';
    }
    stream << "End\n";
}

} // namespace election
