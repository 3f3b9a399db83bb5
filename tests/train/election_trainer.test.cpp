// SPDX-License-Identifier: MIT
#include <election/train/election_trainer.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/bernoulli.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/uncoded.hpp>
#include <election/packing/reference.hpp>
#include <support/seed.hpp>
#include <support/toy_training.hpp>

using namespace election;
using election_test::nearest_point_signs;

namespace {

constexpr std::size_t point_size = 150;

template <class Form, class T = float, class Lies = honest, class Run = serial_executor>
using nearest_point_trainer =
    election_trainer<Form, nearest_point_signs<typename Form::signs, T>, local_transport<Form>, Lies, Run>;

template <class Form, class T>
nearest_point_signs<typename Form::signs, T> source_for(std::size_t k, double momentum = 0.5) {
    return {election_test::nearest_point<T>{point_size},
            election_test::toy_data(12 * k, point_size, election_test::seed()),
            batches(contiguous_partitions(12 * k, k), 3),
            {.momentum = momentum}};
}

/// Worker 0 and the last one reverse their votes; the second sends nothing in odd steps.
struct two_reverse {
    std::size_t last;
    std::vector<std::size_t> who{0, last};
    [[nodiscard]] static bool knows_everything() { return false; }
    [[nodiscard]] bool may_lie(std::size_t worker) const { return worker == 0 || worker == last; }
    [[nodiscard]] std::span<const std::size_t> liars([[maybe_unused]] std::uint64_t step) const { return who; }
    template <class Form, class T>
    void lie(const election_round<Form, T>& round) const {
        for (std::size_t i = 0; i < round.voters.size(); ++i) {
            if (round.voters[i] == 1 && round.step % 2 == 1) round.silent[i] = 1;
            if (!may_lie(round.voters[i])) continue;
            for (std::size_t j = 0; j < point_size; ++j) {
                const int vote = round.votes[i][j];
                if constexpr (Form::votes::abstains) {
                    round.votes[i].set(j, -vote);
                } else {
                    round.votes[i].set(j, vote < 0);
                }
            }
        }
    }
};

/// The paper's algorithm, one coordinate after the other, in whole numbers where it can be.
template <class Form, class T>
std::vector<T> plain_training(const packed_allocation& code, std::size_t rounds, const trainer_options& options,
                              bool with_liars) {
    const std::size_t n = code.workers();
    const std::size_t k = code.partitions();
    const dense_dataset data = election_test::toy_data(12 * k, point_size, election_test::seed());
    const election_test::nearest_point<T> model{point_size};
    std::vector<T> x(point_size, T(1));
    std::vector<std::vector<T>> momentum(k, std::vector<T>(point_size));
    std::vector<std::vector<float>> averaged(n, std::vector<float>(point_size));
    for (std::uint64_t step = 0; step < rounds; ++step) {
        for (std::size_t j = 0; j < k; ++j) {
            std::vector<std::uint32_t> rows;
            for (std::size_t r = 0; r < 3; ++r) rows.push_back(static_cast<std::uint32_t>(12 * j + 3 * (step % 4) + r));
            std::vector<T> g(point_size);
            typename election_test::nearest_point<T>::workspace none;
            model.gradient(x, data, rows, g, none);
            reference_momentum<T>(momentum[j], g, T(0.5));
        }
        for (std::size_t c = 0; c < point_size; ++c) {
            int sum = 0;
            for (std::size_t i = 0; i < n; ++i) {
                int inside = 0;
                for (std::size_t j = 0; j < k; ++j) {
                    const zero_policy zero = Form::signs::abstains ? zero_policy::abstain : zero_policy::positive;
                    if (code(i, j)) inside += reference_sign(momentum[j][c], zero);
                }
                int vote = inside > 0 ? 1 : inside < 0 ? -1 : 0;
                if (!Form::votes::abstains && vote == 0) vote = options.ties == tie_policy::positive ? 1 : -1;
                if (options.worker_momentum > 0) {
                    float& m = averaged[i][c];
                    const auto beta = static_cast<float>(options.worker_momentum);
                    m = beta * m + (1 - beta) * static_cast<float>(vote);
                    vote = reference_sign(m, Form::votes::abstains ? zero_policy::abstain : zero_policy::positive);
                }
                if (with_liars && (i == 0 || i == n - 1)) vote = -vote;
                if (with_liars && i == 1 && step % 2 == 1) vote = 0;
                sum += vote;
            }
            int decided = sum > 0 ? 1 : sum < 0 ? -1 : 0;
            if (!Form::result::abstains && decided == 0) decided = 1;
            const double gamma = options.step(step);
            if (options.weight_decay > 0) x[c] *= static_cast<T>(1 - gamma * options.weight_decay);
            x[c] -= static_cast<T>(gamma) * static_cast<T>(decided);
        }
    }
    return x;
}

template <class Form, class T>
void check_against_plain(tie_policy ties) {
    for (const packed_allocation& code :
         {packed(deterministic(9, 1)), packed(repetition(6, 3)), packed(bernoulli(7, 5, 0.4, 1)), packed(uncoded(4)),
          packed_allocation(uncoded(1))}) {
        for (bool with_liars : {false, true}) {
            if (with_liars && code.workers() < 3) continue;
            trainer_options options;
            options.step = step_schedule::piecewise({{0, 0.25}, {5, 0.125}});
            options.ties = ties;
            options.weight_decay = 0.01;
            options.worker_momentum = with_liars ? 0 : 0.75;
            const std::vector<T> should = plain_training<Form, T>(code, 12, options, with_liars);
            std::vector<T> is;
            const std::size_t n = code.workers();
            const auto run = [&](auto rounds) {
                for (int t = 0; t < 12; ++t) rounds.step();
                is.assign(rounds.parameters().begin(), rounds.parameters().end());
            };
            const auto start = std::vector<T>(point_size, T(1));
            if (with_liars) {
                run(nearest_point_trainer<Form, T, two_reverse>(code, source_for<Form, T>(code.partitions()), start,
                                                                local_transport<Form>(n), two_reverse{n - 1}, options));
            } else {
                run(nearest_point_trainer<Form, T, honest, thread_executor>(code, source_for<Form, T>(code.partitions()),
                                                                            start, local_transport<Form>(n), {}, options,
                                                                            thread_executor(3)));
            }
            CAPTURE(n);
            CAPTURE(with_liars);
            CHECK(is == should);
        }
    }
}

} // namespace

