// SPDX-License-Identifier: MIT
#include <election/train/gradient_trainer.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/repetition.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/executor.hpp>
#include <election/core/random.hpp>
#include <election/core/xtensor.hpp>
#include <election/data/batches.hpp>
#include <election/data/dataset.hpp>
#include <election/data/partitioner.hpp>
#include <election/learners/softmax.hpp>
#include <election/train/centred_clipping_aggregator.hpp>
#include <election/train/krum_aggregator.hpp>
#include <election/train/mean_aggregator.hpp>
#include <election/train/median_aggregator.hpp>
#include <election/train/trimmed_mean_aggregator.hpp>

using namespace election;

namespace {

/// Two classes of points around ±(1, 1, …).
dense_dataset points(std::size_t samples) {
    constexpr std::size_t features = 6;
    xt::xtensor<float, 2> x = xt::zeros<float>({samples, features});
    std::vector<std::uint32_t> labels(samples);
    const counter_random random(5);
    for (std::size_t i = 0; i < samples; ++i) {
        labels[i] = static_cast<std::uint32_t>(random(i * 100) & 1U);
        for (std::size_t c = 0; c < features; ++c) {
            const double noise = std::ldexp(static_cast<double>(random(i * 100 + c + 1) >> 11U), -51) - 2;
            x(i, c) = static_cast<float>((labels[i] == 1 ? 0.5 : -0.5) + noise);
        }
    }
    return dense_dataset(std::move(x), std::move(labels), 2);
}

template <class T>
using signs_of_points = gradient_signs<binary, softmax_regression<T>, dense_dataset, batches>;

template <class T = float>
signs_of_points<T> source_of_points(std::size_t partitions, double momentum = 0, bool kept = true) {
    return signs_of_points<T>(softmax_regression<T>(6, 2), points(20 * partitions),
                              batches(contiguous_partitions(20 * partitions, partitions), 5),
                              {.momentum = momentum, .keep_reported = kept});
}

template <class T = float>
std::vector<T> start_of_points() {
    std::vector<T> x(softmax_regression<T>(6, 2).parameters());
    for (std::size_t c = 0; c < x.size(); ++c) x[c] = static_cast<T>(c % 3) / 8;
    return x;
}

/// Partition j pulls parameter c towards j + c / 1000: a source that is no learner.
struct springs {
    using number_type = double;
    struct workspace {};

    std::vector<std::vector<double>> pulls = std::vector<std::vector<double>>(3, std::vector<double>(700));

    [[nodiscard]] std::size_t partitions() const { return 3; }
    [[nodiscard]] std::size_t parameters() const { return 700; }
    double sign(std::span<const double> x, [[maybe_unused]] std::uint64_t step, std::size_t j,
                [[maybe_unused]] ternary_span<std::uint64_t> out, [[maybe_unused]] workspace& scratch) {
        for (std::size_t c = 0; c < 700; ++c) pulls[j][c] = x[c] - (static_cast<double>(j) + static_cast<double>(c) / 1000);
        return static_cast<double>(j);
    }
    [[nodiscard]] std::span<const double> reported(std::size_t j) const { return pulls[j]; }
    void save([[maybe_unused]] std::ostream& to, [[maybe_unused]] std::size_t j) const {}
    void load([[maybe_unused]] std::istream& from, [[maybe_unused]] std::size_t j) {}
};

template <class T>
std::vector<T> copy(std::span<const T> numbers) {
    return {numbers.begin(), numbers.end()};
}

template <class Trainer>
void take(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) trainer.step();
}

} // namespace

TEST_CASE_TEMPLATE("the loop as it is written down: code, momentum, decay, steps, the mean", T, float, double) {
    const auto code = repetition(6, 3);
    gradient_trainer_options options;
    options.step = step_schedule::piecewise({{0, 0.5}, {3, 0.25}});
    options.weight_decay = 0.25;
    options.worker_momentum = 0.5;
    gradient_trainer trainer(code, source_of_points<T>(3), start_of_points<T>(), mean_aggregator(), honest(), options);

    const softmax_regression<T> model(6, 2);
    typename softmax_regression<T>::workspace workspace;
    const auto data = points(60);
    const batches order(contiguous_partitions(60, 3), 5);
    std::vector<double> x;
    for (T number : start_of_points<T>()) x.push_back(number);
    std::vector<std::vector<double>> momentum(6, std::vector<double>(x.size()));
    for (std::uint64_t t = 0; t < 6; ++t) {
        std::vector<double> mean(x.size());
        const std::vector<T> now(x.begin(), x.end());
        double loss = 0;
        std::vector<std::vector<T>> gradients(3, std::vector<T>(x.size()));
        for (std::size_t j = 0; j < 3; ++j)
            loss += model.gradient(now, data, order.rows(j, t), std::span(gradients[j]), workspace) / 3;
        for (std::size_t i = 0; i < 6; ++i) {
            for (std::size_t c = 0; c < x.size(); ++c) {
                momentum[i][c] = 0.5 * momentum[i][c] + 0.5 * gradients[i / 2][c]; // two workers a group
                mean[c] += momentum[i][c] / 6;
            }
        }
        const double gamma = t < 3 ? 0.5 : 0.25;
        for (std::size_t c = 0; c < x.size(); ++c) x[c] -= gamma * (mean[c] + 0.25 * x[c]);
        const round_report report = trainer.step();
        CHECK(report.step == t);
        CHECK(report.loss == doctest::Approx(loss));
        for (std::size_t c = 0; c < x.size(); ++c)
            REQUIRE(static_cast<double>(trainer.parameters()[c]) == doctest::Approx(x[c]).epsilon(1e-5));
    }
    CHECK(trainer.steps() == 6);
}

