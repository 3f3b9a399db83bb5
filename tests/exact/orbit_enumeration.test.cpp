// SPDX-License-Identifier: MIT
#include <election/exact/orbit_enumeration.hpp>

#include <vector>

#include <doctest/doctest.h>

#include <election/codes/cyclic.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/verify/reference.hpp>

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