TEST_CASE("rounds are those of the plain algorithm, bit for bit") {
    CAPTURE(election_test::seed());
    check_against_plain<binary_form, float>(tie_policy::positive);
    check_against_plain<binary_form, double>(tie_policy::negative);
    check_against_plain<abstaining_form, float>(tie_policy::abstain);
    check_against_plain<ternary_form, double>(tie_policy::abstain);
}

TEST_CASE("a coin decides ties, the same in every run, and not always alike") {
    const auto code = packed(repetition(4, 4, 2)); // everybody holds two partitions
    std::vector<std::vector<float>> ends;
    for (std::uint64_t seed : {1U, 1U, 2U}) {
        trainer_options options;
        options.ties = tie_policy::coin;
        options.seed = seed;
        nearest_point_trainer<binary_form> rounds(code, source_for<binary_form, float>(4),
                                                  std::vector<float>(point_size, 1.0f), local_transport<binary_form>(4), {},
                                                  options);
        for (int t = 0; t < 5; ++t) rounds.step();
        ends.emplace_back(rounds.parameters().begin(), rounds.parameters().end());
    }
    CHECK(ends[0] == ends[1]);
    CHECK(ends[0] != ends[2]);
}

TEST_CASE("saved and resumed, a run ends as if it had not been stopped") {
    const auto code = packed(deterministic(9, 2));
    trainer_options options;
    options.worker_momentum = 0.5;
    const auto fresh = [&] {
        return nearest_point_trainer<ternary_form>(code, source_for<ternary_form, float>(9),
                                                   std::vector<float>(point_size, 1.0f), local_transport<ternary_form>(9),
                                                   {}, options);
    };
    auto whole = fresh();
    for (int t = 0; t < 20; ++t) whole.step();
    for (int stop : {0, 1, 7, 19}) {
        std::stringstream saved;
        {
            auto first = fresh();
            for (int t = 0; t < stop; ++t) first.step();
            first.save(saved);
        }
        auto second = fresh();
        second.load(saved);
        CHECK(second.steps() == static_cast<std::uint64_t>(stop));
        while (second.steps() < 20) second.step();
        CHECK(std::vector<float>(second.parameters().begin(), second.parameters().end()) ==
              std::vector<float>(whole.parameters().begin(), whole.parameters().end()));
    }
    auto broken = fresh();
    std::stringstream nothing;
    CHECK_THROWS_AS(broken.load(nothing), error);
}

