// SPDX-License-Identifier: MIT
// election_batch: many elections at once, one bit each: messages, truths, liars and votes in planes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <election/bits/aligned.hpp>
#include <election/packing/policies.hpp>

namespace election {

/// Planes of bits, one plane a partition or worker and one bit an election; a plane begins on a cache line.
class bit_planes {
public:
    /// \param count  planes
    /// \param words  of a plane, a multiple of eight
    bit_planes(std::size_t count, std::size_t words) : count_(count), words_(words), memory_(count * words) {}

    /// The number of planes.
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    /// The words of a plane.
    [[nodiscard]] std::size_t words() const noexcept { return words_; }
    /// A plane; unchecked.
    [[nodiscard]] std::span<std::uint64_t> operator[](std::size_t i) noexcept {
        return {memory_.data() + i * words_, words_};
    }
    /// A plane; unchecked.
    [[nodiscard]] std::span<const std::uint64_t> operator[](std::size_t i) const noexcept {
        return {memory_.data() + i * words_, words_};
    }

private:
    std::size_t count_;
    std::size_t words_;
    aligned_vector<std::uint64_t> memory_;
};

/// Elections that are drawn together: what message models fill in, and attacks change.
struct election_batch {
    static constexpr std::size_t elections = 4096;       ///< in a batch
    static constexpr std::size_t words = elections / 64; ///< of a plane

    bit_planes messages; ///< plane j: the elections in which partition j has +
    bit_planes truth;    ///< one plane: the elections in which + is right
    bit_planes liars;    ///< plane i: the elections in which worker i lies; no planes where nobody is told to
    bit_planes signs;    ///< plane i: the elections in which worker i votes +
    bit_planes tied;     ///< plane i: those in which it abstains; its bit in `signs` is 0
    bit_planes absent{
        0, words}; ///< plane j: those in which partition j abstains; its bit in `messages` is 0. No planes: it never does

    /// Whether a liar abstains that could not be tied itself: then all of `tied` counts, whatever the code and its tie policy. Set by
    /// attacks, cleared with the next honest votes.
    bool silent_liars = false;
    /// Whether those who send votes can abstain, election by election. Where they cannot, attacks send a sign instead.
    bool votes_abstain = true;
    /// The sign of a gradient that is 0, or no number. Partitions abstain there only if votes can, too.
    zero_policy zero = zero_policy::positive;
    /// The numbers that `messages` has the signs of: k of them for each election, one election after the other. Empty unless a
    /// message model draws them, as gaussian_gradients does.
    aligned_vector<float> gradients;

    /// \param partitions  k
    /// \param workers     n
    /// \param with_liars  whether liars are marked
    election_batch(std::size_t partitions, std::size_t workers, bool with_liars)
        : messages(partitions, words), truth(1, words), liars(with_liars ? workers : 0, words), signs(workers, words),
          tied(workers, words) {}

    /// The partition gradients of election e; unchecked, and only where `gradients` is filled in.
    [[nodiscard]] std::span<const float> gradient(std::size_t e) const noexcept {
        return {gradients.data() + e * messages.size(), messages.size()};
    }
};

} // namespace election
