// SPDX-License-Identifier: MIT
// symmetry: permutations of the columns that map the rows of a cover problem to its rows, found, checked, multiplied and counted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>

namespace election {

/// A permutation of columns: the image of each, all different.
using column_permutation = std::vector<std::uint32_t>;

/// Whether these are all the numbers below their count. O(columns).
[[nodiscard]] inline bool is_permutation_of_columns(std::span<const std::uint32_t> images) {
    std::vector<char> seen(images.size(), 0);
    return std::ranges::all_of(images, [&](std::uint32_t image) { return image < seen.size() && seen[image]++ == 0; });
}

/// The permutation that does `first`, then `second`; both of the same columns, unchecked. O(columns).
[[nodiscard]] inline column_permutation product(std::span<const std::uint32_t> first,
                                                std::span<const std::uint32_t> second) {
    column_permutation both(first.size());
    for (std::size_t j = 0; j < first.size(); ++j) both[j] = second[first[j]];
    return both;
}

/// The permutation that undoes it; unchecked. O(columns).
[[nodiscard]] inline column_permutation inverse(std::span<const std::uint32_t> images) {
    column_permutation back(images.size());
    for (std::size_t j = 0; j < images.size(); ++j) back[images[j]] = static_cast<std::uint32_t>(j);
    return back;
}

/// Where the columns of a choice go, ascending. O(choice·log).
/// \param images  a permutation; unchecked
/// \param choice  columns
[[nodiscard]] inline std::vector<std::uint32_t> image_of(std::span<const std::uint32_t> images,
                                                         std::span<const std::uint32_t> choice) {
    std::vector<std::uint32_t> image;
    image.reserve(choice.size());
    for (std::uint32_t column : choice) image.push_back(images[column]);
    std::ranges::sort(image);
    return image;
}

/// Whether a permutation maps the rows to the rows, each to one of the same need, tie rule and weight and each as often as it is there;
/// then a choice and its image have the same loss.
/// \param problem  one that is valid
/// \param images   any numbers, from anywhere
/// \par Complexity
/// O(ones·log(rows))
///
/// \code
/// const election::cover_problem chain{3, 1, {{{0, 1}, 2}, {{1, 2}, 2}}, 0};
/// assert(election::is_symmetry(chain, election::column_permutation{2, 1, 0}));
/// assert(!election::is_symmetry(chain, election::column_permutation{1, 2, 0}));
/// \endcode
[[nodiscard]] inline bool is_symmetry(const cover_problem& problem, std::span<const std::uint32_t> images) {
    if (images.size() != problem.columns || !is_permutation_of_columns(images)) return false;
    const auto kind = [](const cover_row& row) { return std::tie(row.columns, row.need, row.may_tie, row.weight); };
    std::vector<cover_row> rows = problem.rows;
    std::vector<cover_row> mapped = problem.rows;
    for (cover_row& row : mapped) row.columns = image_of(images, row.columns);
    std::ranges::sort(rows, {}, kind);
    std::ranges::sort(mapped, {}, kind);
    return rows == mapped;
}

namespace detail {

/// Rows as sums of random numbers, so that where rows go is compared in a moment. What it says is checked by is_symmetry() afterwards.
class hashed_rows {
public:
    /// The finaliser of MurmurHash3, as in splitmix64.
    static constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
        x += 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }

    template <class Map>
    static std::uint64_t hash_of(const cover_row& row, const Map& map) {
        std::uint64_t sum = mixed(std::uint64_t{row.need} * 2 + (row.may_tie ? 1 : 0)) ^ mixed(~std::uint64_t{row.weight});
        for (std::uint32_t column : row.columns) sum += mixed(std::uint64_t{1} << 40 | map(column));
        return sum;
    }

    explicit hashed_rows(const cover_problem& problem) {
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            hashes_.push_back(hash_of(problem.rows[i], [](std::uint32_t column) { return column; }));
        }
        std::ranges::sort(hashes_);
        // The lightest rows first, but last those that every map maps to themselves: most maps fail with the first row.
        for (const cover_row& row : problem.rows) order_.push_back(&row);
        std::ranges::stable_sort(order_, {}, [&](const cover_row* row) {
            const std::size_t size = row->columns.size();
            return std::pair(size == 0 || size == problem.columns, size);
        });
    }

