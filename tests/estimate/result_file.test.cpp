// SPDX-License-Identifier: MIT
#include <election/estimate/result_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/codes/full.hpp>
#include <election/core/random.hpp>
#include <support/result_rows.hpp>
#include <support/seed.hpp>
#include <support/temporary_folder.hpp>

using namespace election;
using election_test::row_of;
using election_test::task_of;

namespace {

std::vector<result_row> read_text(const std::string& text) {
    std::istringstream stream(text);
    return read_results(stream, "F");
}

std::string text_of(const std::vector<result_row>& rows) {
    std::ostringstream stream;
    write_results(stream, rows);
    return stream.str();
}

const std::string header =
    "task,description,trials,failures,estimate,lower,upper,confidence,interval,contributions,checksum\n";

/// Rows with all that there can be in one.
std::vector<result_row> example_rows() {
    result_row quoted{estimation_task().with("placement", "fixed:1,2").with("name", "\"a\",b"), {{7, 0, 1000, 3}}};
    result_row parts = row_of(2, {{1, 1000, 500, 0}, {1, 2000, 400, 1}, {18446744073709551615U, 0, 1000000000000000U, 1}});
    parts.confidence = 0.99;
    parts.kind = interval_kind::wilson;
    result_row never = row_of(3, {{1, 0, 1000, 0}});
    never.kind = interval_kind::bayesian;
    return {quoted, parts, never};
}

/// The example's text with one thing replaced that is in it once.
std::string replaced(const std::string& what, const std::string& by) {
    std::string text = text_of(example_rows());
    const std::size_t place = text.find(what);
    REQUIRE(place != std::string::npos);
    REQUIRE(text.find(what, place + 1) == std::string::npos);
    return text.replace(place, what.size(), by);
}

void check_refused(const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS((void)read_text(text), message.c_str(), format_error);
}

} // namespace

TEST_CASE("totals, estimate and interval follow from the contributions") {
    const result_row row = row_of(1, {{1, 0, 600, 6}, {2, 0, 400, 4}});
    CHECK(row.trials() == 1000);
    CHECK(row.failures() == 10);
    CHECK(row.estimate() == 0.01);
    CHECK(row.bounds() == confidence_interval(10, 1000));
}

TEST_CASE("a file is what it says") {
    const std::string text = text_of({row_of(1, {{7, 0, 1000, 0}})});
    const std::string upper = detail::digits_text(confidence_interval(0, 1000).upper); // its last digit is the platform's
    CHECK(text == header + "a420e87b4855de41,\"ties=abstain liars=1\",1000,0,0,0," + upper +
                      ",0.95,clopper-pearson,7:0:1000:0,6e8dce2478a92a52\n");
}

TEST_CASE("round trip") {
    CHECK(read_text(text_of(example_rows())) == example_rows());
    CHECK(text_of(read_text(text_of(example_rows()))) == text_of(example_rows()));
    CHECK(read_text(header).empty());
    CHECK(text_of({}) == header);
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    std::uint64_t draw = 0;
    for (int round = 0; round < 200; ++round) {
        std::vector<result_row> rows;
        for (std::uint64_t r = 0; r <= random.below(3, draw); ++r) {
            result_row row = row_of(static_cast<int>(r), {});
            row.kind = interval_kinds[random.below(3, ++draw)];
            row.confidence = 0.5 + static_cast<double>(random.below(499, ++draw)) / 1000;
            for (std::uint64_t c = 0; c <= random.below(4, draw); ++c) {
                const std::uint64_t trials = 1 + (random(draw) >> (4 + random.below(59, draw + 1)));
                row.contributions.push_back({c, 1 + c, trials, random.below(trials + 1, draw + 2)});
                draw += 3;
            }
            rows.push_back(row);
        }
        CHECK(read_text(text_of(rows)) == rows);
    }
}

