// SPDX-License-Identifier: MIT
// nauty_symmetries(): all symmetries of a cover problem, found by the library nauty.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/symmetry.hpp>

#if !__has_include(<nauty/nausparse.h>)
#error "<election/nauty.hpp> needs nauty (Debian: libnauty2-dev)"
#endif
#include <nauty/nausparse.h>

namespace election {

/// A group of permutations of columns.
struct symmetry_group {
    std::vector<column_permutation> generators; ///< each checked by is_symmetry(); none: only the identity
    double order = 1;                           ///< how many elements; exact up to 2^53
};

namespace detail {

/// What nauty's calls to found_automorphism() on this thread write to.
struct automorphism_list {
    std::size_t columns = 0;
    std::vector<column_permutation> found;
    bool has_failed = false;
};

/// nauty calls back without saying for whom.
inline automorphism_list*& current_automorphisms() noexcept {
    thread_local automorphism_list* list = nullptr;
    return list;
}

inline void found_automorphism(int, int* images, int*, int, int, int) noexcept {
    automorphism_list& list = *current_automorphisms();
    try {
        column_permutation columns(list.columns);
        for (std::size_t j = 0; j < list.columns; ++j) columns[j] = static_cast<std::uint32_t>(images[j]);
        list.found.push_back(std::move(columns));
    } catch (...) { // there is C in between
        list.has_failed = true;
    }
}

} // namespace detail

/// All permutations of columns that map rows to rows of the same kind: the automorphisms of the graph of rows and columns.
///
/// Rows that are there several times are one vertex, coloured by how often; so no symmetry is counted twice.
/// CMake: `find_package(election COMPONENTS nauty)` and the target `election::nauty`. nauty's headers define macros (`TRUE`, `SG_FREE`, …)
/// and types in the global namespace (`graph`, `set`): include this in few places. Several threads may call it if nauty was built for
/// threads, as Debian's is.
/// \param problem  any that is valid
/// \returns generators and the order of the whole group
/// \throws parameter_error  a problem that breaks an invariant, or more rows, columns and ones together than int holds
/// \par Complexity
/// exponential in the worst case; milliseconds for codes with hundreds of workers
/// \par Reference
/// McKay, Piperno, *Practical graph isomorphism, II*, J. Symb. Comput. 2014
///
/// \code
/// #include <election/nauty.hpp>
/// // The Fano plane.
/// const std::vector<std::vector<std::uint32_t>> lines{{0, 1, 2}, {0, 3, 4}, {0, 5, 6}, {1, 3, 5}, {1, 4, 6}, {2, 3, 6}, {2, 4, 5}};
/// election::cover_problem fano{7, 3, {}, -7};
/// for (const auto& line : lines) fano.rows.push_back({line, 2});
/// const auto group = election::nauty_symmetries(fano);
/// assert(group.order == 168 && election::close_group(group.generators, 1000).size() == 168);
/// \endcode
[[nodiscard]] inline symmetry_group nauty_symmetries(const cover_problem& problem) {
    detail::require_valid(problem, "nauty_symmetries");
    if (problem.columns == 0) return {};
    // Rows in the order of kinds; a kind is a colour.
    struct vertex {
        const cover_row* row;
        std::size_t copies;
    };
    std::vector<const cover_row*> sorted;
    for (const cover_row& row : problem.rows) sorted.push_back(&row);
    std::ranges::sort(sorted, {}, [](const cover_row* r) { return std::tie(r->need, r->may_tie, r->weight, r->columns); });
    std::vector<vertex> rows;
    std::size_t ones = 0;
    for (const cover_row* row : sorted) {
        if (!rows.empty() && *rows.back().row == *row) {
            ++rows.back().copies;
        } else {
            rows.push_back({row, 1});
            ones += row->columns.size();
        }
    }
    const auto kind = [](const vertex& v) { return std::tuple(v.row->need, v.row->may_tie, v.row->weight, v.copies); };
    std::ranges::stable_sort(rows, {}, kind);
    const std::size_t vertices = problem.columns + rows.size();
    constexpr std::size_t most = std::numeric_limits<int>::max() / 4;
    detail::require(vertices <= most && ones <= most, "nauty_symmetries", "ones", ones,
                    "is too large; at most this with as many rows and columns: ", most);

    std::vector<std::size_t> begins(vertices, 0);
    std::vector<int> degrees(vertices, 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        degrees[problem.columns + i] = static_cast<int>(rows[i].row->columns.size());
        for (std::uint32_t column : rows[i].row->columns) ++degrees[column];
    }
    for (std::size_t v = 1; v < vertices; ++v) begins[v] = begins[v - 1] + static_cast<std::size_t>(degrees[v - 1]);
    std::vector<int> ends(std::max<std::size_t>(2 * ones, 1));
    std::vector<std::size_t> next = begins;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::uint32_t column : rows[i].row->columns) {
            ends[next[column]++] = static_cast<int>(problem.columns + i);
            ends[next[problem.columns + i]++] = static_cast<int>(column);
        }
    }
    sparsegraph graph_of_rows{};
    graph_of_rows.nv = static_cast<int>(vertices);
    graph_of_rows.nde = 2 * ones;
    graph_of_rows.v = begins.data();
    graph_of_rows.d = degrees.data();
    graph_of_rows.e = ends.data();
    graph_of_rows.vlen = graph_of_rows.dlen = vertices;
    graph_of_rows.elen = ends.size();

    std::vector<int> labels(vertices), same_colour_as_next(vertices, 1), orbits(vertices);
    std::iota(labels.begin(), labels.end(), 0);
    same_colour_as_next[problem.columns - 1] = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i + 1 == rows.size() || kind(rows[i]) != kind(rows[i + 1])) same_colour_as_next[problem.columns + i] = 0;
    }
    DEFAULTOPTIONS_SPARSEGRAPH(options);
    options.defaultptn = FALSE;
    options.userautomproc = detail::found_automorphism;
    statsblk stats{};
    detail::automorphism_list list{problem.columns, {}, false};
    detail::current_automorphisms() = &list;
    sparsenauty(&graph_of_rows, labels.data(), same_colour_as_next.data(), orbits.data(), &options, &stats, nullptr);
    detail::current_automorphisms() = nullptr;
    nausparse_freedyn(); // else every thread that asks would keep its working memory, and lose it at its end
    nautil_freedyn();
    nauty_freedyn();
    if (stats.errstatus != 0 || list.has_failed) throw std::runtime_error("election::nauty_symmetries: nauty has failed");
    for (const column_permutation& g : list.found) {
        if (!is_symmetry(problem, g)) throw std::logic_error("election::nauty_symmetries: nauty found what is no symmetry");
    }
    return {std::move(list.found), std::round(stats.grpsize1 * std::pow(10.0, stats.grpsize2))};
}

} // namespace election
