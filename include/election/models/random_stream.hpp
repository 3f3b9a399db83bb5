// SPDX-License-Identifier: MIT
// random_stream: random numbers drawn one after the other, for models; the same on every architecture.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <election/bits/aligned.hpp>
#include <election/bits/bit_block.hpp>
#include <election/core/arch.hpp>
#include <election/models/sampling_kernel.hpp>

namespace election {

/// A stream of Philox4x32-10 (see counter_random) with a position. What is drawn depends on seed, stream and what was drawn
/// before, and not on the architecture of the kernel.
///
/// \code
/// constexpr auto kernel = election::sampling_kernel_for<election::default_arch>();
/// election::random_stream a(kernel, 7, 0);
/// election::random_stream b(kernel, 7, 0);
/// assert(a.word() == b.word() && a.below(10) < 10);
/// \endcode
class random_stream {
public:
    /// \param kernel  must outlive the stream
    /// \param seed    the user's seed
    /// \param stream  which of the seed's streams
    random_stream(const sampling_kernel& kernel, std::uint64_t seed, std::uint64_t stream) noexcept
        : kernel_(&kernel), seed_(seed), stream_(stream) {}

    /// The loops that draw.
    [[nodiscard]] const sampling_kernel& kernel() const noexcept { return *kernel_; }

    /// Fills words with random bits, 16 at a time: what is left of the last 16 is not used.
    void fill(std::span<std::uint64_t> words) {
        const std::size_t whole = words.size() / line * line;
        kernel_->random_words(seed_, stream_, next_, words.data(), whole);
        next_ += whole / 2;
        if (whole == words.size()) return;
        std::uint64_t rest[line];
        kernel_->random_words(seed_, stream_, next_, rest, line);
        next_ += line / 2;
        for (std::size_t w = whole; w < words.size(); ++w) words[w] = rest[w - whole];
    }

    /// Fills groups of eight words with independent bits that are 1 with the given probability, to within 2⁻⁶⁵.
    /// \param probability  0 … 1
    /// \param words        begin on a cache line; a multiple of eight
    void fill_bernoulli(double probability, std::span<std::uint64_t> words) {
        if (!(probability > 0)) return fill_with(words, 0);
        if (probability >= 1) return fill_with(words, ~std::uint64_t{0});
        const double scaled = std::ldexp(probability, 64);
        constexpr double most = 18446744073709549568.0; // the largest below 2^64
        const auto threshold = scaled >= most ? ~std::uint64_t{0} : static_cast<std::uint64_t>(std::nearbyint(scaled));
        next_ = kernel_->bernoulli(seed_, stream_, next_, threshold, words.data(), words.size() / 8);
    }

    /// One random word.
    [[nodiscard]] std::uint64_t word() {
        if (used_ == line) {
            kernel_->random_words(seed_, stream_, next_, buffer_, line);
            next_ += line / 2;
            used_ = 0;
        }
        return buffer_[used_++];
    }

    /// A number below `bound` ≥ 1, each with a probability that is 1 / bound but for less than 2⁻⁶⁴.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        __extension__ using wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<wide>(word()) * bound) >> 64U);
    }

    /// Uniform in (0, 1), a multiple of 2⁻⁵³ and a half of it.
    [[nodiscard]] double uniform() { return std::ldexp(static_cast<double>(word() >> 11U) + 0.5, -53); }

    /// Normally distributed with mean 0 and variance 1 (Box and Muller, Ann. Math. Stat. 1958). Platforms whose sin, cos or log
    /// differ in the last digit give numbers that differ there.
    [[nodiscard]] double normal() {
        if (has_normal_) {
            has_normal_ = false;
            return other_normal_;
        }
        constexpr double two_pi = 6.283185307179586476925;
        const double radius = std::sqrt(-2 * std::log(uniform()));
        const double angle = two_pi * uniform();
        other_normal_ = radius * std::sin(angle);
        has_normal_ = true;
        return radius * std::cos(angle);
    }

private:
    static constexpr std::size_t line = 16; ///< words that are drawn at a time

    static void fill_with(std::span<std::uint64_t> words, std::uint64_t value) {
        for (std::uint64_t& word : words) word = value;
    }

    const sampling_kernel* kernel_;
    std::uint64_t seed_;
    std::uint64_t stream_;
    std::uint64_t next_ = 0; ///< counter, a multiple of 8
    std::size_t used_ = line;
    std::uint64_t buffer_[line] = {};
    double other_normal_ = 0;
    bool has_normal_ = false;
};

} // namespace election
