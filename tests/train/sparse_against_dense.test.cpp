// SPDX-License-Identifier: MIT
#include <election/train/sparse_signs.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/random.hpp>
#include <election/data/partitioner.hpp>
#include <election/learners/sparse_logistic.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

using sparse = sparse_signs<ternary, sparse_logistic, sparse_dataset>;
using dense = gradient_signs<ternary, sparse_logistic, sparse_dataset, batches>;

/// Rows with up to three features of d, some rows empty, some features rare; values if asked for, else ones.
sparse_dataset sparse_data(std::size_t samples, std::size_t d, bool with_values, std::uint64_t seed) {
    const counter_random random(seed);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::vector<std::uint32_t> labels;
    for (std::size_t i = 0; i < samples; ++i) {
        std::uint64_t column = random.below(i % 3 == 0 ? d : 9, 10 * i); // the first features are in many rows
        for (std::uint64_t c = 0; c < random.below(4, 10 * i + 1) && column < d; ++c) {
            columns.push_back(static_cast<std::uint32_t>(column));
            if (with_values) values.push_back(static_cast<float>(1 + random.below(5, 10 * i + 2 + c)) / 2);
            column += 1 + random.below(d / 3, 10 * i + 5 + c);
        }
        begins.push_back(columns.size());
        labels.push_back(static_cast<std::uint32_t>(random.below(2, 10 * i + 9)));
    }
    return {std::move(begins), std::move(columns), std::move(values), d, std::move(labels), 2};
}

/// Parameters that are others in each step, 0 in the first.
std::vector<double> parameters_at(std::uint64_t step, std::size_t d) {
    const counter_random random(election_test::seed(), step);
    std::vector<double> x(d);
    if (step == 0) return x;
    for (std::size_t i = 0; i < d; ++i) x[i] = static_cast<double>(random.below(2001, i)) / 1000 - 1;
    return x;
}

} // namespace

TEST_CASE("each step's signs are those of dense gradients and momentum") {
    constexpr std::size_t d = 131;
    CAPTURE(election_test::seed());
    for (bool with_values : {false, true}) {
        const sparse_dataset data = sparse_data(90, d, with_values, election_test::seed());
        const batches rows(contiguous_partitions(90, 3), 4, {.reshuffle = true, .seed = 5});
        // Rescaled every 512 steps with 0.9, every 332 with 0.5, every 50 with 0.01; never with 0. Few enough steps for 0.01 that
        // nothing underflows.
        struct known {
            double beta;
            std::uint64_t steps;
        };
        for (const known& asked : {known{0.9, 1100}, known{0.5, 700}, known{0.01, 120}, known{0, 60}}) {
            const double beta = asked.beta;
            const std::uint64_t steps = asked.steps;
            CAPTURE(beta);
            sparse fast(sparse_logistic(d), data, rows, {.momentum = beta, .keep_reported = true});
            dense plain(sparse_logistic(d), data, rows,
                        {.momentum = beta, .zero = zero_policy::abstain, .keep_reported = true});
            sparse::workspace scratch;
            dense::workspace other;
            ternary_matrix votes(3, d);
            ternary_matrix expected(3, d);
            std::size_t there = 0;
            std::size_t wrong = 0;
            bool close = true;
            for (std::uint64_t step = 0; step < steps; ++step) {
                const std::vector<double> x = parameters_at(step, d);
                for (std::size_t j = 0; j < 3; ++j) {
                    const double loss = fast.sign(x, step, j, votes[j], scratch);
                    const double known = plain.sign(x, step, j, expected[j], other);
                    close = close && std::abs(loss - known) <= 1e-12 * (1 + known);
                    for (std::size_t c = 0; c < d; ++c) {
                        there += expected[j][c] != 0 ? 1 : 0;
                        wrong += votes[j][c] != expected[j][c] ? 1 : 0;
                        const double v = plain.reported(j)[c];
                        close = close && std::abs(fast.reported(j)[c] - v) <= 1e-13 * (1 + std::abs(v));
                    }
                }
            }
            CHECK(wrong == 0);
            CHECK(close);
            CHECK(there > steps * (beta > 0 ? 50 : 5));
            CHECK(there < steps * 3 * d); // some never have a sign
        }
    }
}

