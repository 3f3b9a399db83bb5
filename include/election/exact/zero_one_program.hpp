// SPDX-License-Identifier: MIT
// zero_one_program: a cover problem as linear constraints on variables that are 0 or 1, as general solvers take it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// What a 0/1 variable says.
struct zero_one_variable {
    /// What kind of thing it says.
    enum class meaning : std::uint8_t {
        loses,     ///< column `index` is chosen: partition `index` loses
        not_wrong, ///< row `index` is right or abstains
        right      ///< row `index` is right
    };
    meaning what = meaning::loses; ///< the kind
    std::size_t index = 0;         ///< of the column or of the row
    std::int64_t cost = 0;         ///< what it adds to the objective where it is 1

    /// Member by member.
    friend bool operator==(const zero_one_variable&, const zero_one_variable&) = default;
};

/// A coefficient and its variable.
struct zero_one_term {
    std::int64_t coefficient = 1; ///< of the variable
    std::size_t variable = 0;     ///< index

    /// Member by member.
    friend bool operator==(const zero_one_term&, const zero_one_term&) = default;
};

/// The sum of the terms is at least, or exactly, a bound.
struct zero_one_constraint {
    std::vector<zero_one_term> terms; ///< each variable at most once
    std::int64_t bound = 0;           ///< the right-hand side
    bool exactly = false;             ///< whether the sum must equal it

    /// Member by member.
    friend bool operator==(const zero_one_constraint&, const zero_one_constraint&) = default;
};

/// Minimise the sum of the variables' costs under the constraints. The least loss of the cover problem is that minimum + `constant`.
struct zero_one_program {
    std::vector<zero_one_variable> variables;     ///< first the columns, in order, then what the rows do
    std::vector<zero_one_constraint> constraints; ///< first how many columns are chosen, then the rows'
    std::int64_t constant = 0;                    ///< loss of rows that nothing can change

    /// Member by member.
    friend bool operator==(const zero_one_program&, const zero_one_program&) = default;
};

/// States a cover problem as a 0/1 program.
///
/// With h_i the hits of row i, t_i its need, and l_i the hits that it has for sure (the budget less the columns outside the row):
///
///     Σ_j x_j = budget                                  x_j: column j loses
///     h_i + (t_i − l_i)·r_i ≥ t_i                       r_i: the row is not wrong; costs 2·weight
///     h_i + r_i + (t_i − 1 − l_i)·s_i ≥ t_i, r_i ≥ s_i  for a row that may tie. s_i: it is right; each costs 1·weight
///
/// A row that errs must have its hits, or pay. Since h_i ≥ l_i always, the constraint of a row that pays is void, and any smaller
/// coefficient would cut choices off; of all such constraints these are the tightest, since their relaxation to fractions is the
/// largest convex function of h_i below the row's loss wherever l_i < t_i − 1. Rows that can never pay less, or never anything, have
/// no variables.
/// \param problem  any
/// \returns the program
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones of the rows)
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const auto program = election::make_zero_one_program(uncoded);
/// assert(program.variables.size() == 6 && program.constraints.size() == 4 && program.constant == 0);
/// \endcode
[[nodiscard]] inline zero_one_program make_zero_one_program(const cover_problem& problem) {
    detail::require_valid(problem, "make_zero_one_program");
    using meaning = zero_one_variable::meaning;
    zero_one_program program;
    zero_one_constraint chosen{{}, static_cast<std::int64_t>(problem.budget), true};
    for (std::size_t j = 0; j < problem.columns; ++j) {
        program.variables.push_back({meaning::loses, j, 0});
        chosen.terms.push_back({1, j});
    }
    program.constraints.push_back(std::move(chosen));

    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        const cover_row& row = problem.rows[i];
        const std::size_t outside = problem.columns - row.columns.size();
        const std::size_t fewest = problem.budget > outside ? problem.budget - outside : 0;
        const std::size_t most = std::min(problem.budget, row.columns.size());
        program.constant += loss_of(row, most);
        if (loss_of(row, fewest) == loss_of(row, most)) continue;

        const auto need = static_cast<std::int64_t>(row.need);
        const auto sure = static_cast<std::int64_t>(fewest);
        const bool may_be_wrong = most >= row.need;
        const bool may_tie = row.may_tie && most + 1 >= row.need && fewest + 1 <= row.need;
        const bool may_be_right = !row.may_tie || fewest + 1 < row.need;
        // Two different things can happen, or three: each but the best for the row has a variable that says it was bought off.
        zero_one_constraint constraint;
        for (std::uint32_t column : row.columns) constraint.terms.push_back({1, column});
        const auto add = [&](meaning what, std::int64_t cost) {
            program.variables.push_back({what, i, cost});
            return program.variables.size() - 1;
        };
        if (may_be_wrong && may_tie && may_be_right) {
            const std::size_t not_wrong = add(meaning::not_wrong, row.weight);
            const std::size_t right = add(meaning::right, row.weight);
            constraint.terms.push_back({1, not_wrong});
            constraint.terms.push_back({need - 1 - sure, right});
            constraint.bound = need;
            program.constraints.push_back(std::move(constraint));
            program.constraints.push_back({{{1, not_wrong}, {-1, right}}, 0, false});
        } else {
            const std::int64_t reached = may_be_wrong ? need : need - 1;
            const std::int64_t cost = loss_of(row, fewest) - loss_of(row, most);
            const std::size_t bought = add(may_be_wrong ? meaning::not_wrong : meaning::right, cost);
            constraint.terms.push_back({reached - sure, bought});
            constraint.bound = reached;
            program.constraints.push_back(std::move(constraint));
        }
    }
    return program;
}

/// What a file that states a program says to people.
struct program_labels {
    std::span<const std::string> comments = {};   ///< lines for its head, without line breaks
    std::span<const std::size_t> workers = {};    ///< the worker that each row stands for; empty: its number
    std::span<const std::size_t> partitions = {}; ///< the partition that each column stands for; empty: its number
};

namespace detail {

/// The head of a file, each line behind `mark`: the comments, how the margin follows, and what the variables say.
/// \param name  writes the name of variable v
template <class Name>
void write_head(std::ostream& stream, const cover_problem& problem, const zero_one_program& program,
                const program_labels& labels, std::string_view mark, Name&& name) {
    using meaning = zero_one_variable::meaning;
    for (const std::string& comment : labels.comments) stream << mark << comment << '\n';
    const std::int64_t constant = problem.constant + program.constant;
    stream << mark << "margin = minimum " << (constant < 0 ? "- " : "+ ") << (constant < 0 ? -constant : constant) << '\n';
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
        const zero_one_variable& variable = program.variables[v];
        stream << mark;
        name(v);
        if (variable.what == meaning::loses) {
            stream << ": partition " << (labels.partitions.empty() ? variable.index : labels.partitions[variable.index])
                   << " loses\n";
        } else {
            stream << ": worker " << (labels.workers.empty() ? variable.index : labels.workers[variable.index])
                   << (variable.what == meaning::not_wrong && problem.rows[variable.index].may_tie
                           ? " is right or abstains\n"
                           : " is right\n");
        }
    }
}

/// The terms of the objective: a sum has one at least, in both formats.
[[nodiscard]] inline std::vector<zero_one_term> objective_of(const zero_one_program& program) {
    std::vector<zero_one_term> terms;
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
        if (program.variables[v].cost != 0) terms.push_back({program.variables[v].cost, v});
    }
    if (terms.empty() && !program.variables.empty()) terms.push_back({0, 0});
    return terms;
}

} // namespace detail

} // namespace election
