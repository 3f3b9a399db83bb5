// SPDX-License-Identifier: MIT
// Seven rows of eight bits summed by four full adders, step by step; and a counter whose carry is the majority of five.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

#include <election/bits/bit_block.hpp>

namespace {

using block = election::bit_block<election::arch::word64>; // 64 lanes, of which eight are used

constexpr std::size_t lanes = 8;

void show(const std::string& what, block bits, const char* comment = "") {
    std::cout << what << std::string(8 - what.size(), ' ');
    for (std::size_t j = 0; j < lanes; ++j) std::cout << ' ' << (bits.value >> j & 1U);
    std::cout << (*comment != '\0' ? "   " : "") << comment << '\n';
}

/// The first digit is lane 0.
block row_of(const char* digits) {
    std::uint64_t bits = 0;
    for (std::size_t j = 0; j < lanes; ++j) bits |= std::uint64_t{digits[j] == '1'} << j;
    return {bits};
}

} // namespace

int main() {
    const block rows[] = {row_of("11010010"), row_of("10010110"), row_of("11000010"), row_of("10110110"),
                          row_of("11000010"), row_of("10010111"), row_of("11010010")};
    for (std::size_t i = 0; i < 7; ++i) show("row " + std::to_string(i), rows[i]);

    // [seven]
    block a, b, ones, twos; // what remains at every lane
    const block x = block::full_add(rows[0], rows[1], rows[2], a);
    const block y = block::full_add(a, rows[3], rows[4], b);
    const block z = block::full_add(b, rows[5], rows[6], ones);
    const block fours = block::full_add(x, y, z, twos);
    // [/seven]
    std::cout << '\n';
    show("x", x, "carries of rows 0, 1, 2: weight 2");
    show("a", a, "what remains of them: weight 1");
    show("y", y, "carries of a, 3, 4");
    show("b", b);
    show("z", z, "carries of b, 5, 6");
    show("ones", ones);
    show("twos", twos, "what remains of x, y, z");
    show("fours", fours, "their carries: the majority of seven");

    bool as_expected = true;
    std::cout << "count   ";
    for (std::size_t j = 0; j < lanes; ++j) {
        std::uint64_t count = 0;
        for (const block& row : rows) count += row.value >> j & 1U;
        std::cout << ' ' << count;
        as_expected &= count == (ones.value >> j & 1U) + 2 * (twos.value >> j & 1U) + 4 * (fours.value >> j & 1U);
        as_expected &= (count >= 4) == ((fours.value >> j & 1U) != 0);
    }

    // [five]
    // At least 3 of 5 rows: a counter of two digits that begins at 2^2 - 3 = 1 carries when the third row arrives.
    block low = block::ones();
    block high = block::zeros();
    block above = block::zeros();
    for (std::size_t i = 0; i < 5; ++i) {
        const block carry = low & rows[i];
        low = low ^ rows[i];
        above = above | (high & carry);
        high = high ^ carry;
    }
    // [/five]
    std::cout << "\n\nmajority of rows 0 to 4\n";
    show("carried", above);
    for (std::size_t j = 0; j < lanes; ++j) {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < 5; ++i) count += rows[i].value >> j & 1U;
        as_expected &= (count >= 3) == ((above.value >> j & 1U) != 0);
    }
    return as_expected ? 0 : 1;
}
