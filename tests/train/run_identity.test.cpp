// SPDX-License-Identifier: MIT
#include <election/train/run_identity.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("the hash is that of keys and values, whatever their order") {
    run_identity a;
    a.set("seed", 3).set("step", 0.1).set("code", "cyclic:n=5,k=5,weight=3");
    run_identity b;
    b.set("code", std::string("cyclic:n=5,k=5,weight=3")).set("step", 0.1).set("seed", "3");
    CHECK(a == b);
    CHECK(a.str() == "code=cyclic:n=5,k=5,weight=3\nseed=3\nstep=0.1\n");
    CHECK(a.id() == b.id());
    CHECK(a.id() == hex_digits(a.hash()));
    CHECK(a.id() == "6554164513b417d5");
    b.set("seed", 4);
    CHECK(a.id() != b.id());
    CHECK(b.find("seed") == "4");
    CHECK_FALSE(b.find("sed").has_value());
    CHECK(run_identity().str().empty());
}

TEST_CASE("keys and values cannot run into one another") {
    CHECK(run_identity().set("a", "b=c").hash() != run_identity().set("a", "b").set("c", "").hash());
    CHECK(run_identity().set("a", "").hash() != run_identity().hash());
    CHECK(run_identity().set("a", "1").set("b", "2").hash() != run_identity().set("a", "2").set("b", "1").hash());
}

TEST_CASE("round trip, and what is none") {
    const auto identity = run_identity().set("data", "/a folder/x=y.csv").set("note", "").set("b-2", "größer");
    CHECK(run_identity::parse(identity.str()) == identity);
    CHECK(run_identity::parse("") == run_identity());
    for (const char* text : {"a", "a=1", "=1\n", "a\n", "A=1\n", "a=1\n\n", "a b=1\n"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)run_identity::parse(text), error);
    }
    CHECK_THROWS_WITH_AS((void)run_identity::parse("a=1\na=2\n"), "election::run_identity: 'a' stands twice", error);
}

TEST_CASE("the difference names the first key") {
    const auto a = run_identity().set("b", 1).set("seed", 1);
    CHECK(a.difference(a).empty());
    CHECK(a.difference(run_identity().set("b", 2).set("seed", 2)) == "b is '1', not '2'");
    CHECK(a.difference(run_identity().set("b", 1)) == "seed is '1', not left out");
    CHECK(run_identity().set("b", 1).difference(a) == "seed is left out, not '1'");
}

TEST_CASE("what is refused") {
    run_identity identity;
    CHECK_THROWS_WITH_AS(identity.set("Seed", 1), "election::run_identity: key = 'Seed' must be a lower-case word",
                         parameter_error);
    CHECK_THROWS_AS(identity.set("", 1), parameter_error);
    CHECK_THROWS_AS(identity.set("1a", 1), parameter_error);
    CHECK_THROWS_WITH_AS(identity.set("a", "x\ny"), "election::run_identity: a = 'x\\x0ay' must have no control characters",
                         parameter_error);
    CHECK(identity == run_identity());
}
