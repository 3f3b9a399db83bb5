// SPDX-License-Identifier: MIT
#include <election/models/corrupted_messages.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/full.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <support/attack_checks.hpp>

using namespace election;
using election_test::bit;
using election_test::election_of;

static_assert(message_model<corrupted_messages<nearest_messages>> && message_model<reversed_partitions<gaussian_messages>>);
static_assert(message_model<corrupted_messages<reversed_partitions<uniform_messages>>>);

namespace {

template <class Model>
election_batch draw(const Model& model, std::size_t k, std::uint64_t stream = 1) {
    election_batch batch(k, 1, false);
    random_stream random(election_test::sampling, election_test::seed(), stream);
    message_sampler(model, k, election_test::majority)(batch, random);
    return batch;
}

/// The partitions that differ in election e, as bits.
unsigned differences(const election_batch& a, const election_batch& b, std::size_t e) {
    unsigned set = 0;
    for (std::size_t j = 0; j < a.messages.size(); ++j) {
        set |= unsigned{bit(a.messages[j], e) != bit(b.messages[j], e)} << j;
    }
    return set;
}

bool same_truths(const election_batch& a, const election_batch& b) { return std::ranges::equal(a.truth[0], b.truth[0]); }

/// C(n, k) as a real number, 0 where there is none.
double choose(int n, int k) {
    if (k < 0 || k > n) return 0;
    double result = 1;
    for (int i = 1; i <= k; ++i) result = result * (n - k + i) / i;
    return result;
}

} // namespace

TEST_CASE("so many partitions are reversed, every set as often, and the truth stays") {
    CAPTURE(election_test::seed());
    const auto check = [](const auto& base, std::size_t k) {
        for (std::size_t count = 0; count <= k; ++count) {
            CAPTURE(count);
            std::map<unsigned, double> sets;
            const int batches = 4;
            for (std::uint64_t b = 0; b < batches; ++b) {
                const election_batch plain = draw(base, k, b);
                const election_batch corrupted = draw(corrupted_messages<std::decay_t<decltype(base)>>{base, count}, k, b);
                CHECK(same_truths(plain, corrupted));
                for (std::size_t e = 0; e < election_batch::elections; ++e) ++sets[differences(plain, corrupted, e)];
            }
            bool right_size = true;
            for (const auto& [set, times] : sets) right_size = right_size && std::popcount(set) == static_cast<int>(count);
            CHECK(right_size);
            const double all = choose(static_cast<int>(k), static_cast<int>(count));
            CHECK(static_cast<double>(sets.size()) == all);
            // At most 112 sets within five standard deviations: fails for one seed in 15,000.
            const double expected = batches * static_cast<double>(election_batch::elections) / all;
            for (const auto& [set, times] : sets) CHECK(std::abs(times - expected) <= 5 * std::sqrt(expected));
        }
    };
    check(nearest_messages{}, 5);
    check(independent_messages{0.8}, 4);
}

TEST_CASE("a fixed set is reversed in every election") {
    CAPTURE(election_test::seed());
    const election_batch plain = draw(uniform_messages{}, 9);
    const election_batch reversed = draw(reversed_partitions<uniform_messages>{{}, {8, 0, 3}}, 9);
    CHECK(same_truths(plain, reversed));
    bool right = true;
    for (std::size_t e = 0; e < election_batch::elections; ++e)
        right = right && differences(plain, reversed, e) == 0b100001001U;
    CHECK(right);
}

TEST_CASE("numbers are reversed with their signs") {
    CAPTURE(election_test::seed());
    const gaussian_gradients base{1, 0.2};
    const election_batch plain = draw(base, 6);
    for (const election_batch& corrupted : {draw(corrupted_messages<gaussian_gradients>{base, 2}, 6),
                                            draw(reversed_partitions<gaussian_gradients>{base, {1, 5}}, 6)}) {
        bool right = true;
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            for (std::size_t j = 0; j < 6; ++j) {
                const bool reversed = bit(plain.messages[j], e) != bit(corrupted.messages[j], e);
                right = right && corrupted.gradient(e)[j] == (reversed ? -plain.gradient(e)[j] : plain.gradient(e)[j]);
            }
        }
        CHECK(right);
    }
}

TEST_CASE(
    "no allocation repairs it: codes that always decode the majority fail where it was corrupted, and as often as counted") {
    CAPTURE(election_test::seed());
    const int k = 9;
    for (std::size_t count = 0; count <= 9; ++count) {
        CAPTURE(count);
        const corrupted_messages<nearest_messages> model{{}, count};
        double failures = 0;
        double trials = 0;
        for (const packed_allocation& code : {packed_allocation(full(9, 9)), packed_allocation(deterministic(9, 1)),
                                              packed_allocation(deterministic(9, 0))}) {
            failures = trials = 0;
            std::size_t unlike_majority = 0;
            for (std::uint64_t b = 0; b < 5; ++b) {
                const auto batch = election_test::random_batch(code, tie_policy::abstain, model, 0, b);
                for (std::size_t e = 0; e < election_batch::elections; ++e) {
                    const auto one = election_of(batch, e);
                    const bool turned = truth_of(one.message) != one.truth;
                    unlike_majority += one.fails() != turned ? 1U : 0U;
                    failures += one.fails() ? 1 : 0;
                    ++trials;
                }
            }
            CHECK(unlike_majority == 0);
        }
        // X of c corrupted partitions are among the (k + 1) / 2 of the truth's side; the sum 1 becomes 1 + 2c − 4X.
        const int c = static_cast<int>(count);
        double p = 0;
        for (int x = 0; x <= c; ++x) {
            if (1 + 2 * c - 4 * x < 0) p += choose((k + 1) / 2, x) * choose((k - 1) / 2, c - x) / choose(k, c);
        }
        CAPTURE(p);
        // Ten counts within five standard deviations: fails for one seed in 170,000.
        CHECK(std::abs(failures - trials * p) <= 5 * std::sqrt(trials * p * (1 - p)) + 1e-6);
    }
}

TEST_CASE("what is not allowed") {
    CHECK_THROWS_WITH((void)draw(corrupted_messages<nearest_messages>{{}, 4}, 3),
                      "election::messages: count = 4 must be at most the number of partitions, 3");
    CHECK_THROWS_WITH((void)draw(reversed_partitions<nearest_messages>{{}, {3}}, 3),
                      "election::messages: partition = 3 must be below the number of partitions, 3");
    CHECK_THROWS_WITH((void)draw(reversed_partitions<nearest_messages>{{}, {1, 1}}, 3),
                      "election::messages: partition = 1 must be named once");
}