TEST_CASE("a worker sends the mean of what it holds, of the numbers whose signs are voted on elsewhere") {
    const std::vector<std::vector<int>> code{{1, 1, 0}, {0, 0, 1}, {1, 1, 1}};
    gradient_trainer trainer(code, source_of_points(3, 0.75), start_of_points(), mean_aggregator());
    take(trainer, 3);
    auto same = source_of_points(3, 0.75); // under the same parameters, the same momentum
    gradient_trainer again(code, source_of_points(3, 0.75), start_of_points(), mean_aggregator());
    decltype(same)::workspace workspace;
    sign_vector signs(start_of_points().size());
    for (std::uint64_t t = 0; t < 3; ++t) {
        for (std::size_t j = 0; j < 3; ++j) (void)same.sign(again.parameters(), t, j, signs.span(), workspace);
        again.step();
    }
    for (std::size_t c = 0; c < signs.size(); ++c) {
        const double a = same.reported(0)[c];
        const double b = same.reported(1)[c];
        const double e = same.reported(2)[c];
        REQUIRE(trainer.message(0)[c] == static_cast<float>((a + b) / 2));
        REQUIRE(trainer.message(1)[c] == same.reported(2)[c]);
        REQUIRE(trainer.message(2)[c] == static_cast<float>((a + b + e) / 3));
    }
}

TEST_CASE("many parameters, in double, and signs that may abstain; partitions that nobody holds are not computed") {
    const std::vector<std::vector<int>> code{{1, 0, 1}, {1, 0, 0}};
    gradient_trainer_options options;
    options.step = 1;
    gradient_trainer trainer(code, springs(), std::vector<double>(700, 5.0), mean_aggregator(), honest(), options);
    CHECK(trainer.step().loss == 1); // of partitions 0 and 2
    for (std::size_t c = 0; c < 700; ++c) {
        const double at = static_cast<double>(c) / 1000;
        REQUIRE(trainer.message(0)[c] == static_cast<float>(((5 - at) + (5 - (2 + at))) / 2));
        REQUIRE(trainer.message(1)[c] == static_cast<float>(5 - at));
        REQUIRE(trainer.parameters()[c] == doctest::Approx(0.5 + at));
        REQUIRE(trainer.source().pulls[1][c] == 0);
    }
}

TEST_CASE("liars: the mean is turned around, robust aggregators hardly move") {
    const auto trained = [](const auto& aggregator, auto liars) {
        gradient_trainer_options options;
        options.step = 0.5;
        gradient_trainer trainer(uncoded(9), source_of_points(9), start_of_points(), aggregator, std::move(liars), options);
        double loss = 0;
        for (int i = 0; i < 40; ++i) loss = trainer.step().loss;
        return loss;
    };
    const double best = trained(mean_aggregator(), honest());
    CHECK(best < 0.5);
    const gradient_liars much(gradient_scaling{-20}, fixed_liars({2, 5}));
    CHECK(trained(mean_aggregator(), much) > 2 * best);
    CHECK(trained(median_aggregator(), much) < 1.2 * best);
    CHECK(trained(trimmed_mean_aggregator(2), much) < 1.2 * best);
    CHECK(trained(krum_aggregator(2), much) < 1.5 * best);
    const gradient_liars nan(gradient_constant{std::nanf("")}, fixed_liars({2, 5}));
    CHECK(trained(median_aggregator(), nan) < 1.2 * best);
    CHECK(trained(krum_aggregator(2), nan) < 1.5 * best);
    CHECK(trained(centred_clipping_aggregator(1), nan) < 1.5 * best);
}

TEST_CASE("a NaN that gets through is one clear line, and parameters stay") {
    gradient_trainer trainer(uncoded(3), source_of_points(3), start_of_points(), mean_aggregator(),
                             gradient_liars(gradient_constant{std::numeric_limits<float>::infinity()}, fixed_liars({1})));
    CHECK_THROWS_WITH_AS(trainer.step(),
                         "election::gradient_trainer: mean in step 1 is inf at parameter 0; worker 1 sent inf; a robust "
                         "aggregator, fewer liars or a shorter step would help",
                         error);
    CHECK(copy(trainer.parameters()) == start_of_points());
    CHECK(trainer.steps() == 0);
    auto bad = start_of_points();
    bad[2] = std::nanf("");
    gradient_trainer honest_nan(uncoded(3), source_of_points(3), bad, median_aggregator());
    CHECK_THROWS_AS(honest_nan.step(), error);
}

