// SPDX-License-Identifier: MIT
// mean_votes: what a worker of a given load contributes to the margin of a random nearest election, with exact comparisons.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <election/core/error.hpp>

namespace election {
namespace detail {

/// A natural number of any size, with what exact comparisons need.
class big_natural {
public:
    explicit big_natural(std::uint32_t value) : limbs_{value} {}

    void add(const big_natural& other) {
        if (limbs_.size() < other.limbs_.size()) limbs_.resize(other.limbs_.size());
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < limbs_.size(); ++i) {
            carry += std::uint64_t{limbs_[i]} + (i < other.limbs_.size() ? other.limbs_[i] : 0U);
            limbs_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) limbs_.push_back(static_cast<std::uint32_t>(carry));
    }
    void multiply(std::uint32_t factor) {
        std::uint64_t carry = 0;
        for (std::uint32_t& limb : limbs_) {
            carry += std::uint64_t{limb} * factor;
            limb = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
        if (carry != 0) limbs_.push_back(static_cast<std::uint32_t>(carry));
        trim();
    }
    /// Divides by a number that leaves no remainder.
    void divide(std::uint32_t divisor) {
        std::uint64_t rest = 0;
        for (std::size_t i = limbs_.size(); i-- > 0;) {
            rest = rest << 32 | limbs_[i];
            limbs_[i] = static_cast<std::uint32_t>(rest / divisor);
            rest %= divisor;
        }
        trim();
    }
    [[nodiscard]] bool operator>=(const big_natural& other) const {
        if (limbs_.size() != other.limbs_.size()) return limbs_.size() > other.limbs_.size();
        for (std::size_t i = limbs_.size(); i-- > 0;) {
            if (limbs_[i] != other.limbs_[i]) return limbs_[i] > other.limbs_[i];
        }
        return true;
    }

private:
    void trim() {
        while (limbs_.size() > 1 && limbs_.back() == 0) limbs_.pop_back();
    }
    std::vector<std::uint32_t> limbs_; ///< the lowest first; no leading zeros
};

} // namespace detail

/// So many workers of one load.
struct equal_loads {
    std::size_t workers = 0; ///< how many, up to 10⁶
    std::size_t load = 0;    ///< partitions that each of them holds
};

/// The mean votes M(k, w): what a worker with w of k partitions contributes to the margin of a uniformly random nearest
/// election, right 1, wrong −1, tied 0.
///
/// With h = ⌊k/2⌋ and the Catalan numbers C, for all k, odd and even: M(k, 1) = C(h) / B with B = binomial(k, h + 1),
/// M(k, 2a+3) − M(k, 2a+1) = 2·binomial(2a+1, a)·C(h−a−1) / B, and M(k, w) = M(k, w−1) for even w ≥ 2. Proofs are in
/// docs/bounds.md. The differences fall, and then rise, as w grows.
///
/// \code
/// const election::mean_votes mean(5);
/// assert(mean(1) == 0.2 && std::abs(mean(3) - 0.4) < 1e-15 && mean(5) == 1);
/// assert(mean.sum_reaches({{1, 1}, {2, 3}}, 1)); // 0.2 + 0.4 + 0.4: equal, decided exactly
/// \endcode
class mean_votes {
public:
    /// The most partitions: an exact comparison takes O(k²) time.
    static constexpr std::size_t most_partitions = 10000;
    /// The most workers of one sum.
    static constexpr std::size_t most_workers = 1000000;

    /// \param partitions  k, 1 … 10000
    /// \throws parameter_error  k out of range
    /// \par Complexity
    /// O(k)
    explicit mean_votes(std::size_t partitions) : partitions_(partitions), half_(partitions / 2) {
        detail::require(partitions >= 1 && partitions <= most_partitions, "mean_votes", "k", partitions, "must be 1 to ",
                        most_partitions);
        const auto h = static_cast<double>(half_);
        double value = 1 / (partitions % 2 == 1 ? static_cast<double>(partitions) : h);
        double step = value * (h + 1) / (2 * h - 1);
        const std::size_t count = (partitions + 1) / 2;
        means_.reserve(count);
        means_.push_back(value);
        for (std::size_t a = 0; means_.size() < count; ++a) {
            value += step;
            means_.push_back(value);
            if (means_.size() < count) step = step * numerator(a) / denominator(a);
        }
        means_.back() = 1; // the heaviest odd row is always right; what was added up differs by rounding
    }

    /// The number of partitions k.
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    /// The largest odd load, k or k − 1: a worker that is never wrong.
    [[nodiscard]] std::size_t heaviest() const noexcept { return 2 * means_.size() - 1; }

    /// M(k, w).
    /// \param load  w, 0 … k
    /// \returns the mean, with a relative error below (k + 8)·10⁻¹⁵
    /// \throws parameter_error  a larger load
    /// \par Complexity
    /// O(1)
    [[nodiscard]] double operator()(std::size_t load) const {
        detail::require(load <= partitions_, "mean_votes", "load", load, "must be at most k = ", partitions_);
        return load == 0 ? 0 : means_[(load - 1) / 2];
    }

