// SPDX-License-Identifier: MIT
#include <election/exact/orbit_enumeration.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <election/codes/cyclic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/uncoded.hpp>
#include <election/core/error.hpp>
#include <election/verify/reference.hpp>
#include <support/seed.hpp>

using election::packed_allocation;
using election::tie_policy;

namespace {

template <class Code>
void require_same_as_reference(const Code& made) {
    const packed_allocation code(made);
    const auto kernel = election::exhaustive_kernel_for<election::default_arch>();
    for (tie_policy ties : {tie_policy::abstain, tie_policy::coin}) {
        const auto stated = election::make_cover_problem(code, {.ties = ties}, 1).cover;
        const auto group = election::close_group(election::affine_symmetries(stated), 1000);
        for (int truth : {1, -1}) {
            election::orbit_enumeration orbits(code, ties, truth, group, kernel);
            const auto answer = orbits.run(2, 1e9, {}, stated.constant);
            REQUIRE(answer.has_value());
            CHECK(answer->loss + stated.constant == election::verify_reference(code, ties).margin);
            CHECK(election::loss_of(stated, answer->losers) == answer->loss);
            CHECK(answer->losers.size() == stated.budget);
            CHECK(static_cast<double>(answer->nodes) == orbits.elections());
        }
    }
}

} // namespace

TEST_CASE("one election of each orbit is enough") {
    require_same_as_reference(election::paley(13));
    require_same_as_reference(election::paley(19));
    require_same_as_reference(election::cyclic(15, 15, 4));
    require_same_as_reference(election::cyclic(18, 18, 7));
    require_same_as_reference(election::plane(3));
}

TEST_CASE("elections within a margin: all of them, as trying all finds") {
    CAPTURE(election_test::seed());
    std::mt19937_64 random(election_test::seed());
    const auto kernel = election::exhaustive_kernel_for<election::default_arch>();
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t k = 1 + random() % 13;
        const std::size_t n = 1 + random() % (trial % 50 == 0 ? 600 : 9);
        const bool rotations = trial % 2 == 0;
        packed_allocation code(n, k);
        const std::uint64_t window = random() & random();
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < k; ++j) {
                const bool holds = rotations ? (window >> ((j + i) % k) & 1U) != 0 : random() % 3 == 0;
                if (holds) code.set(i, j);
            }
        }
        const tie_policy ties = election::tie_policies[random() % 4];
        const int truth = random() % 2 == 0 ? 1 : -1;
        const auto stated = election::make_cover_problem(code, {.ties = ties}, truth).cover;
        std::vector<std::pair<std::int64_t, std::uint64_t>> margins; // of all elections
        for (std::uint64_t set = 0; set < std::uint64_t{1} << k; ++set) {
            if (static_cast<std::size_t>(std::popcount(set)) != stated.budget) continue;
            std::vector<std::uint32_t> losers;
            for (std::uint32_t j = 0; j < k; ++j) {
                if ((set >> j & 1U) != 0) losers.push_back(j);
            }
            margins.emplace_back(stated.constant + loss_of(stated, losers), set);
        }
        std::ranges::sort(margins);
        const std::int64_t margin = margins[random() % margins.size()].first - static_cast<std::int64_t>(random() % 2);
        std::vector<std::uint64_t> expected;
        for (const auto& [found, set] : margins) {
            if (found <= margin) expected.push_back(set);
        }
        std::ranges::sort(expected);

        election::orbit_enumeration plain(code, ties, truth, {}, kernel);
        CHECK(plain.elections() == static_cast<double>(margins.size()));
        auto all = plain.within(margin, 1'000'000, 1 + static_cast<unsigned>(trial % 3), 1e9, {});
        REQUIRE(all);
        std::ranges::sort(all->losers);
        CHECK(all->listed);
        CHECK(all->losers == expected);
        CHECK(all->count == expected.size());
        CHECK(all->examined == margins.size());
        if (!expected.empty()) {
            const auto counted = plain.within(margin, expected.size() - 1, 2, 1e9, {});
            CHECK(counted->count == expected.size());
            CHECK_FALSE(counted->listed);
            CHECK(counted->losers.empty());
        }
    }
    std::stop_source source;
    source.request_stop();
    election::orbit_enumeration stopped(packed_allocation(election::paley(19)), tie_policy::abstain, 1, {}, kernel);
    CHECK_FALSE(stopped.within(0, 10, 1, 1e9, source.get_token()));
    CHECK_FALSE(stopped.within(0, 10, 1, 0, {}));
}

