// SPDX-License-Identifier: MIT
// plane_counter: counts bits in every election of a batch, for attacks that look at the votes or partitions of others.
#pragma once

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

private:
    bit_planes digits_;
};

} // namespace election
