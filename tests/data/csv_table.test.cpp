// SPDX-License-Identifier: MIT
#include <election/data/csv_table.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/temporary_file.hpp>

using namespace election;

namespace {

dense_dataset read_table_text(const std::string& text, const csv_table_options& options = {}) {
    std::istringstream stream(text);
    return read_csv_table(stream, "table.csv", options);
}

void check_table_error(const std::string& text, const std::string& message, const csv_table_options& options = {}) {
    CHECK_THROWS_WITH_AS((void)read_table_text(text, options), message.c_str(), format_error);
}

bool is_dense_row(const dense_dataset& data, std::size_t i, const std::vector<float>& expected) {
    return std::ranges::equal(data.row(i), expected);
}

csv_table_options label_in(std::ptrdiff_t column) {
    csv_table_options options;
    options.label_column = column;
    return options;
}

csv_table_options with_header(csv_header header) {
    csv_table_options options;
    options.header = header;
    return options;
}

} // namespace

TEST_CASE("the label may be in any column") {
    const std::string text = "7,8,9\n4,5,6\n";
    const dense_dataset last = read_table_text(text);
    CHECK(last.size() == 2);
    CHECK(last.features() == 2);
    CHECK(last.classes() == 2);
    CHECK(is_dense_row(last, 0, {7, 8}));
    CHECK(is_dense_row(last, 1, {4, 5}));
    CHECK(last.label(0) == 1);
    CHECK(last.label(1) == 0);
    CHECK(is_dense_row(read_table_text(text, label_in(0)), 0, {8, 9}));
    CHECK(is_dense_row(read_table_text(text, label_in(1)), 1, {4, 6}));
    CHECK(is_dense_row(read_table_text(text, label_in(2)), 1, {4, 5}));
    CHECK(is_dense_row(read_table_text(text, label_in(-3)), 0, {8, 9}));
    check_table_error(text,
                      "table.csv:1: 3 fields, but the label is to be in column 3, counted from 0 (from the end if negative)",
                      label_in(3));
    check_table_error(
        text, "table.csv:1: 3 fields, but the label is to be in column -4, counted from 0 (from the end if negative)",
        label_in(-4));
}

TEST_CASE("a header is found, or said to be there or not") {
    CHECK(read_table_text("a,b,c\n1,2,0\n").size() == 1);
    CHECK(read_table_text("\"a\",\"2\",\n1,2,0\n").size() == 1);
    CHECK(read_table_text("1,2,3\n1,2,0\n").size() == 2);
    CHECK(read_table_text("1,2,3\n1,2,0\n", with_header(csv_header::present)).size() == 1);
    CHECK(read_table_text("# comment\n\na,b,c\n1,2,0\n").size() == 1);
    check_table_error("a,b,c\n1,2,0\n", "table.csv:1: field 1: 'a' is no number that a float can hold",
                      with_header(csv_header::absent));
    // A line with a number is a sample with a fault, not a header.
    check_table_error("1,b,0\n1,2,0\n", "table.csv:1: field 2: 'b' is no number that a float can hold");
    // There is one header at most.
    check_table_error("a,b\nc,d\n", "table.csv:2: field 1: 'c' is no number that a float can hold");
}

TEST_CASE("blanks, comments, other separators and ends of lines") {
    const dense_dataset data = read_table_text("\xEF\xBB\xBF"
                                               "1 ,\t-2.5, +0\r\n\r\n  # nothing\n1e-2,3,1");
    CHECK(data.size() == 2);
    CHECK(is_dense_row(data, 0, {1, -2.5F}));
    CHECK(is_dense_row(data, 1, {0.01F, 3}));
    csv_table_options options;
    options.separator = ';';
    CHECK(is_dense_row(read_table_text("1;2;3\n", options), 0, {1, 2}));
    options.separator = '\t';
    CHECK(is_dense_row(read_table_text("1\t2\t3\n", options), 0, {1, 2}));
    options.separator = '.';
    CHECK_THROWS_WITH_AS((void)read_table_text("1.2\n", options),
                         "election::read_csv_table: separator = . must not be part of a number, the end of a line or #",
                         parameter_error);
}

TEST_CASE("labels of a second file get the classes of the first") {
    csv_table_options options;
    options.label_values = {-1, 1};
    const dense_dataset data = read_table_text("5,1\n6,1\n", options);
    CHECK(data.classes() == 2);
    CHECK(data.label(0) == 1);
    check_table_error("5,1\n\n6,0\n", "table.csv:3: label 0 is none of the 2 values that classes have", options);
}

TEST_CASE("malformed tables") {
    check_table_error("", "table.csv: is empty; a table has a line a sample");
    check_table_error("\n# nothing\n", "table.csv: has no line of numbers; a table has a line a sample");
    check_table_error("a,b\n", "table.csv: has no line of numbers; a table has a line a sample");
    check_table_error("1\n2\n", "table.csv:1: 1 field, but a sample has a label and at least one feature");
    check_table_error("1,2\n3,4\n5\n", "table.csv:3: 1 field, but line 1 has 2");
    check_table_error("a,b\n1,2,3\n", "table.csv:2: 3 fields, but line 1 has 2");
    check_table_error("1,2\n3,\n", "table.csv:2: field 2: an empty field is no number that a float can hold");
    check_table_error("1,2\nnan,1\n", "table.csv:2: field 1: 'nan' is no number that a float can hold");
    check_table_error("1,2\n1e99,1\n", "table.csv:2: field 1: '1e99' is no number that a float can hold");
}

TEST_CASE("tables in files") {
    const election_test::temporary_file file("table.csv", "1,0\n2,1\n");
    CHECK(read_csv_table(file.path()).size() == 2);
    CHECK(is_dense_row(read_csv_table(file.path(), label_in(0)), 1, {1}));
    CHECK_THROWS_AS((void)read_csv_table(std::string("/no/such/file")), format_error);
    const election_test::temporary_file packed("table.csv.gz", "\x1f\x8b\x08");
    CHECK_THROWS_WITH_AS((void)read_csv_table(packed.path()),
                         (packed.path() + ": is compressed with gzip; unpack it first, with gunzip").c_str(), format_error);
}
