// SPDX-License-Identifier: MIT
#include <election/train/sparse_signs.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/data/partitioner.hpp>
#include <election/data/random_sequence.hpp>
#include <election/learners/sparse_logistic.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

constexpr std::size_t feature_count = 331;
constexpr std::size_t sample_count = 72;
constexpr std::size_t partition_count = 3;

/// Without with_features(): its samples cannot be narrowed.
struct wide_logistic : sparse_logistic {
    using sparse_logistic::sparse_logistic;
    void with_features(std::size_t) const = delete;
};

template <class Learner>
using signs_learned_by = sparse_signs<ternary, Learner, sparse_dataset>;
using narrow = signs_learned_by<sparse_logistic>;
using wide = signs_learned_by<wide_logistic>;

sparse_dataset some_data(bool with_values) {
    random_sequence random(election_test::seed(), 1);
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::vector<std::uint32_t> labels;
    for (std::size_t i = 0; i < sample_count; ++i) {
        for (std::uint32_t c = 0; c < feature_count; ++c) {
            if (random.below(c / 4 + 2) != 0) continue;
            columns.push_back(c);
            if (with_values) values.push_back(static_cast<float>(random.below(9)) - 4.0F);
        }
        begins.push_back(columns.size());
        labels.push_back(static_cast<std::uint32_t>(random.below(2)));
    }
    return {std::move(begins), std::move(columns), std::move(values), feature_count, std::move(labels), 2};
}

std::vector<double> parameters_at(std::uint64_t step) {
    random_sequence random(election_test::seed(), 100 + step);
    std::vector<double> numbers(feature_count);
    if (step == 0) return numbers; // residuals of ±1/2, which cancel
    for (double& x : numbers) x = 0.1 * random.bell();
    return numbers;
}

/// The definition with dense arrays: u ← u + (1 − β)·β^−(t − t₀)·g, v = u·β^(t − t₀).
struct reference {
    double beta;
    std::uint64_t horizon;
    std::uint64_t since = 0;
    std::vector<double> scaled = std::vector<double>(feature_count);

    void step(const std::vector<double>& gradient, std::uint64_t now) {
        if (beta == 0) {
            scaled = gradient;
            return;
        }
        if (now - since >= horizon) {
            for (double& x : scaled) x *= std::pow(beta, static_cast<double>(now - since));
            since = now;
        }
        const double weight = (1 - beta) * std::pow(beta, -static_cast<double>(now - since));
        for (std::size_t c = 0; c < feature_count; ++c) {
            const double term = detail::rounded<double>(weight * gradient[c]);
            scaled[c] += term;
        }
    }
};

int sign_of(double x) { return (x > 0) - (x < 0); }

template <class Source>
void check_steps(double beta, std::uint64_t horizon, bool reshuffle, bool with_values, std::uint64_t steps) {
    const sparse_dataset data = some_data(with_values);
    const batches rows(shuffled_partitions(sample_count, partition_count, 5), 6, {.reshuffle = reshuffle, .seed = 3});
    const sparse_logistic model(feature_count);
    Source signs(typename Source::learner_type(feature_count), data, rows, {.momentum = beta, .keep_reported = true});
    CHECK(signs.partitions() == partition_count);
    CHECK(signs.parameters() == feature_count);
    typename Source::workspace scratch;
    ternary_matrix out(partition_count, feature_count);
    std::vector<reference> expected(partition_count, reference{beta, horizon});
    batches::order_cache order;
    sparse_logistic::workspace memory;
    std::vector<double> gradient(feature_count);
    bool right = true;
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::vector<double> x = parameters_at(step % 5);
        for (std::size_t j = 0; j < partition_count; ++j) {
            const double loss = signs.sign(x, step, j, out[j], scratch);
            const double exact = model.gradient(x, data, rows.rows(j, step, order), gradient, memory);
            CHECK(loss == doctest::Approx(exact).epsilon(1e-12));
            expected[j].step(gradient, step);
            const double back = beta > 0 ? std::pow(beta, static_cast<double>(step - expected[j].since)) : 1;
            for (std::size_t c = 0; c < feature_count; ++c) {
                right = right && out.view()[j][c] == sign_of(expected[j].scaled[c]);
                right = right && signs.reported(j)[c] == expected[j].scaled[c] * back;
            }
        }
    }
    CHECK(right);
}

} // namespace

static_assert(detail::narrows<sparse_logistic, sparse_dataset, batches>);
static_assert(!detail::narrows<wide_logistic, sparse_dataset, batches>);

TEST_CASE_TEMPLATE("signs are those of the momentum", Source, narrow, wide) {
    CAPTURE(election_test::seed());
    for (bool reshuffle : {false, true}) {
        for (bool with_values : {false, true}) {
            check_steps<Source>(0.9, 512, reshuffle, with_values, 30);
            check_steps<Source>(0, 512, reshuffle, with_values, 12);
        }
    }
    check_steps<Source>(0.9, 512, false, false, 1100); // t₀ moves on twice
    check_steps<Source>(0.01, 50, false, true, 120);   // and every 50 steps
}

