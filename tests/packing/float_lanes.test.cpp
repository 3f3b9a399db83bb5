// SPDX-License-Identifier: MIT
#include <election/packing/float_lanes.hpp>

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// 64 pairs of numbers; every lane is compared with what one number at a time gives.
template <class Arch, class T>
void check_lanes() {
    using lanes = detail::float_lanes<Arch, T>;
    using plain = detail::float_lanes<arch::word64, T>;
    CAPTURE(election_test::seed());
    const election::counter_random random(election_test::seed());
    for (std::uint64_t round = 0; round < 200; ++round) {
        const election_test::guarded_numbers<T> a(64);
        const election_test::guarded_numbers<T> b(64);
        election_test::fill_numbers(a.span(), election_test::seed() + 2 * round, true);
        election_test::fill_numbers(b.span(), election_test::seed() + 2 * round + 1, true);
        const auto at = [](const T* numbers, std::size_t i) { return lanes::load(numbers + i * lanes::count); };
        const std::uint64_t less =
            lanes::gather([&](std::size_t i) { return lanes::less(at(a.data(), i), at(b.data(), i)); });
        const std::uint64_t nan =
            lanes::gather([&](std::size_t i) { return lanes::has_nan(at(a.data(), i), at(b.data(), i)); });
        for (std::size_t j = 0; j < 64; ++j) {
            REQUIRE((less >> j & 1U) == (plain::less(a.data()[j], b.data()[j]) ? 1U : 0U));
            REQUIRE((nan >> j & 1U) == (plain::has_nan(a.data()[j], b.data()[j]) ? 1U : 0U));
        }
        const std::uint64_t bits = round == 0 ? 0 : round == 1 ? ~std::uint64_t{0} : random(round);
        const auto word = lanes::prepared(&bits);
        election_test::guarded_numbers<T> result(64);
        const auto is = [&](const auto& wide, const auto& narrow) {
            for (std::size_t i = 0; i < 64 / lanes::count; ++i) lanes::store(result.data() + i * lanes::count, wide(i));
            for (std::size_t j = 0; j < 64; ++j) REQUIRE(election_test::same_number<T>(result.data()[j], narrow(j)));
        };
        is([&](std::size_t i) { return lanes::flipped(at(a.data(), i), word, i); },
           [&](std::size_t j) { return plain::flipped(a.data()[j], bits, j); });
        is([&](std::size_t i) { return lanes::kept(at(a.data(), i), word, i); },
           [&](std::size_t j) { return plain::kept(a.data()[j], bits, j); });
        is([&](std::size_t i) { return lanes::multiply(at(a.data(), i), at(b.data(), i)); },
           [&](std::size_t j) { return plain::multiply(a.data()[j], b.data()[j]); });
        is([&](std::size_t i) { return lanes::add(at(a.data(), i), at(b.data(), i)); },
           [&](std::size_t j) { return plain::add(a.data()[j], b.data()[j]); });
        is([&](std::size_t i) { return lanes::subtract(at(a.data(), i), at(b.data(), i)); },
           [&](std::size_t j) { return plain::subtract(a.data()[j], b.data()[j]); });
        is([&](std::size_t) { return lanes::filled(b.data()[0]); }, [&](std::size_t) { return b.data()[0]; });
        CHECK(lanes::any(lanes::has_nan(at(a.data(), 0), at(b.data(), 0))) ==
              ((nan & (lanes::count == 64 ? 0 : (std::uint64_t{1} << lanes::count) - 1)) != 0));
        CHECK(lanes::any(lanes::either(lanes::no_lane(), lanes::less(lanes::filled(1), lanes::filled(2)))));
        CHECK_FALSE(lanes::any(lanes::no_lane()));
    }
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("every lane does what a single number does", Arch, every_lane) {
    check_lanes<Arch, float>();
    check_lanes<Arch, double>();
}
TEST_CASE_TEMPLATE_APPLY(every_lane, election_test::enabled_architectures);

TEST_CASE("a single number: signs and bits") {
    using plain = detail::float_lanes<arch::word64, float>;
    CHECK(plain::flipped(1.5F, 4, 2) == -1.5F);
    CHECK(plain::flipped(1.5F, 4, 1) == 1.5F);
    CHECK(plain::kept(1.5F, 4, 2) == 1.5F);
    CHECK(plain::kept(1.5F, 4, 1) == 0.0F);
    CHECK(plain::gather([](std::size_t i) { return i == 3 || i == 63; }) == 0x8000000000000008U);
    static_assert(detail::rounded(2.5F) == 2.5F);
}

TEST_CASE("a product is rounded before it is added") {
    // (1 + e)² − (1 + 2e) is e² when it is rounded once, and 0 when the product is rounded first.
    const volatile float e = 0x1p-13F;
    const float product = detail::rounded((1 + e) * (1 + e));
    CHECK(product - (1 + 2 * e) == 0.0F);
}
