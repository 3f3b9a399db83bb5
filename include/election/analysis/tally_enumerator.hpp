// SPDX-License-Identifier: MIT
// tally_enumerator: for every weight of a message, how many messages get how many votes; the weight enumerator of a code.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// A number of messages. 2^k of them fit for k ≤ 127, and those of one weight for k ≤ 128.
__extension__ using message_count = unsigned __int128;

/// The most partitions whose messages of one weight can be counted: C(128, 64) < 2^128.
inline constexpr std::size_t tally_max_partitions = 128;

/// A count in decimal. O(digits).
///
/// \code
/// assert(election::to_string(election::message_count{1} << 64) == "18446744073709551616");
/// \endcode
[[nodiscard]] inline std::string to_string(message_count count) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(count % 10)));
        count /= 10;
    } while (count != 0);
    std::reverse(digits.begin(), digits.end());
    return digits;
}

/// The number of messages of k partitions with a given number of +: C(k, weight), exact for k ≤ 128; 0 for weight > k. O(k²).
///
/// \code
/// assert(election::messages_of_weight(5, 3) == 10);
/// \endcode
[[nodiscard]] inline message_count messages_of_weight(std::size_t partitions, std::size_t weight) {
    detail::require(partitions <= tally_max_partitions, "messages_of_weight", "partitions", partitions,
                    "must be at most 128");
    if (weight > partitions) return 0;
    std::vector<message_count> row(weight + 1, 0); // Pascal's triangle; products of factors would overflow
    row[0] = 1;
    for (std::size_t n = 1; n <= partitions; ++n) {
        for (std::size_t w = std::min(n, weight); w > 0; --w) row[w] += row[w - 1];
    }
    return row[weight];
}

/// Messages that are alike to a tally: as many partitions with +, as many workers that vote + and that are tied.
struct tally_cell {
    std::size_t weight = 0;     ///< partitions with +, 0 … k
    std::size_t plus = 0;       ///< workers whose honest vote is +
    std::size_t tied = 0;       ///< workers whose partitions are split evenly, idle ones among them; the others vote −
    message_count messages = 0; ///< how many messages; at least 1

    /// Whether all is the same.
    friend bool operator==(const tally_cell&, const tally_cell&) = default;
};

/// The same as seen from the truth of these messages, the sign that most partitions have.
struct truth_cell {
    std::size_t weight = 0;     ///< partitions with +, 0 … k, never k / 2
    std::size_t correct = 0;    ///< workers whose honest vote is the truth
    std::size_t tied = 0;       ///< workers whose partitions are split evenly; the others vote wrong
    message_count messages = 0; ///< how many messages; at least 1

    /// Whether all is the same.
    friend bool operator==(const truth_cell&, const truth_cell&) = default;
};

/// The tally enumerator of a code: how many messages of every weight get how many votes.
///
/// Invariants: cells are sorted by weight, then plus, then tied, none twice and none empty. When whole, the cells of weight w
/// sum to C(k, w). How ties vote is left open: a policy is applied when the cells are read.
class tally_enumerator {
public:
    /// \param workers     n, idle ones too
    /// \param partitions  k
    /// \param cells       sorted, none twice; not checked
    tally_enumerator(std::size_t workers, std::size_t partitions, std::vector<tally_cell> cells)
        : workers_(workers), partitions_(partitions), cells_(std::move(cells)) {}

    /// The number of workers n.
    [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
    /// The number of partitions k.
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    /// All cells that are not empty, sorted.
    [[nodiscard]] const std::vector<tally_cell>& cells() const noexcept { return cells_; }

    /// The messages that have a truth, as seen from it, sorted by weight, then correct, then tied. O(cells log cells).
    [[nodiscard]] std::vector<truth_cell> by_truth() const {
        std::vector<truth_cell> seen;
        for (const tally_cell& cell : cells_) {
            if (2 * cell.weight == partitions_) continue;
            const std::size_t minus = workers_ - cell.plus - cell.tied;
            seen.push_back({cell.weight, 2 * cell.weight > partitions_ ? cell.plus : minus, cell.tied, cell.messages});
        }
        std::sort(seen.begin(), seen.end(), [](const truth_cell& a, const truth_cell& b) {
            return std::tie(a.weight, a.correct, a.tied) < std::tie(b.weight, b.correct, b.tied);
        });
        return seen;
    }

    /// How many messages there are in all cells of a weight. O(cells).
    [[nodiscard]] message_count messages(std::size_t weight) const noexcept {
        message_count sum = 0;
        for (const tally_cell& cell : cells_) sum += cell.weight == weight ? cell.messages : 0;
        return sum;
    }

    /// Whether all is the same.
    friend bool operator==(const tally_enumerator&, const tally_enumerator&) = default;

private:
    std::size_t workers_;
    std::size_t partitions_;
    std::vector<tally_cell> cells_;
};

namespace detail {

/// Counts messages by cell while an enumeration runs.
class tally_counts {
public:
    /// \param workers  n < 2^24; partitions are at most 128
    explicit tally_counts(std::size_t workers) : workers_(workers) {}

    void add(std::size_t weight, std::size_t plus, std::size_t tied, message_count messages) {
        counts_[(static_cast<std::uint64_t>(weight) << 48U) | (static_cast<std::uint64_t>(plus) << 24U) | tied] += messages;
    }
    void add(const tally_counts& others) {
        for (const auto& [key, messages] : others.counts_) counts_[key] += messages;
    }

    /// The sorted cells, with workers that are always tied and partitions that nobody holds added.
    [[nodiscard]] tally_enumerator finish(std::size_t partitions, std::size_t idle_workers,
                                          std::size_t idle_partitions) const {
        tally_counts shifted(workers_);
        for (std::size_t w = 0; w <= idle_partitions; ++w) {
            const message_count times = messages_of_weight(idle_partitions, w);
            for (const auto& [key, messages] : counts_) shifted.counts_[key + (std::uint64_t{w} << 48U)] += times * messages;
        }
        std::vector<tally_cell> cells;
        cells.reserve(shifted.counts_.size());
        constexpr std::uint64_t field = (std::uint64_t{1} << 24U) - 1;
        for (const auto& [key, messages] : shifted.counts_) {
            cells.push_back({key >> 48U, key >> 24U & field, (key & field) + idle_workers, messages});
        }
        std::sort(cells.begin(), cells.end(), [](const tally_cell& a, const tally_cell& b) {
            return std::tie(a.weight, a.plus, a.tied) < std::tie(b.weight, b.plus, b.tied);
        });
        return {workers_, partitions, std::move(cells)};
    }

private:
    std::size_t workers_;
    std::unordered_map<std::uint64_t, message_count> counts_;
};

} // namespace detail
} // namespace election
