// SPDX-License-Identifier: MIT
// read_certified_model(): the lines of a certificate that say which elections count.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/exact_model.hpp>

namespace election::detail {

/// Indices below a bound, ascending, so that none is there twice.
[[nodiscard]] inline std::vector<std::size_t> ascending_numbers(certificate_lines& lines, std::size_t bound,
                                                                std::string_view what) {
    std::vector<std::uint32_t> numbers;
    lines.numbers(numbers, bound, what);
    lines.expect_end();
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        if (numbers[i - 1] >= numbers[i]) lines.malformed(joined({what, " must be above the one before it"}));
    }
    return {numbers.begin(), numbers.end()};
}

/// Reads the lines behind that of the ties, if there are any, and goes to the line after them.
/// \param code  that it must fit
/// \param ties  what that line said
[[nodiscard]] inline exact_model read_certified_model(const packed_allocation& code, tie_policy ties,
                                                      certificate_lines& lines) {
    exact_model model;
    model.ties = ties;
    const auto next = [&] { lines.require_next("the claim"); };
    next();
    if (lines.take("alphabet ")) {
        lines.expect("ternary", "must be 'alphabet ternary'; the binary one has no line");
        lines.expect_end();
        model.alphabet = sign_alphabet::ternary;
        next();
    }
    if (lines.take("weights ")) {
        constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
        lines.numbers(model.weights, most + 1, "a weight");
        lines.expect_end();
        if (model.weights.size() != code.workers()) {
            lines.malformed(joined(
                {"has ", shown(model.weights.size()), " weights; the matrix has ", shown(code.workers()), " workers"}));
        }
        if (std::accumulate(model.weights.begin(), model.weights.end(), std::uint64_t{0}) > most)
            lines.malformed("has weights of more than 2147483647 in sum");
        next();
    }
    if (lines.take("liars ")) {
        model.liars = ascending_numbers(lines, code.workers(), "a worker");
        next();
    }
    if (lines.take("may-lose ")) {
        model.may_lose = ascending_numbers(lines, code.partitions(), "a partition");
        next();
    }
    if (lines.take("corrupted ")) {
        model.corrupted = static_cast<std::size_t>(lines.natural(code.partitions(), "the number of corrupted partitions"));
        lines.expect_end();
        if (model.corrupted == 0) lines.malformed("must be at least 1; without corrupted partitions there is no line");
        next();
    }
    return model;
}

} // namespace election::detail
