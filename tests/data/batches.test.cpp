// SPDX-License-Identifier: MIT
#include <election/data/batches.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using namespace election;

namespace {

std::vector<std::uint32_t> list(std::span<const std::uint32_t> rows) { return {rows.begin(), rows.end()}; }

} // namespace

TEST_CASE("in order: mini-batch t of an epoch is rows tB to (t+1)B of each partition") {
    const batches batches(contiguous_partitions(23, 3), 3); // 8, 8 and 7 rows: two steps
    CHECK(batches.partitions() == 3);
    CHECK(batches.batch_size() == 3);
    CHECK(batches.steps_per_epoch() == 2);
    CHECK(batches.epoch(1) == 0);
    CHECK(batches.epoch(2) == 1);
    CHECK(list(batches.rows(0, 0)) == std::vector<std::uint32_t>{0, 1, 2});
    CHECK(list(batches.rows(0, 1)) == std::vector<std::uint32_t>{3, 4, 5});
    CHECK(list(batches.rows(1, 0)) == std::vector<std::uint32_t>{8, 9, 10});
    CHECK(list(batches.rows(2, 1)) == std::vector<std::uint32_t>{19, 20, 21});
    CHECK(batches.rows(2, 41).data() == batches.rows(2, 1).data()); // nothing is copied
    batches::order_cache cache;
    CHECK(batches.rows(2, 41, cache).data() == batches.rows(2, 1).data());
    // The smallest partition decides, wherever it is.
    CHECK(election::batches(partitioning({{0, 1, 2, 3}, {4, 5}, {6, 7, 8, 9}}), 2).steps_per_epoch() == 1);
    // A partition's own order counts.
    const election::batches given(partitioning({{5, 3, 9, 1}}), 2);
    CHECK(list(given.rows(0, 1)) == std::vector<std::uint32_t>{9, 1});
}

TEST_CASE("a batch of all and a batch of one") {
    const batches all(contiguous_partitions(7, 3), 2);
    CHECK(all.steps_per_epoch() == 1);
    CHECK(list(all.rows(0, 5)) == std::vector<std::uint32_t>{0, 1});
    const batches one(contiguous_partitions(3, 3), 1);
    CHECK(one.steps_per_epoch() == 1);
    CHECK(list(one.rows(2, 0)) == std::vector<std::uint32_t>{2});
}

TEST_CASE("reshuffled: an epoch reads no sample twice, and all where sizes fit") {
    CAPTURE(election_test::seed());
    const batches batches(contiguous_partitions(48, 4), 3, {.reshuffle = true, .seed = election_test::seed()});
    batches::order_cache cache;
    std::vector<std::vector<std::uint32_t>> epochs;
    for (std::uint64_t epoch = 0; epoch < 6; ++epoch) {
        for (std::size_t j = 0; j < 4; ++j) {
            std::vector<std::uint32_t> read;
            for (std::uint64_t t = 0; t < 4; ++t) {
                const auto rows = batches.rows(j, epoch * 4 + t, cache);
                CHECK(rows.size() == 3);
                read.insert(read.end(), rows.begin(), rows.end());
            }
            epochs.push_back(read);
            for (std::uint32_t& i : epochs.back()) i -= static_cast<std::uint32_t>(12 * j); // to compare partitions
            std::ranges::sort(read);
            for (std::size_t i = 0; i < 12; ++i) CHECK(read[i] == 12 * j + i);
        }
    }
    // 24 orders of twelve: two are equal with a probability below 276/12! < 10⁻⁶.
    std::ranges::sort(epochs);
    CHECK(std::ranges::adjacent_find(epochs) == epochs.end());
}

TEST_CASE("reshuffled: a step reads the same whatever was read before, also in another cache and after other batches") {
    CAPTURE(election_test::seed());
    const batch_options options{.reshuffle = true, .seed = election_test::seed()};
    const batches batches(contiguous_partitions(50, 5), 3, options);
    std::vector<std::vector<std::uint32_t>> once;
    {
        batches::order_cache cache;
        for (std::uint64_t step = 0; step < 30; ++step) {
            for (std::size_t j = 0; j < 5; ++j) once.push_back(list(batches.rows(j, step, cache)));
        }
    }
    const election::batches same(contiguous_partitions(50, 5), 3, options);
    const election::batches other(contiguous_partitions(50, 5), 3, {.reshuffle = true, .seed = election_test::seed() + 1});
    const election::batches copy = batches;
    batches::order_cache cache;
    random_sequence random(election_test::seed(), 9);
    std::size_t different = 0;
    for (int i = 0; i < 300; ++i) {
        const auto step = static_cast<std::size_t>(random.below(30));
        const auto j = static_cast<std::size_t>(random.below(5));
        const std::vector<std::uint32_t>& expected = once[step * 5 + j];
        if (random.below(2) == 0) different += list(other.rows(j, step, cache)) != expected;
        batches::order_cache fresh;
        REQUIRE(list(same.rows(j, step, cache)) == expected);
        REQUIRE(list(copy.rows(j, step, cache)) == expected);
        REQUIRE(list(batches.rows(j, step, cache)) == expected);
        REQUIRE(list(batches.rows(j, step, fresh)) == expected);
    }
    CHECK(different > 100);
    // The same on every platform, now and later (computed by another program).
    CHECK(list(election::batches(contiguous_partitions(6, 1), 6, {.reshuffle = true, .seed = 1}).rows(0, 3, cache)) ==
          std::vector<std::uint32_t>{4, 1, 0, 2, 5, 3});
}

TEST_CASE("reshuffled: every order is equally likely") {
    CAPTURE(election_test::seed());
    // 2400 epochs of 3 rows: each of the 6 orders 400 times. Chi-squared with 5 degrees of freedom is above 40 with a
    // probability below 2·10⁻⁷.
    const batches batches(contiguous_partitions(6, 2), 3, {.reshuffle = true, .seed = election_test::seed()});
    batches::order_cache cache;
    std::map<std::vector<std::uint32_t>, int> times;
    for (std::uint64_t step = 0; step < 2400; ++step) ++times[list(batches.rows(1, step, cache))];
    double chi_squared = 0;
    for (const auto& entry : times) chi_squared += (entry.second - 400.0) * (entry.second - 400.0) / 400;
    CHECK(times.size() == 6);
    CHECK(chi_squared < 40);
}

TEST_CASE("what is refused") {
    CHECK_THROWS_WITH_AS(batches(contiguous_partitions(5, 2), 0), "election::batches: batch_size = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS(
        batches(contiguous_partitions(11, 3), 4),
        "election::batches: batch_size = 4 is larger than partition 2, which has 3 samples; take a batch of at "
        "most 3, fewer partitions or more data",
        parameter_error);
    CHECK_THROWS_WITH_AS(
        batches(contiguous_partitions(2, 2), 2),
        "election::batches: batch_size = 2 is larger than partition 0, which has 1 sample; take a batch of at "
        "most 1, fewer partitions or more data",
        parameter_error);
    const batches reshuffled(contiguous_partitions(4, 2), 1, {.reshuffle = true, .seed = 1});
    CHECK_THROWS_WITH_AS((void)reshuffled.rows(0, 0),
                         "election::batches: reshuffle = true needs an order_cache: rows(partition, step, cache)",
                         parameter_error);
    batches::order_cache cache;
    CHECK_THROWS_WITH_AS((void)reshuffled.rows(0, std::uint64_t{1} << 33, cache),
                         "election::batches: epoch = 4294967296 must be below 2^32 where epochs are reshuffled",
                         parameter_error);
}
