// SPDX-License-Identifier: MIT
#include <election/train/run_log.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <support/seed.hpp>
#include <support/temporary_folder.hpp>

using namespace election;
using election_test::bytes_of;
using election_test::temporary_folder;
using election_test::write_bytes;

namespace {

const std::string head = "iteration,epoch,seconds,metric,metric_margin,loss,vote_bytes,decision_bytes,absent";

run_row row_at(std::uint64_t iteration, double seconds = 0) {
    const counter_random random(5, iteration);
    run_row row;
    row.iteration = iteration;
    row.epoch = 1 + iteration / 10;
    row.seconds = seconds;
    if (iteration % 5 == 0) {
        row.metric = static_cast<double>(random.below(1000000, 0)) / 3e6;
        row.metric_margin = static_cast<double>(random.below(1000000, 1)) / 7e9;
    }
    row.loss = std::ldexp(static_cast<double>(random(2) >> 11U), -60);
    row.vote_bytes = random(3);
    row.decision_bytes = 17;
    row.absent = iteration % 3;
    row.more = {static_cast<double>(random.below(10, 4)) / 10.0};
    return row;
}

void check_refused(const std::string& path, const std::string& text, const std::string& message) {
    CAPTURE(text);
    write_bytes(path, text);
    CHECK_THROWS_WITH_AS((void)read_run_log(path), (path + message).c_str(), format_error);
}

} // namespace

TEST_CASE("a file is what it says") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    run_log log(path, {"violations"});
    run_row row;
    row.iteration = 1;
    row.epoch = 1;
    row.seconds = 0.1;
    row.loss = std::numeric_limits<double>::quiet_NaN();
    row.metric_margin = std::numeric_limits<double>::infinity();
    row.more = {std::nan("")};
    log.add(row);
    CHECK(bytes_of(path + ".part") == head + ",violations\n1,1,0.1,,,,0,0,0,\n"); // without having been asked to write it
    CHECK_FALSE(std::filesystem::exists(path));
    row = run_row();
    row.iteration = 2;
    row.epoch = 3;
    row.seconds = 1e-7;
    row.metric = 1.0 / 3;
    row.metric_margin = 0;
    row.loss = -2;
    row.vote_bytes = 18446744073709551615U;
    row.decision_bytes = 5;
    row.absent = 1;
    row.more = {4};
    log.add(row);
    CHECK(log.iterations() == 2);
    CHECK(log.seconds() == 1e-7);
    log.finish();
    CHECK(bytes_of(path) ==
          head + ",violations\n1,1,0.1,,,,0,0,0,\n2,3,1e-07,0.3333333333333333,0,-2,18446744073709551615,5,1,4\n");
    CHECK(folder.files() == 1);
    const run_table read = read_run_log(path);
    CHECK(read.more_columns == std::vector<std::string>{"violations"});
    REQUIRE(read.rows.size() == 2);
    CHECK(std::isnan(read.rows[0].more[0]));
    CHECK_FALSE(read.rows[0].loss.has_value());
    CHECK(read.rows[1] == row);
}

TEST_CASE("what a trainer reports") {
    round_report report;
    report.step = 6;
    report.loss = 0.5;
    report.transport = {10, 20, 3};
    run_row row = run_row::of(report);
    CHECK(row.iteration == 7);
    CHECK(row.loss == 0.5);
    CHECK(row.vote_bytes == 10);
    CHECK(row.decision_bytes == 20);
    CHECK(row.absent == 3);
    report.loss = std::nan("");
    CHECK_FALSE(run_row::of(report).loss.has_value());
}

TEST_CASE("numbers read back as they were") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    run_log log(path, {"x"});
    for (std::uint64_t t = 1; t <= 200; ++t) log.add(row_at(t, std::sqrt(static_cast<double>(t))));
    log.finish();
    const run_table read = read_run_log(path);
    REQUIRE(read.rows.size() == 200);
    for (std::uint64_t t = 1; t <= 200; ++t) REQUIRE(read.rows[t - 1] == row_at(t, std::sqrt(static_cast<double>(t))));
}

TEST_CASE("interrupted anywhere and resumed from any step: the same file") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    {
        run_log log(path, {"x"});
        for (std::uint64_t t = 1; t <= 20; ++t) log.add(row_at(t));
        log.finish();
    }
    const std::string whole = bytes_of(path);
    std::filesystem::remove(path);
    for (std::uint64_t reached : {1U, 7U, 20U}) {
        for (std::uint64_t step = 0; step <= reached; ++step) {
            for (bool cut : {false, true}) {
                CAPTURE(reached);
                CAPTURE(step);
                {
                    run_log log(path, {"x"});
                    for (std::uint64_t t = 1; t <= reached; ++t) log.add(row_at(t));
                } // dies
                std::string part = bytes_of(path + ".part");
                if (cut) write_bytes(path + ".part", part + "21,1,0.");
                run_log log = run_log::resume(path, step, {"x"});
                CHECK(log.iterations() == step);
                for (std::uint64_t t = step + 1; t <= 20; ++t) log.add(row_at(t));
                log.finish();
                REQUIRE(bytes_of(path) == whole);
                std::filesystem::remove(path);
            }
        }
    }
    CHECK(folder.files() == 0);
}