    /// Whether a map of columns is a symmetry, as far as hashes can tell; O(a row) where the first row fails.
    template <class Map>
    [[nodiscard]] bool maps(const Map& map) const {
        if (!order_.empty() && !std::ranges::binary_search(hashes_, hash_of(*order_[0], map))) return false;
        std::vector<std::uint64_t> images;
        for (const cover_row* row : order_) {
            images.push_back(hash_of(*row, map));
            if (!std::ranges::binary_search(hashes_, images.back())) return false;
        }
        std::ranges::sort(images);
        return images == hashes_;
    }

    /// Columns of the rows that are read first.
    [[nodiscard]] std::size_t first_row_ones() const noexcept { return order_.empty() ? 0 : order_[0]->columns.size(); }

private:
    std::vector<std::uint64_t> hashes_; ///< ascending
    std::vector<const cover_row*> order_;
};

} // namespace detail

/// Whether more than the identity may be a symmetry, as far as neighbours tell: columns and rows are told apart by their kinds, by the kinds
/// of their neighbours, of their neighbours' neighbours, and so on (colour refinement). Where that tells all columns apart there is none.
/// \param problem  any that is valid
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(ones·columns), and O(ones) for each of the few rounds that it takes as a rule
///
/// \code
/// const election::cover_problem chain{3, 1, {{{0, 1}, 2}, {{1, 2}, 2}}, 0};
/// const election::cover_problem unlike{3, 1, {{{0, 1}, 2}, {{1, 2}, 1}}, 0};
/// assert(election::may_have_symmetries(chain) && !election::may_have_symmetries(unlike));
/// \endcode
[[nodiscard]] inline bool may_have_symmetries(const cover_problem& problem) {
    detail::require_valid(problem, "may_have_symmetries");
    std::vector<std::uint64_t> colours(problem.columns, 0);
    std::size_t kinds = 1;
    while (true) {
        std::vector<std::uint64_t> next(problem.columns);
        for (std::size_t j = 0; j < problem.columns; ++j) next[j] = detail::hashed_rows::mixed(colours[j]);
        for (const cover_row& row : problem.rows) {
            const std::uint64_t hash = detail::hashed_rows::hash_of(row, [&](std::uint32_t j) { return colours[j]; });
            for (std::uint32_t j : row.columns) next[j] += detail::hashed_rows::mixed(hash);
        }
        const std::size_t before = kinds;
        kinds = std::set<std::uint64_t>(next.begin(), next.end()).size();
        if (kinds == problem.columns || problem.columns == 0) return false;
        if (kinds == before) return true;
        colours = std::move(next);
    }
}

/// The symmetries j → a·j + s modulo the number of columns k: cyclic codes, quadratic residues over primes, and their unions.
/// \param problem  any that is valid
/// \returns permutations that generate the group of all of these, each checked by is_symmetry(); the rotation by the least distance first.
///          Empty where there are none. Where no rotation is a symmetry and k is large, other shifts are tried with reflections only.
/// \throws parameter_error  a problem that breaks an invariant
/// \par Complexity
/// O(φ(k)·d·w) for rotations by d at least, and w the ones of the first row, where most maps fail; O(ones) for each that does not
///
/// \code
/// // The code of quadratic residues modulo 7: seven rotations times the three squares.
/// election::cover_problem paley{7, 3, {}, -7};
/// for (std::uint32_t i = 0; i < 7; ++i) {
///     paley.rows.push_back({{(i + 1) % 7, (i + 2) % 7, (i + 4) % 7}, 2});
///     std::ranges::sort(paley.rows.back().columns);
/// }
/// assert(election::close_group(election::affine_symmetries(paley), 1000).size() == 21);
/// \endcode
[[nodiscard]] inline std::vector<column_permutation> affine_symmetries(const cover_problem& problem) {
    detail::require_valid(problem, "affine_symmetries");
    const std::uint64_t k = problem.columns;
    if (k < 2) return {};
    const detail::hashed_rows rows(problem);
    const auto map_of = [k](std::uint64_t a, std::uint64_t s) {
        return [k, a, s](std::uint32_t j) { return static_cast<std::uint32_t>((a * j + s) % k); };
    };
    std::vector<column_permutation> found;
    const auto add = [&](std::uint64_t a, std::uint64_t s) {
        column_permutation images(k);
        for (std::uint32_t j = 0; j < k; ++j) images[j] = map_of(a, s)(j);
        if (is_symmetry(problem, images)) found.push_back(std::move(images));
        return !found.empty() && found.back()[0] == s % k && found.back()[1] == (a + s) % k;
    };
    // Rotations that are symmetries are the multiples of a divisor of k.
    std::uint64_t distance = k;
    for (std::uint64_t s = 1; s <= k / 2; ++s) {
        if (k % s != 0 || !rows.maps(map_of(1, s)) || !add(1, s)) continue;
        distance = s;
        break;
    }
    // Then a map may be shifted by less than the distance. The multipliers are a group; those that products give are not tried.
    constexpr std::uint64_t most_work = std::uint64_t{1} << 19; // about a millisecond
    const bool is_quick = k * distance <= most_work / (rows.first_row_ones() + 1);
    std::vector<char> reached(k, 0); // multipliers of the group that is generated so far
    std::vector<std::uint64_t> group{1};
    reached[1] = 1;
    for (std::uint64_t a = 2; a < k; ++a) {
        if (reached[a] != 0 || std::gcd(a, k) != 1) continue;
        for (std::uint64_t s = 0; s < (is_quick || a == k - 1 ? distance : 1); ++s) {
            if (!rows.maps(map_of(a, s)) || !add(a, s)) continue;
            const std::size_t before = group.size();
            for (std::uint64_t power = a; reached[power] == 0; power = power * a % k) {
                for (std::size_t i = 0; i < before; ++i) {
                    const std::uint64_t b = group[i] * power % k;
                    reached[b] = 1;
                    group.push_back(b);
                }
            }
            break;
        }
    }
    return found;
}

