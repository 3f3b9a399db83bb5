// SPDX-License-Identifier: MIT
#include <election/train/sign_source.hpp>

#include <istream>
#include <ostream>

#include <doctest/doctest.h>
#include <support/toy_training.hpp>

using namespace election;
using election_test::nearest_point_signs;

static_assert(sign_source<nearest_point_signs<binary>, binary> && sign_source<nearest_point_signs<ternary>, ternary>);
static_assert(!sign_source<nearest_point_signs<binary>, ternary>);        // its signs go to binary rows only
static_assert(!sign_source<election_test::nearest_point<float>, binary>); // a model has no partitions

TEST_CASE("the concept is about types alone; sources are tested by their own files") {
    CHECK(sign_source<nearest_point_signs<binary>, binary>);
}
