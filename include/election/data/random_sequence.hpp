// SPDX-License-Identifier: MIT
// random_sequence: random numbers for making and sharing out data, drawn one after the other from counter_random.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <election/core/random.hpp>

namespace election {

/// The words of a counter_random one after the other, and what data is made of: numbers below a bound, uniform, bell-shaped and
/// gamma-distributed ones, and orders. It begins anywhere, so a later part of a sequence costs no more than its beginning.
///
/// \code
/// election::random_sequence a(7, 1), b(7, 1);
/// assert(a.word() == b.word() && a.below(10) < 10 && a.uniform() < 1);
/// \endcode
class random_sequence {
public:
    /// \param seed    the user's seed
    /// \param stream  which of the seed's streams: one for each purpose
    /// \param first   index of the first word
    explicit random_sequence(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t first = 0) noexcept
        : random_(seed, stream), next_(first) {}

    /// A random word. O(1).
    [[nodiscard]] std::uint64_t word() noexcept { return random_(next_++); }

    /// A number below `bound`, each with a probability that is 1 / bound but for less than 2⁻⁶⁴. O(1).
    /// \param bound  at least 1
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept { return random_.below(bound, next_++); }

    /// Uniform in (0, 1), an odd multiple of 2⁻⁵³. O(1).
    [[nodiscard]] double uniform() noexcept { return static_cast<double>((word() >> 12) * 2 + 1) * 0x1p-53; }

    /// Bell-shaped with mean 0 and variance 1, the same number on every platform: the sum of twelve uniform numbers, less 6. It
    /// is nearly normal up to three standard deviations, and never beyond six. O(1).
    [[nodiscard]] double bell() noexcept {
        std::uint64_t sum = 0;
        for (int i = 0; i < 3; ++i) {
            const std::uint64_t four = word();
            sum += (four & 0xffff) + (four >> 16 & 0xffff) + (four >> 32 & 0xffff) + (four >> 48);
        }
        return static_cast<double>(sum) * 0x1p-16 + (12 * 0x1p-17 - 6); // each of the twelve stands for its middle
    }

    /// Normally distributed with mean 0 and variance 1: the polar method (Marsaglia and Bray, SIAM Review 6, 1964). Platforms
    /// whose logarithm differs in the last digit give numbers that differ there. O(1) on average.
    [[nodiscard]] double normal() noexcept {
        while (true) {
            const double x = 2 * uniform() - 1;
            const double y = 2 * uniform() - 1;
            const double square = x * x + y * y;
            if (square > 0 && square < 1) return x * std::sqrt(-2 * std::log(square) / square);
        }
    }

    /// The logarithm of a gamma-distributed number with scale 1 (Marsaglia and Tsang, ACM Trans. Math. Softw. 26, 2000). The
    /// number itself would be 0 for most small shapes. O(1) on average.
    /// \param shape  α, above 0
    [[nodiscard]] double log_gamma_variate(double shape) noexcept {
        // A shape below 1 is raised by 1, which the power of a uniform number makes good.
        const double boost = shape < 1 ? std::log(uniform()) / shape : 0;
        const double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        const double c = 1 / std::sqrt(9 * d);
        while (true) {
            const double x = normal();
            const double root = 1 + c * x;
            if (root <= 0) continue;
            const double cube = root * root * root;
            if (std::log(uniform()) < x * x / 2 + d - d * cube + d * std::log(cube))
                return std::log(d) + std::log(cube) + boost;
        }
    }

    /// Brings items into random order, each order equally likely (Fisher and Yates). O(items), a word each but the first.
    template <class T>
    void shuffle(std::span<T> items) noexcept {
        for (std::size_t left = items.size(); left > 1; --left) {
            std::swap(items[left - 1], items[static_cast<std::size_t>(below(left))]);
        }
    }

private:
    counter_random random_;
    std::uint64_t next_;
};

namespace detail {

/// The streams of a seed that data uses, one for each purpose, apart from those of other layers.
enum class data_stream : std::uint64_t {
    shuffled_partitions = 0x6461746100000000,
    dirichlet_partitions = 0x6461746100000001,
    blob_centres = 0x6461746100000002,
    gaussian_blobs = 0x6461746100000003,
    drawn_digits = 0x6461746100000004,
    epoch_order = 0x6461746200000000 ///< and one for each partition
};

} // namespace detail
} // namespace election
