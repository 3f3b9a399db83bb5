// SPDX-License-Identifier: MIT
// silent_lies: workers who send nothing, always or at times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>

namespace election {

/// Workers whose votes never arrive (`silent`), or not in a random share of steps (`drop`, stragglers). They are lies.
///
/// Each worker and step is drawn for itself, from (seed, worker, step): the same in every process.
///
/// \code
/// election::silent_lies gone(election::lie_schedule(3, {1}));
/// election::sign_matrix partitions(3, 100);
/// election::sign_matrix votes(3, 100);
/// const std::vector<std::size_t> all{0, 1, 2};
/// std::vector<std::uint8_t> silent(3);
/// gone.lie(election::election_round<election::binary_form, float>{
///     0, {}, partitions.view(), all, [](std::size_t) { return std::span<const float>(); }, all, votes.span(), silent});
/// assert(silent[0] == 0 && silent[1] == 1);
/// \endcode
class silent_lies {
public:
    /// \param who    who is silent, and in which steps
    /// \param share  the probability that a worker is silent in a step in which it may be, 0 … 1
    /// \param seed   of the draws
    /// \throws parameter_error  no probability
    explicit silent_lies(lie_schedule who, double share = 1, std::uint64_t seed = 1)
        : who_(std::move(who)), share_(share), seed_(seed) {
        detail::require(share >= 0 && share <= 1, "silent_lies", "share", share, "must be 0 to 1");
    }

    /// Nothing needs to be known.
    [[nodiscard]] static constexpr bool knows_everything() noexcept { return false; }
    /// Whether worker i may be silent in some step.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return who_.may_lie(worker); }
    /// Who may be silent in a step, increasing; until the next call.
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) { return who_.liars(step); }

    /// Marks those who send nothing in this step.
    /// \param round  whose entries of `silent` are set
    template <class Form, class Number>
    void lie(const election_round<Form, Number>& round) {
        detail::for_each_lying_voter(round, who_.liars(round.step), [&](std::size_t liar, std::size_t i) {
            if (counter_random(seed_, worker_stream + liar).happens(share_, round.step)) round.silent[i] = 1;
        });
    }

private:
    static constexpr std::uint64_t worker_stream = std::uint64_t{0x511} << 40U;

    lie_schedule who_;
    double share_;
    std::uint64_t seed_;
};

} // namespace election
