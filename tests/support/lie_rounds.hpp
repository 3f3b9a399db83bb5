// SPDX-License-Identifier: MIT
// Rounds of training made of random signs, for tests of lies: partitions, the numbers behind them, and honest votes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <election/core/ties.hpp>
#include <election/packing/policies.hpp>
#include <election/train/lies.hpp>
#include <election/train/vote_form.hpp>

namespace election_test {

/// One parameter of a round, spelled out.
struct one_parameter {
    std::vector<int> message; ///< of all partitions: +1, −1, 0
    std::vector<double> numbers;
    std::vector<int> votes; ///< of all workers

    [[nodiscard]] int sum() const {
        int all = 0;
        for (int sign : message) all += sign;
        return all;
    }
    [[nodiscard]] int truth() const { return sum() > 0 ? 1 : sum() < 0 ? -1 : 0; }
};

inline int sign_by(int sum, int tied) { return sum > 0 ? 1 : sum < 0 ? -1 : tied; }

/// A random round. Numbers are multiples of 1/2 from −2 to 2, so that 0 comes up; where signs are binary, 0 has the sign `zero`.
template <class Form, class Number = float>
struct lie_round {
    election::packed_allocation code;
    election::tie_policy ties; ///< not coin
    election::zero_policy zero;
    std::vector<std::size_t> voters;
    std::vector<std::size_t> computed;
    typename Form::signs::matrix partitions;
    typename Form::votes::matrix votes; ///< a row a voter
    std::vector<std::uint8_t> silent;
    std::vector<std::vector<Number>> numbers; ///< of computed partitions

    lie_round(const election::packed_allocation& allocation, std::size_t size, std::uint64_t seed,
              election::tie_policy tie = Form::votes::abstains ? election::tie_policy::abstain
                                                               : election::tie_policy::positive,
              election::zero_policy of_zero = election::zero_policy::positive, std::vector<std::size_t> who = {})
        : code(allocation), ties(tie), zero(Form::signs::abstains ? election::zero_policy::abstain : of_zero),
          voters(std::move(who)), partitions(code.partitions(), size), numbers(code.partitions()) {
        if (voters.empty()) {
            for (std::size_t i = 0; i < code.workers(); ++i) voters.push_back(i);
        }
        const election::counter_random random(seed, 77);
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            bool is_held = voters.size() == code.workers();
            for (std::size_t i : voters) is_held = is_held || code(i, j);
            if (!is_held) continue;
            computed.push_back(j);
            numbers[j].resize(size);
            for (std::size_t c = 0; c < size; ++c) {
                // A third of the parameters is unanimous, so that long ways to a lie come up too.
                const bool same = random.below(3, (code.partitions() + 1) * c) == 0;
                const std::uint64_t at = (code.partitions() + 1) * c + (same ? 0 : j + 1);
                const auto number = static_cast<Number>(random.below(9, at)) / 2 - 2;
                numbers[j][c] = number;
                put(partitions[j], c, sign_by(number > 0 ? 1 : number < 0 ? -1 : 0, of_zero_sign()));
            }
        }
        votes = typename Form::votes::matrix(voters.size(), size);
        silent.assign(voters.size(), 0);
        for (std::size_t i = 0; i < voters.size(); ++i) {
            for (std::size_t c = 0; c < size; ++c) put(votes[i], c, honest_vote(voters[i], c));
        }
    }

    [[nodiscard]] int of_zero_sign() const {
        return zero == election::zero_policy::positive ? 1 : zero == election::zero_policy::negative ? -1 : 0;
    }
    [[nodiscard]] int tied_vote() const {
        return ties == election::tie_policy::positive ? 1 : ties == election::tie_policy::negative ? -1 : 0;
    }
    [[nodiscard]] std::size_t size() const { return partitions.view()[0].size(); }
    [[nodiscard]] int honest_vote(std::size_t worker, std::size_t c) const {
        int sum = 0;
        for (std::size_t j = 0; j < code.partitions(); ++j) sum += code(worker, j) ? partitions.view()[j][c] : 0;
        return sign_by(sum, tied_vote());
    }
    template <class Row>
    static void put(const Row& row, std::size_t c, int vote) {
        if constexpr (requires { row.present(); }) {
            row.set(c, vote);
        } else {
            row.set(c, vote > 0);
        }
    }

    [[nodiscard]] election::election_round<Form, Number> round(std::uint64_t step) {
        return {step,
                {},
                partitions.view(),
                computed,
                [this](std::size_t j) -> std::span<const Number> { return numbers[j]; },
                voters,
                votes.span(),
                silent};
    }
    /// Where all workers vote.
    [[nodiscard]] one_parameter at(std::size_t c) const {
        one_parameter one;
        for (std::size_t j = 0; j < code.partitions(); ++j) {
            one.message.push_back(partitions.view()[j][c]);
            one.numbers.push_back(static_cast<double>(numbers[j][c]));
        }
        for (std::size_t i = 0; i < code.workers(); ++i) one.votes.push_back(votes.view()[i][c]);
        return one;
    }
};

} // namespace election_test
