// SPDX-License-Identifier: MIT
#include <election/data/libsvm.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <support/temporary_file.hpp>

using namespace election;

namespace {

sparse_dataset read_libsvm_text(const std::string& text, const libsvm_options& options = {}) {
    std::istringstream stream(text);
    return read_libsvm(stream, "data.svm", options);
}

void check_libsvm_error(const std::string& text, const std::string& message, const libsvm_options& options = {}) {
    CHECK_THROWS_WITH_AS((void)read_libsvm_text(text, options), message.c_str(), format_error);
}

bool is_sparse_row(const sparse_dataset& data, std::size_t i, const std::vector<std::uint32_t>& columns,
                   const std::vector<float>& values) {
    return std::ranges::equal(data.row(i).columns, columns) && std::ranges::equal(data.row(i).values, values);
}

} // namespace

TEST_CASE("labels, indices and values") {
    const sparse_dataset data = read_libsvm_text("+1 1:0.5 3:-2 7:1e1\n-1\n 3\t2:1 5:0 # a comment\r\n\n# another\n-1 7:4");
    CHECK(data.size() == 4);
    CHECK(data.features() == 7);
    CHECK(data.classes() == 3);
    CHECK(is_sparse_row(data, 0, {0, 2, 6}, {0.5F, -2, 10}));
    CHECK(is_sparse_row(data, 1, {}, {}));
    CHECK(is_sparse_row(data, 2, {1}, {1}));
    CHECK(is_sparse_row(data, 3, {6}, {4}));
    CHECK(data.label(0) == 1);
    CHECK(data.label(1) == 0);
    CHECK(data.label(2) == 2);
    CHECK(data.label(3) == 0);
}

TEST_CASE("values that are all 1 are not stored") {
    const sparse_dataset data = read_libsvm_text("1 1:1 2:1\n0 3:1.0\n");
    CHECK(is_sparse_row(data, 0, {0, 1}, {}));
    CHECK(is_sparse_row(data, 1, {2}, {}));
    CHECK(read_libsvm_text("1 1:1 2:1\n0 3:1.5\n").row(0).values.size() == 2);
}

TEST_CASE("a second file gets the features and classes of the first") {
    const sparse_dataset data = read_libsvm_text("1 2:5\n", {.features = 9, .label_values = {-1, 1}});
    CHECK(data.features() == 9);
    CHECK(data.classes() == 2);
    CHECK(data.label(0) == 1);
    CHECK(read_libsvm_text("1 9:5\n", {.features = 9, .label_values = {}}).features() == 9);
    CHECK(read_libsvm_text("1 2:5 9:0\n").features() == 9); // a zero that is written says how many there are
    check_libsvm_error("1 10:5\n", "data.svm:1: '10:5': the index is above the number of features, 9",
                       {.features = 9, .label_values = {}});
    check_libsvm_error("1 2:5\n0\n", "data.svm:2: label 0 is none of the 2 values that classes have",
                       {.features = 0, .label_values = {-1, 1}});
    CHECK_THROWS_WITH_AS((void)read_libsvm_text("1 1:1\n", {.features = std::size_t{1} << 32, .label_values = {}}),
                         "election::read_libsvm: features = 4294967296 must be at most 4294967295", parameter_error);
}

TEST_CASE("malformed files") {
    check_libsvm_error("", "data.svm: is empty; a libsvm file has a line a sample");
    check_libsvm_error("\n#\n", "data.svm: has no sample; a libsvm file has a line a sample");
    check_libsvm_error("1 1:1\nx 1:1\n", "data.svm:2: label: 'x' is no number that a float can hold");
    check_libsvm_error("2:1\n", "data.svm:1: label: '2:1' is no number that a float can hold");
    check_libsvm_error("1 5\n", "data.svm:1: '5' is no feature, INDEX:VALUE with a whole number before the colon");
    check_libsvm_error("1 qid:5 1:1\n",
                       "data.svm:1: 'qid:5' is no feature, INDEX:VALUE with a whole number before the colon");
    check_libsvm_error("1 -1:5\n", "data.svm:1: '-1:5' is no feature, INDEX:VALUE with a whole number before the colon");
    check_libsvm_error("1 :5\n", "data.svm:1: ':5' is no feature, INDEX:VALUE with a whole number before the colon");
    check_libsvm_error("1 0:5\n", "data.svm:1: '0:5': indices count from 1");
    check_libsvm_error("1 2:5 2:6\n", "data.svm:1: '2:6': indices must increase, but 2 is before it");
    check_libsvm_error("1 1:1\n1 3:5 2:6\n", "data.svm:2: '2:6': indices must increase, but 3 is before it");
    check_libsvm_error("1 3:0 2:6\n", "data.svm:1: '2:6': indices must increase, but 3 is before it");
    check_libsvm_error("1 1:\n", "data.svm:1: '1:': an empty field is no number that a float can hold");
    check_libsvm_error("1 1:2:3\n", "data.svm:1: '1:2:3': '2:3' is no number that a float can hold");
    check_libsvm_error("1 1:nan\n", "data.svm:1: '1:nan': 'nan' is no number that a float can hold");
    check_libsvm_error("1 4294967296:1\n",
                       "data.svm:1: '4294967296:1': the index is above the number of features, 4294967295");
}

TEST_CASE("files") {
    const election_test::temporary_file file("data.svm", "1 1:1\n");
    CHECK(read_libsvm(file.path()).size() == 1);
    CHECK(read_libsvm(file.path(), {.features = 3, .label_values = {}}).features() == 3);
    CHECK_THROWS_AS((void)read_libsvm(std::string("/no/such/file")), format_error);
    const election_test::temporary_file packed("data.svm.gz", "\x1f\x8b\x08");
    CHECK_THROWS_WITH_AS((void)read_libsvm(packed.path()),
                         (packed.path() + ": is compressed with gzip; unpack it first, with gunzip").c_str(), format_error);
}
