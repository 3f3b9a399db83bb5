// SPDX-License-Identifier: MIT
#include <election/packing/pack.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/core/executor.hpp>
#include <election/packing/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

using namespace election;
using election_test::random_numbers;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Every policy, both outputs; `run` packs. NaNs are in x only if they abstain.
template <class T, class Run>
void check_policies(std::size_t d, const Run& run) {
    for (nan_policy on_nan : nan_policies) {
        const std::vector<T> x = random_numbers<T>(d, d, on_nan == nan_policy::abstain);
        for (zero_policy zero : zero_policies) {
            ternary_vector expected(d);
            ternary_vector votes(d);
            reference_pack(std::span<const T>(x), expected, zero);
            run(x, votes.span(), pack_options{zero, on_nan});
            REQUIRE(votes == expected); // with zero padding, or they would differ
            if (zero == zero_policy::abstain) continue;
            sign_vector expected_signs(d);
            sign_vector signs(d);
            reference_pack(std::span<const T>(x), expected_signs, zero);
            run(x, signs.span(), pack_options{zero, on_nan});
            REQUIRE(signs == expected_signs);
        }
    }
}

/// Parts in reverse order.
struct backwards_executor {
    template <class Work>
    void operator()(std::size_t count, std::size_t grain, Work&& work) const {
        for (std::size_t part = (count + grain - 1) / grain; part-- > 0;) {
            work(part * grain, part * grain + grain < count ? part * grain + grain : count);
        }
    }
};

} // namespace

TEST_CASE_TEMPLATE_DEFINE("floats and doubles of every size, under every policy", Arch, every_policy) {
    CAPTURE(election_test::seed());
    const auto run = [](const auto& x, auto out, pack_options options) { pack<Arch>(x, out, options); };
    election_test::for_sizes([&](std::size_t d) {
        CAPTURE(d);
        check_policies<float>(d, run);
        check_policies<double>(d, run);
    });
}
TEST_CASE_TEMPLATE_APPLY(every_policy, election_test::enabled_architectures);

TEST_CASE("other types of numbers") {
    const auto check = [](auto zero_of_type) {
        using T = decltype(zero_of_type);
        for (std::size_t d = 0; d < 140; ++d) {
            std::vector<T> x(d);
            for (std::size_t j = 0; j < d; ++j) x[j] = static_cast<T>(static_cast<int>(j * 7 % 5) - 2);
            for (zero_policy zero : zero_policies) {
                ternary_vector expected(d);
                ternary_vector votes(d);
                reference_pack(std::span<const T>(x), expected, zero);
                pack(x, votes, {.zero = zero});
                REQUIRE(votes == expected);
                if (zero == zero_policy::abstain) continue;
                sign_vector expected_signs(d);
                reference_pack(std::span<const T>(x), expected_signs, zero);
                REQUIRE(packed_signs(x, {.zero = zero}) == expected_signs);
            }
        }
    };
    check(std::int8_t{});
    check(std::uint8_t{});
    check(int{});
    check(std::int64_t{});
    check(std::uint64_t{});
    check(static_cast<long double>(0));
    const std::array<bool, 3> flags{true, false, true};
    CHECK(to_string(packed_signs(flags, {.zero = zero_policy::negative})) == "+-+");
    const std::vector<long double> x{1, not_a_number, -1};
    CHECK_THROWS_AS((void)packed_signs(x), parameter_error);
    CHECK(to_string(packed_signs(x, {.nan = nan_policy::abstain})) == "++-");
    ternary_vector votes(3);
    pack(x, votes, {.nan = nan_policy::abstain});
    CHECK(to_string(votes) == "+0-");
}

TEST_CASE("any alignment of the floats") {
    for (std::size_t offset = 0; offset < 16; ++offset) {
        const std::vector<float> x = random_numbers<float>(300 + offset, 300 + offset, false);
        sign_vector expected(300);
        const auto part = std::span<const float>(x).subspan(offset);
        reference_pack(part, expected, zero_policy::positive);
        CHECK(packed_signs(part) == expected);
    }
}

TEST_CASE("a tile changes its own words only") {
    const std::vector<float> x = random_numbers<float>(300, 300, false);
    const std::span<const float> view(x);
    sign_vector whole(300);
    pack(x, whole);
    sign_vector parts(300);
    for (std::uint64_t& word : parts.span().words()) word = 0x5555555555555555U;
    pack(view.subspan(128, 64), parts.span().tile(2, 64));
    CHECK(parts.span().data()[1] == 0x5555555555555555U);
    CHECK(parts.span().data()[2] == whole.span().data()[2]);
    CHECK(parts.span().data()[3] == 0x5555555555555555U);
    pack(view.subspan(0, 128), parts.span().tile(0, 128));
    pack(view.subspan(192, 108), parts.span().tile(3, 108));
    CHECK(parts == whole);
}

