// SPDX-License-Identifier: MIT
#include <election/majority/agreement_loops.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("differences, with and without a reference, missing votes and a mask", Arch, differences) {
    CAPTURE(election_test::seed());
    // Lengths around a group of 32 blocks, around a tile, and short ones.
    for (std::size_t words : {0U, 1U, 7U, 31U, 33U, 64U, 255U, 256U, 300U, 1030U, 8191U, 8192U, 8200U, 17000U}) {
        constexpr std::size_t n = 3;
        const election_test::random_rows rows(n, 64 * words, election_test::seed());
        const election_test::random_rows present(n, 64 * words, election_test::seed() + 1);
        const election_test::random_rows others(2, 64 * words, election_test::seed() + 2);
        std::vector<const std::uint64_t*> row_words;
        std::vector<const std::uint64_t*> present_words;
        for (std::size_t i = 0; i < n; ++i) {
            row_words.push_back(rows[i].data());
            present_words.push_back(present[i].data());
        }
        for (unsigned which = 0; which < 8; ++which) {
            const std::uint64_t* reference = (which & 1U) != 0 ? others[0].data() : nullptr;
            const std::uint64_t* counted = (which & 2U) != 0 ? others[1].data() : nullptr;
            const std::uint64_t* const* there = (which & 4U) != 0 ? present_words.data() : nullptr;
            std::uint64_t counts[n] = {1, 2, 3};
            detail::agreement_loops<Arch>::differences(row_words.data(), there, n, reference, counted, words, counts);
            for (std::size_t i = 0; i < n; ++i) {
                std::uint64_t expected = 0;
                for (std::size_t w = 0; w < words; ++w) {
                    std::uint64_t bits = row_words[i][w] ^ (reference == nullptr ? 0 : reference[w]);
                    if (counted != nullptr) bits &= counted[w];
                    if (there != nullptr) bits &= there[i][w];
                    expected += static_cast<std::uint64_t>(std::popcount(bits));
                }
                CAPTURE(words);
                CAPTURE(which);
                CHECK(counts[i] == expected);
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(differences, election_test::enabled_architectures);