TEST_CASE("who is silent or holds nothing is not there; traffic is 4 bytes a number and a header") {
    const std::size_t d = start_of_points().size();
    const std::vector<std::vector<int>> code{{1, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 1}};
    gradient_trainer trainer(code, source_of_points(2), start_of_points(), krum_aggregator(1),
                             gradient_liars(gradient_silence{}, fixed_liars({0})));
    CHECK_THROWS_WITH_AS(trainer.step(), "election::krum_aggregator: rows = 4 must be at least 5", parameter_error);
    gradient_trainer other(code, source_of_points(2), start_of_points(), median_aggregator(),
                           gradient_liars(gradient_silence{}, fixed_liars({0})));
    const transport_report report = other.step().transport;
    CHECK(report.absent == 2);
    CHECK(report.vote_bytes == 4 * (32 + 4 * d));
    CHECK(report.decision_bytes == 6 * (32 + 4 * d));
    CHECK(other.silent()[1] == 1);
    std::vector<float> three; // of workers 2 to 5: two hold partition 1, one partition 0, one both
    for (std::size_t c = 0; c < d; ++c) {
        const float a = other.message(4)[c];
        const float b = other.message(2)[c];
        const float both = other.message(3)[c];
        const float low = std::min({a, b, both});
        const float high = std::max({a, b, both});
        const float expected = b == high ? (both + b) / 2 : b == low ? (b + both) / 2 : 0;
        REQUIRE(other.aggregated()[c] == doctest::Approx(expected));
    }
}

TEST_CASE("the executor makes no difference; what is saved goes on as if nothing had been") {
    gradient_trainer_options options;
    options.worker_momentum = 0.9;
    const auto make = [&](auto run) {
        return gradient_trainer(repetition(9, 3), source_of_points(3, 0.5), start_of_points(),
                                centred_clipping_aggregator(0.1), gradient_liars(gradient_random{}, fixed_liars({4})),
                                options, run);
    };
    auto serial = make(serial_executor());
    auto threads = make(thread_executor(3));
    take(serial, 5);
    take(threads, 5);
    CHECK(copy(serial.parameters()) == copy(threads.parameters()));
    std::stringstream saved;
    serial.save(saved);
    const std::string text = saved.str();
    auto resumed = make(serial_executor());
    resumed.load(saved);
    CHECK(resumed.steps() == 5);
    CHECK(copy(resumed.parameters()) == copy(serial.parameters()));
    take(serial, 5);
    take(resumed, 5);
    CHECK(copy(resumed.parameters()) == copy(serial.parameters()));
    CHECK(copy(resumed.aggregated()) == copy(serial.aggregated()));
    for (std::size_t cut : {std::size_t{0}, std::size_t{4}, text.size() / 2, text.size() - 1}) {
        std::istringstream part(text.substr(0, cut));
        auto damaged = make(serial_executor());
        CHECK_THROWS_AS(damaged.load(part), error);
    }
}

TEST_CASE("what cannot be is refused") {
    const auto make = [](std::size_t workers, std::size_t partitions, std::size_t d, gradient_trainer_options options,
                         bool kept = true) {
        return gradient_trainer(repetition(workers, partitions), source_of_points(2, 0, kept), std::vector<float>(d),
                                trimmed_mean_aggregator(1), honest(), options);
    };
    const std::size_t d = start_of_points().size();
    CHECK_THROWS_WITH_AS(make(4, 4, d, {}), "election::gradient_trainer: source.partitions() = 2 must be the code's, 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(make(4, 2, 3, {}),
                         "election::gradient_trainer: start = 3 must have as many parameters as the model, 14",
                         parameter_error);
    CHECK_THROWS_WITH_AS(make(2, 2, d, {}),
                         "election::gradient_trainer: workers = 2 must be at least what trimmed-mean:b=1 needs, 3",
                         parameter_error);
    CHECK_THROWS_WITH_AS(make(4, 2, d, {.weight_decay = -1}),
                         "election::gradient_trainer: weight_decay = -1 must be at least 0", parameter_error);
    CHECK_THROWS_WITH_AS(make(4, 2, d, {.worker_momentum = 1}),
                         "election::gradient_trainer: worker_momentum = 1 must be at least 0 and below 1", parameter_error);
    auto forgets = make(4, 2, d, {}, false);
    CHECK_THROWS_WITH_AS(
        forgets.step(),
        "election::gradient_trainer: reported numbers = 0 must be as many as parameters, 14: the source must "
        "keep them (keep_reported)",
        parameter_error);
}