TEST_CASE("a complete run can be made longer; its seconds go on") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    {
        run_log log(path, {"x"});
        for (std::uint64_t t = 1; t <= 3; ++t) log.add(row_at(t, 0.5 * static_cast<double>(t)));
        log.finish();
    }
    run_log log = run_log::resume(path, 3, {"x"});
    CHECK(log.seconds() == 1.5);
    log.add(row_at(4, log.seconds() + 0.5));
    CHECK(read_run_log(path).rows.size() == 3); // still the old one
    log.finish();
    CHECK(read_run_log(path).rows.size() == 4);
}

TEST_CASE("what cannot be resumed") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    CHECK_THROWS_WITH_AS((void)run_log::resume(path, 1), (path + ": cannot be read: No such file or directory").c_str(),
                         format_error);
    {
        run_log log(path, {"x"});
        for (std::uint64_t t = 1; t <= 5; ++t) log.add(row_at(t));
    }
    const std::string part = path + ".part";
    CHECK_THROWS_WITH_AS((void)run_log::resume(path, 6, {"x"}),
                         (part +
                          ": has rows up to iteration 5, but the checkpoint is of iteration 6; give the log that belongs "
                          "to it, or start anew")
                             .c_str(),
                         format_error);
    CHECK_THROWS_WITH_AS((void)run_log::resume(path, 2, {"y"}),
                         (part + ":1: the columns are not those of this run, " + head + ",y").c_str(), format_error);
    const std::string text = bytes_of(part);
    write_bytes(part, text.substr(0, text.size() - 3));
    CHECK_THROWS_WITH_AS((void)run_log::resume(path, 5, {"x"}),
                         (part + ":6: the line is cut off; it must end with a line feed").c_str(), format_error);
    CHECK(run_log::resume(path, 4, {"x"}).iterations() == 4);
    CHECK_THROWS_AS(run_log(folder / "none/run.csv"), format_error);
    CHECK_THROWS_WITH_AS(run_log(folder / "."), ((folder / ".") + ": is a folder; a file name must be given").c_str(),
                         format_error);
}

TEST_CASE("no space is left") {
    if (!std::filesystem::exists("/dev/full")) return;
    CHECK_THROWS_WITH_AS(run_log("/dev/full"), "/dev/full: cannot be written: No space left on device", format_error);
}

TEST_CASE("a device is written to") {
    run_log log("/dev/null");
    run_row row;
    row.iteration = 1;
    log.add(row);
    log.finish();
    CHECK_FALSE(std::filesystem::exists("/dev/null.part"));
}

TEST_CASE("damaged logs") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    check_refused(path, "", ":1: the line is cut off; it must end with a line feed");
    check_refused(path, "iteration\n", ":1: this is no log of a run; its first line must begin with " + head);
    check_refused(path, head + "s\n", ":1: this is no log of a run; its first line must begin with " + head);
    check_refused(path, head + "\n1,1\n", ":2: 2 fields, but the header names 9");
    check_refused(path, head + "\n1,1,0,,,,0,0,0,\n", ":2: 10 fields, but the header names 9");
    check_refused(path, head + "\n2,1,0,,,,0,0,0\n", ":2: iteration 2 must be 1");
    check_refused(path, head + "\n1,1,0,,,,0,0,0\n1,1,0,,,,0,0,0\n", ":3: iteration 1 must be 2");
    check_refused(path, head + "\n1,1,0,nan,,,0,0,0\n", ":2: metric: 'nan' is not a number");
    check_refused(path, head + "\n1,1,0,,,,0,0,-1\n", ":2: absent: '-1' is not a whole number");
    write_bytes(path, head + "\r\n1,1,0,,,,0,0,0\r\n");
    CHECK(read_run_log(path).rows.size() == 1);
}

TEST_CASE("what is refused") {
    const temporary_folder folder;
    const std::string path = folder / "run.csv";
    CHECK_THROWS_WITH_AS(run_log(path, {"a,b"}),
                         "election::run_log: column = 'a,b' must be a word of lower-case letters, digits and '_'",
                         parameter_error);
    CHECK_THROWS_WITH_AS(run_log(path, {"loss"}), "election::run_log: column = loss must not stand twice", parameter_error);
    CHECK_THROWS_AS(run_log(path, {"a", "b", "a"}), parameter_error);
    run_log log(path);
    run_row row;
    row.iteration = 2;
    CHECK_THROWS_WITH_AS(log.add(row), "election::run_log: iteration = 2 must be the next one, 1", parameter_error);
    row.iteration = 1;
    row.more = {1};
    CHECK_THROWS_AS(log.add(row), parameter_error);
    CHECK(log.iterations() == 0);
}