TEST_CASE("what happened can be looked at") {
    const auto code = packed(deterministic(5, 1));
    nearest_point_trainer<binary_form> rounds(code, source_for<binary_form, float>(5), std::vector<float>(point_size, 1.0f),
                                              local_transport<binary_form>(5), {}, {.ties = tie_policy::positive});
    const round_report report = rounds.step();
    CHECK(report.step == 0);
    CHECK(report.loss > 0);
    CHECK_FALSE(report.skipped);
    CHECK(report.transport.vote_bytes == 5 * wire_bytes<binary>(point_size));
    CHECK(rounds.steps() == 1);
    CHECK(rounds.voters().size() == 5);
    CHECK(rounds.computed().size() == 5);
    CHECK(rounds.partition_signs().rows() == 5);
    sign_vector majority_of_votes(point_size);
    majority(row_set(rounds.votes()), majority_of_votes);
    CHECK(majority_of_votes == rounds.decision());
    for (std::size_t j = 0; j < point_size; ++j)
        CHECK(rounds.parameters()[j] == 1.0f - 0.001f * static_cast<float>(rounds.decision()[j]));
}

TEST_CASE("what doesn't fit is named") {
    const auto code = packed(deterministic(5, 1));
    const auto make = [&](std::size_t k, std::size_t parameters, const trainer_options& options) {
        nearest_point_trainer<binary_form> rounds(code, source_for<binary_form, float>(k), std::vector<float>(parameters),
                                                  local_transport<binary_form>(5), {}, options);
    };
    CHECK_THROWS_WITH_AS(make(4, point_size, {.ties = tie_policy::positive}),
                         "election::election_trainer: source.partitions() = 4 must be the code's, 5", parameter_error);
    CHECK_THROWS_WITH_AS(make(5, point_size + 1, {.ties = tie_policy::positive}),
                         "election::election_trainer: start = 151 must have as many parameters as the model, 150",
                         parameter_error);
    CHECK_THROWS_WITH_AS(make(5, point_size, {}),
                         "election::election_trainer: ties = abstain must not be abstain where votes are binary",
                         parameter_error);
    CHECK_THROWS_AS(make(5, point_size, {.weight_decay = -1, .ties = tie_policy::positive}), parameter_error);
    CHECK_THROWS_AS(make(5, point_size, {.ties = tie_policy::positive, .worker_momentum = 1}), parameter_error);
    CHECK_THROWS_WITH_AS(
        nearest_point_trainer<binary_form>(code, source_for<binary_form, float>(5), std::vector<float>(point_size),
                                           local_transport<binary_form>(6), {}, {.ties = tie_policy::positive}),
        "election::election_trainer: worker = 5 must be one of the code's workers, which are 5", parameter_error);
}
