// SPDX-License-Identifier: MIT
#include <election/data/amazon.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/data/random_sequence.hpp>
#include <support/seed.hpp>
#include <support/temporary_file.hpp>

using namespace election;

namespace {

const std::string amazon_header =
    "ACTION,RESOURCE,MGR_ID,ROLE_ROLLUP_1,ROLE_ROLLUP_2,ROLE_DEPTNAME,ROLE_TITLE,ROLE_FAMILY_DESC,ROLE_FAMILY,ROLE_CODE\n";

sparse_dataset read_amazon_text(const std::string& text) {
    std::istringstream stream(text);
    return read_amazon(stream, "train.csv");
}

void check_amazon_error(const std::string& text, const std::string& message) {
    CHECK_THROWS_WITH_AS((void)read_amazon_text(text), message.c_str(), format_error);
}

using code_table = std::vector<std::vector<std::uint32_t>>; // rows of ten fields

std::string text_of(const code_table& rows) {
    std::string text = amazon_header;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) text += std::to_string(row[c]) + (c + 1 < row.size() ? "," : "\n");
    }
    return text;
}

/// The features by their definition: maps of tuples.
std::vector<std::vector<std::uint32_t>> reference_features(const code_table& rows, std::size_t& features) {
    std::vector<std::vector<std::size_t>> combinations;
    for (std::size_t a = 1; a < 10; ++a) combinations.push_back({a});
    for (std::size_t a = 1; a < 10; ++a) {
        for (std::size_t b = a + 1; b < 10; ++b) combinations.push_back({a, b});
    }
    for (std::size_t a = 1; a < 10; ++a) {
        for (std::size_t b = a + 1; b < 10; ++b) {
            for (std::size_t c = b + 1; c < 10; ++c) combinations.push_back({a, b, c});
        }
    }
    std::vector<std::vector<std::uint32_t>> columns(rows.size());
    std::uint32_t next = 0;
    for (const auto& combination : combinations) {
        const auto tuple_of = [&](const std::vector<std::uint32_t>& row) {
            std::vector<std::uint32_t> tuple;
            for (std::size_t c : combination) tuple.push_back(row[c]);
            return tuple;
        };
        std::map<std::vector<std::uint32_t>, std::size_t> count;
        for (const auto& row : rows) ++count[tuple_of(row)];
        std::map<std::vector<std::uint32_t>, std::uint32_t> level;
        for (std::size_t times : {1U, 2U}) {
            bool used = false;
            for (const auto& entry : count) {
                if (entry.second != times) continue;
                level[entry.first] = next;
                used = true;
            }
            next += used;
        }
        for (const auto& entry : count) {
            if (entry.second > 2) level[entry.first] = next++;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) columns[i].push_back(level[tuple_of(rows[i])]);
    }
    features = next;
    return columns;
}

} // namespace

TEST_CASE("one-hot levels are those of the definition") {
    CAPTURE(election_test::seed());
    random_sequence random(election_test::seed(), 1);
    for (std::size_t size : {1U, 2U, 3U, 40U, 300U}) {
        for (std::uint64_t values : {1U, 3U, 20U}) {
            code_table rows(size, std::vector<std::uint32_t>(10));
            for (auto& row : rows) {
                row[0] = static_cast<std::uint32_t>(random.below(2));
                for (std::size_t c = 1; c < 10; ++c) row[c] = static_cast<std::uint32_t>(random.below(values) * 4294967);
            }
            std::size_t features = 0;
            const auto expected = reference_features(rows, features);
            const sparse_dataset data = read_amazon_text(text_of(rows));
            REQUIRE(data.size() == size);
            CHECK(data.features() == features);
            CHECK(data.classes() == 2);
            bool right = true;
            for (std::size_t i = 0; i < size; ++i) {
                const sparse_row row = data.row(i);
                right = right && std::ranges::equal(row.columns, expected[i]) && row.values.empty();
                right = right && data.label(i) == rows[i][0];
            }
            CHECK(right);
        }
    }
}

TEST_CASE("tuples that occur once share a level, and so do those that occur twice") {
    // In column 1: 5 once, 6 twice, 7 once, 8 three times; all other columns are constant.
    code_table rows;
    for (std::uint32_t value : {5U, 6U, 8U, 6U, 7U, 8U, 8U}) {
        rows.push_back(std::vector<std::uint32_t>(10, 1));
        rows.back()[1] = value;
    }
    const sparse_dataset data = read_amazon_text(text_of(rows));
    std::vector<std::uint32_t> levels;
    for (std::size_t i = 0; i < data.size(); ++i) levels.push_back(data.row(i).columns[0]);
    CHECK(levels == std::vector<std::uint32_t>{0, 1, 2, 1, 0, 2, 2});
    // Column 1 is in 1 single, 8 pairs and 28 triples with three levels each; the other groups have one level.
    CHECK(data.features() == 3 * 37 + (129 - 37));
}

