// SPDX-License-Identifier: MIT
#include <election/packing/packing_kernel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/packing/reference.hpp>
#include <support/architectures.hpp>
#include <support/random_numbers.hpp>
#include <support/seed.hpp>

using namespace election;
using election_test::guarded_numbers;
using election_test::guarded_words;
using election_test::same_number;

namespace {

/// Signs as a kernel left them, and as they should be.
struct planes {
    guarded_words signs;
    guarded_words present;
    std::vector<std::uint64_t> expected_signs;
    std::vector<std::uint64_t> expected_present;
    std::size_t size;

    explicit planes(std::size_t count)
        : signs(words_for(count)), present(words_for(count)), expected_signs(words_for(count)),
          expected_present(words_for(count)), size(count) {
        election_test::fill_random(signs.data(), words_for(count), count);
        election_test::fill_random(present.data(), words_for(count), count + 1);
    }
    template <class T>
    void expect(std::span<const T> x, zero_policy zero, bool ternary) {
        const sign_span<std::uint64_t> out(expected_signs.data(), size);
        if (ternary) {
            reference_pack(x, {out, sign_span<std::uint64_t>(expected_present.data(), size)}, zero);
        } else {
            reference_pack(x, out, zero);
        }
    }
    /// Including the padding.
    [[nodiscard]] bool are_right(bool ternary) const {
        return std::equal(expected_signs.begin(), expected_signs.end(), signs.data()) &&
               (!ternary || std::equal(expected_present.begin(), expected_present.end(), present.data()));
    }
};

constexpr struct {
    zero_policy zero;
    bool ternary;
} outputs[] = {{zero_policy::positive, false},
               {zero_policy::negative, false},
               {zero_policy::positive, true},
               {zero_policy::negative, true},
               {zero_policy::abstain, true}};

template <class T>
bool packs(const packing_loops<T>& loops, std::size_t count, std::uint64_t seed) {
    for (bool with_nan : {false, true}) {
        const guarded_numbers<T> x(count);
        election_test::fill_numbers(x.span(), seed, with_nan);
        const bool has_nan = std::any_of(x.view().begin(), x.view().end(), [](T number) { return number != number; });
        const bool has_infinity = std::any_of(x.view().begin(), x.view().end(), [](T number) { return std::isinf(number); });
        for (const auto& [zero, ternary] : outputs) {
            planes out(count);
            out.expect(x.view(), zero, ternary);
            const bool nan = loops.pack(x.data(), count, zero, out.signs.data(), ternary ? out.present.data() : nullptr);
            if (!out.are_right(ternary) || (nan != has_nan && !(nan && has_infinity))) return false;
        }
    }
    return true;
}

template <class T>
bool mixes(const packing_loops<T>& loops, std::size_t count, std::uint64_t seed) {
    for (T beta : {T{0}, static_cast<T>(0.9), static_cast<T>(1) / 3, T{1}}) {
        const guarded_numbers<T> g(count);
        election_test::fill_numbers(g.span(), seed + 1, true);
        for (const auto& [zero, ternary] : outputs) {
            const guarded_numbers<T> m(count);
            election_test::fill_numbers(m.span(), seed, false);
            std::vector<T> expected(m.data(), m.data() + count);
            reference_momentum(std::span<T>(expected), g.view(), beta);
            planes out(count);
            out.expect(std::span<const T>(expected), zero, ternary);
            const bool nan = loops.momentum_pack(m.data(), g.data(), count, beta, T{1} - beta, zero, out.signs.data(),
                                                 ternary ? out.present.data() : nullptr);
            const bool has_nan = std::any_of(expected.begin(), expected.end(), [](T number) { return number != number; });
            if (!out.are_right(ternary) || (has_nan && !nan)) return false;
            for (std::size_t j = 0; j < count; ++j) {
                if (!same_number(m.data()[j], expected[j])) return false;
            }
        }
    }
    return true;
}

/// Random votes in canonical form, with something in the padding.
struct guarded_vote_planes {
    guarded_words signs;
    guarded_words present;

