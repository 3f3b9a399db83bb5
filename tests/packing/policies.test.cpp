// SPDX-License-Identifier: MIT
#include <election/packing/policies.hpp>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("names and policies, there and back") {
    for (zero_policy zero : zero_policies) CHECK(zero_policy_named(name_of(zero)) == zero);
    for (nan_policy nan : nan_policies) CHECK(nan_policy_named(name_of(nan)) == nan);
    CHECK(name_of(zero_policy::positive) == "positive");
    CHECK(name_of(zero_policy::negative) == "negative");
    CHECK(name_of(zero_policy::abstain) == "abstain");
    CHECK(name_of(nan_policy::error) == "error");
    CHECK(name_of(nan_policy::abstain) == "abstain");
    CHECK_FALSE(zero_policy_named("error").has_value());
    CHECK_FALSE(nan_policy_named("positive").has_value());
}

TEST_CASE("what is assumed unless said otherwise") {
    CHECK(pack_options().zero == zero_policy::positive);
    CHECK(pack_options().nan == nan_policy::error);
}
