// SPDX-License-Identifier: MIT
#include <election/train/experiment_grid.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/temporary_folder.hpp>

using namespace election;

namespace {

const std::vector<grid_key> grid_keys{{"code"}, {"attack"}, {"liars", "0"}, {"seed", "1"}};

experiment_grid grid_of(const std::string& text) {
    std::istringstream stream(text);
    return experiment_grid::read(stream, "F", grid_keys);
}

std::vector<std::string> values_of(const std::string& line) {
    const experiment_grid grid = grid_of(line);
    return grid.lists().at(0).second;
}

void check_refused(const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS((void)grid_of(text), message.c_str(), format_error);
}

} // namespace

TEST_CASE("all lists are crossed, the first key slowest, defaults last") {
    const experiment_grid grid = grid_of("# a comment\n\n  code = uncoded:n=5   deterministic:n=5,b=1 # two\nseed=1..3\r\n");
    REQUIRE(grid.size() == 6);
    const auto points = grid.points();
    REQUIRE(points.size() == 6);
    std::string shown;
    for (const run_identity& point : points) {
        CHECK(point.find("liars") == "0");
        CHECK_FALSE(point.find("attack").has_value());
        shown += *point.find("code") + "/" + *point.find("seed") + " ";
    }
    CHECK(shown == "uncoded:n=5/1 uncoded:n=5/2 uncoded:n=5/3 deterministic:n=5,b=1/1 deterministic:n=5,b=1/2 "
                   "deterministic:n=5,b=1/3 ");
    CHECK(*grid.find("seed") == std::vector<std::string>{"1", "2", "3"});
    CHECK(grid.find("attack") == nullptr);
    REQUIRE(grid_of("").points().size() == 1);
    CHECK(grid_of("").points()[0] == run_identity().set("liars", 0).set("seed", 1));
}

TEST_CASE("identities do not depend on the order of lines and values, nor on what is left to its default") {
    const auto ids = [](const std::string& text) {
        std::set<std::string> all;
        for (const run_identity& point : grid_of(text).points()) all.insert(point.id());
        return all;
    };
    const auto expected = ids("code = a b\nliars = 0\nattack = x y\nseed = 1\n");
    CHECK(expected.size() == 4);
    CHECK(ids("attack = y x\ncode = b a\n") == expected);
    CHECK(ids("attack = y x\ncode = b a\nseed = 2\n") != expected);
}

TEST_CASE("values") {
    using list = std::vector<std::string>;
    CHECK(values_of("seed = 1..3 7 9..9") == list{"1", "2", "3", "7", "9"});
    CHECK(values_of("seed = 18446744073709551614..18446744073709551615").size() == 2);
    CHECK(values_of("code = ../a.txt a..b 1..b 0.5 -1..2 .. 1...3") ==
          list{"../a.txt", "a..b", "1..b", "0.5", "-1..2", "..", "1...3"});
    CHECK(values_of("code = \"a # b\" \"\" c#d \"1..3\"\t#e") == list{"a # b", "", "c#d", "1..3"});
    CHECK(values_of("\xEF\xBB\xBF"
                    "code = grün") == list{"grün"});
}

TEST_CASE("malformed files") {
    check_refused("code = a\nliar = 1\n", "F:2: unknown key 'liar'; known are code, attack, liars, seed");
    check_refused("code", "F:1: 'code' must look like key = value value …");
    check_refused("\n= a", "F:2: '= a' must look like key = value value …");
    check_refused("Code = a", "F:1: 'Code = a' must look like key = value value …");
    check_refused("[section]", "F:1: '[section]' must look like key = value value …");
    check_refused("code =", "F:1: code has no value");
    check_refused("code = # a", "F:1: code has no value");
    check_refused("code = a\ncode = b", "F:2: code stands twice");
    check_refused("code = a b a", "F:1: code: 'a' stands twice");
    check_refused("seed = 2 1..3", "F:1: seed: '2' stands twice");
    check_refused("seed = 3..1",
                  "F:1: seed: '3..1' must go from a number to one that is not smaller, in at most 1000000 steps");
    check_refused("seed = 0..1000000",
                  "F:1: seed: '0..1000000' must go from a number to one that is not smaller, in at most 1000000 steps");
    check_refused("code = \"a", "F:1: code: the quotes are not closed");
    check_refused("code = \"a\"b", "F:1: code: a blank must follow the closing quotes");
    check_refused("code = a\"b\"", "F:1: code: a quote within 'a\"b\"'");
    check_refused(std::string("code = a\0b", 10), "F:1: code: 'a\\x00b' has a control character");
    check_refused("seed = 1..1001\nliars = 0..999\n",
                  "F: has more points than 1000000; leave out values or cut the grid into several");
    CHECK(grid_of("seed = 1..1000\nliars = 0..999\n").size() == 1'000'000);
}

TEST_CASE("files") {
    const election_test::temporary_folder folder;
    election_test::write_bytes(folder / "g", "seed = 4\n");
    CHECK(experiment_grid::read(folder / "g", grid_keys).points().at(0).find("seed") == "4");
    CHECK_THROWS_WITH_AS((void)experiment_grid::read(folder / "none", grid_keys),
                         ((folder / "none") + ": cannot be read: No such file or directory").c_str(), format_error);
    CHECK_THROWS_AS((void)experiment_grid::read(folder / ".", grid_keys), format_error);
    std::istringstream stream;
    CHECK_THROWS_AS((void)experiment_grid::read(stream, "F", {{"No"}}), parameter_error);
}
