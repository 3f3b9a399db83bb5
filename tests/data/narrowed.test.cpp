// SPDX-License-Identifier: MIT
#include <election/data/narrowed.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/data/random_sequence.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Samples with some of `features` features; sample 3 has none.
sparse_dataset some_samples(std::size_t size, std::size_t features, bool with_values, random_sequence& random) {
    std::vector<std::size_t> begins{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> values;
    std::vector<std::uint32_t> labels;
    for (std::size_t i = 0; i < size; ++i) {
        for (std::uint32_t c = 0; c < features; ++c) {
            if (i == 3 || random.below(c + 2) != 0) continue;
            columns.push_back(c);
            if (with_values) values.push_back(static_cast<float>(random.below(100)) - 50.0F);
        }
        begins.push_back(columns.size());
        labels.push_back(static_cast<std::uint32_t>(random.below(2)));
    }
    return {std::move(begins), std::move(columns), std::move(values), features, std::move(labels), 2};
}

using entries = std::map<std::uint32_t, float>; // by feature of the whole data set

entries entries_of(const sparse_row& row, const std::vector<std::uint32_t>* columns) {
    entries found;
    for (std::size_t e = 0; e < row.columns.size(); ++e) {
        const std::uint32_t c = row.columns[e];
        found[columns == nullptr ? c : (*columns)[c]] = row.values.empty() ? 1.0F : row.values[e];
    }
    return found;
}

} // namespace

TEST_CASE("narrowed samples are the same, with their own features only") {
    CAPTURE(election_test::seed());
    random_sequence random(election_test::seed(), 1);
    for (bool with_values : {false, true}) {
        const sparse_dataset data = some_samples(60, 200, with_values, random);
        for (std::size_t size : {1U, 2U, 25U, 60U}) {
            std::vector<std::uint32_t> all(60);
            for (std::size_t i = 0; i < 60; ++i) all[i] = static_cast<std::uint32_t>(i);
            random.shuffle(std::span(all));
            const std::vector<std::uint32_t> rows(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
            const narrowed_samples few = narrowed(data, rows);
            REQUIRE(few.data.size() == size);
            REQUIRE(few.data.features() == few.columns.size());
            CHECK(few.data.classes() == 2);
            std::set<std::uint32_t> touched;
            for (std::size_t i = 0; i < size; ++i) {
                CHECK(entries_of(few.data.row(i), &few.columns) == entries_of(data.row(rows[i]), nullptr));
                CHECK(few.data.label(i) == data.label(rows[i]));
                for (std::uint32_t c : data.row(rows[i]).columns) touched.insert(c);
            }
            if (!touched.empty()) CHECK(std::set(few.columns.begin(), few.columns.end()) == touched);
            CHECK(few.columns.size() == std::max<std::size_t>(touched.size(), 1));
        }
    }
}

TEST_CASE("features are numbered by how often, in powers of two, then by when they are met") {
    CAPTURE(election_test::seed());
    random_sequence random(election_test::seed(), 2);
    const sparse_dataset data = some_samples(50, 80, false, random);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 50; i > 0; --i) rows.push_back(i - 1);
    const narrowed_samples few = narrowed(data, rows);
    std::map<std::uint32_t, std::pair<std::uint32_t, std::size_t>> seen; // how often, and the first sample
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::uint32_t c : data.row(rows[i]).columns) ++seen.try_emplace(c, 0U, i).first->second.first;
    }
    bool right = true;
    for (std::size_t n = 1; n < few.columns.size(); ++n) {
        const auto [before, first_before] = seen.at(few.columns[n - 1]);
        const auto [now, first_now] = seen.at(few.columns[n]);
        const auto often_before = std::bit_width(before);
        const auto often_now = std::bit_width(now);
        right = right && (often_before > often_now || (often_before == often_now && first_before <= first_now));
    }
    CHECK(right);
    CHECK(few.columns.size() > 20);
}

TEST_CASE("samples without any feature have the first one, and none of it") {
    const sparse_dataset data({0, 1, 1}, {4}, {}, 5, {1, 0}, 2);
    const narrowed_samples few = narrowed(data, std::vector<std::uint32_t>{1});
    CHECK(few.columns == std::vector<std::uint32_t>{0});
    CHECK(few.data.features() == 1);
    CHECK(few.data.row(0).columns.empty());
}

TEST_CASE("a sample that is not there is refused") {
    const sparse_dataset data({0, 1, 1}, {4}, {}, 5, {1, 0}, 2);
    CHECK_THROWS_WITH_AS((void)narrowed(data, std::vector<std::uint32_t>{0, 2}),
                         "election::narrowed: row = 2 must be below the number of samples, 2", parameter_error);
}
