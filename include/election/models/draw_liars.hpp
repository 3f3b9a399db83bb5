// SPDX-License-Identifier: MIT
// Liars in a batch of elections: who lies, drawn from a placement, and what they send, from an attack.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <election/core/error.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/liars.hpp>
#include <election/models/random_stream.hpp>

namespace election {

/// \{
/// What marks the liars of a batch.
/// \param placement  how they are chosen
/// \param workers    n
/// \returns a callable (election_batch&, random_stream&) that fills in batch.liars, for one thread
/// \throws parameter_error  more liars than workers, or one that is not there or comes twice
/// \par Complexity
/// of an election: about √min(b, n − b)·n / 64 random words for a random set, none for a fixed one
[[nodiscard]] inline auto liar_sampler(const random_placement& placement, std::size_t workers) {
    detail::require(placement.liars <= workers, "placement", "liars", placement.liars,
                    "must be at most the number of workers, ", workers);
    return [sampler = detail::weight_sampler(workers, placement.liars, placement.liars, false)](
               election_batch& batch, random_stream& random) mutable { sampler.fill(random, batch.liars); };
}
[[nodiscard]] inline auto liar_sampler(const fixed_placement& placement, std::size_t workers) {
    std::vector<bool> lies(workers);
    for (std::size_t liar : placement.liars) {
        detail::require(liar < workers, "placement", "liar", liar, "must be below the number of workers, ", workers);
        detail::require(!lies[liar], "placement", "liar", liar, "must be named once");
        lies[liar] = true;
    }
    return [lies](election_batch& batch, [[maybe_unused]] random_stream& random) {
        for (std::size_t i = 0; i < lies.size(); ++i) {
            std::ranges::fill(batch.liars[i], lies[i] ? ~std::uint64_t{0} : std::uint64_t{0});
        }
    };
}
/// \}

/// A placement of liars that can be drawn before the votes are known; worst_placement is none.
template <class P>
concept drawn_placement = requires(const P& placement, std::size_t workers, election_batch& batch, random_stream& random) {
    liar_sampler(placement, workers)(batch, random);
};

namespace detail {

/// Votes that liars send instead of their own, in all elections; `vote(i, w)` gives a word of them.
template <class Vote>
void send(election_batch& batch, const Vote& vote) {
    for (std::size_t i = 0; i < batch.liars.size(); ++i) {
        const auto liars = batch.liars[i];
        const auto signs = batch.signs[i];
        const auto tied = batch.tied[i];
        for (std::size_t w = 0; w < signs.size(); ++w) {
            signs[w] = (signs[w] & ~liars[w]) | (vote(i, w) & liars[w]);
            tied[w] &= ~liars[w];
        }
    }
}

} // namespace detail

/// \{
/// Turns the honest votes of marked liars into what they send.
/// \param attack  what that is
/// \param batch   messages, truths, liars and honest votes; votes are changed
/// \param random  for attacks that need it
/// \throws parameter_error  parameters of the attack that are not allowed
/// \par Complexity
/// O(n) words a batch of 64 elections
inline void send_lies([[maybe_unused]] const against_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    const auto truth = batch.truth[0];
    detail::send(batch, [&](std::size_t, std::size_t w) { return ~truth[w]; });
}
inline void send_lies(const directional_attack& attack, election_batch& batch, [[maybe_unused]] random_stream& random) {
    detail::require(attack.sign == 1 || attack.sign == -1, "directional", "sign", attack.sign, "must be 1 or -1");
    const std::uint64_t word = attack.sign > 0 ? ~std::uint64_t{0} : 0;
    detail::send(batch, [&](std::size_t, std::size_t) { return word; });
}
inline void send_lies([[maybe_unused]] const noise_attack& attack, election_batch& batch, random_stream& random) {
    std::uint64_t noise[election_batch::words];
    detail::send(batch, [&](std::size_t, std::size_t w) {
        if (w == 0) random.fill(noise);
        return noise[w];
    });
}
/// Who is tied sends no sign that could be reversed.
inline void send_lies([[maybe_unused]] const reverse_attack& attack, election_batch& batch,
                      [[maybe_unused]] random_stream& random) {
    for (std::size_t i = 0; i < batch.liars.size(); ++i) {
        const auto signs = batch.signs[i];
        for (std::size_t w = 0; w < signs.size(); ++w) signs[w] ^= batch.liars[i][w] & ~batch.tied[i][w];
    }
}
inline void send_lies(const flip_attack& attack, election_batch& batch, random_stream& random) {
    detail::require(attack.probability >= 0 && attack.probability <= 1, "flip", "probability", attack.probability,
                    "must be 0 to 1");
    alignas(64) std::uint64_t reversed[election_batch::words];
    for (std::size_t i = 0; i < batch.liars.size(); ++i) {
        random.fill_bernoulli(attack.probability, reversed);
        const auto signs = batch.signs[i];
        for (std::size_t w = 0; w < signs.size(); ++w) signs[w] ^= reversed[w] & batch.liars[i][w] & ~batch.tied[i][w];
    }
}
/// \}

/// An attack: what liars send in an election.
///
/// Holds when: send_lies(attack, batch, random), a function in the attack's namespace or here, changes the votes of those that
/// batch.liars marks. Example: reverse_attack. Non-example: a placement.
template <class A>
concept vote_attack = requires(const A& attack, election_batch& batch, random_stream& random) {
    send_lies(attack, batch, random);
};

} // namespace election
