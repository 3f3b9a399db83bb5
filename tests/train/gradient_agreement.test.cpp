// SPDX-License-Identifier: MIT
#include <election/train/gradient_agreement.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/families.hpp>
#include <election/core/random.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/observer.hpp>
#include <support/architectures.hpp>
#include <support/seed.hpp>
#include <support/toy_model.hpp>

using namespace election;
using election_test::toy_batches;
using election_test::toy_model;
using election_test::toy_model_signs;
using election_test::toy_model_trainer;
using election_test::toy_samples;

namespace {

template <class Row>
sign_agreement reference_agreement(const Row& signs, const std::vector<double>& gradient) {
    sign_agreement found;
    for (std::size_t j = 0; j < gradient.size(); ++j) {
        if (gradient[j] == 0) continue;
        const int sign = gradient[j] > 0 ? 1 : -1;
        const int vote = signs[j];
        ++(vote == 0 ? found.counts.abstained : vote == sign ? found.counts.agree : found.counts.disagree);
        found.size += std::abs(gradient[j]);
        if (vote == sign) found.right_size += std::abs(gradient[j]);
    }
    return found;
}

std::vector<std::uint32_t> all_rows(std::size_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

template <class Form>
toy_model_trainer<Form> trainer_that_computes_everything(std::size_t batch) {
    constexpr std::size_t d = 70;
    std::vector<float> start(d);
    toy_model::initialize(start, 3);
    trainer_options options;
    options.step = 0.01;
    options.ties = Form::votes::abstains ? tie_policy::abstain : tie_policy::positive;
    options.compute_everything = true;
    return {cyclic(5, 5, 3),
            toy_model_signs<typename Form::signs>({d}, toy_samples(100, d, 4), {5, 100, batch}, {.momentum = 0}),
            start,
            local_transport<Form>(5),
            {},
            options};
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the definition says", Arch, definition) {
    CAPTURE(election_test::seed());
    for (std::size_t d : {0U, 1U, 63U, 64U, 65U, 300U, 1000U}) {
        CAPTURE(d);
        const counter_random random(election_test::seed(), d);
        std::vector<double> gradient(d);
        sign_matrix signs(3, d);
        ternary_matrix votes(3, d);
        for (std::size_t j = 0; j < d; ++j) {
            gradient[j] = (static_cast<double>(random.below(21, 10 * j)) - 10) / 4;
            for (std::size_t i = 0; i < 3; ++i) {
                signs[i].set(j, random.happens(0.5, 10 * j + 1 + i));
                votes[i].set(j, static_cast<int>(random.below(3, 10 * j + 4 + i)) - 1);
            }
        }
        const auto binary_found = gradient_signs_agreement<Arch>(row_set(signs), gradient);
        const auto ternary_found = gradient_signs_agreement<Arch>(ternary_row_set(votes), gradient);
        for (std::size_t i = 0; i < 3; ++i) {
            REQUIRE(binary_found[i] == reference_agreement(signs.view()[i], gradient));
            REQUIRE(ternary_found[i] == reference_agreement(votes.view()[i], gradient));
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(definition, election_test::enabled_architectures);

TEST_CASE("the full gradient is the same in chunks of any size, and that of all samples") {
    const dense_dataset data = toy_samples(90, 20, 1);
    const toy_model model{20};
    std::vector<float> x(20);
    toy_model::initialize(x, 2);
    const std::vector<std::uint32_t> rows = all_rows(90);
    std::vector<double> expected(20);
    double expected_loss = 0;
    for (std::uint32_t i : rows) {
        double score = 0;
        for (std::size_t f = 0; f < 20; ++f) score += double{x[f]} * double{data.row(i)[f]};
        const double residual = score - (data.label(i) == 0 ? -1 : 1);
        expected_loss += residual * residual / 2 / 90;
        for (std::size_t f = 0; f < 20; ++f) expected[f] += residual * double{data.row(i)[f]} / 90;
    }
    for (std::size_t chunk : {1U, 7U, 30U, 89U, 90U, 1000U}) {
        CAPTURE(chunk);
        std::vector<double> found(20, 99.0);
        const double loss = full_gradient(model, std::span<const float>(x), data, std::span<const std::uint32_t>(rows),
                                          chunk, std::span(found));
        CHECK(loss == doctest::Approx(expected_loss).epsilon(1e-5));
        for (std::size_t f = 0; f < 20; ++f) CHECK(found[f] == doctest::Approx(expected[f]).epsilon(1e-4));
    }
}

TEST_CASE_TEMPLATE("a run: the gradient is taken before the step", Form, binary_form, ternary_form) {
    toy_model_trainer<Form> trainer = trainer_that_computes_everything<Form>(4);
    const toy_model model{70};
    const dense_dataset data = toy_samples(100, 70, 4);
    for (int t = 0; t < 3; ++t) (void)trainer.step(); // it may begin at any step
    gradient_agreement<toy_model, dense_dataset> watch(model, data, all_rows(100), trainer, {.every = 2, .chunk = 33});
    sign_agreement total;
    std::size_t looked = 0;
    for (int t = 3; t < 12; ++t) {
        CAPTURE(t);
        const std::vector<float> before(trainer.parameters().begin(), trainer.parameters().end());
        watch(trainer, trainer.step());
        CHECK(watch.looked() == (t % 2 == 0));
        if (!watch.looked()) continue;
        ++looked;
        std::vector<double> gradient(70);
        const std::vector<std::uint32_t> rows = all_rows(100);
        const double loss = full_gradient(model, std::span<const float>(before), data, std::span<const std::uint32_t>(rows),
                                          33, std::span(gradient));
        CHECK(watch.loss() == loss);
        CHECK(watch.last() == reference_agreement(trainer.decision().view(), gradient));
        total += watch.last();
        for (std::size_t j = 0; j < 5; ++j) {
            CHECK(watch.last_partitions()[j] == reference_agreement(trainer.partition_signs()[j], gradient));
        }
    }
    CHECK(looked == 4);
    CHECK(watch.total() == total);
    CHECK(watch.total().share() > 0.5);                            // batches of 4 from 20 know something
    CHECK(watch.total().weighted_share() > watch.total().share()); // large coordinates are easier
    // A majority of five partitions knows more than the mean one.
    double mean = 0;
    for (const sign_agreement& partition : watch.total_partitions()) mean += partition.share() / 5;
    CHECK(watch.total().share() > mean);
}

TEST_CASE_TEMPLATE("what was counted is saved and goes on, from any round", Form, binary_form, ternary_form) {
    using watch = gradient_agreement<toy_model, dense_dataset>;
    const dense_dataset data = toy_samples(100, 70, 4);
    for (int pause : {1, 2, 5, 6}) { // before a round that is looked at, and before one that is not
        CAPTURE(pause);
        toy_model_trainer<Form> trainer = trainer_that_computes_everything<Form>(4);
        watch whole({70}, data, all_rows(100), trainer, {.every = 2});
        for (int t = 0; t < pause; ++t) whole(trainer, trainer.step());
        std::stringstream saved;
        whole.save(saved);
        const toy_model_trainer<Form> fresh =
            trainer_that_computes_everything<Form>(4); // with other parameters than those that come
        watch resumed({70}, data, all_rows(100), fresh, {.every = 2});
        resumed.load(saved);
        CHECK(saved.peek() == std::stringstream::traits_type::eof());
        CHECK((resumed.total() == whole.total() && !resumed.looked()));
        for (int t = pause; t < 9; ++t) {
            const round_report report = trainer.step();
            whole(trainer, report);
            resumed(trainer, report);
            CHECK((resumed.looked() == whole.looked() && resumed.total() == whole.total()));
        }
        for (std::size_t j = 0; j < 5; ++j) CHECK(resumed.total_partitions()[j] == whole.total_partitions()[j]);
        CHECK(resumed.last() == whole.last());

        watch without({70}, data, all_rows(100), fresh, {.partitions = false});
        std::stringstream other(saved.str());
        CHECK_THROWS_WITH_AS(without.load(other),
                             "election::gradient_agreement: the saved state is of another model or damaged", error);
        std::stringstream cut(saved.str().substr(0, saved.str().size() - 1));
        if (pause % 2 == 0) CHECK_THROWS_AS(without.load(cut), error);
        std::stringstream nothing;
        CHECK_THROWS_AS(resumed.load(nothing), error);
    }
}

TEST_CASE("where a partition's batch is all its data, five alike agree with their sum") {
    toy_model_trainer<binary_form> trainer = trainer_that_computes_everything<binary_form>(20);
    gradient_agreement<toy_model, dense_dataset> watch(toy_model{70}, toy_samples(100, 70, 4), all_rows(100), trainer,
                                                       {.partitions = false});
    const round_report report = trainer.step();
    watch(trainer, report);
    CHECK(watch.last().share() > 0.7);
    CHECK(watch.last().share() < 1); // the sign of the sum is not the majority of signs
    CHECK(watch.last_partitions().empty());
    round_report skipped = trainer.step();
    skipped.skipped = true;
    const sign_agreement last = watch.last();
    watch(trainer, skipped);
    CHECK_FALSE(watch.looked());
    CHECK(watch.total() == last);
}

TEST_CASE("what is refused") {
    toy_model_trainer<binary_form> trainer = trainer_that_computes_everything<binary_form>(4);
    using watch = gradient_agreement<toy_model, dense_dataset>;
    const dense_dataset data = toy_samples(100, 70, 4);
    CHECK_THROWS_WITH_AS(watch({70}, data, {}, trainer), "election::gradient_agreement: rows = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_AS(watch({70}, data, {1}, trainer, {.every = 0}), parameter_error);
    CHECK_THROWS_AS(watch({70}, data, {1}, trainer, {.chunk = 0}), parameter_error);
    CHECK_THROWS_AS((void)gradient_signs_agreement(row_set(sign_matrix(1, 3)), std::vector<double>(4)), parameter_error);
    CHECK_THROWS_AS((void)gradient_signs_agreement(row_set(sign_matrix(1, 1)), std::vector<double>{std::nan("")}),
                    parameter_error);
}