TEST_CASE("elections within a margin: of every orbit one at least, and fewer than all") {
    const auto kernel = election::exhaustive_kernel_for<election::default_arch>();
    for (const packed_allocation& code :
         {packed_allocation(election::paley(23)), packed_allocation(election::cyclic(24, 24, 9)),
          packed_allocation(election::cyclic(24, 24, 4)), packed_allocation(election::cyclic(13, 13, 4))}) {
        for (int truth : {1, -1}) {
            const tie_policy ties = truth > 0 ? tie_policy::abstain : tie_policy::positive;
            const auto stated = election::make_cover_problem(code, {.ties = ties}, truth).cover;
            const auto generators = election::affine_symmetries(stated);
            const auto group = election::close_group(generators, 1000);
            election::orbit_enumeration plain(code, ties, truth, {}, kernel);
            election::orbit_enumeration orbits(code, ties, truth, group, kernel);
            const auto answer = plain.run(2, 1e9, {}, stated.constant);
            REQUIRE(answer);
            for (std::int64_t more : {0, 1, 2}) {
                const std::int64_t margin = stated.constant + answer->loss + more;
                const auto all = plain.within(margin, 1'000'000, 2, 1e9, {});
                const auto some = orbits.within(margin, 1'000'000, 2, 1e9, {});
                REQUIRE(all);
                REQUIRE(some);
                CHECK(some->count == some->losers.size());
                CHECK((code.partitions() < 20 || some->count < all->count));
                std::set<std::uint64_t> closed;
                for (std::uint64_t set : some->losers) {
                    std::vector<std::uint32_t> losers;
                    for (std::uint32_t j = 0; j < code.partitions(); ++j) {
                        if ((set >> j & 1U) != 0) losers.push_back(j);
                    }
                    CHECK(stated.constant + loss_of(stated, losers) <= margin);
                    for (const auto& image : election::orbit_of(generators, losers)) {
                        std::uint64_t mapped = 0;
                        for (std::uint32_t j : image) mapped |= std::uint64_t{1} << j;
                        closed.insert(mapped);
                    }
                }
                CHECK(closed == std::set<std::uint64_t>(all->losers.begin(), all->losers.end()));
            }
        }
    }
}

TEST_CASE("it examines less than all, and gives up when asked") {
    const packed_allocation code(election::paley(31));
    const auto kernel = election::exhaustive_kernel_for<election::default_arch>();
    const auto stated = election::make_cover_problem(code, {}, 1).cover;
    const auto group = election::close_group(election::affine_symmetries(stated), 1000);
    REQUIRE(group.size() == 465);
    election::orbit_enumeration orbits(code, tie_policy::abstain, 1, group, kernel);
    CHECK(orbits.elections() < 0.2 * static_cast<double>(election::binomial(31, 16)));
    CHECK(orbits.prefixes() >= 1);
    CHECK(!orbits.run(1, 0, {}, stated.constant).has_value());
    const auto answer = orbits.run(2, 1e9, {}, stated.constant);
    REQUIRE(answer.has_value());
    CHECK(answer->loss + stated.constant == -9);
}

TEST_CASE("too many beginnings are told by value, and whoever does not wait for them gets nothing") {
    const auto kernel = election::exhaustive_kernel_for<election::default_arch>();
    const packed_allocation paley(election::paley(31));
    const auto group =
        election::close_group(election::affine_symmetries(election::make_cover_problem(paley, {}, 1).cover), 1000);
    int asked = 0;
    auto orbits =
        election::orbit_enumeration::if_few(paley, tie_policy::abstain, 1, group, kernel, [&] { return ++asked > 0; });
    REQUIRE(orbits);
    CHECK(orbits->prefixes() == election::orbit_enumeration(paley, tie_policy::abstain, 1, group, kernel).prefixes());
    REQUIRE(asked > 3);
    for (int last : {0, 1, asked / 2, asked - 1}) {
        int now = 0;
        CHECK_FALSE(
            election::orbit_enumeration::if_few(paley, tie_policy::abstain, 1, group, kernel, [&] { return now++ < last; }));
        CHECK(now <= last + 3); // and does nothing for long
    }

    const packed_allocation wide(election::uncoded(60));
    election::column_permutation swap(60);
    std::iota(swap.begin(), swap.end(), 0U);
    std::swap(swap[0], swap[1]);
    CHECK_FALSE(election::orbit_enumeration::if_few(wide, tie_policy::abstain, 1, {swap}, kernel, [] { return true; }));
    CHECK_THROWS_WITH_AS(election::orbit_enumeration(wide, tie_policy::abstain, 1, {swap}, kernel),
                         "election::orbit_enumeration: symmetries = 1 leave more than 262144 beginnings; use another method",
                         election::parameter_error);
    CHECK_FALSE(election::orbit_enumeration::if_few(wide, tie_policy::abstain, 1, {}, kernel, [] { return true; }));
    CHECK_THROWS_WITH_AS(election::orbit_enumeration(wide, tie_policy::abstain, 1, {}, kernel),
                         "election::orbit_enumeration: partitions = 60 is too many without symmetries; use another method",
                         election::parameter_error);
}
