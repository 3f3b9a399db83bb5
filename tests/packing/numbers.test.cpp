// SPDX-License-Identifier: MIT
#include <election/packing/numbers.hpp>

#include <array>
#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/arch.hpp>
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xview.hpp>

using namespace election;

TEST_CASE("what numbers are") {
    static_assert(number_range<std::vector<float>> && number_range<std::span<const double>>);
    static_assert(number_range<std::array<unsigned char, 3>> && number_range<int(&)[3]>);
    static_assert(!number_range<std::vector<bool>> && !number_range<std::list<float>> &&
                  !number_range<std::vector<std::string>>);
    static_assert(number_expression<xt::xtensor<float, 2>> && number_expression<const xt::xarray<int>&>);
    using sum = decltype(xt::xtensor<float, 1>() + xt::xtensor<float, 1>());
    static_assert(number_expression<sum> && !number_range<sum>);
    static_assert(!numbers<float> && !numbers<std::list<float>>);
}

TEST_CASE("an executor is no expression, and the other way round") {
    static_assert(detail::executor_like<serial_executor> && detail::executor_like<thread_executor>);
    static_assert(!detail::executor_like<xt::xtensor<float, 2>> && !detail::executor_like<std::vector<float>>);
}

TEST_CASE("memory is used where the entries lie in row-major order") {
    xt::xtensor<float, 2> rows = xt::zeros<float>({4, 6});
    CHECK(detail::row_major_data(rows) == rows.data());
    auto two_rows = xt::view(rows, xt::range(1, 3), xt::all());
    CHECK(detail::row_major_data(two_rows) == rows.data() + 6);
    auto row = xt::view(rows, 2, xt::all());
    CHECK(detail::row_major_data(row) == rows.data() + 12);
    auto column = xt::view(rows, xt::all(), 2);
    CHECK(detail::row_major_data(column) == nullptr);
    auto every_second = xt::view(rows, xt::all(), xt::range(0, 6, 2));
    CHECK(detail::row_major_data(every_second) == nullptr);
    auto lazy = rows + 1.0F;
    CHECK(detail::row_major_data(lazy) == nullptr);
    xt::xtensor<float, 2, xt::layout_type::column_major> columns = rows;
    CHECK(detail::row_major_data(columns) == nullptr);
    double raw[] = {1, 2, 3};
    auto adapted = xt::adapt(raw, std::array<std::size_t, 1>{3});
    CHECK(detail::row_major_data(adapted) == raw);
    xt::xarray<int> single(5);
    CHECK(detail::row_major_data(single) == single.data());
}

TEST_CASE("entries come in chunks, in row-major order") {
    xt::xtensor<int, 2, xt::layout_type::column_major> columns = xt::zeros<int>({10, 33});
    for (std::size_t i = 0; i < 10; ++i) {
        for (std::size_t j = 0; j < 33; ++j) columns(i, j) = static_cast<int>(33 * i + j);
    }
    std::vector<int> seen;
    std::vector<std::size_t> sizes;
    detail::for_each_chunk<default_arch, 128>(columns, [&](const int* from, std::size_t first, std::size_t count) {
        CHECK(first == seen.size());
        seen.insert(seen.end(), from, from + count);
        sizes.push_back(count);
    });
    CHECK(sizes == std::vector<std::size_t>{128, 128, 74});
    for (std::size_t j = 0; j < 330; ++j) REQUIRE(seen[j] == static_cast<int>(j));
    std::size_t calls = 0;
    detail::for_each_chunk<default_arch, 64>(xt::xtensor<float, 1>::from_shape({0}), [&](auto...) { ++calls; });
    CHECK(calls == 0);
}
