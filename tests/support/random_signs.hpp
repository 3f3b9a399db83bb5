// SPDX-License-Identifier: MIT
// Random rows of packed signs, in the layouts that users bring, with pages around them that may not be touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <election/bits/sign_matrix.hpp>
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

} // namespace election_test
