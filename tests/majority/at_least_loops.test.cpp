// SPDX-License-Identifier: MIT
#include <election/majority/at_least_loops.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <election/bits/aligned.hpp>
#include <election/bits/sign_span.hpp>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;
using detail::at_least_path;

namespace {

constexpr at_least_path paths[] = {at_least_path::automatic, at_least_path::direct, at_least_path::direct_far,
                                   at_least_path::eights, at_least_path::eights_far};

/// What a kernel is tested with: rows, and how many of the first n have a bit.
struct rows_and_counts {
    election_test::guarded_words memory;
    std::vector<const std::uint64_t*> rows;
    std::vector<std::uint16_t> counts;
    std::size_t words;

    /// \param stride  words from row to row
    rows_and_counts(std::size_t n, std::size_t word_count, std::size_t stride, std::uint64_t seed)
        : memory((n - 1) * stride + word_count), counts(64 * word_count), words(word_count) {
        election_test::fill_random(memory.data(), (n - 1) * stride + word_count, seed);
        for (std::size_t i = 0; i < n; ++i) rows.push_back(memory.data() + i * stride);
    }
    void count_row(std::size_t i) {
        for (std::size_t j = 0; j < counts.size(); ++j)
            counts[j] = static_cast<std::uint16_t>(counts[j] + (rows[i][j / 64] >> (j % 64) & 1U));
    }
};

/// Whether a kernel's output is right in the first `words` words.
template <class Run>
bool is_right(const rows_and_counts& data, std::size_t n, std::size_t words, std::size_t threshold, bool with_ties,
              const Run& run) {
    const election_test::guarded_words out(words);
    const election_test::guarded_words tied(words);
    run(data.rows.data(), n, words, threshold, out.data(), with_ties ? tied.data() : nullptr);
    for (std::size_t w = 0; w < words; ++w) {
        std::uint64_t expected = 0;
        std::uint64_t expected_tied = 0;
        for (std::size_t bit = 0; bit < 64; ++bit) {
            const std::size_t count = data.counts[64 * w + bit];
            expected |= std::uint64_t{count >= threshold} << bit;
            expected_tied |= std::uint64_t{count + 1 == threshold} << bit;
        }
        if (out.data()[w] != expected || (with_ties && tied.data()[w] != expected_tied)) return false;
    }
    return true;
}

} // namespace

