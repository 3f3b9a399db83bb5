// SPDX-License-Identifier: MIT
// A trainer whose gradients are functions of parameters, partition and step, for tests of what is around it.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/random.hpp>
#include <election/packing/momentum.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>

namespace election_test {

/// A sign_source: the gradient of |x − a_j|² / 2 with noise, and its momentum. Some coordinates are exactly 0 in some steps.
template <class Signs>
class toy_source {
public:
    using number_type = float;
    struct workspace {
        std::vector<float> gradient;
    };

    toy_source(std::size_t partitions, std::size_t parameters) : parameters_(parameters), momentum_(partitions) {}

    [[nodiscard]] std::size_t partitions() const noexcept { return momentum_.size(); }
    [[nodiscard]] std::size_t parameters() const noexcept { return parameters_; }
    double sign(std::span<const float> x, std::uint64_t step, std::size_t j, typename Signs::span out, workspace& scratch) {
        if (step == fails_in) throw election::error("the gradient has a NaN");
        scratch.gradient.resize(parameters_);
        const election::counter_random random(j + 1, step);
        double loss = 0;
        for (std::size_t i = 0; i < parameters_; ++i) {
            const std::uint64_t word = random(i);
            const float noise = static_cast<float>(word % 201) / 100 - 1;
            scratch.gradient[i] = word % 5 == 0 ? 0.0F : x[i] - static_cast<float>(j % 3) / 8 + noise;
            loss += double{scratch.gradient[i]} * double{scratch.gradient[i]};
        }
        const auto zero = Signs::abstains ? election::zero_policy::abstain : election::zero_policy::positive;
        if (beta == 0) {
            election::pack(scratch.gradient, out, {zero});
        } else {
            momentum_[j].resize(parameters_);
            election::momentum_pack(momentum_[j], scratch.gradient, beta, out, {zero});
        }
        return loss;
    }
    [[nodiscard]] std::span<const float> reported(std::size_t j) const noexcept { return momentum_[j]; }
    void save(std::ostream& to, std::size_t j) const {
        election::detail::write_numbers(to, std::span<const float>(momentum_[j]));
    }
    void load(std::istream& from, std::size_t j) {
        election::detail::read_numbers(from, momentum_[j], parameters_, "toy_source");
    }

    double beta = 0.9;                          ///< of the momentum
    std::uint64_t fails_in = ~std::uint64_t{0}; ///< the step in which it throws

private:
    std::size_t parameters_;
    std::vector<std::vector<float>> momentum_;
};

/// Options that go with the form.
template <class Form>
election::trainer_options toy_options() {
    election::trainer_options options;
    options.step = 0.01;
    options.weight_decay = 0.001;
    options.ties = Form::votes::abstains ? election::tie_policy::abstain : election::tie_policy::coin;
    options.worker_momentum = 0.5;
    return options;
}

/// A trainer of it.
template <class Form, class Transport, class Lies = election::honest>
using toy_trainer = election::election_trainer<Form, toy_source<typename Form::signs>, Transport, Lies>;

/// Made for a code, d and a transport.
template <class Form, class Transport, class Lies = election::honest>
toy_trainer<Form, Transport, Lies> make_toy(const election::packed_allocation& code, std::size_t d, Transport transport,
                                            Lies liars = {}) {
    return {code,
            toy_source<typename Form::signs>(code.partitions(), d),
            std::vector<float>(d, 0.5F),
            std::move(transport),
            std::move(liars),
            toy_options<Form>()};
}

/// A lie: workers in `negated` send the opposite, those in `mute` nothing in every other step.
struct toy_lies {
    std::vector<std::size_t> negated;
    std::vector<std::size_t> mute;
    std::vector<std::size_t> all{};

    [[nodiscard]] static bool knows_everything() noexcept { return false; }
    [[nodiscard]] bool may_lie(std::size_t worker) const { return contains(negated, worker) || contains(mute, worker); }
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t) {
        all = negated;
        all.insert(all.end(), mute.begin(), mute.end());
        return all;
    }
    template <class Round>
    void lie(const Round& round) const {
        for (std::size_t i = 0; i < round.voters.size(); ++i) {
            if (contains(mute, round.voters[i]) && round.step % 2 == 1) round.silent[i] = 1;
            if (!contains(negated, round.voters[i])) continue;
            const auto row = round.votes[i];
            if constexpr (requires { row.present(); }) {
                for (std::uint64_t& word : row.signs().words()) word = ~word;
                row.canonicalise();
            } else {
                for (std::uint64_t& word : row.words()) word = ~word;
                row.clear_padding();
            }
        }
    }
    static bool contains(const std::vector<std::size_t>& in, std::size_t worker) {
        for (std::size_t i : in) {
            if (i == worker) return true;
        }
        return false;
    }
};

} // namespace election_test
