// SPDX-License-Identifier: MIT
#include <election/packing/unpack.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>
#include <election/core/executor.hpp>
#include <election/packing/pack.hpp>
#include <election/packing/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>
#include <xtensor/xview.hpp>

using namespace election;

namespace {

sign_vector random_signs(std::size_t d, std::uint64_t seed) {
    sign_vector signs(d);
    election_test::fill_random(signs.span().data(), words_for(d), seed);
    signs.span().clear_padding();
    return signs;
}

ternary_vector random_votes(std::size_t d) {
    ternary_vector votes(d);
    const sign_vector signs = random_signs(d, election_test::seed());
    const sign_vector present = random_signs(d, election_test::seed() + 1);
    for (std::size_t j = 0; j < d; ++j) votes.set(j, present[j] > 0 ? signs[j] : 0);
    return votes;
}

template <class Arch, class T>
void check_unpacking() {
    election_test::for_sizes([](std::size_t d) {
        const sign_vector signs = random_signs(d, election_test::seed() + d);
        const ternary_vector votes = random_votes(d);
        std::vector<T> expected(d);
        std::vector<T> found(d);
        reference_unpack(signs, std::span(expected));
        unpack<Arch>(signs, found);
        REQUIRE(found == expected);
        unpack<Arch>(thread_executor(2), signs, std::span(found));
        REQUIRE(found == expected);
        reference_unpack(votes, std::span(expected));
        unpack<Arch>(votes, found);
        REQUIRE(found == expected);
        unpack<Arch>(thread_executor(2), votes, found);
        REQUIRE(found == expected);
        const xt::xtensor<T, 1> numbers = unpacked<T, Arch>(votes);
        REQUIRE(std::equal(numbers.begin(), numbers.end(), expected.begin(), expected.end()));
        ternary_vector again(d);
        pack<Arch>(found, again, {.zero = zero_policy::abstain});
        REQUIRE(again == votes);
    });
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("every type and size, there and back", Arch, every_type) {
    CAPTURE(election_test::seed());
    check_unpacking<Arch, float>();
    check_unpacking<Arch, double>();
    check_unpacking<Arch, std::int8_t>();
    check_unpacking<Arch, int>();
    check_unpacking<Arch, std::int64_t>();
}
TEST_CASE_TEMPLATE_APPLY(every_type, election_test::enabled_architectures);

TEST_CASE("into tensors and views, in row-major order") {
    const sign_vector signs = random_signs(60 * 40, election_test::seed());
    xt::xtensor<float, 2> rows = xt::zeros<float>({60, 40});
    unpack(signs, rows);
    xt::xtensor<float, 2, xt::layout_type::column_major> columns = xt::zeros<float>({60, 40});
    unpack(signs, columns);
    for (std::size_t i = 0; i < 60; ++i) {
        for (std::size_t j = 0; j < 40; ++j) {
            REQUIRE(rows(i, j) == static_cast<float>(signs[40 * i + j]));
            REQUIRE(columns(i, j) == rows(i, j));
        }
    }
    const sign_vector other = random_signs(60, election_test::seed() + 2);
    unpack(other, xt::view(rows, xt::all(), 7));
    for (std::size_t i = 0; i < 60; ++i) {
        REQUIRE(rows(i, 7) == static_cast<float>(other[i]));
        REQUIRE(rows(i, 8) == columns(i, 8));
    }
    const auto numbers = unpacked<int>(other);
    CHECK(numbers.size() == 60);
    CHECK(unpacked<float>(sign_vector()).size() == 0);
}

TEST_CASE("wrong sizes are refused") {
    std::vector<float> out(3);
    CHECK_THROWS_WITH_AS(unpack(sign_vector(4), out), "election::unpack: out.size() = 3 must be the number of signs, 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(unpack(serial_executor(), ternary_vector(4), out),
                         "election::unpack: out.size() = 3 must be the number of signs, 4", parameter_error);
}
