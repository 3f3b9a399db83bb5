// SPDX-License-Identifier: MIT
#include <election/train/aggregator.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/train/aggregation_kernel.hpp>

using namespace election;

namespace {

/// The first row, whoever sent it.
struct first_row {
    [[nodiscard]] std::string name() const { return "first"; }
    [[nodiscard]] std::size_t least_rows() const { return 1; }
    void operator()(std::span<const gradient_row> rows, std::span<float> out,
                    [[maybe_unused]] aggregation_workspace& workspace) const {
        std::ranges::copy(rows.front(), out.begin());
    }
};
struct no_name {
    [[nodiscard]] std::size_t least_rows() const { return 1; }
    void operator()(std::span<const gradient_row>, std::span<float>, aggregation_workspace&) const {}
};

static_assert(aggregator<first_row>);
static_assert(!aggregator<no_name>);
static_assert(!aggregator<int>);

} // namespace

TEST_CASE("rows of a matrix") {
    const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
    const auto rows = gradient_rows(numbers, 3);
    REQUIRE(rows.size() == 3);
    CHECK(rows[2].size() == 2);
    CHECK(rows[2][1] == 6);
    CHECK(rows[0].data() == numbers.data());
    CHECK(gradient_rows({}, 2)[1].empty());
    CHECK_THROWS_WITH_AS((void)gradient_rows(numbers, 4),
                         "election::gradient_rows: numbers.size() = 6 must be a multiple of the number of rows, 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS((void)gradient_rows(numbers, 0), "election::gradient_rows: n = 0 must be at least 1",
                         parameter_error);
}

TEST_CASE("distances, and rows that are no numbers") {
    constexpr auto kernel = aggregation_kernel_for<default_arch>();
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> a(37, 2.0F);
    std::vector<float> b(37, -1.0F);
    CHECK(detail::squared_distance(a, b, kernel) == 9 * 37);
    CHECK(detail::squared_distance(a, {}, kernel) == 4 * 37);
    const std::vector<std::vector<float>> bad{{1, 2}, {1, nan}, {infinity, 1}, {3e38F, -3e38F}, {-infinity, nan}};
    const std::vector<gradient_row> rows(bad.begin(), bad.end());
    aggregation_workspace workspace;
    const auto finite = detail::finite_rows(rows, workspace, kernel);
    REQUIRE(finite.size() == 2);
    CHECK(finite[1].data() == bad[3].data());
    CHECK(std::isinf(detail::squared_distance(bad[0], bad[1], kernel)));
    CHECK(std::isinf(detail::squared_distance(bad[3], bad[2], kernel)));
}
