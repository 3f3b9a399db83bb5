// SPDX-License-Identifier: MIT
#include <election/models/gaussian_gradients.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::bit;

static_assert(message_model<gaussian_gradients> && exchangeable_messages<gaussian_gradients>);

namespace {

election_batch draw(const gaussian_gradients& model, std::size_t k, std::uint64_t stream) {
    election_batch batch(k, 1, false);
    random_stream random(election_test::sampling, election_test::seed(), stream);
    message_sampler(model, k, election_test::majority)(batch, random);
    return batch;
}

} // namespace

TEST_CASE("messages are the signs of the numbers, and the truth is +") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {1U, 5U, 64U, 65U, 130U}) {
        CAPTURE(k);
        const election_batch batch = draw({0.5, 0.3}, k, k);
        std::size_t wrong = 0;
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            for (std::size_t j = 0; j < k; ++j) wrong += bit(batch.messages[j], e) == (batch.gradient(e)[j] < 0) ? 1U : 0U;
            wrong += bit(batch.truth[0], e) ? 0U : 1U;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("weights follow the law of gaussian_messages") {
    CAPTURE(election_test::seed());
    for (double correlation : {0.0, 0.6, 1.0}) {
        CAPTURE(correlation);
        const std::size_t k = 6;
        const gaussian_gradients model{0.7, correlation};
        const std::vector<double> law = gaussian_messages{0.7, correlation}.weights(k);
        CHECK(model.weights(k) == law);
        std::vector<double> counts(k + 1);
        const int batches = 8;
        for (std::uint64_t b = 0; b < batches; ++b) {
            const election_batch batch = draw(model, k, b);
            for (std::size_t e = 0; e < election_batch::elections; ++e) {
                std::size_t plus = 0;
                for (std::size_t j = 0; j < k; ++j) plus += bit(batch.messages[j], e) ? 1U : 0U;
                ++counts[plus];
            }
        }
        const double n = batches * static_cast<double>(election_batch::elections);
        // 21 counts within five standard deviations: fails for one seed in 80,000.
        for (std::size_t w = 0; w <= k; ++w) {
            CAPTURE(w);
            CHECK(std::abs(counts[w] - n * law[w]) <= 5 * std::sqrt(n * law[w] * (1 - law[w])) + 1e-6);
        }
    }
}

TEST_CASE("mean, variance and correlation of the numbers") {
    CAPTURE(election_test::seed());
    const std::size_t k = 4;
    const double n = 8 * static_cast<double>(election_batch::elections);
    double sum = 0;
    double squares = 0;
    double products = 0;
    for (std::uint64_t b = 0; b < 8; ++b) {
        const election_batch batch = draw({3, 0.5}, k, 100 + b);
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            const double first = static_cast<double>(batch.gradient(e)[0]) - 1.5; // 3 / √4
            const double last = static_cast<double>(batch.gradient(e)[3]) - 1.5;
            sum += first;
            squares += first * first;
            products += first * last;
        }
    }
    // Variances 1, 2 and 1 + ρ²; three figures within five standard deviations: fails for one seed in 580,000.
    CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
    CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2 / n));
    CHECK(std::abs(products / n - 0.5) < 5 * std::sqrt(1.25 / n));
}

TEST_CASE("the sign of what is neither positive nor negative") {
    CHECK((detail::is_plus(0.0) && detail::is_plus(-0.0) && detail::is_plus(NAN) && detail::is_plus(-NAN)));
    CHECK((detail::is_plus(INFINITY) && !detail::is_plus(-INFINITY) && !detail::is_plus(-1e-300)));
}

TEST_CASE("what is not allowed") {
    CHECK_THROWS_WITH((void)draw({NAN}, 2, 1), "election::messages: snr = nan must be a finite number");
    CHECK_THROWS_WITH((void)draw({1, -0.5}, 2, 1), "election::messages: correlation = -0.5 must be 0 to 1");
}