TEST_CASE("what programs that rewrite tables do is taken: quotes, line ends, order of contributions, digits") {
    std::string text = replaced("\"ties=abstain liars=2\"", "ties=abstain liars=2");
    CHECK(read_text(text) == example_rows());
    CHECK(read_text(replaced("1:1000:500:0 1:2000:400:1", "1:2000:400:1 1:1000:500:0")) == example_rows());
    CHECK(read_text(replaced("1:0:1000:0", "\"1:0:1000:0\"")) == example_rows());
    CHECK(read_text(replaced("1000,3,0.003,", "1000,3,3.0e-3,")) == example_rows());
    std::string windows;
    for (char c : text_of(example_rows())) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(read_text(windows) == example_rows());
}

TEST_CASE("what is no results file is refused, with its line") {
    const std::string second = task_of(2).id();
    check_refused("", "F: is empty; a results file begins with a header line");
    const std::string no_header =
        "F:1: this is no results file; its first line must be " + header.substr(0, header.size() - 1);
    check_refused("101\n011\n", no_header);
    check_refused("task,description\n", no_header);
    check_refused(header.substr(1), no_header);
    check_refused("\n" + header, no_header);
    check_refused("task", "F:1: the line is cut off; it must end with a line feed");
    const std::string text = text_of(example_rows());
    check_refused(text.substr(0, text.size() - 1), "F:4: the line is cut off; it must end with a line feed");
    check_refused(header + "\n", "F:2: 1 field, but the header names 11");
    check_refused(text + "a,b\n", "F:5: 2 fields, but the header names 11");
    check_refused(header + "\"a\n", "F:2: field 1: the quotes are not closed");
    check_refused(header + "a,\"a\"\"\n", "F:2: field 2: the quotes are not closed");
    check_refused(header + "a,\"a\"b\n", "F:2: field 2: something follows the closing quotes");
    check_refused(header + "a\"b\n", "F:2: field 1: a quote within a field without quotes");
    check_refused(replaced("\"ties=abstain liars=2\"", "\"ties=abstain liars\""),
                  "F:3: description: 'ties=abstain liars' must look like key=value key=value");
    check_refused(replaced("\"ties=abstain liars=2\"", "\"ties=abstain liars=4\""),
                  "F:3: task: '" + second + "' must be " + task_of(4).id() + ", the hash of the description");
    check_refused(replaced(second, "x" + second.substr(1)),
                  "F:3: task: 'x" + second.substr(1) + "' must be " + second + ", the hash of the description");
    check_refused(text + text_of({row_of(2, {{5, 0, 10, 0}})}).substr(header.size()),
                  "F:5: task " + second + " stands in line 3 already");
}

