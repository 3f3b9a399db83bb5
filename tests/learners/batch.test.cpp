// SPDX-License-Identifier: MIT
#include <election/learners/batch.hpp>

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/random_samples.hpp>

using namespace election;
using rows_list = std::vector<std::uint32_t>;

TEST_CASE("features side by side: where they lie if they do so, otherwise copied") {
    const dense_dataset data = election_test::dense_samples(6, 3, 2);
    const auto check = [&](const rows_list& rows, bool in_place) {
        aligned_vector<float> floats;
        aligned_vector<double> doubles;
        const float* const as_floats = detail::side_by_side(data, rows, floats);
        const double* const as_doubles = detail::side_by_side(data, rows, doubles);
        CHECK((as_floats == data.row(rows[0]).data()) == in_place);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                CHECK(as_floats[3 * i + j] == data.row(rows[i])[j]);
                CHECK(as_doubles[3 * i + j] == static_cast<double>(data.row(rows[i])[j]));
            }
        }
    };
    check({2}, true);
    check({0, 1, 2, 3, 4, 5}, true);
    check({4, 5}, true);
    check({1, 0}, false);
    check({1, 1}, false);
    check({0, 2, 3}, false);
    aligned_vector<float> buffer;
    (void)detail::side_by_side(data, {}, buffer);
    CHECK(buffer.empty());
}

TEST_CASE("a buffer grows and does not shrink") {
    aligned_vector<double> buffer;
    double* const first = detail::room(buffer, 100);
    CHECK(detail::room(buffer, 7) == first);
    CHECK(buffer.size() == 100);
}

TEST_CASE("what does not fit is refused") {
    const dense_dataset data = election_test::dense_samples(6, 3, 2);
    detail::require_batch(data, rows_list{5, 0}, 3, 2, "here");
    detail::require_batch(data, {}, 3, 2, "here");
    CHECK_THROWS_WITH_AS(detail::require_batch(data, rows_list{0, 6, 1}, 3, 2, "here"),
                         "election::here: row = 6 must be below the number of samples, 6", parameter_error);
    CHECK_THROWS_WITH_AS(detail::require_batch(data, rows_list{0}, 4, 2, "here"),
                         "election::here: data.features() = 3 must be the learner's, 4", parameter_error);
    CHECK_THROWS_WITH_AS(detail::require_batch(data, rows_list{0}, 3, 3, "here"),
                         "election::here: data.classes() = 2 must be the learner's, 3", parameter_error);
    CHECK_THROWS_WITH_AS(detail::require_length(3, 4, "here", "scores.size()", "samples"),
                         "election::here: scores.size() = 3 must be samples, 4", parameter_error);
}
