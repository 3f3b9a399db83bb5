// SPDX-License-Identifier: MIT
#include <election/data/synthetic.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <doctest/doctest.h>
#include <support/seed.hpp>

using namespace election;

namespace {

/// The share of the rows from `train` on whose class has the nearest mean of the rows before.
double nearest_mean_accuracy(const dense_dataset& data, std::size_t train) {
    const std::size_t d = data.features();
    std::vector<double> means(data.classes() * d);
    std::vector<double> count(data.classes());
    for (std::size_t i = 0; i < train; ++i) {
        ++count[data.label(i)];
        for (std::size_t f = 0; f < d; ++f) means[data.label(i) * d + f] += static_cast<double>(data.row(i)[f]);
    }
    std::size_t right = 0;
    for (std::size_t i = train; i < data.size(); ++i) {
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t c = 0; c < data.classes(); ++c) {
            double distance = 0;
            for (std::size_t f = 0; f < d; ++f) {
                const double by = static_cast<double>(data.row(i)[f]) - means[c * d + f] / count[c];
                distance += by * by;
            }
            if (distance < least) {
                least = distance;
                best = c;
            }
        }
        right += best == data.label(i);
    }
    return static_cast<double>(right) / static_cast<double>(data.size() - train);
}

bool begins_with(const dense_dataset& more, const dense_dataset& fewer) {
    for (std::size_t i = 0; i < fewer.size(); ++i) {
        if (more.label(i) != fewer.label(i) || !std::ranges::equal(more.row(i), fewer.row(i))) return false;
    }
    return true;
}

} // namespace

TEST_CASE("blobs lie around their centres") {
    CAPTURE(election_test::seed());
    const std::uint64_t seed = election_test::seed();
    const dense_dataset still = gaussian_blobs(200, 5, 3, 0, seed);
    std::set<std::vector<float>> centres;
    for (std::size_t i = 0; i < 200; ++i) {
        std::vector<float> row(still.row(i).begin(), still.row(i).end());
        row.push_back(static_cast<float>(still.label(i)));
        centres.insert(row);
    }
    CHECK(centres.size() == 3); // each class has one centre; one of three is missed with a probability of 3·(2/3)^200
    // The noise around them has variance spread²: of 40 000 numbers, within 5·√(2/40000) of it.
    const dense_dataset spread = gaussian_blobs(8000, 5, 3, 2, seed);
    std::vector<std::vector<double>> centre(3);
    for (const auto& row : centres) {
        centre[static_cast<std::size_t>(row.back())].assign(row.begin(), row.end() - 1);
    }
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < 8000; ++i) {
        for (std::size_t f = 0; f < 5; ++f) {
            const double noise = (static_cast<double>(spread.row(i)[f]) - centre[spread.label(i)][f]) / 2;
            sum += noise;
            squares += noise * noise;
        }
    }
    CHECK(std::abs(sum / 40000) < 5 * std::sqrt(1.0 / 40000));
    CHECK(std::abs(squares / 40000 - 1) < 5 * std::sqrt(2.0 / 40000));
    CHECK(nearest_mean_accuracy(gaussian_blobs(400, 20, 4, 0.3F, seed), 200) == 1.0);
    CHECK(nearest_mean_accuracy(gaussian_blobs(400, 20, 4, 100, seed), 200) < 0.5);
}

TEST_CASE("blobs are decided by their seed, and fewer are the beginning of more") {
    const dense_dataset data = gaussian_blobs(50, 3, 4, 1, 7);
    CHECK(begins_with(gaussian_blobs(80, 3, 4, 1, 7), data));
    CHECK(!begins_with(gaussian_blobs(80, 3, 4, 1, 8), data));
    CHECK(gaussian_blobs(0, 3, 4, 1, 7).size() == 0);
}

TEST_CASE("blobs: what is refused") {
    CHECK_THROWS_WITH_AS((void)gaussian_blobs(5, 0, 2, 1, 1),
                         "election::gaussian_blobs: features = 0 must be at least 1 and below 2^32", parameter_error);
    CHECK_THROWS_WITH_AS((void)gaussian_blobs(5, 1, 0, 1, 1),
                         "election::gaussian_blobs: classes = 0 must be at least 1 and below 2^32", parameter_error);
    CHECK_THROWS_WITH_AS((void)gaussian_blobs(5, 1, 2, -1, 1),
                         "election::gaussian_blobs: spread = -1 must be a finite number, 0 or above", parameter_error);
    CHECK_THROWS_AS((void)gaussian_blobs(5, 1, 2, std::numeric_limits<float>::infinity(), 1), parameter_error);
    CHECK_THROWS_WITH_AS((void)gaussian_blobs(std::size_t{1} << 32, 1, 2, 1, 1),
                         "election::gaussian_blobs: samples = 4294967296 must be below 2^32", parameter_error);
    CHECK_THROWS_WITH_AS((void)drawn_digits(std::size_t{1} << 32, 1),
                         "election::drawn_digits: samples = 4294967296 must be below 2^32", parameter_error);
}

TEST_CASE("distances from a piece of a line") {
    using detail::squared_distance;
    CHECK(squared_distance({3, 4}, {0, 0}, {10, 0}) == 16);
    CHECK(squared_distance({-3, 4}, {0, 0}, {10, 0}) == 25);
    CHECK(squared_distance({13, 4}, {0, 0}, {10, 0}) == 25);
    CHECK(squared_distance({0, 2}, {0, 0}, {2, 2}) == 2);
    CHECK(squared_distance({3, 4}, {0, 0}, {0, 0}) == 25); // a point
}

TEST_CASE("digits are the same everywhere") {
    const dense_dataset data = drawn_digits(20, 1);
    // Classes and a checksum of the pixels, both computed by another program.
    const std::vector<std::uint32_t> classes{0, 7, 4, 4, 2, 4, 5, 0, 2, 6, 8, 0, 2, 9, 4, 4, 6, 4, 0, 1};
    std::uint64_t checksum = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        CHECK(data.label(i) == classes[i]);
        for (float x : data.row(i)) {
            checksum = (checksum * 31 + static_cast<std::uint64_t>(std::lround(static_cast<double>(x) * 255))) % 1000000007;
        }
    }
    CHECK(checksum == 981714112);
    CHECK(begins_with(drawn_digits(40, 1), data));
    CHECK(!begins_with(drawn_digits(40, 2), data));
    CHECK(drawn_digits(0, 1).size() == 0);
}

TEST_CASE("digits are equally likely pictures that can be told apart, not trivially") {
    const dense_dataset data = drawn_digits(3000, 5);
    CHECK(data.features() == 144);
    CHECK(data.classes() == 10);
    std::vector<int> count(10);
    bool in_range = true;
    for (std::size_t i = 0; i < data.size(); ++i) {
        ++count[data.label(i)];
        for (float x : data.row(i)) in_range = in_range && x >= 0 && x <= 1;
    }
    CHECK(in_range);
    for (int times : count) CHECK(std::abs(times - 300) < 90); // more than five standard deviations of 16.4
    const double accuracy = nearest_mean_accuracy(data, 2000); // of one fixed seed
    CAPTURE(accuracy);
    CHECK(accuracy > 0.7);
    CHECK(accuracy < 0.9);
}
