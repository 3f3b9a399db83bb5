// SPDX-License-Identifier: MIT
// agreement_loops: in how many bits packed rows differ from a reference.
#pragma once

#include <cstddef>
#include <cstdint>

#include <election/bits/bit_block.hpp>
#include <election/bits/carry_save.hpp>

namespace election::detail {

/// Kernels only touch raw memory: no function that another translation unit could share is instantiated with this one's
/// flags.
template <class Arch>
struct agreement_loops {
    using block = bit_block<Arch>;
    static constexpr std::size_t tile_words = 8192; ///< of the reference; 64 KiB stay in the second cache

    /// counts[i] = in how many of `words` words' bits row i differs from the reference; a null reference is all zeros. Where
    /// `present` is not null, only bits that present[i] has count, and where `counted` is not null, only those that it has.
    /// Every row and the reference are read from memory once.
    static void differences(const std::uint64_t* const* rows, const std::uint64_t* const* present, std::size_t n,
                            const std::uint64_t* reference, const std::uint64_t* counted, std::size_t words,
                            std::uint64_t* counts) {
        for (std::size_t i = 0; i < n; ++i) counts[i] = 0;
        for (std::size_t first = 0; first < words; first += tile_words) {
            const std::size_t size = words - first < tile_words ? words - first : tile_words;
            for (std::size_t i = 0; i < n; ++i) {
                const operands at{rows[i] + first, present == nullptr ? nullptr : present[i] + first,
                                  reference == nullptr ? nullptr : reference + first,
                                  counted == nullptr ? nullptr : counted + first};
                counts[i] += reference == nullptr ? count_with<false>(at, size) : count_with<true>(at, size);
            }
        }
    }

private:
    struct operands {
        const std::uint64_t* row;
        const std::uint64_t* present;
        const std::uint64_t* reference;
        const std::uint64_t* counted;
    };

    template <bool Reference>
    static std::uint64_t count_with(const operands& at, std::size_t words) {
        if (at.present == nullptr) {
            return at.counted == nullptr ? count_with<Reference, false, false>(at, words)
                                         : count_with<Reference, false, true>(at, words);
        }
        return at.counted == nullptr ? count_with<Reference, true, false>(at, words)
                                     : count_with<Reference, true, true>(at, words);
    }

    template <bool Reference, bool Present, bool Counted>
    static std::uint64_t count_with(const operands at, std::size_t words) {
        return count_ones(words, [at](auto block_of, std::size_t w) ELECTION_ALWAYS_INLINE_LAMBDA {
            using type = decltype(block_of);
            type bits = type::load_unaligned(at.row + w);
            if constexpr (Reference) bits = bits ^ type::load_unaligned(at.reference + w);
            if constexpr (Present) bits = bits & type::load_unaligned(at.present + w);
            if constexpr (Counted) bits = bits & type::load_unaligned(at.counted + w);
            return bits;
        });
    }

    /// Counts the ones of blocks by carry-save adders: of 32 blocks only one is counted bit by bit (Harley, Seal).
    template <class Load>
    static ELECTION_ALWAYS_INLINE std::uint64_t count_ones(std::size_t words, const Load& load) {
        constexpr std::size_t level = 5;
        constexpr std::size_t group = std::size_t{1} << level;
        std::uint64_t count = 0;
        std::size_t w = 0;
        if (words >= group * block::words) {
            block planes[level];
            for (block& plane : planes) plane = block::zeros();
            for (; w + group * block::words <= words; w += group * block::words) {
                const auto part = [&](std::size_t i)
                                      ELECTION_ALWAYS_INLINE_LAMBDA { return load(block{}, w + i * block::words); };
                count += ones_of(carry_save_add<group>(planes, part)) << level;
            }
            for (std::size_t q = 0; q < level; ++q) count += ones_of(planes[q]) << q;
        }
        for (; w < words; ++w)
            count += static_cast<std::uint64_t>(__builtin_popcountll(load(bit_block<arch::word64>{}, w).value));
        return count;
    }

    static ELECTION_ALWAYS_INLINE std::uint64_t ones_of(block bits) {
        alignas(64) std::uint64_t words[block::words];
        bits.store(words);
        std::uint64_t count = 0;
        for (std::uint64_t word : words) count += static_cast<std::uint64_t>(__builtin_popcountll(word));
        return count;
    }
};

} // namespace election::detail
