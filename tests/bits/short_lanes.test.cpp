// SPDX-License-Identifier: MIT
#include <election/bits/short_lanes.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <election/core/random.hpp>
#include <support/architectures.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// A number modulo 2^16, as 16 bits show it.
std::int16_t wrapped(std::int64_t number) {
    const std::int64_t low = number & 0xFFFF;
    return static_cast<std::int16_t>(low >= 0x8000 ? low - 0x10000 : low);
}

/// A number modulo 2^32, as 32 bits show it.
std::int32_t wrapped_wide(std::int64_t number) {
    const std::int64_t low = number & 0xFFFFFFFF;
    return static_cast<std::int32_t>(low >= 0x80000000 ? low - 0x100000000 : low);
}

/// Often one of the numbers where 16 bits end or signs change.
std::int16_t number(const counter_random& random, std::uint64_t index) {
    constexpr std::int16_t edges[] = {-32768, -32767, -16384, -256, -2, -1, 0, 1, 2, 255, 16384, 32766, 32767};
    const std::uint64_t bits = random(index);
    return bits % 3 == 0 ? edges[bits / 3 % 13] : wrapped(static_cast<std::int64_t>(bits >> 40));
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("lanes do with every number what plain integers do", Arch, lane_numbers) {
    using lanes = short_lanes<Arch>;
    static_assert(lanes::size * 16 == Arch::bits || lanes::size == 1);
    constexpr std::size_t size = lanes::size;
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    aligned_vector<std::int16_t> a(size), b(size), c(size), d(size), out(size + 2);
    for (std::uint64_t round = 0; round < 2000; ++round) {
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint64_t index = (round * 64 + i) * 4;
            a[i] = number(random, index);
            b[i] = random(index) % 5 == 0 ? a[i] : number(random, index + 1);
            c[i] = number(random, index + 2);
            d[i] = number(random, index + 3);
        }
        const lanes x = lanes::load(a.data());
        const lanes y = lanes::load(b.data());
        const lanes z = lanes::load(c.data());
        const lanes u = lanes::load(d.data());
        const auto equals = [&](lanes result, auto expected) {
            out[size] = 77;
            result.store(out.data());
            for (std::size_t i = 0; i < size; ++i) {
                if (out[i] != wrapped(expected(i))) return false;
            }
            return out[size] == 77;
        };
        using big = std::int64_t;
        REQUIRE(equals(x, [&](std::size_t i) { return big{a[i]}; }));
        REQUIRE(equals(x + y, [&](std::size_t i) { return big{a[i]} + b[i]; }));
        REQUIRE(equals(x - y, [&](std::size_t i) { return big{a[i]} - b[i]; }));
        REQUIRE(equals(x * y, [&](std::size_t i) { return big{a[i]} * b[i]; }));
        REQUIRE(equals(x & y, [&](std::size_t i) { return big{a[i] & b[i]}; }));
        REQUIRE(equals(min(x, y), [&](std::size_t i) { return big{a[i] < b[i] ? a[i] : b[i]}; }));
        REQUIRE(equals(max(x, y), [&](std::size_t i) { return big{a[i] < b[i] ? b[i] : a[i]}; }));
        REQUIRE(equals(x.template shifted_down<1>(), [&](std::size_t i) { return (big{a[i]} + 32768) / 2 - 16384; }));
        REQUIRE(equals(x.template shifted_down<4>(), [&](std::size_t i) { return (big{a[i]} + 32768) / 16 - 2048; }));
        REQUIRE(equals(lanes::mask_less(x, y), [&](std::size_t i) { return big{a[i] < b[i] ? -1 : 0}; }));
        REQUIRE(equals(lanes::if_less(x, y, z, u), [&](std::size_t i) { return big{a[i] < b[i] ? c[i] : d[i]}; }));
        REQUIRE(equals(lanes::all(a[0]), [&](std::size_t) { return big{a[0]}; }));
        REQUIRE(equals(lanes::zeros(), [](std::size_t) { return big{0}; }));
        std::uint64_t less = 0;
        big sum = 0;
        big both = 0;
        for (std::size_t i = 0; i < size; ++i) {
            less |= std::uint64_t{a[i] < b[i] ? 1U : 0U} << i;
            sum += big{a[i]} * b[i];
            both += big{c[i]} * d[i];
        }
        REQUIRE(lanes::less(x, y) == less);
        REQUIRE(x.least() == *std::min_element(a.begin(), a.end()));
        REQUIRE(lanes::sum_of_products(x, y) == wrapped_wide(sum));
        typename lanes::products products;
        REQUIRE(products.total() == 0);
        products.add(x, y);
        products.add(z, u);
        REQUIRE(products.total() == wrapped_wide(sum + both));
    }
    CHECK(lanes::less(lanes::zeros(), lanes::all(1)) == lanes::every_bit);
    CHECK(lanes::less(lanes::zeros(), lanes::zeros()) == 0);
}
TEST_CASE_TEMPLATE_APPLY(lane_numbers, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("sums of products wrap around at 32 bits", Arch, lane_sums) {
    using lanes = short_lanes<Arch>;
    const lanes least = lanes::all(-32768);
    const lanes most = lanes::all(32767);
    for (const auto& [a, b, product] :
         {std::tuple{least, least, std::int64_t{1} << 30}, std::tuple{least, most, std::int64_t{-32768} * 32767},
          std::tuple{most, most, std::int64_t{32767} * 32767}}) {
        typename lanes::products sum;
        for (std::int64_t times = 1; times <= 9; ++times) {
            sum.add(a, b);
            REQUIRE(sum.total() == wrapped_wide(times * product * static_cast<std::int64_t>(lanes::size)));
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(lane_sums, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("tables of four numbers' subsets give each subset its sum", Arch, lane_subsets) {
    using lanes = short_lanes<Arch>;
    if constexpr (lanes::looks_up) {
        static_assert(lanes::size == 32);
        const counter_random random(election_test::seed());
        aligned_vector<std::int16_t> numbers(4), places(lanes::size), out(lanes::size);
        for (std::uint64_t round = 0; round < 500; ++round) {
            for (std::size_t i = 0; i < 4; ++i) numbers[i] = number(random, round * 64 + i);
            for (std::size_t i = 0; i < lanes::size; ++i) {
                places[i] = static_cast<std::int16_t>(2 * (random(round * 64 + 4 + i) % 16));
            }
            lanes::looked_up(lanes::subset_sums(numbers.data()), lanes::load(places.data())).store(out.data());
            for (std::size_t i = 0; i < lanes::size; ++i) {
                std::int64_t sum = 0;
                for (std::size_t bit = 0; bit < 4; ++bit) sum += (places[i] >> (bit + 1) & 1) != 0 ? numbers[bit] : 0;
                REQUIRE(out[i] == wrapped(sum));
            }
        }
    } else {
        CHECK(lanes::size < 32);
    }
}
TEST_CASE_TEMPLATE_APPLY(lane_subsets, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("bits in common with a set are counted for many rows at once", Arch, lane_common_bits) {
    using lanes = short_lanes<Arch>;
    if constexpr (lanes::counts_bits) {
        const counter_random random(election_test::seed());
        aligned_vector<std::int16_t> out(2 * lanes::size);
        std::uint64_t drawn = 0;
        for (const std::size_t quarters : {0U, 1U, 2U, 7U, 15U, 16U, 17U, 32U, 63U}) {
            for (int round = 0; round < 20; ++round) {
                const std::size_t stride = 2 * lanes::size + 3; // lines need not be aligned
                std::vector<std::uint8_t> quads(quarters * stride + 2 * lanes::size);
                for (std::uint8_t& quad : quads) quad = static_cast<std::uint8_t>(round == 0 ? 15 : random(drawn++) % 16);
                std::vector<std::uint64_t> set(4);
                for (std::uint64_t& word : set) word = round == 0 ? ~std::uint64_t{0} : random(drawn++);
                lanes counts[2];
                lanes::common_bits(quads.data(), stride, set.data(), quarters, counts);
                counts[0].store(out.data());
                counts[1].store(out.data() + lanes::size);
                for (std::size_t row = 0; row < 2 * lanes::size; ++row) {
                    int expected = 0;
                    for (std::size_t q = 0; q < quarters; ++q) {
                        expected += std::popcount(quads[q * stride + row] & set[q / 16] >> (q % 16 * 4) & 15U);
                    }
                    REQUIRE(out[row] == expected);
                }
            }
        }
    } else {
        CHECK(lanes::size < 16);
    }
}
TEST_CASE_TEMPLATE_APPLY(lane_common_bits, election_test::enabled_architectures);
