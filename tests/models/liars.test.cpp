// SPDX-License-Identifier: MIT
#include <election/models/liars.hpp>

#include <type_traits>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("placements and attacks are plain values") {
    static_assert(std::is_aggregate_v<worst_placement> && std::is_aggregate_v<random_placement>);
    static_assert(std::is_aggregate_v<fixed_placement> && std::is_aggregate_v<flip_attack>);
    CHECK(worst_placement{3}.liars == 3);
    CHECK(fixed_placement{{1, 2}}.liars.size() == 2);
    CHECK(directional_attack{}.sign == 1);
}