TEST_CASE("a row that contradicts itself is refused") {
    check_refused(replaced("1000,3,0.003", "1001,3,0.003"), "F:2: trials: 1001 must be 1000, the sum of the contributions");
    check_refused(replaced("1000,3,0.003", "1000,2,0.003"), "F:2: failures: 2 must be 3, the sum of the contributions");
    check_refused(replaced("1000,3,0.003", "1000,3,0.004"),
                  "F:2: estimate: '0.004' must be 0.003, which follows from the contributions");
    check_refused(replaced("1000,3,0.003", "1000,3,nan"), "F:2: estimate: 'nan' is not a number");
    check_refused(replaced("1000,3,0.003", "1000,,0.003"), "F:2: failures: '' is not a whole number");
    check_refused(replaced("1000,3,0.003", "1e3,3,0.003"), "F:2: trials: '1e3' is not a whole number");
    check_refused(replaced(",0.99,", ",0.9,"),
                  "F:3: lower: " + escaped(detail::digits_text(example_rows()[1].bounds().lower)) + " must be " +
                      detail::digits_text(confidence_interval(2, 1000000000000900U, 0.9, interval_kind::wilson).lower) +
                      ", which follows from the contributions");
    check_refused(replaced(",0.99,", ",1,"), "F:3: confidence: '1' must be more than 0 and less than 1");
    check_refused(replaced(",wilson,", ",wald,"), "F:3: interval: 'wald' must be clopper-pearson, wilson or bayesian");
    const result_row never = example_rows()[2];
    check_refused(replaced(",0,0,0," + detail::digits_text(never.bounds().upper), ",0,0,0,0"),
                  "F:4: upper: '0' must be " + detail::digits_text(never.bounds().upper) +
                      ", which follows from the contributions");
    check_refused(replaced("7:0:1000:3", "8:0:1000:3"), "F:2: checksum: '" + detail::checksum_of(example_rows()[0]) +
                                                            "' does not belong to this row; something in it was changed");
    for (const char* word : {"7:0:1000", "7:0:1000:3:", "7:0/1:1000:3", "-7:0:1000:3", "7:0:1000:3 ", " 7:0:1000:3", ""}) {
        CAPTURE(word);
        const std::string text = replaced("7:0:1000:3", word);
        try {
            (void)read_text(text);
            FAIL("accepted");
        } catch (const format_error& failure) {
            CHECK(std::string(failure.what()).starts_with("F:2: contributions: '"));
            CHECK(std::string(failure.what()).ends_with("' must look like seed:first:trials:failures"));
        }
    }
    check_refused(replaced("7:0:1000:3", "7:0:0:0"), "F:2: contributions: seed 7 has no trial");
    check_refused(replaced("7:0:1000:3", "7:0:1000:1001"),
                  "F:2: contributions: seed 7, trials 0 to 999 has more failures than trials");
    check_refused(replaced("1:2000:400:1", "1:1000:500:1"),
                  "F:3: contributions: seed 1, trials 1000 to 1499 is there already");
    check_refused(
        replaced("1:2000:400:1", "1:700:400:1"),
        "F:3: contributions: seed 1, trials 700 to 1099 overlaps seed 1, trials 1000 to 1499, which is there already");
    check_refused(replaced("1:2000:400:1", "1:2000:9223372036854775000:1"),
                  "F:3: contributions: there are more than 2^63 trials");
}

TEST_CASE("damage is noticed: no crash, and no other totals") {
    CAPTURE(election_test::seed());
    const std::vector<result_row> rows = example_rows();
    const std::string whole = text_of(rows);
    std::size_t accepted = 0;
    const auto attempt = [&](const std::string& text) {
        try {
            // Rows may be missing, at the end, where a cut falls between two lines; those that are there are as they were.
            for (const result_row& row : read_text(text)) {
                ++accepted;
                REQUIRE(std::find(rows.begin(), rows.end(), row) != rows.end());
            }
        } catch (const format_error& failure) {
            const std::string what = failure.what();
            CHECK(what.starts_with("F:"));
            CHECK(std::all_of(what.begin(), what.end(), [](char c) { return c < 0 || (c >= ' ' && c < '\x7f'); }));
        }
    };
    for (std::size_t length = 0; length < whole.size(); ++length) attempt(whole.substr(0, length));
    for (std::size_t place = 0; place < whole.size(); ++place) {
        for (char by : {'0', '1', '9', ' ', ',', '"', '\n', ':', '\0'}) {
            std::string text = whole;
            text[place] = by;
            attempt(text);
        }
        std::string text = whole;
        attempt(text.erase(place, 1));
    }
    const counter_random random(election_test::seed());
    for (std::uint64_t round = 0; round < 3000; ++round) {
        std::string text = whole;
        for (std::uint64_t change = 0; change <= round % 4; ++change) {
            text[random.below(text.size(), 10 * round + 2 * change)] =
                static_cast<char>(random(10 * round + 2 * change + 1));
        }
        if (round % 5 == 0) text.resize(random.below(text.size(), 10 * round + 9));
        attempt(text);
    }
    CHECK(accepted > 0); // what was put in place of a byte is the byte itself, sometimes
}

TEST_CASE("a folder and a missing file are named") {
    const election_test::temporary_folder folder;
    const std::string missing = folder / "no";
    const std::string path = std::filesystem::path(missing).parent_path().string();
    CHECK_THROWS_WITH_AS((void)read_results(path), (path + ": is a folder; a results file must be given").c_str(),
                         format_error);
    CHECK_THROWS_WITH_AS((void)read_results(missing), (missing + ": cannot be read: No such file or directory").c_str(),
                         format_error);
}
