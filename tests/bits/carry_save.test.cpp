// SPDX-License-Identifier: MIT
#include <election/bits/carry_save.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <election/core/random.hpp>
#include <support/architectures.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

constexpr std::size_t planes = 7;

/// The count in one lane of a bit-sliced counter.
template <class Block>
std::uint64_t lane_count(const Block* counter, std::size_t lane) {
    aligned_vector<std::uint64_t> words(Block::words);
    std::uint64_t count = 0;
    for (std::size_t q = 0; q < planes; ++q) {
        counter[q].store(words.data());
        count |= (words[lane / 64] >> (lane % 64) & 1U) << q;
    }
    return count;
}

/// Adds `Count` random blocks to a counter that holds `start` in every lane; false where a lane's count is wrong.
template <class Arch, std::size_t Count>
bool adds_right(std::uint64_t start, std::uint64_t seed) {
    using block = bit_block<Arch>;
    const counter_random random(seed, Count);
    aligned_vector<std::uint64_t> rows(Count * block::words);
    for (std::size_t w = 0; w < rows.size(); ++w) rows[w] = random(w);
    block counter[planes];
    for (std::size_t q = 0; q < planes; ++q) counter[q] = (start >> q & 1U) != 0 ? block::ones() : block::zeros();
    const auto row = [&](std::size_t i) { return block::load(rows.data() + i * block::words); };
    constexpr std::size_t level = static_cast<std::size_t>(std::countr_zero(Count));
    const block carry = carry_save_add<Count>(counter, row);
    const block out = ripple_add<level, planes>(counter, carry);
    aligned_vector<std::uint64_t> overflow(block::words);
    out.store(overflow.data());
    for (std::size_t lane = 0; lane < block::bits; ++lane) {
        std::uint64_t expected = start;
        for (std::size_t i = 0; i < Count; ++i) expected += rows[i * block::words + lane / 64] >> (lane % 64) & 1U;
        const std::uint64_t carried = (overflow[lane / 64] >> (lane % 64) & 1U) << planes;
        if (lane_count(counter, lane) + carried != expected) return false;
    }
    return true;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("carry-save addition counts every lane, from every start, with its overflow", Arch,
                          carry_save_counts) {
    CAPTURE(election_test::seed());
    for (std::uint64_t start = 0; start < 128; start += 3) {
        CAPTURE(start);
        CHECK(adds_right<Arch, 1>(start, election_test::seed()));
        CHECK(adds_right<Arch, 2>(start, election_test::seed()));
        CHECK(adds_right<Arch, 4>(start, election_test::seed()));
        CHECK(adds_right<Arch, 8>(start, election_test::seed()));
        CHECK(adds_right<Arch, 16>(start, election_test::seed()));
        CHECK(adds_right<Arch, 32>(start, election_test::seed()));
    }
}
TEST_CASE_TEMPLATE_APPLY(carry_save_counts, election_test::enabled_architectures);
