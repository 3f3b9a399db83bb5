// SPDX-License-Identifier: MIT
// interchangeable_columns(): classes of columns of which any two may change places, so that only how many of a class lose matters.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/presolve_columns.hpp>

namespace election {

namespace detail {

/// Looks for columns that may change places. Hashes say quickly that two may not; that they may is compared.
class interchange {
public:
    explicit interchange(const cover_problem& problem)
        : problem_(problem), rows_(rows_of_columns(problem)), kinds_(problem.columns, 0) {
        for (const cover_row& row : problem.rows) {
            const std::uint64_t kind = mixed((std::uint64_t{row.need} * 2 + (row.may_tie ? 1 : 0)) ^
                                             mixed(std::uint64_t{row.weight} << 32 | row.columns.size()));
            std::uint64_t hash = kind;
            for (std::uint32_t column : row.columns) {
                hash += mixed(~std::uint64_t{column});
                kinds_[column] += mixed(kind + 1);
            }
            hashes_.push_back(hash);
        }
    }

    /// The same for columns that are interchangeable.
    [[nodiscard]] std::uint64_t kind(std::uint32_t column) const noexcept { return kinds_[column]; }

    /// Whether the rows are the same, each as often, after two columns have changed places.
    [[nodiscard]] bool may_change_places(std::uint32_t a, std::uint32_t b) const {
        std::vector<std::uint32_t> only_a, only_b; // other rows stay as they are
        std::ranges::set_difference(rows_[a], rows_[b], std::back_inserter(only_a));
        std::ranges::set_difference(rows_[b], rows_[a], std::back_inserter(only_b));
        if (only_a.size() != only_b.size()) return false;
        std::uint64_t sum_a = 0, sum_b = 0; // of hashes that do not count the column itself
        for (std::uint32_t i : only_a) sum_a += mixed(hashes_[i] - mixed(~std::uint64_t{a}));
        for (std::uint32_t i : only_b) sum_b += mixed(hashes_[i] - mixed(~std::uint64_t{b}));
        return sum_a == sum_b && without(only_a, a) == without(only_b, b);
    }

private:
    static constexpr std::uint64_t mixed(std::uint64_t x) noexcept { // the finaliser of splitmix64
        x += 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }

    /// Rows without one column, in an order of their own.
    [[nodiscard]] std::vector<cover_row> without(const std::vector<std::uint32_t>& rows, std::uint32_t column) const {
        std::vector<cover_row> result;
        for (std::uint32_t i : rows) {
            result.push_back(problem_.rows[i]);
            std::erase(result.back().columns, column);
        }
        std::ranges::sort(result, {},
                          [](const cover_row& row) { return std::tie(row.columns, row.need, row.may_tie, row.weight); });
        return result;
    }

    const cover_problem& problem_;
    std::vector<std::vector<std::uint32_t>> rows_; ///< of each column
    std::vector<std::uint64_t> kinds_;             ///< of each column
    std::vector<std::uint64_t> hashes_;            ///< of each row
};

} // namespace detail

/// Classes of columns any two of which may change places: the rows are then the same, each as often. Identical columns are, and columns
/// with a row each of their own, and those of a repetition code.
///
/// Two choices with as many losers in every class have the same loss. *Proof.* Exchanges of two columns of a class make every
/// rearrangement of the class, and none of them changes the loss of what it moves. That "may change places" is transitive: to exchange a
/// with c, exchange a with b, b with c, and a with b again. ∎
/// \param problem  any that is valid
/// \returns every column in one class; classes and columns in them ascending
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(columns·(classes of columns in as many rows of each kind)·rows) at most
///
/// \code
/// // Two columns with a row each, and a third that shares one with both.
/// const election::cover_problem problem{3, 1, {{{0}, 1}, {{1}, 1}, {{0, 1, 2}, 1}}, 0};
/// assert((election::interchangeable_columns(problem) == std::vector<std::vector<std::uint32_t>>{{0, 1}, {2}}));
/// \endcode
[[nodiscard]] inline std::vector<std::vector<std::uint32_t>> interchangeable_columns(const cover_problem& problem) {
    detail::require_valid(problem, "interchangeable_columns");
    const detail::interchange exchange(problem);
    std::vector<std::vector<std::uint32_t>> classes;
    std::vector<std::pair<std::uint64_t, std::size_t>> by_kind; // class by the kind of its columns
    for (std::uint32_t column = 0; column < problem.columns; ++column) {
        const std::uint64_t kind = exchange.kind(column);
        auto place = std::ranges::lower_bound(by_kind, std::pair(kind, std::size_t{0}));
        while (place != by_kind.end() && place->first == kind &&
               !exchange.may_change_places(classes[place->second].front(), column)) {
            ++place;
        }
        if (place != by_kind.end() && place->first == kind) {
            classes[place->second].push_back(column);
        } else {
            by_kind.insert(place, {kind, classes.size()});
            classes.push_back({column});
        }
    }
    return classes;
}

namespace detail {

/// Classes of interchangeable columns, for searches that decide whole classes: decided columns of a class are the same in all of its rest.
class column_classes {
public:
    explicit column_classes(const cover_problem& problem)
        : column_classes(interchangeable_columns(problem), problem.columns) {}

    /// Columns 2j and 2j + 1.
    [[nodiscard]] static column_classes of_pairs(std::size_t columns) {
        std::vector<std::vector<std::uint32_t>> pairs;
        for (std::uint32_t j = 0; j < columns; j += 2) pairs.push_back({j, j + 1});
        return {std::move(pairs), columns};
    }

    [[nodiscard]] std::uint32_t class_of(std::size_t column) const noexcept { return class_of_[column]; }
    [[nodiscard]] const std::vector<std::uint32_t>& members(std::uint32_t c) const noexcept { return members_[c]; }
    [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& all() const noexcept { return members_; }

    /// What is known of one column is known of all of its class that are open: exchanging two of these leaves the rest of the search as it
    /// is, so that a bound that holds when one of them is chosen holds when another one is.
    /// \param open         columns, one bit each, in so many words
    /// \param zeros, ones  columns that cannot lose, that must; widened
    /// \returns false if a column would be in both: no choice is left
    [[nodiscard]] bool widen(const std::uint64_t* open, std::uint64_t* zeros, std::uint64_t* ones, std::size_t words) const {
        if (members_.size() != class_of_.size()) {
            for (std::uint64_t* set : {zeros, ones}) {
                for (std::size_t w = 0; w < words; ++w) {
                    for (std::uint64_t rest = set[w]; rest != 0; rest &= rest - 1) {
                        const std::size_t column = w * 64 + static_cast<std::size_t>(std::countr_zero(rest));
                        for (std::uint32_t other : members_[class_of_[column]]) {
                            set[other / 64] |= open[other / 64] & std::uint64_t{1} << (other % 64);
                        }
                    }
                }
            }
        }
        for (std::size_t w = 0; w < words; ++w) {
            if ((zeros[w] & ones[w]) != 0) return false;
        }
        return true;
    }

private:
    column_classes(std::vector<std::vector<std::uint32_t>> members, std::size_t columns)
        : members_(std::move(members)), class_of_(columns, 0) {
        for (std::uint32_t c = 0; c < members_.size(); ++c) {
            for (std::uint32_t column : members_[c]) class_of_[column] = c;
        }
    }

    std::vector<std::vector<std::uint32_t>> members_;
    std::vector<std::uint32_t> class_of_;
};

} // namespace detail

} // namespace election
