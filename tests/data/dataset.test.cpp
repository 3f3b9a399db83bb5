// SPDX-License-Identifier: MIT
#include <election/data/dataset.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using namespace election;

static_assert(dataset<dense_dataset> && dataset<sparse_dataset> && !dataset<xt::xtensor<float, 2>>);

namespace {

using numbers = std::vector<float>;

xt::xtensor<float, 2> two_rows() { return {{0.5F, 1.0F, 3.0F}, {2.0F, -1.0F, 0.0F}}; }

} // namespace

TEST_CASE("dense samples") {
    const dense_dataset data(two_rows(), {0, 2}, 3);
    CHECK(data.size() == 2);
    CHECK(data.features() == 3);
    CHECK(data.classes() == 3);
    CHECK(data.label(0) == 0);
    CHECK(data.label(1) == 2);
    CHECK(std::ranges::equal(data.row(0), numbers{0.5F, 1, 3}));
    CHECK(std::ranges::equal(data.row(1), numbers{2, -1, 0}));
    const dense_dataset flipped = data.with_flipped_labels();
    CHECK(flipped.label(0) == 2);
    CHECK(flipped.label(1) == 0);
    CHECK(flipped.row(1).data() == data.row(1).data());
    CHECK(data.label(0) == 0);
    const dense_dataset none(xt::xtensor<float, 2>(xt::xtensor<float, 2>::shape_type{0, 4}), {}, 1);
    CHECK(none.size() == 0);
    CHECK(none.features() == 4);
}

TEST_CASE("dense samples: what is refused") {
    CHECK_THROWS_WITH_AS(dense_dataset(two_rows(), {0}, 3),
                         "election::dense_dataset: labels = 1 must be as many as the rows of features, 2", parameter_error);
    CHECK_THROWS_WITH_AS(dense_dataset(two_rows(), {0, 3}, 3),
                         "election::dense_dataset: label = 3 must be below the number of classes, 3", parameter_error);
}

TEST_CASE("sparse samples") {
    const sparse_dataset ones({0, 2, 2, 3}, {0, 4, 1}, {}, 5, {1, 0, 1}, 2);
    CHECK(ones.size() == 3);
    CHECK(ones.features() == 5);
    CHECK(ones.classes() == 2);
    CHECK(std::ranges::equal(ones.row(0).columns, std::vector<std::uint32_t>{0, 4}));
    CHECK(ones.row(0).values.empty());
    CHECK(ones.row(1).columns.empty());
    CHECK(std::ranges::equal(ones.row(2).columns, std::vector<std::uint32_t>{1}));
    const sparse_dataset valued({0, 2, 3}, {0, 4, 1}, {0.5F, -1, 2}, 5, {1, 0}, 2);
    CHECK(std::ranges::equal(valued.row(0).values, numbers{0.5F, -1}));
    CHECK(std::ranges::equal(valued.row(1).values, numbers{2}));
    const sparse_dataset flipped = valued.with_flipped_labels();
    CHECK(flipped.label(0) == 0);
    CHECK(flipped.label(1) == 1);
    CHECK(flipped.row(1).columns.data() == valued.row(1).columns.data());
    CHECK(sparse_dataset({0}, {}, {}, 5, {}, 2).size() == 0);
}

TEST_CASE("sparse samples: what is refused") {
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 1}, {0}, {}, 5, {1, 0}, 2),
                         "election::sparse_dataset: begins = 2 must be one more than there are labels, 2", parameter_error);
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 1}, {0, 1}, {}, 5, {1}, 2),
                         "election::sparse_dataset: begins.back() = 1 must be the number of columns, and offsets must start "
                         "at 0 and not fall, 2",
                         parameter_error);
    CHECK_THROWS_AS(sparse_dataset({1, 2}, {0, 1}, {}, 5, {1}, 2), parameter_error);
    CHECK_THROWS_AS(sparse_dataset({0, 2, 1, 2}, {0, 1}, {}, 5, {1, 1, 1}, 2), parameter_error);
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 2}, {0, 1}, {1.0F}, 5, {1}, 2),
                         "election::sparse_dataset: values = 1 must be none or as many as columns, 2", parameter_error);
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 2}, {0, 5}, {}, 5, {1}, 2),
                         "election::sparse_dataset: column = 5 must be below the number of features, 5", parameter_error);
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 2}, {3, 3}, {}, 5, {1}, 2),
                         "election::sparse_dataset: column = 3 must be above the one before it in its row", parameter_error);
    CHECK_THROWS_WITH_AS(sparse_dataset({0, 1}, {0}, {}, 5, {2}, 2),
                         "election::sparse_dataset: label = 2 must be below the number of classes, 2", parameter_error);
    CHECK(sparse_dataset({0, 1, 2}, {3, 3}, {}, 5, {1, 1}, 2).size() == 2); // equal columns of two rows
}
