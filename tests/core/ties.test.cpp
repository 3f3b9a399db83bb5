// SPDX-License-Identifier: MIT
#include <election/core/ties.hpp>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("tie policies have names that read back") {
    for (tie_policy ties : tie_policies) CHECK(tie_policy_named(name_of(ties)) == ties);
    CHECK_FALSE(tie_policy_named("Abstain").has_value());
    CHECK_FALSE(tie_policy_named("").has_value());
    CHECK(is_symmetric(tie_policy::abstain));
    CHECK(is_symmetric(tie_policy::coin));
    CHECK_FALSE(is_symmetric(tie_policy::positive));
    CHECK_FALSE(is_symmetric(tie_policy::negative));
}
