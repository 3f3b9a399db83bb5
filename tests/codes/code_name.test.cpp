// SPDX-License-Identifier: MIT
#include <election/codes/code_name.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("names are made, printed and read back") {
    const code_name name = code_name("bernoulli").with("n", 31).with("p", 0.3).with("seed", 7U);
    CHECK(name.str() == "bernoulli:n=31,p=0.3,seed=7");
    CHECK(code_name::parse(name.str()) == name);
    CHECK(name.find("p") == "0.3");
    CHECK_FALSE(name.find("q").has_value());
    CHECK(code_name::parse("full").str() == "full");
    CHECK(code_name("x").with("p", 1e-9).str() == "x:p=1e-09");
    CHECK(code_name("x").with("p", 0.1 + 0.2).str() == "x:p=0.30000000000000004");
}

TEST_CASE("what is no name is refused") {
    for (const char* text : {"", ":", "a:", "a:b", "a:b=", "a:=1", "A:b=1", "a:B=1", "a:b=1,", "a:b=1,b=2", "a:b=1 ,c=2",
                             "a b", "a:b=1:2", "1a"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(
            (void)code_name::parse(text),
            ("election::code_name: '" + std::string(text) + "' must look like family:key=value,key=value").c_str(), error);
    }
}
