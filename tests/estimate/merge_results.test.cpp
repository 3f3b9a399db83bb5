// SPDX-License-Identifier: MIT
#include <election/estimate/merge_results.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <support/result_rows.hpp>
#include <support/temporary_folder.hpp>

using namespace election;
using election_test::bytes_of;
using election_test::row_of;
using election_test::write_bytes;
namespace fs = std::filesystem;

TEST_CASE("runs are merged into a file: new tasks, known tasks, each run once") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "r.csv";
    CHECK(merge_into(file, row_of(1, {{1, 0, 600, 6}})) == row_of(1, {{1, 0, 600, 6}}));
    merge_into(file, row_of(2, {{1, 0, 100, 0}}));
    const result_row merged = merge_into(file, row_of(1, {{0, 0, 400, 4}}));
    CHECK(merged == row_of(1, {{0, 0, 400, 4}, {1, 0, 600, 6}}));
    CHECK(read_results(file) == std::vector<result_row>{merged, row_of(2, {{1, 0, 100, 0}})});
    CHECK(folder.files() == 1); // neither the lock nor a temporary file

    const std::string before = bytes_of(file);
    const auto refused = [&](const result_row& row, const std::string& message) {
        CHECK_THROWS_WITH_AS(merge_into(file, row), message.c_str(), format_error);
        CHECK(bytes_of(file) == before);
    };
    refused(row_of(1, {{1, 0, 600, 6}}), file + ":2: seed 1, trials 0 to 599 is there already; nothing was added");
    refused(row_of(1, {{1, 0, 5, 0}}),
            file + ":2: seed 1, trials 0 to 4 overlaps seed 1, trials 0 to 599, which is there already; nothing was added");
    refused(row_of(1, {{9, 0, 5, 0}, {1, 599, 5, 0}}),
            file +
                ":2: seed 1, trials 599 to 603 overlaps seed 1, trials 0 to 599, which is there already; nothing was added");
    refused(row_of(1, {{5, 0, max_trials - 999, 0}}), file + ":2: there are more than 2^63 trials; nothing was added");
    merge_into(file, row_of(2, {{1, 1000, 100, 1}}));
    CHECK(read_results(file)[1].trials() == 200);
    CHECK(folder.files() == 1);
}

