// SPDX-License-Identifier: MIT
// Counter-based random numbers: the same numbers on every platform, in any order, from any thread.
#pragma once

#if !__has_include(<Random123/philox.h>)
#error "election/core/random.hpp needs the Random123 headers (Debian: librandom123-dev)"
#endif

#include <cmath>
#include <cstdint>

#include <Random123/philox.h>

#include <election/core/error.hpp>

namespace election {

/// Random words that are a pure function of (seed, stream, index): Philox4x32-10 of Random123.
///
/// Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011. There is no state to share, so any
/// number of threads may draw from one object. Streams of one seed are independent of each other. Every draw is O(1).
///
/// \code
/// const election::counter_random random(7);
/// assert(random(3) == election::counter_random(7)(3)); // wherever and whenever it is drawn
/// assert(random.below(6, 0) < 6 && !random.happens(0, 1) && random.happens(1, 1));
/// \endcode
class counter_random {
public:
    /// \param seed    the user's seed
    /// \param stream  which of the seed's streams: one for each purpose
    explicit constexpr counter_random(std::uint64_t seed, std::uint64_t stream = 0) noexcept
        : seed_(seed), stream_(stream) {}

    /// The word with this index.
    /// \param index  which draw
    /// \returns uniform over all 64-bit values
    [[nodiscard]] std::uint64_t operator()(std::uint64_t index) const noexcept {
        const r123::Philox4x32::ctr_type counter{{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                                                  static_cast<std::uint32_t>(stream_),
                                                  static_cast<std::uint32_t>(stream_ >> 32)}};
        const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
        const auto words = r123::Philox4x32{}(counter, key);
        return words[0] | (static_cast<std::uint64_t>(words[1]) << 32);
    }

    /// Whether an event of the given probability happens at this index; uses the index's word.
    /// \param probability  0 (never) … 1 (always); others act like the nearer of the two
    /// \param index        which draw
    /// \returns true with the given probability, rounded up to a multiple of 2⁻⁵³
    [[nodiscard]] bool happens(double probability, std::uint64_t index) const noexcept {
        return static_cast<double>((*this)(index) >> 11) < std::ldexp(probability, 53);
    }

    /// A number below `bound` at this index; uses the index's word.
    /// \param bound  at least 1
    /// \param index  which draw
    /// \returns 0 … bound − 1, each with a probability that is 1 / bound but for less than 2⁻⁶⁴
    [[nodiscard]] std::uint64_t below(std::uint64_t bound, std::uint64_t index) const noexcept {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<wide>((*this)(index)) * bound) >> 64);
    }

private:
    std::uint64_t seed_;
    std::uint64_t stream_;
};

} // namespace election
