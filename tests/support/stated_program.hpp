// SPDX-License-Identifier: MIT
// 0/1 programs as a file states them, and their minimum by trying every assignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <election/exact/zero_one_program.hpp>

namespace election_test {

/// A 0/1 program with named variables.
struct stated_program {
    using sum = std::map<std::string, std::int64_t>;
    struct constraint {
        sum terms;
        std::int64_t bound = 0;
        bool exactly = false;

        friend bool operator==(const constraint&, const constraint&) = default;
    };
    sum objective;
    std::vector<constraint> constraints;
    std::vector<std::string> variables;
    std::int64_t margin_constant = 0; ///< margin − minimum, as a comment says

    friend bool operator==(const stated_program&, const stated_program&) = default;
};

/// The program of a problem, to hold a file against it.
/// \param name  of variable v
template <class Name>
stated_program stated(const election::zero_one_program& program, std::int64_t margin_constant, const Name& name) {
    stated_program result;
    result.margin_constant = margin_constant;
    for (std::size_t v = 0; v < program.variables.size(); ++v) {
        result.variables.push_back(name(v));
        if (program.variables[v].cost != 0) result.objective[name(v)] = program.variables[v].cost;
    }
    for (const election::zero_one_constraint& constraint : program.constraints) {
        stated_program::constraint one{{}, constraint.bound, constraint.exactly};
        for (const election::zero_one_term& term : constraint.terms) one.terms[name(term.variable)] = term.coefficient;
        result.constraints.push_back(one);
    }
    return result;
}

/// The least value of the objective, or nothing if no assignment keeps the constraints. At most 20 variables.
inline std::optional<std::int64_t> minimum_of(const election::zero_one_program& program) {
    std::optional<std::int64_t> least;
    for (std::uint32_t ones = 0; ones < 1U << program.variables.size(); ++ones) {
        const auto is_one = [&](std::size_t v) { return (ones >> v & 1U) != 0; };
        bool kept = true;
        for (const election::zero_one_constraint& constraint : program.constraints) {
            std::int64_t sum = 0;
            for (const election::zero_one_term& term : constraint.terms) sum += is_one(term.variable) ? term.coefficient : 0;
            kept = kept && (constraint.exactly ? sum == constraint.bound : sum >= constraint.bound);
        }
        if (!kept) continue;
        std::int64_t value = 0;
        for (std::size_t v = 0; v < program.variables.size(); ++v) value += is_one(v) ? program.variables[v].cost : 0;
        if (!least || value < *least) least = value;
    }
    return least;
}

} // namespace election_test
