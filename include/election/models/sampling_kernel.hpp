// SPDX-License-Identifier: MIT
// sampling_kernel: the inner loops of random elections for one architecture, to be chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <election/models/sampling_loops.hpp>

namespace election {

/// The inner loops of one architecture, as plain functions. For those who write models; everyone else calls estimate(). What
/// they do is documented at detail::sampling_loops, whose results are the same for every architecture.
struct sampling_kernel {
    std::string_view arch; ///< e.g. "avx512"

    /// `count` words (a multiple of 16) of the counters from `first` (a multiple of 8) on.
    void (*random_words)(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::uint64_t* out,
                         std::size_t count) = nullptr;
    /// Keeps words by their number of ones.
    std::size_t (*keep)(const std::uint64_t* rows, std::size_t n, std::uint64_t mask, std::uint64_t low, std::uint64_t high,
                        bool others, std::uint64_t* kept) = nullptr;
    /// 512 rows of 64 bits to 64 columns of 512 bits.
    void (*transpose)(const std::uint64_t* rows, std::uint64_t* columns) = nullptr;
    /// Bits that are 1 with probability threshold / 2^64.
    std::uint64_t (*bernoulli)(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::uint64_t threshold,
                               std::uint64_t* out, std::size_t groups) = nullptr;
};

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
template <class Arch>
[[nodiscard]] constexpr sampling_kernel sampling_kernel_for() noexcept {
    using loops = detail::sampling_loops<Arch>;
    return {Arch::name, &loops::random_words, &loops::keep, &loops::transpose, &loops::bernoulli};
}

} // namespace election
