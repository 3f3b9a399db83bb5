// SPDX-License-Identifier: MIT
#include <election/packing/reference.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>

using namespace election;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float float_nan = std::numeric_limits<float>::quiet_NaN();

} // namespace

TEST_CASE("signs by the definition") {
    for (zero_policy zero : zero_policies) {
        CHECK(reference_sign(3, zero) == 1);
        CHECK(reference_sign(-3, zero) == -1);
        CHECK(reference_sign(infinity, zero) == 1);
        CHECK(reference_sign(-infinity, zero) == -1);
        CHECK(reference_sign(std::numeric_limits<double>::denorm_min(), zero) == 1);
        CHECK(reference_sign(-std::numeric_limits<double>::denorm_min(), zero) == -1);
        CHECK(reference_sign(float_nan, zero) == 0);
        CHECK(reference_sign(-float_nan, zero) == 0);
        for (float number : {0.0F, -0.0F}) {
            CHECK(reference_sign(number, zero) == (zero == zero_policy::positive   ? 1
                                                   : zero == zero_policy::negative ? -1
                                                                                   : 0));
        }
    }
}

TEST_CASE("a vector of all kinds") {
    const std::vector<float> x{1, -1, 0, -0.0F, infinity, -infinity, float_nan, -float_nan};
    const std::span<const float> view(x);
    sign_vector signs(8);
    reference_pack(view, signs, zero_policy::positive);
    CHECK(to_string(signs) == "+-+++-++");
    reference_pack(view, signs, zero_policy::negative);
    CHECK(to_string(signs) == "+---+---");
    ternary_vector votes(8);
    reference_pack(view, votes, zero_policy::positive);
    CHECK(to_string(votes) == "+-+++-00");
    reference_pack(view, votes, zero_policy::negative);
    CHECK(to_string(votes) == "+---+-00");
    reference_pack(view, votes, zero_policy::abstain);
    CHECK(to_string(votes) == "+-00+-00");
    CHECK(votes.view().signs().data()[0] == 0b00010001U); // canonical: an absent vote's sign is 0

    std::vector<int> numbers(8);
    reference_unpack(votes.view(), std::span(numbers));
    CHECK(numbers == std::vector<int>{1, -1, 0, 0, 1, -1, 0, 0});
}

TEST_CASE("update and momentum by the definition, at compile time too") {
    constexpr auto moved = [] {
        std::uint64_t word = 0b01;
        std::array<double, 2> x{1, 1};
        reference_update(std::span<double>(x), 0.25, sign_view(&word, 2));
        reference_momentum(std::span<double>(x), std::span<const double>(std::array<double, 2>{5, 7}), 0.75);
        return x;
    }();
    static_assert(moved == std::array<double, 2>{0.75 * 0.75 + 1.25, 1.25 * 0.75 + 1.75});
    ternary_vector votes(2);
    votes.set(0, -1);
    std::vector<float> x{1, 1};
    reference_update(std::span(x), 0.5F, votes.view());
    CHECK(x == std::vector<float>{1.5F, 1});
}
