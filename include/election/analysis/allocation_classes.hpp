// SPDX-License-Identifier: MIT
// allocation_classes: a code with identical columns once each and identical rows once each, as enumeration wants it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>

namespace election {

/// A code without what comes twice. A message matters to the votes only through how many of the partitions of each class
/// have +: a class of μ identical columns has μ + 1 states instead of 2^μ.
///
/// Invariants: no class of columns and no row is empty; no two rows hold the same classes; classes are sorted by size.
///
/// \code
/// const std::vector<std::vector<int>> rows{{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 1, 0}, {0, 0, 0, 0}};
/// const election::allocation_classes classes{election::packed_allocation(rows)};
/// assert((classes.column_sizes == std::vector<std::size_t>{1, 2})); // partition 2; partitions 0 and 1
/// assert(classes.rows.size() == 2 && classes.idle_workers == 1 && classes.idle_partitions == 1);
/// assert(classes.states() == 6);
/// \endcode
struct allocation_classes {
    /// Workers that hold the same partitions.
    struct row_class {
        std::vector<bool> holds; ///< [class of columns]: whether they hold it
        std::size_t load = 0;    ///< partitions they hold
        std::size_t workers = 0; ///< how many they are
    };

    std::vector<std::size_t> column_sizes; ///< [class]: its partitions
    std::vector<row_class> rows;           ///< in the order of their first workers
    std::size_t idle_workers = 0;          ///< that hold nothing
    std::size_t idle_partitions = 0;       ///< that nobody holds

    /// Classes of a code. O(n·k·log(n + k)).
    explicit allocation_classes(const packed_allocation& code) {
        std::map<std::vector<bool>, std::vector<std::size_t>> columns;
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            std::vector<bool> holders(code.workers());
            for (std::size_t i = 0; i < code.workers(); ++i) holders[i] = code(i, j);
            if (std::find(holders.begin(), holders.end(), true) == holders.end()) {
                ++idle_partitions;
            } else {
                columns[std::move(holders)].push_back(j);
            }
        }
        std::vector<std::vector<std::size_t>> classes;
        for (const auto& [holders, members] : columns) classes.push_back(members);
        std::sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) {
            return a.size() != b.size() ? a.size() < b.size() : a.front() < b.front();
        });
        for (const auto& members : classes) column_sizes.push_back(members.size());

        std::map<std::vector<bool>, std::size_t> seen;
        for (std::size_t i = 0; i < code.workers(); ++i) {
            row_class row;
            for (const auto& members : classes) {
                row.holds.push_back(code(i, members.front()));
                if (row.holds.back()) row.load += members.size();
            }
            row.workers = 1;
            if (row.load == 0) {
                ++idle_workers;
            } else if (const auto [place, is_new] = seen.try_emplace(row.holds, rows.size()); is_new) {
                rows.push_back(std::move(row));
            } else {
                ++rows[place->second].workers;
            }
        }
    }

    /// How many states all classes have together, the product of size + 1; infinity when no double holds it.
    [[nodiscard]] double states() const noexcept {
        double product = 1;
        for (std::size_t size : column_sizes) product *= static_cast<double>(size + 1);
        return product;
    }
};

} // namespace election
