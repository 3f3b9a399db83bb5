// SPDX-License-Identifier: MIT
#include <election/bits/aligned.hpp>

#include <cstdint>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("aligned memory begins on a cache line, whatever its size") {
    for (std::size_t count = 1; count < 200; ++count) {
        const aligned_vector<std::uint16_t> numbers(count, std::uint16_t{7});
        CHECK(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignment_bytes == 0);
        CHECK(numbers.back() == 7);
        const auto words = make_aligned_array<std::uint64_t>(count);
        CHECK(reinterpret_cast<std::uintptr_t>(words.get()) % alignment_bytes == 0);
        words[count - 1] = count;
        CHECK(words[count - 1] == count);
    }
}

TEST_CASE("an impossible size is refused instead of wrapping around") {
    CHECK_THROWS_AS((void)aligned_allocator<std::uint64_t>().allocate(static_cast<std::size_t>(-1) / 4),
                    std::bad_array_new_length);
}
