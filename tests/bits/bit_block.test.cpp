// SPDX-License-Identifier: MIT
#include <election/bits/bit_block.hpp>

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <election/core/random.hpp>
#include <support/architectures.hpp>
#include <support/seed.hpp>

using namespace election;

static_assert(bit_block_like<bit_block<arch::word64>>);
static_assert(bit_block_like<bit_block<default_arch>>);
static_assert(!bit_block_like<std::uint64_t>);
static_assert(is_enabled<arch::word64>);
static_assert(is_enabled<default_arch>);

TEST_CASE_TEMPLATE_DEFINE("a bit block does in every word what 64-bit integers do", Arch, bit_block_words) {
    using block = bit_block<Arch>;
    static_assert(block::bits == Arch::bits && block::words * 64 == block::bits);
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    aligned_vector<std::uint64_t> a(block::words), b(block::words), c(block::words), out(block::words);
    const std::uint64_t patterns[] = {0, ~std::uint64_t{0}, 1, std::uint64_t{1} << 63};
    for (std::uint64_t round = 0; round < 200; ++round) {
        for (std::size_t w = 0; w < block::words; ++w) {
            const std::uint64_t index = round * 100 + w * 3;
            const bool special = round < 64; // all triples of the patterns
            a[w] = special ? patterns[round % 4] : random(index);
            b[w] = special ? patterns[round / 4 % 4] : random(index + 1);
            c[w] = special ? patterns[round / 16] : random(index + 2);
        }
        const block x = block::load(a.data());
        const block y = block::load(b.data());
        const block z = block::load(c.data());
        const auto equals = [&](block result, auto expected) {
            result.store(out.data());
            for (std::size_t w = 0; w < block::words; ++w) {
                if (out[w] != expected(a[w], b[w], c[w])) return false;
            }
            return true;
        };
        using word = std::uint64_t;
        CHECK(equals(x & y, [](word p, word q, word) { return p & q; }));
        CHECK(equals(x | y, [](word p, word q, word) { return p | q; }));
        CHECK(equals(x ^ y, [](word p, word q, word) { return p ^ q; }));
        CHECK(equals(~x, [](word p, word, word) { return ~p; }));
        CHECK(equals(block::zeros(), [](word, word, word) { return word{0}; }));
        CHECK(equals(block::ones(), [](word, word, word) { return ~word{0}; }));
        block sum = block::zeros();
        const block carry = block::full_add(x, y, z, sum);
        CHECK(equals(sum, [](word p, word q, word r) { return p ^ q ^ r; }));
        CHECK(equals(carry, [](word p, word q, word r) { return (p & q) | (p & r) | (q & r); }));
        block aliased = x;
        CHECK(equals(block::full_add(aliased, y, z, aliased),
                     [](word p, word q, word r) { return (p & q) | (p & r) | (q & r); }));
        CHECK(equals(aliased, [](word p, word q, word r) { return p ^ q ^ r; }));
    }
    for (std::size_t bit = 0; bit < block::bits; ++bit) {
        aligned_vector<std::uint64_t> one(block::words);
        one[bit / 64] = std::uint64_t{1} << (bit % 64);
        CHECK(block::load(one.data()).any());
    }
    CHECK_FALSE(block::zeros().any());
}
TEST_CASE_TEMPLATE_APPLY(bit_block_words, election_test::enabled_architectures);
