// SPDX-License-Identifier: MIT
// Random rows of packed signs, in the layouts that users bring, with pages around them that may not be touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/random.hpp>

namespace election_test {

/// Words that end where the memory ends: the page behind them, and the one before, cannot be read or written.
class guarded_words {
public:
    explicit guarded_words(std::size_t count) {
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        const std::size_t bytes = count * sizeof(std::uint64_t);
        const std::size_t inside = (bytes + page - 1) / page * page;
        total_ = inside + 2 * page;
        void* memory = ::mmap(nullptr, total_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        REQUIRE(memory != MAP_FAILED);
        memory_ = static_cast<char*>(memory);
        if (inside != 0) REQUIRE(::mprotect(memory_ + page, inside, PROT_READ | PROT_WRITE) == 0);
        words_ = reinterpret_cast<std::uint64_t*>(memory_ + page + inside - bytes);
    }
    ~guarded_words() { ::munmap(memory_, total_); }
    guarded_words(const guarded_words&) = delete;
    guarded_words& operator=(const guarded_words&) = delete;

    [[nodiscard]] std::uint64_t* data() const noexcept { return words_; }

private:
    char* memory_ = nullptr;
    std::size_t total_ = 0;
    std::uint64_t* words_ = nullptr;
};

/// Fills words with random bits, some of them all 0 or all 1.
inline void fill_random(std::uint64_t* words, std::size_t count, std::uint64_t seed) {
    const election::counter_random random(seed);
    for (std::size_t w = 0; w < count; ++w) {
        const std::uint64_t word = random(w);
        words[w] = word % 16 == 0 ? 0 : word % 16 == 1 ? ~std::uint64_t{0} : word;
    }
}

/// Rows of random signs before a page that may not be touched; the padding of every row is garbage.
class random_rows {
public:
    /// \param stride  words from row to row; 0 for no gap
    random_rows(std::size_t rows, std::size_t signs, std::uint64_t seed, std::size_t stride = 0)
        : stride_(stride == 0 ? election::words_for(signs) : stride), rows_(rows), signs_(signs),
          memory_(rows == 0 ? 0 : (rows - 1) * stride_ + election::words_for(signs)) {
        if (rows != 0) fill_random(memory_.data(), (rows - 1) * stride_ + election::words_for(signs), seed);
    }
    [[nodiscard]] election::sign_matrix_span<std::uint64_t> span() const { return {memory_.data(), rows_, signs_, stride_}; }
    operator election::sign_matrix_view() const { return span(); }
    [[nodiscard]] election::sign_view operator[](std::size_t i) const { return span()[i]; }
    /// Every row as a view.
    [[nodiscard]] std::vector<election::sign_view> views() const {
        std::vector<election::sign_view> all;
        for (std::size_t i = 0; i < rows_; ++i) all.push_back(span()[i]);
        return all;
    }

private:
    std::size_t stride_;
    std::size_t rows_;
    std::size_t signs_;
    guarded_words memory_;
};

/// Rows of random votes +1, −1 and 0 in canonical form.
class random_votes {
public:
    random_votes(std::size_t rows, std::size_t signs, std::uint64_t seed)
        : rows_(rows), signs_(rows, signs, seed), present_(rows, signs, seed + 1) {
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t w = 0; w < election::words_for(signs); ++w)
                signs_.span()[i].data()[w] &= present_.span()[i].data()[w];
        }
    }
    [[nodiscard]] election::ternary_view operator[](std::size_t i) const { return {signs_[i], present_[i]}; }
    /// Every row as a view.
    [[nodiscard]] std::vector<election::ternary_view> views() const {
        std::vector<election::ternary_view> all;
        for (std::size_t i = 0; i < rows_; ++i) all.push_back((*this)[i]);
        return all;
    }

private:
    std::size_t rows_;
    random_rows signs_;
    random_rows present_;
};

/// Where results are written: signs before a page that may not be touched, garbage at first.
class guarded_signs {
public:
    explicit guarded_signs(std::size_t signs) : signs_(signs), memory_(election::words_for(signs)) {
        fill_random(memory_.data(), election::words_for(signs), signs);
    }
    [[nodiscard]] election::sign_span<std::uint64_t> span() const { return {memory_.data(), signs_}; }
    /// Whether the bits past the last sign are zero.
    [[nodiscard]] bool padding_is_zero() const {
        return signs_ % 64 == 0 || (span().words().back() & ~election::last_word_mask(signs_)) == 0;
    }

private:
    std::size_t signs_;
    guarded_words memory_;
};

/// Results that may abstain.
class guarded_votes {
public:
    explicit guarded_votes(std::size_t signs) : signs_(signs), present_(signs) {}
    [[nodiscard]] election::ternary_span<std::uint64_t> span() const { return {signs_.span(), present_.span()}; }
    /// Whether the padding is zero, and the sign of every absent vote.
    [[nodiscard]] bool is_canonical() const {
        if (!signs_.padding_is_zero() || !present_.padding_is_zero()) return false;
        for (std::size_t w = 0; w < election::words_for(signs_.span().size()); ++w) {
            if ((signs_.span().data()[w] & ~present_.span().data()[w]) != 0) return false;
        }
        return true;
    }

private:
    guarded_signs signs_;
    guarded_signs present_;
};

} // namespace election_test