    guarded_vote_planes(std::size_t count, std::uint64_t seed) : signs(words_for(count)), present(words_for(count)) {
        election_test::fill_random(signs.data(), words_for(count), seed);
        election_test::fill_random(present.data(), words_for(count), seed + 1);
    }
    void make_canonical(std::size_t count) {
        for (std::size_t w = 0; w < words_for(count); ++w) signs.data()[w] &= present.data()[w];
    }
};

template <class T>
bool steps(const packing_loops<T>& loops, std::size_t count, std::uint64_t seed) {
    guarded_vote_planes random(count, seed);
    const sign_view signs(random.signs.data(), count);
    for (T step : {static_cast<T>(0.1), T{-2}, T{0}, std::numeric_limits<T>::infinity()}) {
        for (bool ternary : {false, true}) {
            if (ternary) random.make_canonical(count);
            const guarded_numbers<T> x(count);
            election_test::fill_numbers(x.span(), seed, true);
            std::vector<T> expected(x.data(), x.data() + count);
            if (ternary) {
                reference_update(std::span<T>(expected), step, ternary_view(signs, sign_view(random.present.data(), count)));
            } else {
                reference_update(std::span<T>(expected), step, signs);
            }
            loops.update(x.data(), count, step, random.signs.data(), ternary ? random.present.data() : nullptr);
            for (std::size_t j = 0; j < count; ++j) {
                if (!same_number(x.data()[j], expected[j])) return false;
            }
        }
    }
    return true;
}

template <class T>
bool unpacks(const packing_loops<T>& loops, std::size_t count, std::uint64_t seed) {
    guarded_vote_planes random(count, seed);
    const sign_view signs(random.signs.data(), count);
    const sign_view present(random.present.data(), count);
    const guarded_numbers<T> x(count);
    loops.unpack(random.signs.data(), nullptr, count, x.data());
    for (std::size_t j = 0; j < count; ++j) {
        if (!same_number(x.data()[j], static_cast<T>(signs[j]))) return false;
    }
    random.make_canonical(count);
    loops.unpack(random.signs.data(), random.present.data(), count, x.data());
    for (std::size_t j = 0; j < count; ++j) {
        if (!same_number(x.data()[j], static_cast<T>(ternary_view(signs, present)[j]))) return false;
    }
    return true;
}

template <class T>
void check_all_sizes(const packing_loops<T>& loops) {
    CAPTURE(election_test::seed());
    election_test::for_sizes([&](std::size_t count) {
        CAPTURE(count);
        CAPTURE(sizeof(T));
        REQUIRE(packs(loops, count, election_test::seed() + count));
        REQUIRE(mixes(loops, count, election_test::seed() + count));
        REQUIRE(steps(loops, count, election_test::seed() + count));
        REQUIRE(unpacks(loops, count, election_test::seed() + count));
    });
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("what the reference says, for every size, in memory that ends with the numbers", Arch, all_sizes) {
    constexpr packing_kernel kernel = packing_kernel_for<Arch>();
    CHECK(kernel.arch == Arch::name);
    check_all_sizes(kernel.of<float>());
    check_all_sizes(kernel.of<double>());
}
TEST_CASE_TEMPLATE_APPLY(all_sizes, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("a NaN is noticed wherever it is", Arch, nan_anywhere) {
    const packing_kernel kernel = packing_kernel_for<Arch>();
    for (std::size_t count : {1U, 64U, 200U}) {
        for (std::size_t place = 0; place < count; ++place) {
            std::vector<float> x(count, 1.0F);
            std::vector<std::uint64_t> signs(words_for(count));
            REQUIRE_FALSE(kernel.of_float.pack(x.data(), count, zero_policy::positive, signs.data(), nullptr));
            x[place] = place % 2 == 0 ? std::nanf("") : -std::nanf("");
            REQUIRE(kernel.of_float.pack(x.data(), count, zero_policy::positive, signs.data(), nullptr));
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(nan_anywhere, election_test::enabled_architectures);

TEST_CASE("kernels that are wrong in one place are rejected") {
    using loops = packing_loops<float>;
    static constexpr loops right = packing_kernel_for<default_arch>().of_float;
    const std::uint64_t seed = election_test::seed();
    loops wrong = right;
    REQUIRE(packs(wrong, 130, seed));
    // Zeros have the other sign.
    wrong.pack = [](const float* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) {
        return right.pack(x, count, zero == zero_policy::positive ? zero_policy::negative : zero, signs, present);
    };
    CHECK_FALSE(packs(wrong, 130, seed));
    // A bit is left in the padding.
    wrong.pack = [](const float* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) {
        const bool nan = right.pack(x, count, zero, signs, present);
        signs[count / 64] |= std::uint64_t{1} << 63U;
        return nan;
    };
    CHECK_FALSE(packs(wrong, 130, seed));
    // The sign bit, whatever the number.
    wrong.pack = [](const float* x, std::size_t count, zero_policy, std::uint64_t* signs, std::uint64_t*) {
        for (std::size_t j = 0; j < count; ++j) {
            sign_span<std::uint64_t>(signs, count).set(j, !std::signbit(x[j]));
        }
        sign_span<std::uint64_t>(signs, count).clear_padding();
        return false;
    };
    CHECK_FALSE(packs(wrong, 130, seed));
    // The last number is not looked at.
    wrong.pack = [](const float* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) {
        return right.pack(x, count - 1, zero, signs, present);
    };
    std::size_t rejected = 0;
    for (std::uint64_t attempt = 0; attempt < 8; ++attempt) rejected += packs(wrong, 130, seed + attempt) ? 0U : 1U;
    CHECK(rejected > 0);
    // Every NaN is overlooked.
    wrong.pack = [](const float* x, std::size_t count, zero_policy zero, std::uint64_t* signs, std::uint64_t* present) {
        (void)right.pack(x, count, zero, signs, present);
        return false;
    };
    CHECK_FALSE(packs(wrong, 130, seed));

    REQUIRE(mixes(wrong, 130, seed));
    // Fused: rounded once less.
    wrong.momentum_pack = [](float* m, const float* g, std::size_t count, float beta, float rest, zero_policy zero,
                             std::uint64_t* signs, std::uint64_t* present) {
        for (std::size_t j = 0; j < count; ++j) m[j] = std::fma(beta, m[j], detail::rounded(rest * g[j]));
        return right.pack(m, count, zero, signs, present);
    };
    CHECK_FALSE(mixes(wrong, 130, seed));
    // Signs of the momentum before.
    wrong.momentum_pack = [](float* m, const float* g, std::size_t count, float beta, float rest, zero_policy zero,
                             std::uint64_t* signs, std::uint64_t* present) {
        const std::vector<float> before(m, m + count);
        const bool nan = right.momentum_pack(m, g, count, beta, rest, zero, signs, present);
        (void)right.pack(before.data(), count, zero, signs, present);
        return nan;
    };
    CHECK_FALSE(mixes(wrong, 130, seed));

    REQUIRE(steps(wrong, 130, seed));
    wrong.update = [](float* x, std::size_t count, float step, const std::uint64_t* signs, const std::uint64_t* present) {
        right.update(x, count, -step, signs, present);
    };
    CHECK_FALSE(steps(wrong, 130, seed));
    // Absent votes count as −1.
    wrong.update = [](float* x, std::size_t count, float step, const std::uint64_t* signs, const std::uint64_t*) {
        right.update(x, count, step, signs, nullptr);
    };
    CHECK_FALSE(steps(wrong, 130, seed));

    REQUIRE(unpacks(wrong, 130, seed));
    wrong.unpack = [](const std::uint64_t* signs, const std::uint64_t*, std::size_t count, float* x) {
        right.unpack(signs, nullptr, count, x);
    };
    CHECK_FALSE(unpacks(wrong, 130, seed));
}