TEST_CASE("merging does not depend on the order, and the interval is that of the sums") {
    const election_test::temporary_folder folder;
    std::vector<contribution> parts;
    for (std::uint64_t part = 1; part <= 10; ++part) parts.push_back({3, 10'000 * part, 100 * part, part});
    merge_into((folder / "one"), row_of(1, parts));
    for (std::size_t i = 0; i < 10; ++i) merge_into((folder / "ten"), row_of(1, {parts[(7 * i + 3) % 10]}));
    CHECK(bytes_of((folder / "one")) == bytes_of((folder / "ten")));
    CHECK(read_results((folder / "ten"))[0].bounds() == confidence_interval(55, 5500));

    result_row other = row_of(1, {{4, 0, 1, 0}});
    other.confidence = 0.9;
    other.kind = interval_kind::wilson;
    CHECK(merge_into((folder / "ten"), other).bounds() == confidence_interval(55, 5501, 0.9, interval_kind::wilson));
}

TEST_CASE("a row that says nothing is refused before a file is touched") {
    const election_test::temporary_folder folder;
    const auto refused = [&](const result_row& row, const char* message) {
        CHECK_THROWS_WITH_AS(merge_into((folder / "r.csv"), row), message, parameter_error);
        CHECK(folder.files() == 0);
    };
    refused(result_row{{}, {{1, 0, 1, 0}}}, "election::merge_into: task = nothing must have fields");
    refused(row_of(1, {}), "election::merge_into: contributions = nothing must be at least one");
    result_row sure = row_of(1, {{1, 0, 1, 0}});
    sure.confidence = 1;
    refused(sure, "election::merge_into: confidence = 1 must be more than 0 and less than 1");
    refused(row_of(1, {{1, 0, 0, 0}}),
            "election::merge_into: contributions = 1:0:0:0 must be such that they can be added up: seed 1 has no trial");
    refused(row_of(1, {{1, 0, 9, 0}, {1, 0, 9, 0}}),
            "election::merge_into: contributions = 1:0:9:0 1:0:9:0 must be such that "
            "they can be added up: seed 1, trials 0 to 8 is there already");
}

TEST_CASE("a file that is none, or another one, is left untouched") {
    const election_test::temporary_folder folder;
    const result_row row = row_of(1, {{1, 0, 1, 0}});
    const std::string first_line = std::string(detail::results_header) += '\n';
    const std::string file = folder / "r.csv";
    for (const std::string& text : {std::string(), std::string("101\n"), first_line.substr(2), first_line + "x\n"}) {
        write_bytes(file, text);
        CHECK_THROWS_AS(merge_into(file, row), format_error);
        CHECK(bytes_of(file) == text);
        CHECK(folder.files() == 1);
    }
    const std::string path = std::filesystem::path(folder / "x").parent_path().string();
    CHECK_THROWS_WITH_AS(merge_into(path, row), (path + ": is a folder; a file name must be given").c_str(), format_error);
    CHECK_THROWS_WITH_AS(merge_into(path + "/no/r", row),
                         (path + "/no/r: cannot be locked: No such file or directory").c_str(), format_error);
    REQUIRE(::mkfifo((path + "/pipe").c_str(), 0600) == 0);
    CHECK_THROWS_WITH_AS(merge_into(path + "/pipe", row),
                         (path + "/pipe: is no regular file; results are merged into files").c_str(), format_error);
    CHECK(folder.files() == 2);
}

TEST_CASE("links lead to the file, which has one lock under all its names") {
    const election_test::temporary_folder folder;
    fs::create_symlink("real.csv", folder / "link.csv");
    merge_into((folder / "link.csv"), row_of(1, {{1, 0, 1, 0}}));
    merge_into((folder / "real.csv"), row_of(1, {{2, 0, 1, 0}}));
    merge_into((folder / "link.csv"), row_of(1, {{3, 0, 1, 0}}));
    CHECK(fs::is_symlink(folder / "link.csv"));
    CHECK(read_results((folder / "real.csv")).at(0).trials() == 3);
}

TEST_CASE("a lock that somebody died with holds nobody up") {
    const election_test::temporary_folder folder;
    write_bytes((folder / "r.csv") + ".lock", "");
    merge_into((folder / "r.csv"), row_of(1, {{1, 0, 1, 0}}));
    CHECK(folder.files() == 1);
}

TEST_CASE("processes and threads that merge at the same time lose nothing") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "r.csv";
    constexpr std::uint64_t processes = 4;
    constexpr std::uint64_t threads = 3;
    constexpr std::uint64_t merges = 25;
    std::vector<pid_t> children;
    for (std::uint64_t process = 0; process < processes; ++process) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            int status = 0;
            try {
                for (std::uint64_t i = 0; i < merges; ++i) merge_into(file, row_of(1, {{process, 10 * i, 10, 1}}));
            } catch (...) {
                status = 1;
            }
            ::_exit(status);
        }
        children.push_back(child);
    }
    std::vector<std::thread> crew;
    for (std::uint64_t thread = 0; thread < threads; ++thread) {
        crew.emplace_back([&file, thread] {
            for (std::uint64_t i = 0; i < merges; ++i) {
                merge_into(file, row_of(1 + static_cast<int>(thread), {{100 + thread, 10 * i, 10, 1}}));
            }
        });
    }
    for (std::thread& thread : crew) thread.join();
    for (pid_t child : children) {
        int status = -1;
        CHECK(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    std::uint64_t trials = 0;
    for (const result_row& row : read_results(file)) trials += row.trials();
    CHECK(trials == (processes + threads) * merges * 10);
    CHECK(folder.files() == 1);
}

TEST_CASE("files are added up") {
    const election_test::temporary_folder folder;
    const std::string a = (folder / "a");
    const std::string b = (folder / "b");
    merge_into(a, row_of(1, {{1, 0, 10, 1}}));
    merge_into(a, row_of(2, {{1, 0, 10, 2}}));
    merge_into(b, row_of(3, {{1, 1000, 10, 3}}));
    merge_into(b, row_of(1, {{1, 1000, 10, 4}}));
    CHECK(merge_files({}).empty());
    CHECK(merge_files({a}) == read_results(a));
    CHECK(merge_files({a, b}) == std::vector<result_row>{row_of(1, {{1, 0, 10, 1}, {1, 1000, 10, 4}}),
                                                         row_of(2, {{1, 0, 10, 2}}), row_of(3, {{1, 1000, 10, 3}})});
    CHECK_THROWS_WITH_AS((void)merge_files({b, a, b}),
                         (b + ":2: seed 1, trials 1000 to 1009 is there already; an earlier file has it").c_str(),
                         format_error);
    CHECK_THROWS_WITH_AS((void)merge_files({a, (folder / "c")}),
                         ((folder / "c") + ": cannot be read: No such file or directory").c_str(), format_error);
}