/// The elements of the group that permutations generate, breadth first from the identity.
/// \param generators  permutations of the same columns
/// \param limit       at most so many elements, at least 1
/// \returns distinct elements, the identity first; all of them if they are fewer than the limit, else some: enough for pruning. Empty
///          without generators.
/// \throws parameter_error  a limit of 0, something that is no permutation, or permutations of different columns
/// \par Complexity
/// O(elements·generators·columns·log)
[[nodiscard]] inline std::vector<column_permutation> close_group(std::span<const column_permutation> generators,
                                                                 std::size_t limit) {
    detail::require(limit >= 1, "close_group", "limit", limit, "must be at least 1");
    if (generators.empty()) return {};
    for (const column_permutation& g : generators) {
        detail::require(g.size() == generators[0].size(), "close_group", "columns", g.size(), "must be the same for all");
        detail::require(is_permutation_of_columns(g), "close_group", "generator", &g - generators.data(),
                        "is no permutation");
    }
    column_permutation identity(generators[0].size());
    std::iota(identity.begin(), identity.end(), 0U);
    std::set<column_permutation> known{identity};
    std::vector<column_permutation> elements{identity};
    for (std::size_t i = 0; i < elements.size(); ++i) {
        for (const column_permutation& g : generators) {
            if (elements.size() == limit) return elements;
            column_permutation next = product(elements[i], g);
            if (known.insert(next).second) elements.push_back(std::move(next));
        }
    }
    return elements;
}

/// All choices that symmetries make of one: its orbit.
/// \param generators  permutations that generate the group; unchecked
/// \param choice      distinct columns
/// \returns the orbit, each choice ascending, the choices in lexicographic order
/// \par Complexity
/// O(orbit·generators·choice·log)
[[nodiscard]] inline std::vector<std::vector<std::uint32_t>> orbit_of(std::span<const column_permutation> generators,
                                                                      std::span<const std::uint32_t> choice) {
    std::vector<std::uint32_t> first(choice.begin(), choice.end());
    std::ranges::sort(first);
    std::set<std::vector<std::uint32_t>> orbit{first};
    std::vector<std::vector<std::uint32_t>> open{std::move(first)};
    while (!open.empty()) {
        const std::vector<std::uint32_t> from = std::move(open.back());
        open.pop_back();
        for (const column_permutation& g : generators) {
            std::vector<std::uint32_t> to = image_of(g, from);
            if (orbit.insert(to).second) open.push_back(std::move(to));
        }
    }
    return {orbit.begin(), orbit.end()};
}

/// How many choices symmetries make of one: the size of its orbit; what to count when only one of each orbit was found.
/// \param generators  permutations that generate the group; unchecked
/// \param choice      distinct columns
/// \par Complexity
/// as orbit_of()
///
/// \code
/// const std::vector<election::column_permutation> rotation{{1, 2, 3, 0}};
/// assert(election::count_orbit(rotation, std::vector<std::uint32_t>{0, 1}) == 4);
/// assert(election::count_orbit(rotation, std::vector<std::uint32_t>{0, 2}) == 2);
/// \endcode
[[nodiscard]] inline std::size_t count_orbit(std::span<const column_permutation> generators,
                                             std::span<const std::uint32_t> choice) {
    return orbit_of(generators, choice).size();
}

} // namespace election