TEST_CASE_TEMPLATE_DEFINE("every number of rows up to 130, every number of words up to 18, on every path", Arch,
                          small_sizes) {
    CAPTURE(election_test::seed());
    constexpr std::size_t most = 130;
    constexpr std::size_t words = 18;
    rows_and_counts data(most, words, words, election_test::seed());
    for (std::size_t n = 1; n <= most; ++n) {
        data.count_row(n - 1);
        for (at_least_path path : paths) {
            const auto run = [path](auto... arguments) { detail::at_least_loops<Arch>::run(path, arguments...); };
            CAPTURE(n);
            CAPTURE(static_cast<int>(path));
            for (std::size_t threshold : {std::size_t{1}, n / 4 + 1, (n + 1) / 2, n / 2 + 1, n, n + 1}) {
                REQUIRE(is_right(data, n, words, threshold, true, run));
            }
            for (std::size_t size = 1; size < words; ++size) REQUIRE(is_right(data, n, size, n / 2 + 1, size % 2 == 0, run));
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(small_sizes, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("several tiles and a rest, rows at a power of two and not", Arch, several_tiles) {
    CAPTURE(election_test::seed());
    for (std::size_t stride : {2048U, 1111U}) {
        const std::size_t words = 1107;
        for (std::size_t n : {7U, 8U, 31U, 64U, 77U, 129U}) {
            rows_and_counts data(n, words, stride, election_test::seed() + n);
            for (std::size_t i = 0; i < n; ++i) data.count_row(i);
            for (at_least_path path : paths) {
                const auto run = [path](auto... arguments) { detail::at_least_loops<Arch>::run(path, arguments...); };
                CAPTURE(n);
                CAPTURE(static_cast<int>(path));
                CHECK(is_right(data, n, words, n / 2 + 1, true, run));
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(several_tiles, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("results past the caches: aligned or not, with a last block that is neither", Arch, streamed) {
    CAPTURE(election_test::seed());
    const std::size_t words = 1107;
    for (std::size_t n : {1U, 3U, 9U, 15U, 31U, 77U, 129U, 200U}) {
        rows_and_counts data(n, words, 1111, election_test::seed() + n);
        for (std::size_t i = 0; i < n; ++i) data.count_row(i);
        for (at_least_path path : paths) {
            for (std::size_t offset : {0U, 1U, 4U}) {
                aligned_vector<std::uint64_t> memory(words + 8);
                std::uint64_t* out = memory.data() + offset;
                const auto run = [&](auto rows, auto rows_n, auto count, auto threshold, auto* to, auto* tied) {
                    memory[offset + count] = 0x5555;
                    detail::at_least_loops<Arch>::run(path, rows, rows_n, count, threshold, out, tied, 0);
                    std::copy_n(out, count, to);
                    CHECK(memory[offset + count] == 0x5555);
                };
                CAPTURE(n);
                CAPTURE(offset);
                CAPTURE(static_cast<int>(path));
                CHECK(is_right(data, n, words, n / 2 + 1, true, run));
                CHECK(is_right(data, n, words - 3, n / 2 + 1, false, run));
                CHECK(is_right(data, n, 1104, n / 2 + 1, false, run));
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(streamed, election_test::enabled_architectures);

TEST_CASE_TEMPLATE_DEFINE("many rows, up to 65535", Arch, many_rows) {
    CAPTURE(election_test::seed());
    for (std::size_t n : {255U, 256U, 1023U, 2047U, 2048U, 4095U, 65535U}) {
        const std::size_t words = 11;
        rows_and_counts data(n, words, words, election_test::seed() + n);
        for (std::size_t i = 0; i < n; ++i) data.count_row(i);
        const std::size_t middle = data.counts[100]; // a threshold that is just reached somewhere
        for (std::size_t threshold : {std::size_t{1}, n / 2 + 1, middle, n + 1}) {
            for (at_least_path path : paths) {
                const auto run = [path](auto... arguments) { detail::at_least_loops<Arch>::run(path, arguments...); };
                CAPTURE(n);
                CAPTURE(threshold);
                CAPTURE(static_cast<int>(path));
                REQUIRE(is_right(data, n, words, threshold, true, run));
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(many_rows, election_test::enabled_architectures);

TEST_CASE("kernels that are wrong in one place are rejected") {
    rows_and_counts data(15, 5, 5, election_test::seed());
    for (std::size_t i = 0; i < 15; ++i) data.count_row(i);
    using right = detail::at_least_loops<default_arch>;
    const auto run_with = [&](auto change) {
        return is_right(data, 15, 5, 8, true, [&](auto rows, auto n, auto words, auto threshold, auto* out, auto* tied) {
            change(rows, n, words, threshold, out, tied);
        });
    };
    CHECK(run_with(right::at_least));
    CHECK_FALSE(run_with([&](auto rows, auto n, auto words, auto threshold, auto* out, auto* tied) { // > for >=
        right::at_least(rows, n, words, threshold + 1, out, tied);
    }));
    CHECK_FALSE(run_with([&](auto rows, auto n, auto words, auto threshold, auto* out, auto* tied) { // a row is dropped
        right::at_least(rows, n - 1, words, threshold, out, tied);
    }));
    CHECK_FALSE(
        run_with([&](auto rows, auto n, auto words, auto threshold, auto* out, auto* tied) { // the last word is not done
            out[words - 1] = tied[words - 1] = 0;
            right::at_least(rows, n, words - 1, threshold, out, tied);
        }));
}
