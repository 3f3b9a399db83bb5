// SPDX-License-Identifier: MIT
#include <election/learners/product_kernel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/random.hpp>
#include <election/learners/product.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::guarded_numbers;
using election_test::same_number;

namespace {

/// Numbers between −1 and 1 with all their bits, in memory that ends where a page ends.
template <class T>
void fill(std::span<T> numbers, std::uint64_t stream) {
    const counter_random random(election_test::seed(), stream);
    for (std::size_t j = 0; j < numbers.size(); ++j) {
        numbers[j] = static_cast<T>(static_cast<double>(static_cast<std::int64_t>(random(j))) * 0x1p-63);
    }
}

struct shape {
    std::size_t rows;
    std::size_t columns;
    std::size_t depth;
    std::size_t gap = 0; ///< after each row
    bool transposed = false;
    bool add = false;
};

/// Whether loops do, for one shape, what the plain loops do, and leave what is between the rows of C.
template <class T>
bool multiplies(const product_loops<T>& loops, const shape& sizes, std::uint64_t stream = 0) {
    const std::size_t m = sizes.rows;
    const std::size_t n = sizes.columns;
    const std::size_t k = sizes.depth;
    const std::size_t gap = sizes.gap;
    const bool transposed = sizes.transposed;
    const bool add = sizes.add;
    const std::size_t a_rows = transposed ? k : m;
    const std::size_t a_stride = (transposed ? m : k) + gap;
    const auto length = [&](std::size_t rows, std::size_t width) { return rows == 0 ? 0 : rows * (width + gap) - gap; };
    const guarded_numbers<T> a(length(a_rows, a_stride - gap));
    const guarded_numbers<T> b(length(k, n));
    const guarded_numbers<T> c(length(m, n));
    fill(a.span(), 3 * stream);
    fill(b.span(), 3 * stream + 1);
    fill(c.span(), 3 * stream + 2);
    const matrix_view<const T> stored{a.data(), a_rows, a_stride - gap, a_stride};
    const matrix_view<const T> left = transposed ? stored.transposed() : stored;
    const matrix_view<const T> right{b.data(), k, n, n + gap};
    std::vector<T> expected(c.data(), c.data() + c.span().size());
    reference_multiply(left, right, {expected.data(), m, n, n + gap}, add ? product_start::kept : product_start::zero);
    loops.multiply(
        {m, n, k, left.data, left.row_step, left.column_step, right.data, right.row_step, c.data(), n + gap, add});
    return std::equal(expected.begin(), expected.end(), c.data(), same_number<T>);
}

template <class Arch, class T>
void check_sizes() {
    constexpr product_kernel kernel = product_kernel_for<Arch>();
    const product_loops<T>& loops = kernel.template of<T>();
    constexpr std::size_t tile = detail::product_blocks<Arch, T>::tile_columns;
    constexpr std::size_t chunk = detail::product_blocks<Arch, T>::chunk;
    for (std::size_t m = 0; m <= 20; ++m) {
        for (std::size_t n = 0; n <= 20; ++n) {
            for (std::size_t k = 0; k <= 20; k += k < 4 ? 1 : 5) {
                const bool odd = (m + n + k) % 2 != 0;
                CAPTURE(m);
                CAPTURE(n);
                CAPTURE(k);
                REQUIRE(multiplies(loops, {m, n, k, k % 3, odd, n % 2 != 0}, m));
                REQUIRE(multiplies(loops, {m, n, k, 0, !odd, n % 2 == 0}, m));
            }
        }
    }
    for (std::size_t n = 1; n <= 2 * tile + 1; ++n) {
        CAPTURE(n);
        REQUIRE(multiplies(loops, {7, n, 3}, n));
        REQUIRE(multiplies(loops, {13, n, 9, 1, true, true}, n));
    }
    for (std::size_t k : {chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 7}) {
        for (std::size_t n : {std::size_t{1}, tile - 1, tile, tile + 1}) {
            CAPTURE(k);
            CAPTURE(n);
            REQUIRE(multiplies(loops, {6, n, k}, n));
            REQUIRE(multiplies(loops, {11, n, k, 2, true, true}, n));
        }
    }
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what plain loops do, bit for bit, for every size", Arch, every_size) {
    CAPTURE(election_test::seed());
    check_sizes<Arch, float>();
    check_sizes<Arch, double>();
}
TEST_CASE_TEMPLATE_APPLY(every_size, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("infinities and NaNs go where they belong", Arch, not_finite) {
    constexpr product_kernel kernel = product_kernel_for<Arch>();
    const float infinity = std::numeric_limits<float>::infinity();
    // A zero times an infinity is a NaN: no product is left out.
    const float a[] = {0, 1, 2, infinity};
    const float b[] = {infinity, 1, 5, -1, 0, 2};
    float c[6];
    kernel.of_float.multiply({2, 3, 2, a, 2, 1, b, 3, c, 3, false});
    CHECK(std::isnan(c[0]));
    CHECK(c[1] == 0);
    CHECK(c[2] == 2);
    CHECK(std::isnan(c[3])); // 2·∞ − ∞
    CHECK(std::isnan(c[4])); // ∞·0
    CHECK(c[5] == infinity);
}
TEST_CASE_TEMPLATE_APPLY(not_finite, election_test::enabled_architectures);

TEST_CASE("each product is rounded, though the compiler may fuse") {
    // (1 + ε)² − (1 + 2ε) is ε² if the product is not rounded, and 0 if it is.
    const double above = 1 + 0x1p-30;
    const double a[] = {1, above};
    const double b[] = {-(1 + 0x1p-29), above};
    double c = 7;
    product_kernel_for<default_arch>().of_double.multiply({1, 1, 2, a, 2, 1, b, 1, &c, 1, false});
    CHECK(c == 0);
    reference_multiply(row_major(a, 1, 2), row_major(b, 2, 1), row_major(&c, 1, 1));
    CHECK(c == 0);
}

TEST_CASE("loops that are wrong are noticed") {
    static constexpr product_kernel right = product_kernel_for<default_arch>();
    const shape sizes{7, 19, 33, 1, false, true};
    product_loops<float> wrong = right.of_float;
    REQUIRE(multiplies(wrong, sizes));
    // From the last product to the first.
    wrong.multiply = [](const matrix_product<float>& given) {
        matrix_product<float> one = given;
        one.depth = 1;
        for (std::size_t p = given.depth; p-- > 0; one.add = true) {
            one.a = given.a + p * given.a_column;
            one.b = given.b + p * given.b_row;
            right.of_float.multiply(one);
        }
    };
    CHECK_FALSE(multiplies(wrong, sizes));
    // What is in C is forgotten, or added to.
    wrong.multiply = [](const matrix_product<float>& given) {
        matrix_product<float> other = given;
        other.add = !given.add;
        right.of_float.multiply(other);
    };
    CHECK_FALSE(multiplies(wrong, sizes));
    CHECK_FALSE(multiplies(wrong, {7, 19, 33}));
    // Fused.
    wrong.multiply = [](const matrix_product<float>& given) {
        for (std::size_t i = 0; i < given.rows; ++i) {
            for (std::size_t j = 0; j < given.columns; ++j) {
                float& sum = given.c[i * given.c_row + j];
                if (!given.add) sum = 0;
                for (std::size_t p = 0; p < given.depth; ++p) {
                    sum = std::fma(given.a[i * given.a_row + p * given.a_column], given.b[p * given.b_row + j], sum);
                }
            }
        }
    };
    CHECK_FALSE(multiplies(wrong, sizes));
    // The last column, and the last row, is not there.
    wrong.multiply = [](const matrix_product<float>& given) {
        matrix_product<float> other = given;
        --other.columns;
        right.of_float.multiply(other);
    };
    CHECK_FALSE(multiplies(wrong, sizes));
    wrong.multiply = [](const matrix_product<float>& given) {
        matrix_product<float> other = given;
        --other.rows;
        right.of_float.multiply(other);
    };
    CHECK_FALSE(multiplies(wrong, sizes));
}
