// SPDX-License-Identifier: MIT
#include <election/train/workspace_pool.hpp>

#include <atomic>
#include <set>

#include <doctest/doctest.h>
#include <election/core/parallel.hpp>

using namespace election;

TEST_CASE("what is lent is nobody else's, and what comes back is lent again") {
    workspace_pool<int> pool;
    std::set<const int*> seen;
    {
        const auto a = pool.lease();
        const auto b = pool.lease();
        CHECK(&*a != &*b);
        seen = {&*a, &*b};
        *a = 5;
    }
    for (int i = 0; i < 3; ++i) CHECK(seen.count(&*pool.lease()) == 1);
}

TEST_CASE("from many threads") {
    struct counted {
        std::atomic<int> users{0};
    };
    const workspace_pool<counted> pool;
    std::atomic<int> clashes{0};
    run_on_threads(4, [&](unsigned) {
        for (int i = 0; i < 200; ++i) {
            const auto mine = pool.lease();
            if (mine->users++ != 0) ++clashes;
            --mine->users;
        }
    });
    CHECK(clashes == 0);
}