    /// The odd load where the increments M(k, w + 2) − M(k, w) stop falling and begin to rise, or heaviest() if they only fall.
    [[nodiscard]] std::size_t least_increment_load() const noexcept {
        // increment(a + 1) >= increment(a) just when h − a − 1 <= 3a + 5.
        const std::size_t a = half_ > 6 ? (half_ - 6 + 3) / 4 : 0;
        return std::min(2 * a + 1, heaviest());
    }

    /// Whether the mean margin of workers with these loads is at least a whole number: Σ workers·M(k, load) ≥ threshold.
    ///
    /// Floating point decides where rounding cannot matter, natural numbers of any size where it might: the answer is exact.
    /// \param rows       the workers, up to 10⁶ in all
    /// \param threshold  up to 10⁹
    /// \returns whether the sum reaches it
    /// \throws parameter_error  a load above k, or too many workers
    /// \par Complexity
    /// O(rows), or O(k² + rows) when the two are within rounding of each other
    [[nodiscard]] bool sum_reaches(std::span<const equal_loads> rows, std::uint32_t threshold) const {
        double sum = 0;
        std::size_t workers = 0;
        for (const equal_loads& row : rows) {
            detail::require(row.workers <= most_workers - workers, "mean_votes", "n", row.workers, "must be at most ",
                            most_workers, " in all");
            workers += row.workers;
            sum += static_cast<double>(row.workers) * (*this)(row.load);
        }
        const double rounding = 1e-15 * static_cast<double>(workers) * static_cast<double>(partitions_ + 8);
        const double surplus = sum - static_cast<double>(threshold);
        if (surplus > rounding || surplus < -rounding) return surplus > 0;
        return sum_reaches_exactly(rows, threshold);
    }
    /// The same for rows in braces.
    [[nodiscard]] bool sum_reaches(std::initializer_list<equal_loads> rows, std::uint32_t threshold) const {
        return sum_reaches(std::span<const equal_loads>(rows.begin(), rows.size()), threshold);
    }

    /// The same, always by natural numbers.
    [[nodiscard]] bool sum_reaches_exactly(std::span<const equal_loads> rows, std::uint32_t threshold) const {
        // above[a]: how many workers are beyond the a-th odd load. Their votes all contain the a-th increment.
        std::vector<std::uint32_t> above(means_.size() + 1, 0);
        std::uint32_t busy = 0;
        for (const equal_loads& row : rows) {
            if (row.load == 0) continue;
            busy += static_cast<std::uint32_t>(row.workers);
            above[(row.load - 1) / 2] += static_cast<std::uint32_t>(row.workers);
        }
        for (std::size_t a = means_.size(); a-- > 0;) above[a] += above[a + 1];

        detail::big_natural catalan(1); // of h − 1, or of 0
        for (std::size_t i = 1; i < half_; ++i) {
            catalan.multiply(narrow(2 * (2 * i - 1)));
            catalan.divide(narrow(i + 1));
        }
        detail::big_natural increment = catalan; // half of the a-th, times B
        if (half_ > 0) {
            catalan.multiply(narrow(2 * (2 * half_ - 1)));
            catalan.divide(narrow(half_ + 1));
        }
        detail::big_natural wanted = catalan; // M(k, 1) = catalan / B, so B = catalan·k or catalan·h
        wanted.multiply(narrow(partitions_ % 2 == 1 ? partitions_ : half_));
        wanted.multiply(threshold);
        detail::big_natural sum = catalan;
        sum.multiply(busy);
        for (std::size_t a = 0; a + 1 < means_.size() && above[a + 1] != 0; ++a) {
            detail::big_natural part = increment;
            part.multiply(2 * above[a + 1]);
            sum.add(part);
            if (a + 2 < means_.size()) {
                increment.multiply(narrow(numerator_of(a)));
                increment.divide(narrow(denominator_of(a)));
            }
        }
        return sum >= wanted;
    }

private:
    /// The (a+1)-th increment is the a-th times numerator / denominator.
    [[nodiscard]] std::size_t numerator_of(std::size_t a) const noexcept { return (2 * a + 3) * (half_ - a); }
    [[nodiscard]] std::size_t denominator_of(std::size_t a) const noexcept { return (a + 2) * (2 * (half_ - a) - 3); }
    [[nodiscard]] double numerator(std::size_t a) const noexcept { return static_cast<double>(numerator_of(a)); }
    [[nodiscard]] double denominator(std::size_t a) const noexcept { return static_cast<double>(denominator_of(a)); }
    /// Fits for all k that are allowed.
    [[nodiscard]] static std::uint32_t narrow(std::size_t value) noexcept { return static_cast<std::uint32_t>(value); }

    std::size_t partitions_;
    std::size_t half_;
    std::vector<double> means_; ///< of loads 1, 3, 5, …
};

} // namespace election
