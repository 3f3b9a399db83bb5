// SPDX-License-Identifier: MIT
// fixed_vote_lies: liars who send one and the same vote, whatever they compute.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>

namespace election {

/// d fair signs, for fixed_vote_lies. O(d).
/// \param signs  d
/// \param seed   of the draws
[[nodiscard]] inline sign_vector random_vote(std::size_t signs, std::uint64_t seed) {
    constexpr std::uint64_t stream = std::uint64_t{0x515} << 40U;
    const counter_random random(seed, stream);
    sign_vector vote(signs);
    const std::span<std::uint64_t> words = vote.span().words();
    for (std::size_t w = 0; w < words.size(); ++w) words[w] = random(w);
    vote.span().clear_padding();
    return vote;
}

/// Liars send a fixed vector of signs in every step: the directional attack in any direction. They are lies.
///
/// \code
/// election::fixed_vote_lies liars(election::lie_schedule(3, {1}), election::random_vote(100, 7));
/// election::sign_matrix partitions(3, 100);
/// election::sign_matrix votes(3, 100);
/// const std::vector<std::size_t> all{0, 1, 2};
/// std::vector<std::uint8_t> silent(3);
/// liars.lie(election::election_round<election::binary_form, float>{
///     0, {}, partitions.view(), all, [](std::size_t) { return std::span<const float>(); }, all, votes.span(), silent});
/// assert(votes[1][99] == election::random_vote(100, 7)[99] && votes[0][99] == -1);
/// \endcode
class fixed_vote_lies {
public:
    /// \param who   who lies, and in which steps
    /// \param vote  what they send: d signs
    fixed_vote_lies(lie_schedule who, sign_vector vote) : who_(std::move(who)), vote_(std::move(vote)) {}

    /// Nothing needs to be known.
    [[nodiscard]] static constexpr bool knows_everything() noexcept { return false; }
    /// Whether worker i lies in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return who_.may_lie(worker); }
    /// Who lies in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }

    /// Replaces the votes of those who lie in this step; where votes may abstain, none of these does.
    /// \param round  whose votes are changed
    /// \throws parameter_error  votes of another number of signs
    template <class Form, class Number>
    void lie(const election_round<Form, Number>& round) {
        detail::for_each_lying_voter(round, who_.liars(round.step), [&](std::size_t, std::size_t i) {
            const auto row = round.votes[i];
            detail::require(row.size() == vote_.size(), "fixed_vote_lies", "vote.size()", vote_.size(),
                            "must be the number of parameters, ", row.size());
            if constexpr (Form::votes::abstains) {
                copy_signs(vote_.view(), row.signs());
                std::ranges::fill(row.present().words(), ~std::uint64_t{0});
                row.present().clear_padding();
            } else {
                copy_signs(vote_.view(), row);
            }
        });
    }

private:
    lie_schedule who_;
    sign_vector vote_;
};

} // namespace election