TEST_CASE("a partition that is first asked for later begins without momentum") {
    const sparse_dataset data = some_data(false);
    const batches rows(contiguous_partitions(sample_count, partition_count), 6);
    narrow signs(sparse_logistic(feature_count), data, rows, {.momentum = 0.9});
    narrow other(sparse_logistic(feature_count), data, rows, {.momentum = 0.9});
    narrow::workspace scratch;
    ternary_matrix out(2, feature_count);
    const std::vector<double> x = parameters_at(1);
    signs.sign(x, 4, 1, out[0], scratch);  // as many steps into an epoch
    other.sign(x, 40, 1, out[1], scratch); // far from the first step
    CHECK(to_string(out.view()[0]) == to_string(out.view()[1]));
    CHECK(signs.reported(1).empty());
}

TEST_CASE("what is saved goes on exactly, narrowed or not") {
    CAPTURE(election_test::seed());
    const sparse_dataset data = some_data(true);
    const batches rows(contiguous_partitions(sample_count, partition_count), 6);
    for (double beta : {0.0, 0.9}) {
        narrow before(sparse_logistic(feature_count), data, rows, {.momentum = beta, .keep_reported = true});
        narrow after(sparse_logistic(feature_count), data, rows, {.momentum = beta, .keep_reported = true});
        wide other(wide_logistic(feature_count), data, rows, {.momentum = beta, .keep_reported = true});
        wide same(wide_logistic(feature_count), data, rows, {.momentum = beta, .keep_reported = true});
        narrow::workspace scratch;
        wide::workspace wide_scratch;
        ternary_matrix out(4, feature_count);
        for (std::uint64_t step = 0; step < 7; ++step) {
            before.sign(parameters_at(step), step, 1, out[0], scratch);
            same.sign(parameters_at(step), step, 1, out[3], wide_scratch);
        }
        std::ostringstream saved, saved_wide, saved_again, saved_nothing;
        before.save(saved, 1);
        same.save(saved_wide, 1);
        CHECK(saved.str() == saved_wide.str());
        std::istringstream one(saved.str()), two(saved.str());
        after.load(one, 1);
        other.load(two, 1);
        after.save(saved_again, 1);
        CHECK(saved_again.str() == saved.str());
        for (std::size_t row : {1U, 2U}) {
            for (std::size_t c = 0; c < feature_count; ++c) out[row].set(c, out.view()[0][c]);
        }
        for (std::uint64_t step = 7; step < 15; ++step) {
            const std::vector<double> x = parameters_at(step);
            before.sign(x, step, 1, out[0], scratch);
            after.sign(x, step, 1, out[1], scratch);
            other.sign(x, step, 1, out[2], wide_scratch);
            CHECK(to_string(out.view()[0]) == to_string(out.view()[1]));
            CHECK(to_string(out.view()[0]) == to_string(out.view()[2]));
            CHECK(std::ranges::equal(before.reported(1), after.reported(1)));
            CHECK(std::ranges::equal(before.reported(1), other.reported(1)));
        }
        // Partition 2 has not been asked for.
        before.save(saved_nothing, 2);
        std::istringstream nothing(saved_nothing.str());
        after.load(nothing, 2);
        CHECK(saved_nothing.str().size() < 100);
    }
}

TEST_CASE("damaged states are refused") {
    const sparse_dataset data = some_data(false);
    const batches rows(contiguous_partitions(sample_count, partition_count), 6);
    narrow signs(sparse_logistic(feature_count), data, rows, {.momentum = 0});
    narrow::workspace scratch;
    ternary_matrix out(1, feature_count);
    signs.sign(parameters_at(1), 0, 0, out[0], scratch);
    std::ostringstream saved;
    signs.save(saved, 0);
    const std::string good = saved.str();
    const auto refused = [&](std::string text) {
        narrow fresh(sparse_logistic(feature_count), data, rows, {.momentum = 0});
        std::istringstream from(text);
        CHECK_THROWS_AS(fresh.load(from, 0), error);
    };
    for (std::size_t length : {std::size_t{0}, std::size_t{5}, std::size_t{12}, good.size() / 2, good.size() - 1})
        refused(good.substr(0, length));
    std::string wrong = good;
    wrong[8] = static_cast<char>(wrong[8] + 1); // another d
    refused(wrong);
    wrong = good;
    wrong[wrong.size() - 1] = 1; // a touched coordinate beyond all
    refused(wrong);
}

TEST_CASE_TEMPLATE("a NaN names the partition, the step and the parameter", Source, narrow, wide) {
    const sparse_dataset data = some_data(false);
    const batches rows(contiguous_partitions(sample_count, partition_count), 6);
    Source signs(typename Source::learner_type(feature_count), data, rows, {.momentum = 0.9});
    typename Source::workspace scratch;
    ternary_matrix out(1, feature_count);
    std::vector<double> x(feature_count, std::numeric_limits<double>::quiet_NaN());
    std::uint32_t first = feature_count;
    for (std::uint32_t row : rows.rows(2, 4)) first = std::min(first, data.row(row).columns[0]);
    const std::string message = "election::sparse_signs: the gradient of partition 2 in step 5 has a NaN (parameter " +
                                std::to_string(first) + "); a shorter step or smaller features would help";
    CHECK_THROWS_WITH_AS(signs.sign(x, 4, 2, out[0], scratch), message.c_str(), error);
}

TEST_CASE("a momentum out of range is refused") {
    const sparse_dataset data = some_data(false);
    const batches rows(contiguous_partitions(sample_count, partition_count), 6);
    for (double beta : {-0.1, 1.0}) {
        CHECK_THROWS_AS(narrow(sparse_logistic(feature_count), data, rows, {.momentum = beta}), parameter_error);
    }
}
