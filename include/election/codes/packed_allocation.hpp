// SPDX-License-Identifier: MIT
// packed_allocation: an allocation matrix with one bit an entry, the form that every kernel reads.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/core/error.hpp>

namespace election {

namespace detail {

/// The ones of many words. Without an instruction for it, std::popcount() is a call that works up the sum of every single word.
/// \param count    of words
/// \param word_at  gives each of them
template <class WordAt>
[[nodiscard]] constexpr std::size_t ones_of(std::size_t count, const WordAt& word_at) noexcept {
    constexpr std::uint64_t twos = 0x5555555555555555;
    constexpr std::uint64_t fours = 0x3333333333333333;
    constexpr std::uint64_t bytes = 0x0F0F0F0F0F0F0F0F;
    constexpr std::uint64_t shorts = 0x00FF00FF00FF00FF;
    constexpr std::size_t together = 31; // each byte of their sum is 248 at most
    std::size_t ones = 0;
    for (std::size_t begin = 0; begin < count; begin += together) {
        std::uint64_t sum = 0;
        for (std::size_t w = begin; w < std::min(count, begin + together); ++w) {
            std::uint64_t word = word_at(w);
            word -= word >> 1 & twos;
            word = (word & fours) + (word >> 2 & fours);
            sum += (word + (word >> 4)) & bytes;
        }
        sum = (sum & shorts) + (sum >> 8 & shorts);
        ones += static_cast<std::size_t>(sum * 0x0001000100010001 >> 48);
    }
    return ones;
}

} // namespace detail

/// A checked 0/1 allocation matrix, one bit an entry, rows in 64-bit words.
///
/// Invariants: at least one worker and one partition; bit j of a row (word j / 64, bit j % 64) is G(worker, j); the bits
/// past the last partition are zero. It is an allocation itself.
///
/// \code
/// std::vector<std::vector<int>> rows{{1, 0, 0}, {0, 1, 1}};
/// election::packed_allocation packed(rows);
/// assert(packed.workers() == 2 && packed.load(1) == 2 && packed.row(1)[0] == 0b110);
/// \endcode
class packed_allocation {
public:
    /// An all-zero matrix: every worker idle. O(n·k / 64).
    /// \param workers     n ≥ 1
    /// \param partitions  k ≥ 1
    /// \throws parameter_error  no worker or no partition
    packed_allocation(std::size_t workers, std::size_t partitions)
        : workers_(workers), partitions_(partitions), words_per_row_((partitions + 63) / 64) {
        detail::require(workers >= 1, "allocation", "workers", workers, "must be at least 1");
        detail::require(partitions >= 1, "allocation", "partitions", partitions, "must be at least 1");
        if (words_per_row_ > words_.max_size() / workers_) throw std::bad_alloc();
        words_.resize(workers_ * words_per_row_);
    }

    /// A matrix that is packed already. O(n).
    /// \param workers     n ≥ 1
    /// \param partitions  k ≥ 1
    /// \param words       row after row, ⌈k / 64⌉ words each, as row() gives them
    /// \throws parameter_error  no worker, no partition, another number of words, or a bit past the last partition that is not zero
    ///
    /// \code
    /// const election::packed_allocation code(2, 3, {0b001, 0b110});
    /// assert(code == election::packed_allocation(std::vector<std::vector<int>>{{1, 0, 0}, {0, 1, 1}}));
    /// \endcode
    packed_allocation(std::size_t workers, std::size_t partitions, std::vector<std::uint64_t> words)
        : workers_(workers), partitions_(partitions), words_per_row_(partitions / 64 + (partitions % 64 == 0 ? 0 : 1)),
          words_(std::move(words)) {
        detail::require(workers >= 1, "allocation", "workers", workers, "must be at least 1");
        detail::require(partitions >= 1, "allocation", "partitions", partitions, "must be at least 1");
        const bool fits = words_.size() / words_per_row_ == workers_ && words_.size() % words_per_row_ == 0;
        detail::require(fits, "allocation", "words", words_.size(), "must be ", words_per_row_, " for each worker");
        if (partitions_ % 64 == 0) return;
        for (std::size_t i = 0; i < workers_; ++i) {
            const std::uint64_t last = row(i).back();
            detail::require(last >> (partitions_ % 64) == 0, "allocation", "last word of row", i,
                            "must be 0 past the last partition");
        }
    }