TEST_CASE("expressions, in row-major order, in memory or not") {
    const std::vector<double> x = random_numbers<double>(77 * 31, 77 * 31, false);
    xt::xtensor<double, 2> matrix = xt::zeros<double>({77, 31});
    std::copy(x.begin(), x.end(), matrix.begin());
    const sign_vector expected = packed_signs(x);
    CHECK(packed_signs(matrix) == expected);
    CHECK(packed_signs(matrix * 2.0) == expected);
    const xt::xtensor<double, 2, xt::layout_type::column_major> columns = matrix;
    CHECK(packed_signs(columns) == expected);
    CHECK(packed_signs(xt::transpose(columns)) == packed_signs(xt::transpose(matrix)));
    CHECK(packed_signs(xt::xarray<float>(xt::cast<float>(matrix))) == packed_signs(xt::cast<float>(matrix)));
    const auto column = xt::view(matrix, xt::all(), 3);
    const sign_vector of_column = packed_signs(column);
    for (std::size_t i = 0; i < 77; ++i) REQUIRE(of_column[i] == reference_sign(matrix(i, 3), zero_policy::positive));
    const auto row = xt::view(matrix, 5, xt::all());
    const sign_vector of_row = packed_signs(row);
    for (std::size_t j = 0; j < 31; ++j) REQUIRE(of_row[j] == reference_sign(matrix(5, j), zero_policy::positive));
    CHECK(to_string(packed_signs(xt::arange<int>(-2, 3))) == "--+++");
    CHECK(packed_signs(xt::xtensor<float, 2>::from_shape({0, 3})).empty());
    ternary_vector votes(5);
    pack(xt::arange<int>(-2, 3), votes, {.zero = zero_policy::abstain});
    CHECK(to_string(votes) == "--0++");
    // Expressions of a million entries are not evaluated at once: this one could not be.
    const auto large = xt::arange<double>(-1, 3'000'000);
    const sign_vector of_large = packed_signs(large);
    CHECK(of_large[0] == -1);
    CHECK(of_large[3'000'000] == 1);
}

TEST_CASE("a NaN is an error that says where the first one is") {
    std::vector<float> x(10'000, -1.0F);
    sign_vector signs(x.size());
    ternary_vector votes(x.size());
    const pack_options allowed{.nan = nan_policy::abstain};
    for (std::size_t place : {9'999U, 4'096U, 64U, 63U, 0U}) {
        x[place] = -std::numeric_limits<float>::quiet_NaN();
        const std::string message =
            "election::pack: x[" + std::to_string(place) + "] = nan must be a number unless nan_policy::abstain is given";
        CHECK_THROWS_WITH_AS(pack(x, signs), message.c_str(), parameter_error);
        CHECK_THROWS_WITH_AS(pack(x, votes), message.c_str(), parameter_error);
        CHECK_THROWS_WITH_AS(pack(backwards_executor(), x, signs), message.c_str(), parameter_error);
        CHECK_THROWS_WITH_AS(pack(thread_executor(2), x, votes), message.c_str(), parameter_error);
        xt::xtensor<float, 1> tensor = xt::zeros<float>({x.size()});
        std::copy(x.begin(), x.end(), tensor.begin());
        CHECK_THROWS_WITH_AS(pack(tensor, signs), message.c_str(), parameter_error);
        CHECK_THROWS_WITH_AS(pack(tensor + tensor, signs), message.c_str(), parameter_error);
        pack(x, signs, allowed);
        CHECK(signs[place] == 1);
        pack(x, signs, {zero_policy::negative, nan_policy::abstain});
        CHECK(signs[place] == -1);
        pack(x, votes, allowed);
        CHECK(votes[place] == 0);
    }
}

TEST_CASE("infinities side by side are no NaN") {
    std::vector<float> x(256);
    for (std::size_t j = 0; j < x.size(); ++j) {
        x[j] =
            (j % 32 < 16) == (j % 3 == 0) ? std::numeric_limits<float>::infinity() : -std::numeric_limits<float>::infinity();
    }
    sign_vector expected(256);
    reference_pack(std::span<const float>(x), expected, zero_policy::positive);
    CHECK(packed_signs(x) == expected);
}

TEST_CASE("in parallel the same") {
    const auto with = [](const auto& executor) {
        return [&](const auto& x, auto out, pack_options options) { pack(executor, x, out, options); };
    };
    for (std::size_t d : {0U, 1U, 4095U, 4096U, 4097U, 20'000U}) {
        CAPTURE(d);
        check_policies<float>(d, with(serial_executor()));
        check_policies<double>(d, with(thread_executor(3)));
        check_policies<float>(d, with(backwards_executor()));
    }
    const std::vector<int> x{1, -1};
    sign_vector signs(2);
    pack(thread_executor(2), x, signs);
    CHECK(to_string(signs) == "+-");
}

TEST_CASE("a kernel that was chosen at run time") {
    const std::vector<float> x = random_numbers<float>(500, 500, false);
    const packing_kernel kernel = packing_kernel_for<arch::word64>();
    CHECK(packed_signs(x, {}, kernel) == packed_signs(x));
}

TEST_CASE("what cannot be is refused") {
    const std::vector<float> x(100);
    sign_vector signs(99);
    CHECK_THROWS_WITH_AS(pack(x, signs), "election::pack: out.size() = 99 must be the number of signs, 100",
                         parameter_error);
    ternary_vector votes(101);
    CHECK_THROWS_WITH_AS(pack(x, votes), "election::pack: out.size() = 101 must be the number of signs, 100",
                         parameter_error);
    CHECK_THROWS_WITH_AS(pack(serial_executor(), x, signs),
                         "election::pack: out.size() = 99 must be the number of signs, 100", parameter_error);
    sign_vector right(100);
    CHECK_THROWS_WITH_AS(
        pack(x, right, {.zero = zero_policy::abstain}),
        "election::pack: options.zero = abstain must be positive or negative where the signs cannot abstain",
        parameter_error);
}

TEST_CASE("the padding becomes zero, whatever it was") {
    std::uint64_t words[] = {0, ~std::uint64_t{0}};
    pack(std::vector<float>(70, 1.0f), sign_span<std::uint64_t>(words, 70));
    CHECK(words[0] == ~std::uint64_t{0});
    CHECK(words[1] == 0x3F);
}
