// SPDX-License-Identifier: MIT
#include <election/majority/tile_counters.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/sign_span.hpp>
#include <election/core/executor.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE("a tile has the digits its largest sum needs, in planes that begin on cache lines") {
    for (const auto& [largest, digits] :
         std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {1, 1}, {2, 2}, {255, 8}, {256, 9}, {131070, 17}}) {
        detail::tile_counters counters(largest);
        CHECK(counters.digits() == digits);
        for (std::size_t q = 0; q < digits; ++q) {
            CHECK(reinterpret_cast<std::uintptr_t>(counters.planes()[q]) % 64 == 0);
            for (std::size_t w = 0; w < detail::tile_counters::words; ++w) counters.planes()[q][w] = ~std::uint64_t{0};
        }
        counters.clear(5);
        for (std::size_t q = 0; q < digits; ++q) {
            CHECK(counters.planes()[q][4] == 0);
            CHECK(counters.planes()[q][5] == ~std::uint64_t{0});
        }
    }
}

TEST_CASE("sums are compared tile by tile") {
    for (std::size_t words : {0U, 1U, 127U, 128U, 129U, 300U}) {
        const election_test::random_rows row(1, 64 * words, election_test::seed());
        const std::uint64_t* rows[] = {row.span().data()};
        const election_test::guarded_words out(words);
        const election_test::guarded_words tied(words);
        constexpr majority_kernel kernel = majority_kernel_for<arch::word64>();
        detail::sum_and_compare(kernel, 1, 1, words, out.data(), tied.data(),
                                [&](auto* planes, std::size_t digits, std::size_t first, std::size_t size) {
                                    kernel.add(planes, digits, 0, rows, 1, first, size);
                                });
        bool right = true;
        for (std::size_t w = 0; w < words; ++w)
            right = right && out.data()[w] == rows[0][w] && tied.data()[w] == ~rows[0][w];
        CHECK(right);
    }
}

TEST_CASE("parts begin with a word and cover all signs") {
    std::size_t next = 0;
    detail::for_sign_parts(thread_executor(1), 100'000, [&](std::size_t first, std::size_t count) {
        CHECK(64 * first == next);
        next += count;
    });
    CHECK(next == 100'000);
}
