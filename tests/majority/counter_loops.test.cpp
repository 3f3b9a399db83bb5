// SPDX-License-Identifier: MIT
#include <election/majority/counter_loops.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

namespace {

/// Bit-sliced counters beside plain ones.
template <class Arch>
struct both_counters {
    using loops = detail::counter_loops<Arch>;
    std::size_t words;
    std::vector<aligned_vector<std::uint64_t>> memory;
    std::vector<std::uint64_t*> planes;
    std::vector<std::int64_t> plain;

    both_counters(std::size_t digits, std::size_t word_count)
        : words(word_count), memory(digits, aligned_vector<std::uint64_t>(word_count)), plain(64 * word_count) {
        for (auto& plane : memory) planes.push_back(plane.data());
    }
    void add_plain(const std::uint64_t* row, std::int64_t weight) {
        for (std::size_t j = 0; j < plain.size(); ++j) plain[j] += (row[j / 64] >> (j % 64) & 1U) != 0 ? weight : 0;
    }
    [[nodiscard]] std::int64_t sliced(std::size_t j) const {
        std::int64_t value = 0;
        for (std::size_t q = 0; q < planes.size(); ++q)
            value |= static_cast<std::int64_t>(planes[q][j / 64] >> (j % 64) & 1U) << q;
        return value;
    }
    [[nodiscard]] bool agree() const {
        for (std::size_t j = 0; j < plain.size(); ++j) {
            if (plain[j] != sliced(j)) return false;
        }
        return true;
    }
};

} // namespace

TEST_CASE_TEMPLATE_DEFINE("rows are added and taken away at any digit", Arch, counting) {
    CAPTURE(election_test::seed());
    using loops = detail::counter_loops<Arch>;
    for (std::size_t words : {0U, 1U, 3U, 8U, 13U, 26U}) {
        for (std::size_t n : {1U, 2U, 3U, 7U, 15U, 16U, 31U, 63U, 64U, 77U, 130U}) {
            const std::size_t first = n % 3; // the rows begin before the tile
            const election_test::random_rows data(n, 64 * (words + first), election_test::seed() + n);
            std::vector<const std::uint64_t*> rows;
            for (const sign_view row : data.views()) rows.push_back(row.data());
            both_counters<Arch> counters(12, words);
            CAPTURE(words);
            CAPTURE(n);
            for (std::size_t digit : {0U, 2U}) {
                loops::add(counters.planes.data(), 12, digit, rows.data(), n, first, words);
                for (const std::uint64_t* row : rows) counters.add_plain(row + first, std::int64_t{1} << digit);
                REQUIRE(counters.agree());
            }
            for (std::size_t i = 0; i < n; i += 2) {
                loops::subtract(counters.planes.data(), 12, 2, rows.data() + i, 1, first, words);
                counters.add_plain(rows[i] + first, -4);
            }
            REQUIRE(counters.agree());
            loops::subtract(counters.planes.data(), 12, 0, rows.data(), n, first, words);
            for (const std::uint64_t* row : rows) counters.add_plain(row + first, -1);
            REQUIRE(counters.agree());
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(counting, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("lines of eight words without gaps are added", Arch, lines) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {1U, 3U, 8U, 63U, 64U, 65U, 130U, 200U}) {
        const election_test::random_rows data(n, 512, election_test::seed() + n);
        std::size_t digits = 0;
        while (2 * n >> digits != 0) ++digits;
        both_counters<Arch> counters(digits, 8);
        for (int times = 0; times < 2; ++times) {
            detail::counter_loops<Arch>::add_lines(counters.planes.data(), digits, data.span().data(), n);
            for (std::size_t i = 0; i < n; ++i) counters.add_plain(data[i].data(), 1);
            CAPTURE(n);
            CHECK(counters.agree());
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(lines, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("a vote that may be missing adds 0, 1 or 2", Arch, ternary_counting) {
    CAPTURE(election_test::seed());
    using loops = detail::counter_loops<Arch>;
    for (std::size_t n : {1U, 2U, 5U, 8U, 21U}) {
        constexpr std::size_t words = 11;
        const election_test::random_votes data(n, 64 * words, election_test::seed() + n);
        std::vector<const std::uint64_t*> signs;
        std::vector<const std::uint64_t*> present;
        for (const ternary_view row : data.views()) {
            signs.push_back(row.signs().data());
            present.push_back(row.present().data());
        }
        both_counters<Arch> counters(8, words);
        loops::add_ternary(counters.planes.data(), 8, 1, signs.data(), present.data(), n, 0, words);
        for (std::size_t j = 0; j < 64 * words; ++j) {
            for (std::size_t i = 0; i < n; ++i) counters.plain[j] += 2 * (1 + data[i][j]);
        }
        CHECK(counters.agree());
        loops::subtract_ternary(counters.planes.data(), 8, 1, signs.data(), present.data(), 1, 0, words);
        for (std::size_t j = 0; j < 64 * words; ++j) counters.plain[j] -= 2 * (1 + data[0][j]);
        CHECK(counters.agree());
    }
}
TEST_CASE_TEMPLATE_APPLY(ternary_counting, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("counters are added, compared with every threshold, and read out", Arch, reading) {
    CAPTURE(election_test::seed());
    using loops = detail::counter_loops<Arch>;
    for (std::size_t words : {1U, 5U, 8U, 19U}) {
        const election_test::random_rows data(5, 64 * words, election_test::seed() + words);
        both_counters<Arch> counters(6, words);
        std::vector<const std::uint64_t*> digits;
        for (const sign_view row : data.views()) digits.push_back(row.data());
        for (std::size_t q = 0; q < 3; ++q) {
            for (std::size_t w = 0; w < words; ++w) counters.planes[q][w] = digits[4 - q][w];
            counters.add_plain(digits[4 - q], std::int64_t{1} << q);
        }
        // 0 … 7, and twice 0 … 7.
        loops::add_counters(counters.planes.data(), 6, 1, digits.data(), 3, 0, words);
        for (std::size_t q = 0; q < 3; ++q) counters.add_plain(digits[q], std::int64_t{2} << q);
        REQUIRE(counters.agree());
        for (std::size_t threshold = 1; threshold <= 70; ++threshold) {
            const election_test::guarded_words out(words);
            const election_test::guarded_words tied(words);
            loops::compare(counters.planes.data(), 6, threshold, words, out.data(),
                           threshold % 2 == 0 ? tied.data() : nullptr);
            for (std::size_t j = 0; j < 64 * words; ++j) {
                const auto count = static_cast<std::size_t>(counters.plain[j]);
                REQUIRE((out.data()[j / 64] >> (j % 64) & 1U) == (count >= threshold ? 1U : 0U));
                if (threshold % 2 == 0)
                    REQUIRE((tied.data()[j / 64] >> (j % 64) & 1U) == (count + 1 == threshold ? 1U : 0U));
            }
        }
        std::vector<std::uint8_t> bytes(64 * words);
        loops::read8(counters.planes.data(), 6, words, bytes.data());
        std::vector<std::uint16_t> pairs(64 * words);
        loops::read16(counters.planes.data(), 6, words, pairs.data());
        for (std::size_t j = 0; j < 64 * words; ++j) {
            REQUIRE(bytes[j] == counters.plain[j]);
            REQUIRE(pairs[j] == counters.plain[j]);
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(reading, election_test::enabled_architectures);
