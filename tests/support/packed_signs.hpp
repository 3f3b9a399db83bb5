// SPDX-License-Identifier: MIT
// Signs and votes packed by the definition, bit by bit, into words that have random bits wherever no sign is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/core/random.hpp>

namespace election_test {

/// Words of random bits.
inline std::vector<std::uint64_t> random_words(std::size_t count, std::uint64_t seed) {
    const election::counter_random random(seed);
    std::vector<std::uint64_t> words(count);
    for (std::size_t w = 0; w < count; ++w) words[w] = random(w);
    return words;
}

/// Random numbers +1 and −1, and 0 if `zeros`.
inline std::vector<int> random_vote_row(std::size_t count, bool zeros, std::uint64_t seed) {
    const election::counter_random random(seed);
    std::vector<int> votes(count);
    for (std::size_t j = 0; j < count; ++j) {
        votes[j] = zeros ? static_cast<int>(random.below(3, j)) - 1 : random.below(2, j) == 0 ? 1 : -1;
    }
    return votes;
}

/// The votes of n workers.
inline std::vector<std::vector<int>> random_vote_rows(std::size_t n, std::size_t d, bool zeros, std::uint64_t seed) {
    std::vector<std::vector<int>> rows;
    for (std::size_t i = 0; i < n; ++i) rows.push_back(random_vote_row(d, zeros, seed * 100 + i));
    return rows;
}

/// "+", "-" and "0".
inline std::string text_of(const std::vector<int>& votes) {
    std::string text;
    for (int vote : votes) text += vote > 0 ? '+' : vote < 0 ? '-' : '0';
    return text;
}

/// One plane of bits for rows of votes. Rows begin at an odd word and have an odd word between them, so that most begin off a
/// cache line; padding, the words between rows and those around have random bits.
class loose_plane {
public:
    /// `bit` gives the bit of a vote; `random` bits replace it where `counts` says that it does not count.
    template <class Bit, class Counts>
    loose_plane(const std::vector<std::vector<int>>& rows, Bit bit, Counts counts, std::uint64_t seed)
        : rows_(rows.size()), signs_(rows.empty() ? 0 : rows[0].size()), stride_(signs_ / 64 + 2),
          words_(random_words(first + rows_ * stride_ + 1, seed)) {
        for (std::size_t i = 0; i < rows_; ++i) {
            for (std::size_t j = 0; j < signs_; ++j) {
                if (!counts(rows[i][j])) continue;
                std::uint64_t& word = words_[first + i * stride_ + j / 64];
                word = (word & ~(std::uint64_t{1} << (j % 64))) | std::uint64_t{bit(rows[i][j]) ? 1U : 0U} << (j % 64);
            }
        }
    }

    [[nodiscard]] election::sign_matrix_span<std::uint64_t> span() noexcept {
        return {words_.data() + first, rows_, signs_, stride_};
    }
    [[nodiscard]] election::sign_matrix_view view() const noexcept {
        return {words_.data() + first, rows_, signs_, stride_};
    }
    [[nodiscard]] const std::vector<std::uint64_t>& words() const noexcept { return words_; }

private:
    static constexpr std::size_t first = 1;
    std::size_t rows_;
    std::size_t signs_;
    std::size_t stride_;
    std::vector<std::uint64_t> words_;
};

/// Signs, one bit each, with random bits around.
inline loose_plane loose_signs(const std::vector<std::vector<int>>& rows, std::uint64_t seed) {
    return {rows, [](int sign) { return sign > 0; }, [](int) { return true; }, seed};
}

/// Votes in two planes, with random bits around; the sign bits of absent votes are random too.
struct loose_votes {
    loose_plane signs;
    loose_plane present;

    loose_votes(const std::vector<std::vector<int>>& rows, std::uint64_t seed)
        : signs(
              rows, [](int vote) { return vote > 0; }, [](int vote) { return vote != 0; }, seed),
          present(
              rows, [](int vote) { return vote != 0; }, [](int) { return true; }, seed + 1) {}
    [[nodiscard]] election::ternary_matrix_span<std::uint64_t> span() noexcept { return {signs.span(), present.span()}; }
    [[nodiscard]] election::ternary_matrix_view view() const noexcept { return {signs.view(), present.view()}; }
};

} // namespace election_test