TEST_CASE("lines may end as on Windows, and the last one without an end") {
    std::string text = text_of({{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {0, 2, 3, 4, 5, 6, 7, 8, 9, 10}});
    text.pop_back();
    std::string windows = "\xEF\xBB\xBF";
    for (char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(read_amazon_text(text).size() == 2);
    CHECK(read_amazon_text(windows).size() == 2);
    CHECK(read_amazon_text(windows).label(1) == 0);
}

TEST_CASE("malformed files") {
    const std::string row = "1,2,3,4,5,6,7,8,9,10\n";
    check_amazon_error("", "train.csv: is empty; the first line must be the header ACTION,RESOURCE,MGR_ID,…");
    check_amazon_error(amazon_header, "train.csv: has a header but no rows");
    check_amazon_error(
        row, "train.csv:1: '1,2,3,4,5,6,7,8,9,10' is not the header, ACTION and the names of nine categories; give "
             "Kaggle's train.csv");
    check_amazon_error("ACTION,RESOURCE\n",
                       "train.csv:1: 'ACTION,RESOURCE' is not the header, ACTION and the names of nine categories; "
                       "give Kaggle's train.csv");
    check_amazon_error(amazon_header + row + "1,2,3\n",
                       "train.csv:3: 3 fields, but a line has 10: ACTION and nine categories");
    check_amazon_error(amazon_header + "\n" + row, "train.csv:2: 1 field, but a line has 10: ACTION and nine categories");
    check_amazon_error(amazon_header + "1,2,3,4,5,6,7,8,9,10,11\n",
                       "train.csv:2: 11 fields, but a line has 10: ACTION and nine categories");
    check_amazon_error(amazon_header + row + row + "1,2,x,4,5,6,7,8,9,10\n",
                       "train.csv:4: field 3: 'x' is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "1,,3,4,5,6,7,8,9,10\n",
                       "train.csv:2: field 2: an empty field is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "1,2,3,4,5,6,7,8,9,\n",
                       "train.csv:2: field 10: an empty field is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "1,2,3,4,5,6,7,8,9,4294967296\n",
                       "train.csv:2: field 10: '4294967296' is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "1,2,-3,4,5,6,7,8,9,10\n",
                       "train.csv:2: field 3: '-3' is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "1,2,3 ,4,5,6,7,8,9,10\n",
                       "train.csv:2: field 3: '3 ' is no whole number from 0 to 4294967295");
    check_amazon_error(amazon_header + "2,2,3,4,5,6,7,8,9,10\n", "train.csv:2: field 1: ACTION is 2, but must be 0 or 1");
}

TEST_CASE("files that are not there or compressed") {
    CHECK_THROWS_WITH_AS((void)read_amazon("/no/such/file"), "/no/such/file: cannot be opened: No such file or directory",
                         format_error);
    const election_test::temporary_file file("amazon.csv", text_of({{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}));
    CHECK(read_amazon(file.path()).size() == 1);
}

TEST_CASE("the split of the experiment") {
    const auto check = [](std::size_t k, std::size_t rows, std::size_t batch, std::size_t steps) {
        const amazon_sizes sizes = amazon_split(k);
        CHECK(sizes.train_rows == rows);
        CHECK(sizes.batch_size == batch);
        CHECK(sizes.steps_per_epoch == steps);
    };
    check(5, 26325, 15, 351);
    check(15, 26325, 15, 117);
    check(49, 28665, 5, 117);
    check(7, 26208, 16, 234);
    check(16, 26160, 15, 109);
    check(17, 26180, 14, 110);
    check(19, 26182, 13, 106); // 12.6 rows
    check(101, 26260, 2, 130);
    check(26325, 26325, 1, 1);
    for (std::size_t k = 1; k <= 26325; ++k) {
        const amazon_sizes sizes = amazon_split(k);
        REQUIRE(sizes.train_rows == k * sizes.batch_size * sizes.steps_per_epoch);
        REQUIRE(sizes.steps_per_epoch >= 1);
        REQUIRE(sizes.train_rows < 32769);
    }
    CHECK_THROWS_WITH_AS((void)amazon_split(0), "election::amazon_split: partitions = 0 must be at least 1",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)amazon_split(26326),
                         "election::amazon_split: partitions = 26326 must be at most the number of training rows, 26325",
                         parameter_error);
}

TEST_CASE("the file of the experiment") {
    const char* path = std::getenv("ELECTION_AMAZON_CSV");
    if (path == nullptr) {
        MESSAGE("skipped: the environment variable ELECTION_AMAZON_CSV names no train.csv");
        return;
    }
    const sparse_dataset data = read_amazon(path);
    REQUIRE(data.size() == 32769);
    CHECK(data.features() == 263500);
    std::size_t ones = 0;
    bool whole_rows = true;
    std::uint32_t last_single = 0;
    std::uint32_t last_pair = 0;
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const sparse_row row = data.row(i);
        whole_rows = whole_rows && row.columns.size() == 129;
        ones += data.label(i);
        last_single = std::max(last_single, row.columns[8]);
        last_pair = std::max(last_pair, row.columns[44]);
        seen.insert(row.columns.begin(), row.columns.end());
    }
    CHECK(whole_rows);
    CHECK(ones == 30872); // 94.21 %
    CHECK(last_single + 1 == 7832);
    CHECK(last_pair + 1 == 7832 + 67095);
    CHECK(seen.size() == 263500);
}
