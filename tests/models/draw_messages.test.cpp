// SPDX-License-Identifier: MIT
#include <election/models/draw_messages.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(message_model<nearest_messages> && message_model<uniform_messages> && message_model<weight_messages>);
static_assert(message_model<independent_messages> && message_model<partition_messages>);
static_assert(message_model<gaussian_messages> && message_model<recorded_messages>);
static_assert(!message_model<std::vector<int>>);

namespace {

struct drawn {
    std::string message;
    bool truth;
};

template <class Arch, class Model>
std::vector<drawn> draw(const Model& model, std::size_t k, int batches) {
    static constexpr majority_kernel majority = majority_kernel_for<Arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<Arch>();
    auto sampler = message_sampler(model, k, majority);
    election_batch batch(k, 1, false);
    std::vector<drawn> result;
    for (int b = 0; b < batches; ++b) {
        random_stream random(sampling, election_test::seed(), static_cast<std::uint64_t>(b));
        sampler(batch, random);
        for (std::size_t e = 0; e < election_batch::elections; ++e) {
            const auto bit = [e](auto plane) { return (plane[e / 64] >> (e % 64) & 1U) != 0; };
            drawn one{"", bit(batch.truth[0])};
            for (std::size_t j = 0; j < k; ++j) one.message += bit(batch.messages[j]) ? '+' : '-';
            result.push_back(one);
        }
    }
    return result;
}

std::size_t pluses(const std::string& message) {
    return static_cast<std::size_t>(std::count(message.begin(), message.end(), '+'));
}

/// All messages of a model come up as often as they should, within five standard deviations each: with the at most 10^3 messages
/// looked at, a right sampler fails for one seed in 1700.
template <class Model>
void check_frequencies(const Model& model, std::size_t k, const std::vector<double>& weights) {
    const int batches = 15;
    const auto all = draw<default_arch>(model, k, batches);
    std::map<std::string, std::size_t> counts;
    for (const drawn& one : all) ++counts[one.message];
    std::vector<double> choose(k + 1, 1);
    for (std::size_t w = 1; w <= k; ++w) choose[w] = choose[w - 1] * static_cast<double>(k - w + 1) / static_cast<double>(w);
    for (std::size_t bits = 0; bits < std::size_t{1} << k; ++bits) {
        std::string message;
        for (std::size_t j = 0; j < k; ++j) message += (bits >> j & 1U) != 0 ? '+' : '-';
        const double p = weights[pluses(message)] / choose[pluses(message)];
        const double expected = p * static_cast<double>(all.size());
        CAPTURE(message);
        CHECK(std::abs(static_cast<double>(counts[message]) - expected) <= 5 * std::sqrt(expected * (1 - p)) + 1e-9);
    }
}

} // namespace

TEST_CASE("every message as often as it should") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {1U, 2U, 3U, 5U, 6U}) {
        CAPTURE(k);
        check_frequencies(nearest_messages{}, k, nearest_messages{}.weights(k));
        check_frequencies(uniform_messages{}, k, uniform_messages{}.weights(k));
        check_frequencies(independent_messages{0.7}, k, independent_messages{0.7}.weights(k));
        check_frequencies(gaussian_messages{1.0}, k, gaussian_messages{1.0}.weights(k));
        check_frequencies(gaussian_messages{0.5, 0.6}, k, gaussian_messages{0.5, 0.6}.weights(k));
        for (std::size_t w = 0; w <= k; ++w) {
            CAPTURE(w);
            if (2 * w != k) check_frequencies(weight_messages{w}, k, weight_messages{w}.weights(k));
        }
    }
}

TEST_CASE("weights and truths, for rows of one word and of several") {
    CAPTURE(election_test::seed());
    for (std::size_t k : {9U, 63U, 64U, 65U, 101U, 128U, 200U, 1001U}) {
        CAPTURE(k);
        for (const drawn& one : draw<default_arch>(nearest_messages{}, k, 1)) {
            const std::size_t winners = k / 2 + 1;
            REQUIRE(pluses(one.message) == (one.truth ? winners : k - winners));
        }
        for (const drawn& one : draw<default_arch>(weight_messages{k / 5}, k, 1)) {
            REQUIRE(pluses(one.message) == (one.truth ? k - k / 5 : k / 5));
        }
        for (const drawn& one : draw<default_arch>(uniform_messages{}, k, 1)) {
            REQUIRE(2 * pluses(one.message) != k);
            REQUIRE(one.truth == (2 * pluses(one.message) > k));
        }
        for (const drawn& one : draw<default_arch>(independent_messages{0.1}, k, 1)) REQUIRE(one.truth);
    }
}

