// SPDX-License-Identifier: MIT
// Random batches of elections with liars, and attacks held against a plain reimplementation, election by election.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/packed_allocation.hpp>
#include <election/core/ties.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/random_stream.hpp>
#include <election/verify/vote.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

namespace election_test {

inline constexpr election::sampling_kernel sampling = election::sampling_kernel_for<election::default_arch>();
inline constexpr election::majority_kernel majority = election::majority_kernel_for<election::default_arch>();

inline bool bit(std::span<const std::uint64_t> plane, std::size_t e) { return (plane[e / 64] >> (e % 64) & 1U) != 0; }

/// One election of a batch, spelled out.
struct one_election {
    election::sign_list message;
    int truth = 0;
    std::vector<bool> liars;
    election::sign_list votes;
    std::vector<float> gradient; ///< empty where none is drawn

    [[nodiscard]] int liar_count() const { return static_cast<int>(std::count(liars.begin(), liars.end(), true)); }
    /// Of the votes of those who do not lie.
    [[nodiscard]] int honest_sum() const {
        int sum = 0;
        for (std::size_t i = 0; i < votes.size(); ++i) sum += liars[i] ? 0 : votes[i];
        return sum;
    }
    [[nodiscard]] int sum() const {
        int all = 0;
        for (std::int8_t vote : votes) all += vote;
        return all;
    }
    [[nodiscard]] bool fails() const { return truth * sum() <= 0; }
    /// All liars send the same.
    void lie(int vote) {
        for (std::size_t i = 0; i < votes.size(); ++i) {
            if (liars[i]) votes[i] = static_cast<std::int8_t>(vote);
        }
    }
};

inline one_election election_of(const election::election_batch& batch, std::size_t e) {
    one_election one;
    for (std::size_t j = 0; j < batch.messages.size(); ++j) one.message.push_back(bit(batch.messages[j], e) ? 1 : -1);
    one.truth = bit(batch.truth[0], e) ? 1 : -1;
    for (std::size_t i = 0; i < batch.signs.size(); ++i) {
        one.liars.push_back(bit(batch.liars[i], e));
        one.votes.push_back(static_cast<std::int8_t>(bit(batch.tied[i], e) ? 0 : bit(batch.signs[i], e) ? 1 : -1));
    }
    if (!batch.gradients.empty()) one.gradient.assign(batch.gradient(e).begin(), batch.gradient(e).end());
    return one;
}

/// Elections of a model, honest votes of a code in them, and liars at random: nobody and everybody come up too. Under coin tied
/// workers abstain.
template <class Messages>
election::election_batch random_batch(const election::packed_allocation& code, election::tie_policy ties,
                                      const Messages& messages, double liars, std::uint64_t stream) {
    election::election_batch batch(code.partitions(), code.workers(), true);
    election::random_stream random(sampling, seed(), stream);
    message_sampler(messages, code.partitions(), majority)(batch, random);
    for (std::size_t i = 0; i < code.workers(); ++i) random.fill_bernoulli(liars, batch.liars[i]);
    for (std::size_t e = 0; e < election::election_batch::elections; ++e) {
        const election::sign_list votes = votes_of(code, election_of(batch, e).message, ties);
        for (std::size_t i = 0; i < votes.size(); ++i) {
            batch.signs[i][e / 64] |= std::uint64_t{votes[i] > 0} << (e % 64);
            batch.tied[i][e / 64] |= std::uint64_t{votes[i] == 0} << (e % 64);
        }
    }
    return batch;
}

/// A batch after an attack.
template <class Attack>
election::election_batch attacked(const Attack& attack, election::election_batch batch) {
    election::random_stream random(sampling, seed(), 1000);
    send_lies(attack, batch, random);
    return batch;
}

/// What an attack sends is, in every election, what `expected` makes of the honest one.
template <class Attack, class Expected>
void check_attack(const Attack& attack, const election::election_batch& before, const Expected& expected) {
    const election::election_batch after = attacked(attack, before);
    std::vector<bool> can_tie;
    for (std::size_t i = 0; i < before.tied.size(); ++i) {
        can_tie.push_back(std::ranges::any_of(before.tied[i], [](std::uint64_t word) { return word != 0; }));
    }
    std::size_t wrong = 0;
    bool disjoint = true;
    bool marked = true; // who abstains and never would has to be announced: nobody counts that otherwise
    for (std::size_t e = 0; e < election::election_batch::elections; ++e) {
        const one_election honest = election_of(before, e);
        one_election lied = honest;
        expected(lied);
        const one_election sent = election_of(after, e);
        wrong += sent.votes != lied.votes || sent.message != honest.message || sent.liars != honest.liars ? 1U : 0U;
        for (std::size_t i = 0; i < honest.votes.size(); ++i) {
            disjoint = disjoint && !(bit(after.tied[i], e) && bit(after.signs[i], e));
            marked = marked && (sent.votes[i] != 0 || can_tie[i] || after.silent_liars);
        }
    }
    CHECK(wrong == 0);
    CHECK(disjoint);
    CHECK(marked);
}

/// Calls work(code, ties, batch) for codes with idle, full and equal rows, all tie policies without coins, and few and many
/// liars.
template <class Messages, class Work>
void for_random_batches(const Messages& messages, const Work& work) {
    std::uint64_t stream = 0;
    for (const std::size_t workers : {1U, 6U, 10U, 17U}) {
        const std::size_t partitions = (2 * workers + 2) / 3;
        const election::packed_allocation code = random_code(workers, partitions, 0.4, seed() + workers);
        for (election::tie_policy ties :
             {election::tie_policy::abstain, election::tie_policy::positive, election::tie_policy::negative}) {
            for (double liars : {0.15, 0.5}) {
                CAPTURE(seed());
                CAPTURE(workers);
                CAPTURE(name_of(ties));
                CAPTURE(liars);
                work(code, ties, random_batch(code, ties, messages, liars, ++stream));
            }
        }
    }
}

} // namespace election_test
