// SPDX-License-Identifier: MIT
// Codes and models whose rows are closed under rotation of a circle of columns, at random, and what the checker says of a line about them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/certified_problem.hpp>
#include <election/exact/certified_step.hpp>
#include <election/exact/exact_model.hpp>
#include <support/certified_loss.hpp>

namespace election_test {

/// A code, a model, and the columns of their question in the order of a circle.
struct circular_problem {
    election::packed_allocation code{1, 1};
    election::exact_model model = {};
    std::vector<std::uint32_t> order = {}; ///< columns of the question
    std::size_t step = 1;                  ///< columns of a rotation that keeps the rows; perhaps a smaller one does, too
};

/// Draws a row: 1 for the places on the circle that it holds.
using circular_row = std::vector<char>;

/// \param columns  partitions on the circle
/// \param step     divides them
/// \param rows     each is there with all its rotations, which have as many votes
/// \param plain    no model but the ties
/// \param ordered  the columns are in the order of the circle as they are
inline circular_problem made_circular(std::size_t columns, std::size_t step, const std::vector<circular_row>& rows,
                                      bool plain, std::mt19937& random, bool ordered = false) {
    circular_problem made;
    const auto happens = [&](unsigned one_of) { return random() % one_of == 0; };
    const bool is_ternary = !plain && happens(3);
    const std::size_t others = plain || happens(2) ? 0 : 1 + random() % 3; // partitions that may not lose
    const std::size_t k = columns + others;
    std::vector<std::size_t> partitions(k); // the first ones are the circle
    std::iota(partitions.begin(), partitions.end(), std::size_t{0});
    if (!ordered) std::ranges::shuffle(partitions, random);
    made.model.ties = election::tie_policies[random() % 4];
    const bool has_weights = !plain && happens(2);
    std::vector<std::vector<char>> texts;
    for (const circular_row& row : rows) {
        std::vector<char> constant(others);
        for (char& bit : constant) bit = static_cast<char>(random() % 2);
        const std::uint32_t votes = has_weights ? static_cast<std::uint32_t>(random() % 4) * (happens(4) ? 99 : 1) : 1;
        const bool lies = !plain && happens(5);
        for (std::size_t turn = 0; turn < columns; turn += step) {
            if (has_weights) made.model.weights.push_back(votes);
            if (lies) made.model.liars.push_back(texts.size());
            std::vector<char>& text = texts.emplace_back(k);
            for (std::size_t i = 0; i < columns; ++i) text[partitions[(i + turn) % columns]] = row[i];
            for (std::size_t i = 0; i < others; ++i) text[partitions[columns + i]] = constant[i];
        }
    }
    made.code = election::packed_allocation(texts.size(), k);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            if (texts[i][j] != 0) made.code.set(i, j);
        }
    }
    std::vector<std::size_t> circle(partitions.begin(), partitions.begin() + static_cast<std::ptrdiff_t>(columns));
    if (others > 0) {
        made.model.may_lose = circle;
        std::ranges::sort(made.model.may_lose);
    }
    if (!plain && happens(3)) made.model.corrupted = std::min<std::size_t>(k, random() % 4);
    if (is_ternary) made.model.alphabet = election::sign_alphabet::ternary;
    for (std::size_t partition : circle) {
        const auto column = static_cast<std::uint32_t>(
            others == 0
                ? partition
                : static_cast<std::size_t>(std::ranges::find(made.model.may_lose, partition) - made.model.may_lose.begin()));
        if (!is_ternary) made.order.push_back(column);
        if (is_ternary) made.order.insert(made.order.end(), {2 * column, 2 * column + 1});
    }
    made.step = is_ternary ? 2 * step : step;
    return made;
}

/// The least loss of all choices, by trying them.
inline std::int64_t least_certified_loss(const election::detail::certified_problem& problem) {
    std::vector<char> choice(problem.columns(), 0);
    std::fill(choice.end() - problem.budget(), choice.end(), char{1});
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    do {
        least = std::min(least, certified_loss_of(problem, choice));
    } while (std::ranges::next_permutation(choice).found);
    return least;
}

/// What a checker of one line says: "" if all is well, or why not.
/// \param replay  (problem, target, lines) as the checkers have it
/// \param text    the line without its first word
template <class Replay>
std::string said_of_line(const Replay& replay, const election::detail::certified_problem& problem, std::int64_t target,
                         const std::string& text) {
    std::istringstream stream(text);
    election::detail::certificate_lines lines(stream, "F");
    try {
        if (!lines.next()) return "no line";
        replay(problem, target, lines);
        return "";
    } catch (const election::detail::false_step& step) {
        return step.why;
    } catch (const election::format_error& failure) {
        return failure.what();
    }
}

} // namespace election_test