TEST_CASE("every weight can be drawn, with few rejections") {
    CAPTURE(election_test::seed());
    static constexpr sampling_kernel sampling = sampling_kernel_for<default_arch>();
    for (std::size_t k : {2U, 3U, 101U, 501U, 1001U, 4001U}) {
        for (std::size_t w = 0; w <= k; w += 1 + k / 13) {
            CAPTURE(k);
            CAPTURE(w);
            const auto chance = detail::coarse_probability::near(w, k);
            const double p = std::ldexp(static_cast<double>(chance.fraction), -static_cast<int>(chance.digits));
            // How likely a row has the weight, against the best probability for it.
            const auto log_chance = [&](double q) {
                return (w == 0 ? 0 : static_cast<double>(w) * std::log(q)) +
                       (w == k ? 0 : static_cast<double>(k - w) * std::log1p(-q));
            };
            if (w != 0 && w != k) {
                const double best = static_cast<double>(w) / static_cast<double>(k);
                CHECK(log_chance(p) >= log_chance(best) - 0.2);
            }
        }
    }
    for (std::size_t w : {1U, 150U, 201U, 250U, 300U, 400U, 500U}) {
        bit_planes planes(501, election_batch::words);
        random_stream random(sampling, election_test::seed(), w);
        detail::weight_sampler(501, w, w, false).fill(random, planes);
        for (std::size_t e = 0; e < election_batch::elections; e += 97) {
            std::size_t ones = 0;
            for (std::size_t j = 0; j < 501; ++j) ones += planes[j][e / 64] >> (e % 64) & 1U;
            REQUIRE(ones == w);
        }
    }
}

TEST_CASE("each partition of a large message has + half of the time, and both truths come up") {
    CAPTURE(election_test::seed());
    // 1001 partitions and one truth, within 5.5 standard deviations: fails for one seed in 26,000.
    const std::size_t k = 1001;
    const auto all = draw<default_arch>(nearest_messages{}, k, 1);
    std::vector<double> plus(k);
    double truths = 0;
    for (const drawn& one : all) {
        truths += one.truth ? 1 : 0;
        for (std::size_t j = 0; j < k; ++j) plus[j] += one.message[j] == '+' ? 1 : 0;
    }
    const auto n = static_cast<double>(all.size());
    for (double count : plus) CHECK(std::abs(count - n / 2) <= 5.5 * std::sqrt(n) / 2);
    CHECK(std::abs(truths - n / 2) <= 5.5 * std::sqrt(n) / 2);
}

TEST_CASE("per-partition probabilities") {
    CAPTURE(election_test::seed());
    const std::vector<double> right{0, 1, 0.25, 0.999};
    const auto all = draw<default_arch>(partition_messages{right}, 4, 40);
    for (std::size_t j = 0; j < 4; ++j) {
        double plus = 0;
        for (const drawn& one : all) plus += one.message[j] == '+' ? 1 : 0;
        const auto n = static_cast<double>(all.size());
        CHECK(std::abs(plus - right[j] * n) <= 5 * std::sqrt(n * right[j] * (1 - right[j])));
    }
}

TEST_CASE("recorded messages come back, all of them, but those without a truth") {
    sign_matrix recorded(4, 66);
    for (std::size_t j = 0; j < 66; ++j) {
        recorded[0].set(j, true);
        recorded[1].set(j, j % 2 == 0); // split evenly
        recorded[2].set(j, j % 3 == 0);
    }
    std::map<std::string, std::size_t> counts;
    for (const drawn& one : draw<default_arch>(recorded_messages{recorded}, 66, 1)) {
        CHECK(one.truth == (2 * pluses(one.message) > 66));
        ++counts[one.message];
    }
    CHECK(counts.size() == 3);
    const auto drawn_in_all = static_cast<double>(election_batch::elections);
    for (const auto& [message, count] : counts) {
        CHECK(message == to_string(recorded[pluses(message) == 66 ? 0 : pluses(message) == 0 ? 3 : 2]));
        CHECK(std::abs(static_cast<double>(count) - drawn_in_all / 3) < 5 * std::sqrt(drawn_in_all * 2 / 9));
    }
}

TEST_CASE_TEMPLATE_DEFINE("the same messages on every architecture", Arch, same_messages) {
    const auto check = [](const auto& model, std::size_t k) {
        const auto fast = draw<Arch>(model, k, 1);
        const auto plain = draw<arch::word64>(model, k, 1);
        bool same = true;
        for (std::size_t i = 0; i < fast.size(); ++i) {
            same = same && fast[i].message == plain[i].message && fast[i].truth == plain[i].truth;
        }
        CHECK(same);
    };
    for (std::size_t k : {1U, 7U, 63U, 64U, 100U}) {
        check(nearest_messages{}, k);
        check(uniform_messages{}, k);
        check(weight_messages{k / 3}, k);
        check(independent_messages{0.9}, k);
        check(gaussian_messages{1, 0.3}, k);
    }
}
TEST_CASE_TEMPLATE_APPLY(same_messages, election_test::enabled_architectures);

TEST_CASE("what is not allowed") {
    static constexpr majority_kernel kernel = majority_kernel_for<default_arch>();
    CHECK_THROWS_WITH((void)message_sampler(partition_messages{{0.5}}, 2, kernel),
                      "election::messages: right.size() = 1 must be the number of partitions, 2");
    CHECK_THROWS_WITH((void)message_sampler(independent_messages{-1}, 2, kernel),
                      "election::messages: right = -1 must be 0 to 1");
    CHECK_THROWS_WITH((void)message_sampler(weight_messages{1}, 2, kernel),
                      "election::messages: weight = 1 is half of the partitions: such messages have no truth");
    sign_matrix split(1, 2);
    split[0].set(0, true);
    CHECK_THROWS_WITH((void)message_sampler(recorded_messages{split}, 2, kernel),
                      "election::messages: recorded = 1 messages, of which none has a truth: all have as many + as -");
    CHECK_THROWS_WITH((void)message_sampler(recorded_messages{split}, 3, kernel),
                      "election::messages: partitions = 2 must be those of the code, 3");
}
