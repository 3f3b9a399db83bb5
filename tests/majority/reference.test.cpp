// SPDX-License-Identifier: MIT
#include <election/majority/reference.hpp>

#include <cstdint>

#include <doctest/doctest.h>

using namespace election;

namespace {

/// 2-of-3, evaluated by the compiler.
constexpr std::uint64_t two_of_three() {
    const std::uint64_t words[] = {0b0111, 0b1011, 0b0001};
    const sign_view rows[] = {{words, 4}, {words + 1, 4}, {words + 2, 4}};
    std::uint64_t out = ~std::uint64_t{0};
    reference_at_least(rows, 2, sign_span<std::uint64_t>(&out, 4));
    return out;
}
static_assert(two_of_three() == 0b0011);

} // namespace

TEST_CASE("counts, and thresholds from none to all") {
    const std::uint64_t words[] = {0b011, 0b001};
    const sign_view rows[] = {{words, 3}, {words + 1, 3}};
    CHECK(reference_count(rows, 0) == 2);
    CHECK(reference_count(rows, 1) == 1);
    CHECK(reference_count(rows, 2) == 0);
    for (std::size_t threshold = 0; threshold <= 3; ++threshold) {
        std::uint64_t out = 0;
        reference_at_least(rows, threshold, sign_span<std::uint64_t>(&out, 3));
        CHECK(out == (threshold == 0 ? 0b111U : threshold == 1 ? 0b011U : threshold == 2 ? 0b001U : 0U));
    }
}