    /// Packs a matrix. O(n·k).
    /// \param code  n × k, n ≥ 1 and k ≥ 1, every entry exactly 0 or 1
    /// \throws parameter_error  no worker or no partition
    /// \throws error            not two-dimensional, rows of different lengths, or another entry, named by its place
    template <allocation A>
        requires(!std::same_as<A, packed_allocation>)
    explicit packed_allocation(const A& code) : packed_allocation(election::workers(code), election::partitions(code)) {
        for (std::size_t i = 0; i < workers_; ++i) {
            if constexpr (nested_rows<A>) {
                const auto length = static_cast<std::size_t>(
                    std::ranges::size(std::ranges::begin(code)[static_cast<std::ranges::range_difference_t<const A>>(i)]));
                if (length != partitions_) {
                    throw error("election::allocation: row " + std::to_string(i) + " has " + std::to_string(length) +
                                " entries and must have " + std::to_string(partitions_) + " as row 0");
                }
            }
            for (std::size_t j = 0; j < partitions_; ++j) {
                const auto value = entry(code, i, j);
                if (value == static_cast<decltype(value)>(1)) {
                    set(i, j);
                } else if (!(value == static_cast<decltype(value)>(0))) {
                    throw error("election::allocation: entry (" + std::to_string(i) + ", " + std::to_string(j) +
                                ") = " + detail::shown(+value) + " must be 0 or 1");
                }
            }
        }
    }

    /// The number of workers n.
    [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
    /// The number of partitions k.
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    /// 64-bit words in a row.
    [[nodiscard]] std::size_t words_per_row() const noexcept { return words_per_row_; }
    /// {workers, partitions}, so that a packed matrix is an allocation like any other.
    [[nodiscard]] std::array<std::size_t, 2> shape() const noexcept { return {workers_, partitions_}; }

    /// Whether `worker` (0 … n − 1) holds `partition` (0 … k − 1); unchecked.
    [[nodiscard]] bool operator()(std::size_t worker, std::size_t partition) const noexcept {
        return (row(worker)[partition / 64] >> (partition % 64) & 1U) != 0;
    }
    /// The row of `worker` (0 … n − 1, unchecked), words_per_row() words; bits past the last partition are zero.
    [[nodiscard]] std::span<const std::uint64_t> row(std::size_t worker) const noexcept {
        return {words_.data() + worker * words_per_row_, words_per_row_};
    }
    /// The load of `worker` (0 … n − 1, unchecked): how many partitions it holds. O(k / 64).
    [[nodiscard]] std::size_t load(std::size_t worker) const noexcept {
        const std::span<const std::uint64_t> words = row(worker);
        return detail::ones_of(words.size(), [&](std::size_t w) { return words[w]; });
    }

    /// Gives `partition` (0 … k − 1) to `worker` (0 … n − 1); unchecked.
    void set(std::size_t worker, std::size_t partition) noexcept {
        words_[worker * words_per_row_ + partition / 64] |= std::uint64_t{1} << (partition % 64);
    }
    /// Takes `partition` (0 … k − 1) from `worker` (0 … n − 1); unchecked.
    void reset(std::size_t worker, std::size_t partition) noexcept {
        words_[worker * words_per_row_ + partition / 64] &= ~(std::uint64_t{1} << (partition % 64));
    }

    /// Whether size and entries are the same. O(n·k / 64).
    friend bool operator==(const packed_allocation&, const packed_allocation&) = default;

private:
    std::size_t workers_;
    std::size_t partitions_;
    std::size_t words_per_row_;
    std::vector<std::uint64_t> words_;
};

/// The packed form of any allocation. O(n·k).
/// \param code  n × k, every entry exactly 0 or 1
/// \returns a copy with one bit an entry
/// \throws error  see packed_allocation
template <allocation A>
[[nodiscard]] packed_allocation packed(const A& code) {
    return packed_allocation(code);
}
/// A matrix that is packed already is passed through without a copy. O(1).
[[nodiscard]] inline const packed_allocation& packed(const packed_allocation& code) noexcept { return code; }
/// A packed matrix that is about to go away is moved from. O(1).
[[nodiscard]] inline packed_allocation packed(packed_allocation&& code) noexcept { return std::move(code); }

} // namespace election
