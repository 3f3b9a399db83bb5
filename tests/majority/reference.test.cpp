// SPDX-License-Identifier: MIT
#include <election/majority/reference.hpp>

#include <cstdint>
#include <vector>

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

TEST_CASE("sums of votes, weighted or not, and their sign") {
    const std::uint64_t signs[] = {0b001, 0b011};
    const std::uint64_t present[] = {0b001, 0b111};
    const ternary_view rows[] = {{sign_view(signs, 3), sign_view(present, 3)},
                                 {sign_view(signs + 1, 3), sign_view(present + 1, 3)}};
    const std::uint32_t weights[] = {5, 2};
    CHECK(reference_vote_sum<ternary_view>(rows, {}, 0) == 2);
    CHECK(reference_vote_sum<ternary_view>(rows, {}, 1) == 1);
    CHECK(reference_vote_sum<ternary_view>(rows, weights, 0) == 7);
    CHECK(reference_vote_sum<ternary_view>(rows, weights, 2) == -2);
    static_assert(reference_sign(-3) == -1 && reference_sign(0) == 0 && reference_sign(9) == 1);
}

TEST_CASE("a worker's vote is the majority of what it holds") {
    const std::vector<std::vector<int>> code{{1, 1, 1}, {0, 1, 1}, {0, 0, 0}};
    const std::uint64_t words[] = {0b11, 0b10, 0b10};
    const sign_view partitions[] = {{words, 2}, {words + 1, 2}, {words + 2, 2}};
    CHECK(reference_encode(code, 0, partitions, 0) == -1);
    CHECK(reference_encode(code, 0, partitions, 1) == 1);
    CHECK(reference_encode(code, 1, partitions, 0) == -1);
    CHECK(reference_encode(code, 2, partitions, 0) == 0);
}
