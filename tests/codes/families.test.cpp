// SPDX-License-Identifier: MIT
#include <election/codes/families.hpp>

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <support/rows_of.hpp>

using namespace election;

namespace {

/// One name of every family.
const char* const examples[] = {"uncoded:n=4",
                                "full:n=4,k=3",
                                "repetition:n=7,k=3",
                                "repetition:n=6,k=7,weight=3",
                                "systematic:k=4,b=1",
                                "deterministic:n=9,b=2",
                                "bernoulli:n=5,k=6,p=0.4,seed=3",
                                "bernoulli:n=5,k=6,p=0.1,seed=3,redraw-empty=1",
                                "regular:n=5,k=6,degree=2,seed=9",
                                "cyclic:n=5,k=6,weight=3",
                                "cyclic:n=5,k=6,weight=3,stride=2",
                                "paley:q=9",
                                "plane:q=3"};

} // namespace

TEST_CASE("every code is made again from its name, and every family has an example here") {
    std::set<std::string> seen;
    for (const char* text : examples) {
        CAPTURE(text);
        const code made = make_code(text);
        CHECK(made.name.str() == text);
        CHECK(made.matrix == make_code(made.name).matrix);
        seen.insert(made.name.family());
    }
    CHECK(seen.size() == families().size());
}

TEST_CASE("left-out parameters have the documented defaults, and the name says them") {
    CHECK(make_code("bernoulli:n=5,k=6,p=0.4").name.str() == "bernoulli:n=5,k=6,p=0.4,seed=0");
    CHECK(make_code("cyclic:n=5,k=6,weight=3,stride=1").name.str() == "cyclic:n=5,k=6,weight=3");
}

TEST_CASE("wrong names are refused with the parameter, its value and what is allowed") {
    struct wrong {
        const char* name;
        const char* message;
    };
    const wrong table[] = {
        {"star:n=5",
         "election::family_named: 'star' is not a family; there are uncoded, full, repetition, systematic, deterministic, "
         "bernoulli, regular, cyclic, paley, plane"},
        {"deterministic:n=5", "election::deterministic: b = (nothing) must be given"},
        {"deterministic:n=5,b=1,c=2", "election::deterministic: c = 2 is not a parameter of this family, which has n, b"},
        {"deterministic:n=-5,b=1", "election::deterministic: n = -5 must be a whole number from 0 to 18446744073709551615"},
        {"deterministic:n=5.0,b=1",
         "election::deterministic: n = 5.0 must be a whole number from 0 to 18446744073709551615"},
        {"deterministic:n=99999999999999999999,b=1",
         "election::deterministic: n = 99999999999999999999 must be a whole number from 0 to 18446744073709551615"},
        {"bernoulli:n=5,k=5,p=half", "election::bernoulli: p = half must be a number"},
        {"bernoulli:n=5,k=5,p=inf", "election::bernoulli: p = inf must be a number"},
        {"bernoulli:n=5,k=5", "election::bernoulli: p = (nothing) must be given"},
        {"bernoulli:n=5,k=5,p=0.5,redraw-empty=2", "election::bernoulli: redraw-empty = 2 must be 1 or left out"},
        {"uncoded:n=0", "election::uncoded: n = 0 must be at least 1"},
    };
    for (const wrong& entry : table) {
        CAPTURE(entry.name);
        CHECK_THROWS_WITH_AS((void)make_code(entry.name), entry.message, error);
    }
}

TEST_CASE("every family describes itself and its parameters") {
    for (const family& listed : families()) {
        CAPTURE(listed.key);
        CHECK(listed.description.ends_with("."));
        CHECK_FALSE(listed.guarantee.empty());
        CHECK_FALSE(listed.reference.empty());
        CHECK_FALSE(listed.parameters.empty());
        for (const family_parameter& parameter : listed.parameters) CHECK_FALSE(parameter.description.empty());
    }
}
