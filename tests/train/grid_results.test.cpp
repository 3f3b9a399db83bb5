// SPDX-License-Identifier: MIT
#include <election/train/grid_results.hpp>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <support/temporary_folder.hpp>

using namespace election;
using election_test::bytes_of;
using election_test::temporary_folder;
using election_test::write_bytes;

namespace {

run_identity point_of(const std::string& code, int seed) { return run_identity().set("seed", seed).set("code", code); }

grid_results results_in(const std::string& path) { return {path, {"seed", "code"}, {"metric", "seconds"}}; }

} // namespace

TEST_CASE("a file is what it says, and a point is added once") {
    const temporary_folder folder;
    const std::string path = folder / "grid.csv";
    const grid_results results = results_in(path);
    const run_identity first = point_of("bernoulli:n=5,k=5", 1);
    CHECK(results.rows().empty());
    CHECK_FALSE(results.has(first));
    CHECK(results.add(first, {1.0 / 3, 2}));
    CHECK(results.has(first));
    const std::string text = bytes_of(path);
    CHECK(text == "identity,code,seed,metric,seconds\n" + first.id() + ",\"bernoulli:n=5,k=5\",1,0.3333333333333333,2\n");
    CHECK_FALSE(results.add(first, {9, 9}));
    CHECK(bytes_of(path) == text);
    const run_identity second = point_of("a \"b\"", 2);
    CHECK(results.add(second, {std::nan(""), std::numeric_limits<double>::infinity()}));
    CHECK(bytes_of(path) == text + second.id() + ",\"a \"\"b\"\"\",2,,\n");
    const std::vector<grid_row> rows = results.rows();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == grid_row{first, {1.0 / 3, 2}});
    CHECK(rows[1].point == second);
    CHECK(std::isnan(rows[1].results[0]));
    CHECK(folder.files() == 1);
}

TEST_CASE("what programs that rewrite tables do is taken") {
    const temporary_folder folder;
    const std::string path = folder / "grid.csv";
    const run_identity point = point_of("a", 1);
    write_bytes(path, "identity,code,seed,metric,seconds\r\n\"" + point.id() + "\",\"a\",1,5e-1,\r\n");
    CHECK(results_in(path).rows().at(0).results[0] == 0.5);
    CHECK(results_in(path).add(point_of("a", 2), {1, 2}));
    CHECK(results_in(path).rows().size() == 2);
}

TEST_CASE("damage is refused with its line, and nothing is added to it") {
    const temporary_folder folder;
    const std::string path = folder / "grid.csv";
    const grid_results results = results_in(path);
    CHECK(results.add(point_of("a,b", 1), {1, 2}));
    CHECK(results.add(point_of("c", 1), {3, 4}));
    const std::string whole = bytes_of(path);
    const auto refused = [&](const std::string& text, const std::string& message) {
        CAPTURE(text);
        write_bytes(path, text);
        CHECK_THROWS_WITH_AS((void)results.rows(), (path + message).c_str(), format_error);
        CHECK_THROWS_AS((void)results.add(point_of("d", 1), {1, 2}), format_error);
        CHECK(bytes_of(path) == text);
    };
    const std::string head = "identity,code,seed,metric,seconds\n";
    const std::string id = point_of("a", 1).id();
    const std::string not_ours =
        ":1: this is no results file of this grid; its first line must be identity,code,seed,metric,seconds";
    refused("", not_ours);
    refused("identity,code,seed,metric\n", not_ours);
    refused(whole.substr(0, whole.size() - 1), ":3: the line is cut off; delete it, and its point is computed again");
    refused(head + "0123456789abcdef,a,1,2,3\n", ":2: identity: '0123456789abcdef' must be " + id +
                                                     ", the hash of keys and values; something in them was changed");
    refused(head + id + ",a,1,2\n", ":2: 4 fields, but the header names 5");
    refused(head + id + ",a,1,2,x\n", ":2: seconds: 'x' is not a number");
    refused(head + id + ",a,1,2,3\n" + id + ",a,1,2,3\n", ":3: the point " + id + " stands in line 2 already");
    refused(head + id + ",\"a,1,2,3\n", ":2: the quotes are not closed");
    refused(head + id + ",\"a\"b,1,2,3\n", ":2: something follows closing quotes");
    refused(head + id + ",a\"b,1,2,3\n", ":2: a quote within a field without quotes");
    // Wherever it is cut off: refused, or the rows that are whole.
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write_bytes(path, whole.substr(0, length));
        if (length > 0 && whole[length - 1] == '\n') {
            CHECK(results.rows().size() < 2);
        } else {
            CHECK_THROWS_AS((void)results.rows(), format_error);
        }
    }
    std::filesystem::remove(path);
    CHECK_THROWS_AS((void)grid_results(folder / ".", {"seed"}, {}).rows(), format_error);
    CHECK_THROWS_AS((void)grid_results(folder / "none/grid.csv", {"seed"}, {}).add(run_identity().set("seed", 1), {}),
                    format_error);
}

TEST_CASE("several processes add at the same time: every point once") {
    const temporary_folder folder;
    const std::string path = folder / "grid.csv";
    constexpr int processes = 4;
    constexpr int points = 30;
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            int added = 0;
            try {
                for (int seed = 0; seed < points; ++seed) { // all of them want to add all points
                    added += results_in(path).add(point_of("a", (seed + 7 * process) % points), {1.0 * process, 0}) ? 1 : 0;
                }
            } catch (...) {
                ::_exit(255);
            }
            ::_exit(added);
        }
        children.push_back(child);
    }
    int added = 0;
    for (pid_t child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFEXITED(status));
        added += WEXITSTATUS(status);
    }
    CHECK(added == points);
    CHECK(results_in(path).rows().size() == points);
    CHECK(folder.files() == 1);
}

TEST_CASE("what is refused") {
    const grid_results results = results_in("never written");
    CHECK_THROWS_WITH_AS(
        (void)results.add(run_identity().set("seed", 1), {1, 2}),
        ("election::grid_results: point = " + run_identity().set("seed", 1).id() + " must have the keys code, seed").c_str(),
        parameter_error);
    CHECK_THROWS_WITH_AS((void)results.add(point_of("a", 1), {1}),
                         "election::grid_results: results = 1 must be as many as there are columns, 2", parameter_error);
    CHECK_THROWS_AS(grid_results("x", {"identity"}, {}), parameter_error);
    CHECK_THROWS_AS(grid_results("x", {"a"}, {"a"}), parameter_error);
    CHECK_THROWS_AS(grid_results("x", {"a"}, {"b,c"}), parameter_error);
    CHECK_THROWS_AS(grid_results("x", {"a=b"}, {}), parameter_error);
}
