// SPDX-License-Identifier: MIT
#include <election/majority/tally.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <election/majority/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Whether a tally has these sums, in all forms in which it gives results.
template <class Arch>
bool has_sums(const tally<Arch>& votes, const std::vector<std::int64_t>& sums) {
    const std::size_t d = sums.size();
    const election_test::guarded_signs up(d);
    const election_test::guarded_signs down(d);
    const election_test::guarded_votes open(d);
    std::vector<std::int32_t> read(d, 99);
    votes.majority(up.span());
    votes.majority(down.span(), tie_sign::negative);
    votes.majority(open.span());
    votes.vote_sums(read);
    for (std::size_t j = 0; j < d; ++j) {
        const int sign = reference_sign(sums[j]);
        if (read[j] != sums[j] || open.span()[j] != sign || up.span()[j] != (sign == 0 ? 1 : sign) ||
            down.span()[j] != (sign == 0 ? -1 : sign)) {
            return false;
        }
    }
    return up.padding_is_zero() && down.padding_is_zero() && open.is_canonical();
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("rows come, weigh, abstain, go and are merged in random order", Arch, random_order) {
    CAPTURE(election_test::seed());
    for (std::size_t d : {1U, 64U, 100U, 700U, 9000U}) {
        for (bool with_ternary : {false, true}) {
            constexpr std::size_t rows = 13;
            const election_test::random_rows binary(rows, d, election_test::seed() + d);
            const election_test::random_votes ternary(rows, d, election_test::seed() + d + 1);
            const counter_random random(election_test::seed() + d + (with_ternary ? 1 : 0));
            std::vector<tally<Arch>> tallies;
            tallies.emplace_back(d);
            tallies.emplace_back(d);
            std::vector<std::vector<std::int64_t>> sums(2, std::vector<std::int64_t>(d));
            struct entry_of_log {
                std::size_t row;
                std::size_t weight;
                bool is_ternary;
            };
            std::vector<std::vector<entry_of_log>> log(2);
            const auto plain = [&](std::size_t where, const entry_of_log& vote, std::int64_t times) {
                for (std::size_t j = 0; j < d; ++j) {
                    const int v = vote.is_ternary ? ternary[vote.row][j] : binary[vote.row][j];
                    sums[where][j] += times * static_cast<std::int64_t>(vote.weight) * v;
                }
            };
            for (std::uint64_t step = 0; step < (d > 1000 ? 60U : 200U); ++step) {
                const std::uint64_t bits = random(step);
                const std::size_t where = bits & 1U;
                const bool is_ternary = with_ternary && (bits >> 1 & 3U) == 0;
                const std::size_t weight = (bits >> 3 & 3U) != 0 ? 1 : (bits >> 5) % 20;
                const std::size_t row = (bits >> 16) % rows;
                const unsigned kind = bits >> 32 & 7U;
                if (kind == 0 && !log[where].empty()) {
                    const std::size_t which = (bits >> 40) % log[where].size();
                    const entry_of_log vote = log[where][which];
                    vote.is_ternary ? tallies[where].retract(ternary[vote.row], vote.weight)
                                    : tallies[where].retract(binary[vote.row], vote.weight);
                    plain(where, vote, -1);
                    log[where].erase(log[where].begin() + static_cast<std::ptrdiff_t>(which));
                } else if (kind == 1) {
                    const std::vector<sign_view> views = binary.views();
                    tallies[where].add(row_set(views));
                    if (with_ternary) tallies[where].add(ternary_row_set(ternary.views()));
                    for (std::size_t i = 0; i < rows; ++i) {
                        log[where].push_back({i, 1, false});
                        plain(where, log[where].back(), 1);
                        if (!with_ternary) continue;
                        log[where].push_back({i, 1, true});
                        plain(where, log[where].back(), 1);
                    }
                } else {
                    is_ternary ? tallies[where].add(ternary[row], weight) : tallies[where].add(binary[row], weight);
                    log[where].push_back({row, weight, is_ternary});
                    plain(where, log[where].back(), 1);
                }
                if (step % 7 == 0) {
                    CAPTURE(step);
                    REQUIRE(has_sums(tallies[where], sums[where]));
                }
            }
            const std::size_t total = tallies[0].total_weight() + tallies[1].total_weight();
            tallies[0].merge(tallies[1]);
            CHECK(tallies[0].total_weight() == total);
            for (std::size_t j = 0; j < d; ++j) sums[0][j] += sums[1][j];
            CHECK(has_sums(tallies[0], sums[0]));
            CHECK(has_sums(tallies[1], sums[1]));
            tallies[0].clear();
            CHECK(tallies[0].total_weight() == 0);
            CHECK(has_sums(tallies[0], std::vector<std::int64_t>(d)));
            tallies[0].add(binary[3]);
            std::vector<std::int64_t> single(d);
            for (std::size_t j = 0; j < d; ++j) single[j] = binary[3][j];
            CHECK(has_sums(tallies[0], single));
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(random_order, election_test::enabled_architectures);

TEST_CASE("binary and ternary tallies are merged in both directions, and a tally with itself") {
    const election_test::random_rows binary(3, 130, election_test::seed());
    const election_test::random_votes ternary(1, 130, election_test::seed());
    std::vector<std::int64_t> sums(130);
    for (std::size_t j = 0; j < 130; ++j) {
        for (std::size_t i = 0; i < 3; ++i) sums[j] += binary[i][j];
        sums[j] += 5 * ternary[0][j];
    }
    for (bool into_binary : {false, true}) {
        tally<> one(130);
        tally<> other(130);
        for (std::size_t i = 0; i < 3; ++i) one.add(binary[i]);
        other.add(ternary[0], 5);
        tally<>& into = into_binary ? one : other;
        into.merge(into_binary ? other : one);
        CHECK(has_sums(into, sums));
        into.merge(into);
        std::vector<std::int64_t> doubled(sums);
        for (std::int64_t& sum : doubled) sum *= 2;
        CHECK(has_sums(into, doubled));
    }
}

TEST_CASE("memory is log2 of the total weight a coordinate, and seven rows that wait") {
    constexpr std::size_t d = 100'000;
    tally<> votes(d);
    CHECK(votes.memory_bytes() == 0);
    const election_test::random_rows row(1, d, election_test::seed());
    for (std::size_t i = 0; i < 255; ++i) votes.add(row[0]);
    CHECK(votes.memory_bytes() == (8 + 7) * padded_stride_words(d) * 8);
    CHECK(votes.total_weight() == 255);
}

TEST_CASE("what does not fit is named and changes nothing") {
    tally<> votes(10);
    const sign_vector nine(9);
    const sign_vector ten(10);
    CHECK_THROWS_WITH_AS(votes.add(nine.view()), "election::tally::add: signs = 9 must be those of the tally, 10",
                         parameter_error);
    CHECK_THROWS_WITH_AS(votes.retract(ten.view()), "election::tally::retract: weight = 1 is more than was added, 0",
                         parameter_error);
    votes.add(ten.view(), 65535);
    CHECK_THROWS_WITH_AS(votes.add(ten.view()), "election::tally: total weight = 65536 must be at most 65535",
                         parameter_error);
    CHECK_THROWS_WITH_AS(votes.merge(tally<>(11)), "election::tally::merge: signs = 11 must be those of the tally, 10",
                         parameter_error);
    CHECK(votes.total_weight() == 65535);
    sign_vector out(9);
    CHECK_THROWS_WITH_AS(votes.majority(out), "election::tally: out.size() = 9 must be the number of signs, 10",
                         parameter_error);
}

TEST_CASE("a tally that was moved from counts again from nothing") {
    const election_test::random_rows rows(1, 100, election_test::seed());
    tally<> votes(100);
    for (int times = 0; times < 3; ++times) votes.add(rows[0]);
    tally<> moved(std::move(votes));
    CHECK(moved.total_weight() == 3);
    CHECK(votes.total_weight() == 0);
    std::vector<std::int64_t> once(100);
    for (std::size_t j = 0; j < 100; ++j) once[j] = rows[0][j];
    votes.add(rows[0]);
    CHECK(has_sums(votes, once));
    votes = std::move(moved);
    for (std::int64_t& sum : once) sum *= 3;
    CHECK(has_sums(votes, once));
    CHECK(moved.memory_bytes() == 0);
}
