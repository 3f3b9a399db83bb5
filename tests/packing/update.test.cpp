// SPDX-License-Identifier: MIT
#include <election/packing/update.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_vector.hpp>
#include <election/core/executor.hpp>
#include <election/packing/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>
#include <xtensor/xview.hpp>

using namespace election;
using election_test::same_numbers;

namespace {

template <class Arch, class T>
void check_update() {
    election_test::for_sizes([](std::size_t d) {
        CAPTURE(d);
        sign_vector signs(d);
        ternary_vector votes(d);
        const counter_random random(election_test::seed() + d);
        for (std::size_t j = 0; j < d; ++j) {
            signs.set(j, random(j) % 2 == 0);
            votes.set(j, static_cast<int>(random(j) % 3) - 1);
        }
        std::vector<T> start(d);
        election_test::fill_numbers(std::span(start), election_test::seed() + d, true);
        const auto step = static_cast<T>(0.3);
        std::vector<T> expected = start;
        reference_update(std::span(expected), step, signs);
        std::vector<T> found = start;
        update<Arch>(found, step, signs);
        REQUIRE(same_numbers(found, expected));
        found = start;
        update<Arch>(thread_executor(2), found, step, signs);
        REQUIRE(same_numbers(found, expected));
        expected = start;
        reference_update(std::span(expected), step, votes);
        found = start;
        update<Arch>(std::span(found), step, votes);
        REQUIRE(same_numbers(found, expected));
        found = start;
        update<Arch>(thread_executor(2), std::span(found), step, votes);
        REQUIRE(same_numbers(found, expected));
    });
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the reference does, for every size", Arch, update_of_every_size) {
    CAPTURE(election_test::seed());
    check_update<Arch, float>();
    check_update<Arch, double>();
}
TEST_CASE_TEMPLATE_APPLY(update_of_every_size, election_test::enabled_architectures);

TEST_CASE("tensors and rows of them") {
    xt::xtensor<double, 2> x = xt::zeros<double>({3, 5});
    sign_vector signs(15);
    signs.set(6, true);
    update(x, 1.0, signs);
    CHECK(x(1, 1) == -1.0);
    CHECK(x(1, 2) == 1.0);
    update(xt::view(x, 2, xt::all()), 0.5, sign_vector(5));
    CHECK(x(2, 4) == 1.5);
    CHECK(x(1, 4) == 1.0);
}

TEST_CASE("what cannot be is refused") {
    std::vector<float> x(3);
    CHECK_THROWS_WITH_AS(update(x, 1, sign_vector(4)), "election::update: x.size() = 3 must be the number of signs, 4",
                         parameter_error);
    CHECK_THROWS_WITH_AS(update(serial_executor(), x, 1, ternary_vector(4)),
                         "election::update: x.size() = 3 must be the number of signs, 4", parameter_error);
    xt::xtensor<double, 2> matrix = xt::zeros<double>({3, 5});
    CHECK_THROWS_WITH_AS(
        update(xt::view(matrix, xt::all(), 1), 1, sign_vector(3)),
        "election::update: x = an expression must be in memory, its entries one after the other in row-major "
        "order",
        parameter_error);
}
