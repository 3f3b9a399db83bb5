// SPDX-License-Identifier: MIT
// gradient_votes: liars vote by numbers that an attack makes of the partition gradients; what gradient-level attacks share.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/ties.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <election/models/random_stream.hpp>
#include <election/packing/policies.hpp>

namespace election {

/// An attack that reads the numbers behind the signs: it goes with message models that fill in election_batch::gradients, and throws
/// parameter_error with others.
///
/// Holds when: `A::reads_gradients` is true. Example: alie_attack. Non-example: against_attack.
template <class A>
concept gradient_attack = vote_attack<A> && A::reads_gradients;

namespace detail {

inline void require_gradients(std::string_view attack, const election_batch& batch) {
    require(!batch.gradients.empty(), attack, "gradients", batch.gradients.size(),
            "must be drawn with the messages, as gaussian_gradients does");
}

/// The sign of a number, with 0 and NaN by the policy. With zero_policy::positive it is is_plus().
[[nodiscard]] constexpr int sign_of(double number, zero_policy zero) noexcept {
    const int of_zero = zero == zero_policy::positive ? 1 : zero == zero_policy::negative ? -1 : 0;
    const int sign = static_cast<int>(number > 0) - static_cast<int>(number < 0); // signs are hard to predict: no branches
    return sign + static_cast<int>(sign == 0) * of_zero;
}

/// Every liar votes the majority of the signs of its partitions' numbers, with the tie policy; a coin is thrown anew.
/// \param number  number(g) gives what the liar makes of a partition gradient g; called once for each liar, election and
///                partition it holds, in this order
template <class Number>
void send_majorities(std::string_view attack, const packed_allocation& code, tie_policy ties, election_batch& batch,
                     random_stream& random, const Number& number) {
    require_gradients(attack, batch);
    require(code.workers() == batch.liars.size(), attack, "workers", code.workers(), "must be as many as vote, ",
            batch.liars.size());
    require(code.partitions() == batch.messages.size(), attack, "partitions", code.partitions(),
            "must be as many as the messages have, ", batch.messages.size());
    const zero_policy zero = batch.zero;
    std::vector<std::size_t> held;
    for (std::size_t i = 0; i < code.workers(); ++i) {
        held.clear();
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            if (code(i, j)) held.push_back(j);
        }
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            const std::uint64_t lies = batch.liars[i][w];
            std::uint64_t plus = 0;
            std::uint64_t tied = 0;
            for (std::uint64_t left = lies; left != 0; left &= left - 1) {
                const auto gradient = batch.gradient(64 * w + static_cast<std::size_t>(std::countr_zero(left)));
                std::ptrdiff_t sum = 0;
                for (std::size_t j : held) sum += sign_of(number(static_cast<double>(gradient[j])), zero);
                const std::uint64_t bit = left & -left;
                if (sum > 0 || (sum == 0 &&
                                (ties == tie_policy::positive || (ties == tie_policy::coin && (random.word() & 1U) != 0)))) {
                    plus |= bit;
                } else if (sum == 0 && ties == tie_policy::abstain) {
                    tied |= bit;
                }
            }
            batch.signs[i][w] = (batch.signs[i][w] & ~lies) | plus;
            batch.tied[i][w] = (batch.tied[i][w] & ~lies) | tied;
        }
    }
}

/// In every election all liars vote the sign of the same number, or abstain where it has none.
/// \param number  number(gradients) gives it, for the k partition gradients of an election
template <class Number>
void send_common_sign(std::string_view attack, election_batch& batch, const Number& number) {
    require_gradients(attack, batch);
    std::uint64_t plus[election_batch::words] = {};
    std::uint64_t none[election_batch::words] = {};
    std::uint64_t any = 0;
    for (std::size_t e = 0; e < election_batch::elections; ++e) {
        const int sign = sign_of(number(batch.gradient(e)), batch.zero);
        plus[e / 64] |= std::uint64_t{sign > 0} << (e % 64);
        none[e / 64] |= std::uint64_t{sign == 0} << (e % 64);
    }
    send(batch, [&](std::size_t, std::size_t w) { return plus[w]; });
    if (batch.zero != zero_policy::abstain) return;
    for (std::size_t i = 0; i < batch.liars.size(); ++i) {
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            batch.tied[i][w] |= none[w] & batch.liars[i][w];
            any |= none[w] & batch.liars[i][w];
        }
    }
    batch.silent_liars = batch.silent_liars || any != 0;
}

/// The mean of an election's partition gradients.
[[nodiscard]] inline double mean_of(std::span<const float> gradient) {
    double sum = 0;
    for (float number : gradient) sum += static_cast<double>(number);
    return sum / static_cast<double>(gradient.size());
}

} // namespace detail
} // namespace election
