// SPDX-License-Identifier: MIT
// sparse_vote_lies: workers of whose votes some coordinates are missing.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>

namespace election {

/// Workers of whose votes random coordinates are missing: there they abstain. They are lies, of votes that can abstain.
///
/// Each coordinate is drawn for itself, from (seed, worker, step, coordinate): the same in every process.
///
/// \code
/// election::sparse_vote_lies gaps(election::lie_schedule(3, {1}), 1); // all are missing
/// election::ternary_matrix partitions(3, 100);
/// election::ternary_matrix votes(3, 100);
/// votes[1].set(99, 1);
/// const std::vector<std::size_t> all{0, 1, 2};
/// std::vector<std::uint8_t> silent(3);
/// gaps.lie(election::election_round<election::ternary_form, float>{
///     0, {}, partitions.view(), all, [](std::size_t) { return std::span<const float>(); }, all, votes.span(), silent});
/// assert(votes[1][99] == 0 && silent[1] == 0);
/// \endcode
class sparse_vote_lies {
public:
    /// \param who    whose votes have gaps, and in which steps
    /// \param share  the probability that a coordinate is missing, 0 … 1; rounded to a multiple of 2⁻²⁴
    /// \param seed   of the draws
    /// \throws parameter_error  no probability
    sparse_vote_lies(lie_schedule who, double share, std::uint64_t seed = 1)
        : who_(std::move(who)),
          share_(static_cast<std::uint32_t>(std::lround(std::ldexp(share >= 0 && share <= 1 ? share : 0, bits)))),
          seed_(seed) {
        detail::require(share >= 0 && share <= 1, "sparse_vote_lies", "share", share, "must be 0 to 1");
    }

    /// Nothing needs to be known.
    [[nodiscard]] static constexpr bool knows_everything() noexcept { return false; }
    /// Whether worker i may leave something out in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return who_.may_lie(worker); }
    /// Who may in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }

    /// Takes coordinates out of the votes of those who lie in this step.
    /// \param round  whose votes are changed
    /// \throws parameter_error  votes that cannot abstain
    template <class Form, class Number>
    void lie(const election_round<Form, Number>& round) {
        if constexpr (Form::votes::abstains) {
            detail::for_each_lying_voter(round, who_.liars(round.step), [&](std::size_t liar, std::size_t i) {
                const auto row = round.votes[i];
                const counter_random random(seed_, worker_stream + liar);
                const std::span<std::uint64_t> present = row.present().words();
                const std::uint64_t first = round.step * present.size();
                for (std::size_t w = 0; w < present.size(); ++w) present[w] &= ~missing(random, first + w);
                row.canonicalise();
            });
        } else {
            detail::require(false, "sparse_vote_lies", "votes", "binary", "cannot abstain, must be ternary");
        }
    }

private:
    static constexpr std::uint64_t worker_stream = std::uint64_t{0x517} << 40U;
    static constexpr int bits = 24;

    /// 64 coordinates, each 1 with the probability share_ / 2²⁴: a comparison of random numbers with it, bit by bit from the lowest.
    [[nodiscard]] std::uint64_t missing(const counter_random& random, std::uint64_t word) const noexcept {
        if (share_ == std::uint32_t{1} << bits) return ~std::uint64_t{0};
        std::uint64_t below = 0;
        for (int bit = 0; bit < bits; ++bit) {
            const std::uint64_t number = random(word * bits + static_cast<std::uint64_t>(bit));
            below = (share_ >> bit & 1U) != 0 ? ~number | below : ~number & below;
        }
        return below;
    }

    lie_schedule who_;
    std::uint32_t share_; ///< in 2⁻²⁴
    std::uint64_t seed_;
};

} // namespace election
