// SPDX-License-Identifier: MIT
#include <election/analysis/allocation_classes.hpp>

#include <numeric>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_code.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("nothing is lost: workers, partitions and loads add up, and no two rows are alike") {
    CAPTURE(election_test::seed());
    for (std::size_t trial = 0; trial < 50; ++trial) {
        CAPTURE(trial);
        const packed_allocation code = election_test::random_code(12, 1 + trial % 9, 0.3, election_test::seed() + trial);
        const allocation_classes classes(code);
        CHECK(std::accumulate(classes.column_sizes.begin(), classes.column_sizes.end(), classes.idle_partitions) ==
              code.partitions());
        CHECK(std::is_sorted(classes.column_sizes.begin(), classes.column_sizes.end()));
        std::size_t workers = classes.idle_workers;
        std::size_t ones = 0;
        for (std::size_t i = 0; i < classes.rows.size(); ++i) {
            workers += classes.rows[i].workers;
            ones += classes.rows[i].workers * classes.rows[i].load;
            CHECK(classes.rows[i].load > 0);
            for (std::size_t other = 0; other < i; ++other) CHECK(classes.rows[i].holds != classes.rows[other].holds);
        }
        CHECK(workers == code.workers());
        std::size_t all_ones = 0;
        for (std::size_t i = 0; i < code.workers(); ++i) all_ones += code.load(i);
        CHECK(ones == all_ones);
    }
}

TEST_CASE("a code of twins") {
    const std::vector<std::vector<int>> rows{{1, 1, 1, 0, 0}, {0, 0, 0, 1, 1}, {1, 1, 1, 0, 0}};
    const allocation_classes classes{packed_allocation(rows)};
    CHECK(classes.column_sizes == std::vector<std::size_t>{2, 3});
    CHECK(classes.states() == 12);
    REQUIRE(classes.rows.size() == 2);
    CHECK(classes.rows[0].workers == 2);
    CHECK(classes.rows[0].holds == std::vector<bool>{false, true});
    CHECK(classes.rows[0].load == 3);
}
