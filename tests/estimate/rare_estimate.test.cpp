// SPDX-License-Identifier: MIT
#include <election/estimate/rare_estimate.hpp>

#include <cmath>
#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("names of methods") {
    for (rare_method method : {rare_method::automatic, rare_method::importance, rare_method::splitting}) {
        CHECK(rare_method_named(name_of(method)) == method);
    }
    CHECK(name_of(rare_method::importance) == "importance");
    CHECK(!rare_method_named("plain"));
}

TEST_CASE("the relative error, and that of nothing") {
    rare_estimate found;
    CHECK(std::isinf(found.relative_error()));
    found.estimate = 2e-12;
    found.standard_error = 1e-13;
    CHECK(found.relative_error() == doctest::Approx(0.05));
}

TEST_CASE("options that are not allowed") {
    const auto message = [](const rare_options& options) -> std::string {
        try {
            detail::require_estimable(options);
        } catch (const parameter_error& failure) {
            return failure.what();
        }
        return "";
    };
    CHECK(message({}).empty());
    CHECK(message({.confidence = 1}) == "election::estimate_rare: confidence = 1 must be between 0 and 1");
    CHECK(message({.relative_error = 0}) == "election::estimate_rare: relative_error = 0 must be more than 0");
    CHECK(message({.trials = 0}) == "election::estimate_rare: trials = 0 must be at least 1");
    CHECK(message({.particles = 9}) == "election::estimate_rare: particles = 9 must be 10 to 10^6");
    CHECK(message({.replicates = 1}) == "election::estimate_rare: replicates = 1 must be 2 to 10^6");
    CHECK(message({.sweeps = 0}) == "election::estimate_rare: sweeps = 0 must be 1 to 1000");
}
