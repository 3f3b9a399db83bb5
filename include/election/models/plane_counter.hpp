// SPDX-License-Identifier: MIT
// plane_counter: counts bits in every election of a batch, for attacks that look at the votes or partitions of others.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <election/models/election_batch.hpp>

namespace election {

/// One count for each of the elections of a batch, digit by digit in planes. The plain counterpart of the majority operators'
/// counters, for those who have no kernel at hand.
///
/// \code
/// election::plane_counter count(3);
/// for (std::uint64_t word : {0b001U, 0b011U, 0b011U}) count.add([word](std::size_t) { return word; });
/// assert(count(0) == 3 && count(1) == 2 && count(2) == 0 && count(64) == 3);
/// \endcode
class plane_counter {
public:
    /// \param most  how many planes may be added
    explicit plane_counter(std::size_t most)
        : digits_(static_cast<std::size_t>(std::bit_width(most)), election_batch::words) {}

    /// Counts the ones of a plane.
    /// \param word  word(w) gives its words, w = 0 … election_batch::words − 1
    /// \par Complexity
    /// O(elections / 64) on average over many calls
    template <class Word>
    void add(const Word& word) {
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            std::uint64_t carry = word(w);
            for (std::size_t q = 0; q < digits_.size() && carry != 0; ++q) {
                std::uint64_t& digit = digits_[q][w];
                const std::uint64_t sum = digit ^ carry;
                carry &= digit;
                digit = sum;
            }
        }
    }

    /// The count of election e; unchecked. O(log n).
    [[nodiscard]] int operator()(std::size_t e) const noexcept {
        int count = 0;
        for (std::size_t q = 0; q < digits_.size(); ++q) {
            count |= static_cast<int>(digits_[q][e / 64] >> (e % 64) & 1U) << q;
        }
        return count;
    }

    /// Where one count is larger than another, and where they are equal, in the 64 elections of a word.
    struct order {
        std::uint64_t more = 0;                  ///< a bit an election: the first count is larger
        std::uint64_t equal = ~std::uint64_t{0}; ///< they are equal
    };
    /// Compares two counts in elections 64·w … 64·w + 63; w is not checked. O(log n).
    ///
    /// \code
    /// election::plane_counter two(3);
    /// election::plane_counter one(1);
    /// two.add([](std::size_t) { return 0b110U; });
    /// two.add([](std::size_t) { return 0b010U; });
    /// one.add([](std::size_t) { return 0b101U; });
    /// const auto order = compare(two, one, 0);
    /// assert(order.more == 0b010 && (order.equal & 0b111) == 0b100);
    /// \endcode
    [[nodiscard]] friend order compare(const plane_counter& a, const plane_counter& b, std::size_t w) noexcept {
        order result;
        for (std::size_t q = std::max(a.digits_.size(), b.digits_.size()); q-- > 0;) {
            const std::uint64_t left = q < a.digits_.size() ? a.digits_[q][w] : 0;
            const std::uint64_t right = q < b.digits_.size() ? b.digits_[q][w] : 0;
            result.more |= result.equal & left & ~right;
            result.equal &= ~(left ^ right);
        }
        return result;
    }

private:
    bit_planes digits_;
};

} // namespace election