TEST_CASE("residuals that cancel leave no sign") {
    // Two rows with feature 0 in common and other labels: ±1/2 at the start.
    const sparse_dataset data({0, 2, 3}, {0, 4, 0}, {}, 5, {1, 0}, 2);
    sparse source(sparse_logistic(5), data, batches(contiguous_partitions(2, 1), 2), {.momentum = 0.9});
    sparse::workspace scratch;
    ternary_vector out(5);
    CHECK(source.sign(std::vector<double>(5), 0, 0, out, scratch) == doctest::Approx(std::log(2.0)));
    CHECK((out[0] == 0 && out[1] == 0 && out[4] == -1));
    CHECK(source.reported(0).empty()); // not asked for
}

TEST_CASE("momentum is saved and goes on exactly") {
    constexpr std::size_t d = 70;
    const sparse_dataset data = sparse_data(40, d, false, 3);
    const batches rows(contiguous_partitions(40, 2), 4);
    for (double beta : {0.0, 0.9}) {
        CAPTURE(beta);
        sparse first(sparse_logistic(d), data, rows, {.momentum = beta, .keep_reported = true});
        sparse::workspace scratch;
        ternary_vector a(d);
        // Behind a rescaling, so that the state is not that of a run that begins.
        for (std::uint64_t step = 0; step < 600; ++step) first.sign(parameters_at(step, d), step, 1, a, scratch);
        std::stringstream saved;
        first.save(saved, 0); // never asked for
        first.save(saved, 1);
        sparse second(sparse_logistic(d), data, rows, {.momentum = beta, .keep_reported = true});
        second.load(saved, 0);
        second.load(saved, 1);
        CHECK(saved.peek() == std::stringstream::traits_type::eof());
        ternary_vector b = a; // the trainer saves votes
        bool same = true;
        for (std::uint64_t step = 600; step < 1200; ++step) {
            first.sign(parameters_at(step, d), step, 1, a, scratch);
            second.sign(parameters_at(step, d), step, 1, b, scratch);
            same = same && a == b;
            for (std::size_t c = 0; c < d; ++c) same = same && first.reported(1)[c] == second.reported(1)[c];
        }
        CHECK(same);
        CHECK(second.reported(0).empty());

        saved.clear();
        saved.seekg(0);
        sparse larger(sparse_logistic(d + 1), sparse_data(40, d + 1, false, 3), rows, {.momentum = beta});
        larger.load(saved, 0);
        CHECK_THROWS_WITH_AS(larger.load(saved, 1), "election::sparse_signs: the saved state is of another model or damaged",
                             error);
        std::stringstream cut(saved.str().substr(0, 200));
        second.load(cut, 0);
        CHECK_THROWS_AS(second.load(cut, 1), error);
    }
}

TEST_CASE("a NaN names the partition, the step and the parameter") {
    const sparse_dataset data({0, 1, 2, 3, 4}, {2, 2, 3, 4}, {}, 5, {1, 0, 1, 0}, 2);
    const batches rows(contiguous_partitions(4, 2), 2);
    std::vector<double> x(5);
    x[4] = std::numeric_limits<double>::quiet_NaN();
    for (double beta : {0.0, 0.9}) {
        sparse source(sparse_logistic(5), data, rows, {.momentum = beta});
        sparse::workspace scratch;
        ternary_vector out(5);
        (void)source.sign(x, 4, 0, out, scratch);
        CHECK_THROWS_WITH_AS(source.sign(x, 4, 1, out, scratch),
                             "election::sparse_signs: the gradient of partition 1 in step 5 has a NaN (parameter 4); a "
                             "shorter step or smaller features would help",
                             error);
    }
    CHECK_THROWS_WITH_AS(sparse(sparse_logistic(5), data, rows, {.momentum = 1}),
                         "election::sparse_signs: momentum = 1 must be at least 0 and below 1", parameter_error);
}
