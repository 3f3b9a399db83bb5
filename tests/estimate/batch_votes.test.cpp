// SPDX-License-Identifier: MIT
#include <election/estimate/batch_votes.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/models/draw_liars.hpp>
#include <election/models/draw_messages.hpp>
#include <election/verify/vote.hpp>
#include <support/architectures.hpp>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

bool bit(std::span<const std::uint64_t> plane, std::size_t e) { return (plane[e / 64] >> (e % 64) & 1U) != 0; }

sign_list message_of(const election_batch& batch, std::size_t e) {
    sign_list message;
    for (std::size_t j = 0; j < batch.messages.size(); ++j) message.push_back(bit(batch.messages[j], e) ? 1 : -1);
    return message;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("votes and their sums are those of the definition", Arch, by_definition) {
    CAPTURE(election_test::seed());
    static constexpr majority_kernel majority = majority_kernel_for<Arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<Arch>();
    std::uint64_t stream = 0;
    for (std::size_t n : {1U, 2U, 9U, 40U, 257U, 300U}) {
        for (std::size_t k : {1U, 2U, 7U, 70U}) {
            for (tie_policy ties : {tie_policy::abstain, tie_policy::positive, tie_policy::negative}) {
                for (bool with_liars : {false, true}) {
                    CAPTURE(n);
                    CAPTURE(k);
                    CAPTURE(with_liars);
                    random_stream random(sampling, election_test::seed(), ++stream);
                    const packed_allocation code = election_test::random_code(n, k, 0.4, election_test::seed() + stream);
                    election_batch batch(k, n, with_liars);
                    message_sampler(independent_messages{0.55}, k, majority)(batch, random);
                    batch_votes votes(code, ties, majority);
                    votes.vote(batch, random);
                    std::vector<std::int32_t> sums(election_batch::elections);
                    votes.sum(batch, sums);
                    bool right = true;
                    for (std::size_t e = 0; e < sums.size(); e += 7) {
                        const sign_list honest = votes_of(code, message_of(batch, e), ties);
                        int sum = 0;
                        for (std::size_t i = 0; i < n; ++i) {
                            sum += honest[i];
                            if (!with_liars) continue;
                            const int shown = bit(batch.tied[i], e) ? 0 : bit(batch.signs[i], e) ? 1 : -1;
                            right = right && shown == honest[i];
                        }
                        right = right && sum == sums[e];
                    }
                    CHECK(right);
                }
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(by_definition, election_test::enabled_architectures);

TEST_CASE("coins are fair, and fall for every worker alone") {
    CAPTURE(election_test::seed());
    static constexpr majority_kernel majority = majority_kernel_for<default_arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<default_arch>();
    // Three idle workers and one of weight 1: sums 1 + (−3, −1, 1, 3) in the ratio 1 : 3 : 3 : 1.
    packed_allocation code(4, 1);
    code.set(3, 0);
    election_batch batch(1, 4, false);
    std::vector<double> counts(9);
    batch_votes votes(code, tie_policy::coin, majority);
    std::vector<std::int32_t> sums(election_batch::elections);
    constexpr std::uint64_t batches = 2;
    for (std::uint64_t b = 0; b < batches; ++b) {
        random_stream random(sampling, election_test::seed(), b);
        for (std::uint64_t& word : batch.messages[0]) word = ~std::uint64_t{0};
        votes.vote(batch, random);
        votes.sum(batch, sums);
        for (std::int32_t sum : sums) ++counts[static_cast<std::size_t>(sum + 4)];
    }
    // Within five standard deviations: fails for one seed in 400,000.
    constexpr double eighth = batches * election_batch::elections / 8.0;
    const double expected[] = {0, 0, eighth, 0, 3 * eighth, 0, 3 * eighth, 0, eighth};
    for (std::size_t i = 0; i < 9; ++i) CHECK(std::abs(counts[i] - expected[i]) <= 5 * std::sqrt(expected[i]));
}

TEST_CASE("sums see what liars sent") {
    CAPTURE(election_test::seed());
    static constexpr majority_kernel majority = majority_kernel_for<default_arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<default_arch>();
    const packed_allocation code = election_test::random_code(12, 9, 0.5, election_test::seed());
    election_batch batch(9, 12, true);
    random_stream random(sampling, election_test::seed(), 1);
    message_sampler(nearest_messages{}, 9, majority)(batch, random);
    batch_votes votes(code, tie_policy::abstain, majority);
    votes.vote(batch, random);
    liar_sampler(random_placement{4}, 12)(batch, random);
    send_lies(against_attack{}, batch, random);
    std::vector<std::int32_t> sums(election_batch::elections);
    votes.sum(batch, sums);
    for (std::size_t e = 0; e < sums.size(); ++e) {
        const sign_list message = message_of(batch, e);
        int sum = 0;
        for (std::size_t i = 0; i < 12; ++i) {
            sum += bit(batch.liars[i], e) ? -truth_of(message) : vote_of(code, i, message, tie_policy::abstain);
        }
        REQUIRE(sums[e] == sum);
    }
}

TEST_CASE("liars who are silent though they cannot be tied count 0, and the next votes are all there again") {
    CAPTURE(election_test::seed());
    static constexpr majority_kernel majority = majority_kernel_for<default_arch>();
    static constexpr sampling_kernel sampling = sampling_kernel_for<default_arch>();
    const packed_allocation code = election_test::random_code(12, 9, 0.5, election_test::seed());
    for (tie_policy ties : {tie_policy::abstain, tie_policy::positive}) {
        CAPTURE(name_of(ties));
        election_batch batch(9, 12, true);
        random_stream random(sampling, election_test::seed(), 1);
        batch_votes votes(code, ties, majority);
        std::vector<std::int32_t> sums(election_batch::elections);
        const auto check = [&](bool silent) {
            for (std::size_t e = 0; e < sums.size(); ++e) {
                const sign_list message = message_of(batch, e);
                int sum = 0;
                for (std::size_t i = 0; i < 12; ++i) {
                    sum += silent && bit(batch.liars[i], e) ? 0 : vote_of(code, i, message, ties);
                }
                REQUIRE(sums[e] == sum);
            }
        };
        message_sampler(nearest_messages{}, 9, majority)(batch, random);
        liar_sampler(random_placement{4}, 12)(batch, random);
        votes.vote(batch, random);
        for (std::size_t i = 0; i < 12; ++i) {
            for (std::size_t w = 0; w < election_batch::words; ++w) {
                batch.signs[i][w] &= ~batch.liars[i][w];
                batch.tied[i][w] |= batch.liars[i][w];
            }
        }
        batch.silent_liars = true;
        votes.sum(batch, sums);
        check(true);
        votes.vote(batch, random);
        CHECK_FALSE(batch.silent_liars);
        votes.sum(batch, sums);
        check(false);
        batch.silent_liars = true; // whoever counts all of `tied` next finds nothing of the last attack
        votes.sum(batch, sums);
        check(false);
    }
}
