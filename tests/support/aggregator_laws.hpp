// SPDX-License-Identifier: MIT
// What holds for every aggregator, and rows to try it on.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <election/core/random.hpp>
#include <election/train/aggregator.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

namespace election_test {

/// n rows of d floats between −1 and 1 around `centre`; of a tenth of the columns all are multiples of 1/4, so that there are ties.
inline std::vector<std::vector<float>> random_gradients(std::size_t n, std::size_t d, std::uint64_t stream,
                                                        float centre = 0) {
    const election::counter_random random(seed(), stream);
    std::vector<std::vector<float>> rows(n, std::vector<float>(d));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t c = 0; c < d; ++c) {
            const auto number = static_cast<float>(static_cast<std::int64_t>(random(i * d + c))) * 0x1p-63F;
            rows[i][c] = centre + (c % 10 == 3 ? std::round(4 * number) / 4 : number);
        }
    }
    return rows;
}

inline std::vector<election::gradient_row> spans_of(const std::vector<std::vector<float>>& rows) {
    return {rows.begin(), rows.end()};
}

template <class A>
std::vector<float> aggregated(const A& a, const std::vector<std::vector<float>>& rows, std::vector<float> out = {}) {
    out.resize(rows.front().size());
    election::aggregation_workspace workspace;
    a(spans_of(rows), out, workspace);
    return out;
}

/// Whether all numbers are near, as a part of the largest one.
template <class T>
bool near(std::span<const float> a, std::span<const T> b, double part) {
    double largest = 0;
    for (T x : b) largest = std::max(largest, std::abs(static_cast<double>(x)));
    for (std::size_t c = 0; c < b.size(); ++c) {
        if (!(std::abs(static_cast<double>(a[c]) - static_cast<double>(b[c])) <= part * largest)) return false;
    }
    return a.size() == b.size();
}

/// Order of workers, translation, scale, rows that are all the same, one workspace for many sizes, sizes that do not fit.
/// \param a      for n workers; `scales`: whether a(2·x) = 2·a(x)
/// \param exact  whether the order of workers changes not even a bit
template <class A>
void check_laws(const A& a, std::size_t n, bool exact, bool scales = true) {
    static_assert(election::aggregator<A>);
    CAPTURE(seed());
    CAPTURE(a.name());
    CAPTURE(n);
    election::aggregation_workspace used;
    for (std::size_t d : {1U, 15U, 16U, 64U, 127U, 128U, 129U, 300U, 1025U}) {
        CAPTURE(d);
        const auto rows = random_gradients(n, d, 100 + d);
        const std::vector<float> out = aggregated(a, rows);

        std::vector<float> again(d);
        a(spans_of(rows), again, used);
        REQUIRE(same_numbers(out, again));

        auto others = rows;
        std::ranges::reverse(others);
        std::rotate(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(n / 3), others.end());
        if (exact) REQUIRE(same_numbers(aggregated(a, others), out));
        REQUIRE(near<float>(aggregated(a, others), out, 1e-5));

        // Powers of two and sums that floats hold: nothing is rounded on the way in.
        auto moved = rows;
        for (auto& row : moved) {
            for (float& x : row) x = std::round(x * 1024) / 1024;
        }
        const std::vector<float> before = aggregated(a, moved);
        auto scaled = moved;
        std::vector<float> expected = before;
        for (auto& row : moved) {
            for (float& x : row) x += 3;
        }
        for (float& x : expected) x += 3;
        REQUIRE(near<float>(aggregated(a, moved, std::vector<float>(d, 3.0F)), expected, 1e-4));
        if (scales) {
            for (auto& row : scaled) {
                for (float& x : row) x *= 2;
            }
            for (std::size_t c = 0; c < d; ++c) expected[c] = 2 * before[c];
            REQUIRE(near<float>(aggregated(a, scaled), expected, 1e-4));
        }

        const std::vector<std::vector<float>> equal(n, rows[0]);
        REQUIRE(near<float>(aggregated(a, equal, rows[0]), rows[0], 1e-6));
    }
    std::vector<float> out(3);
    const auto rows = random_gradients(n, 4, 1);
    CHECK_THROWS_AS(a(spans_of(rows), out, used), election::parameter_error);
    const auto few = random_gradients(a.least_rows() - 1, 3, 1);
    const std::string message =
        " rows = " + std::to_string(few.size()) + " must be at least " + std::to_string(few.size() + 1);
    try {
        a(spans_of(few), out, used);
        FAIL("too few rows are taken");
    } catch (const election::parameter_error& failure) {
        CHECK(std::string(failure.what()).find(message) != std::string::npos);
    }
}

/// b liars who send what is huge, NaN or infinite move the result by no more than `most` in any coordinate.
template <class A>
void check_withstands(const A& a, std::size_t n, std::size_t b, double most) {
    CAPTURE(seed());
    CAPTURE(a.name());
    const std::size_t d = 200;
    for (std::uint64_t trial = 0; trial < 5; ++trial) {
        const auto honest = random_gradients(n, d, 500 + trial);
        const std::vector<float> before = aggregated(a, honest);
        for (float lie : {1e30F, -1e30F, std::numeric_limits<float>::max(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
            CAPTURE(lie);
            auto rows = honest;
            for (std::size_t i = 0; i < b; ++i) std::ranges::fill(rows[(i * 4 + trial) % n], lie);
            const std::vector<float> out = aggregated(a, rows);
            for (std::size_t c = 0; c < d; ++c) REQUIRE(std::abs(out[c] - before[c]) <= most);
        }
    }
}

} // namespace election_test
