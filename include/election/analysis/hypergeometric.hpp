// SPDX-License-Identifier: MIT
// Binomial coefficients in logarithms, and the binomial and hypergeometric distributions, with nothing but the standard library.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <election/core/error.hpp>

namespace election {
namespace detail {

/// log n! minus Stirling's (n + 1/2) log n − n + log √(2π), for n ≥ 16: five terms of the series, the sixth is below 2·10⁻¹⁶.
[[nodiscard]] inline double stirling_correction(double n) noexcept {
    const double square = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / n;
}

/// A distribution on 0 … largest from the ratios of its neighbours, outwards from its mode. Nothing overflows, and a value that
/// underflows is below 10⁻³⁰⁰ times the mode's.
/// \param up  up(x) = P(x + 1) / P(x), finite for first ≤ x < last
template <class Up>
[[nodiscard]] std::vector<double> distribution_from_mode(std::size_t largest, std::size_t first, std::size_t last,
                                                         std::size_t mode, Up up) {
    std::vector<double> mass(largest + 1, 0.0);
    mass[mode] = 1;
    for (std::size_t x = mode; x < last; ++x) mass[x + 1] = mass[x] * up(x);
    for (std::size_t x = mode; x > first; --x) mass[x - 1] = mass[x] / up(x - 1);
    double sum = 0; // smallest first, from both ends
    for (std::size_t x = first; x < mode; ++x) sum += mass[x];
    double upper = 0;
    for (std::size_t x = last; x > mode; --x) upper += mass[x];
    sum += upper + 1;
    for (double& value : mass) value /= sum;
    return mass;
}

} // namespace detail

/// The natural logarithm of the binomial coefficient C(n, k), for any size.
///
/// \param n  a size
/// \param k  how many are chosen; −∞ is returned for k > n
/// \returns log C(n, k), with a relative error below 10⁻¹³
/// \par Complexity
/// O(min(k, n − k, 16))
/// \par Reference
/// Stirling's series; small coefficients as products
///
/// \code
/// assert(election::log_binomial(5, 0) == 0);
/// assert(std::abs(election::log_binomial(5, 2) - std::log(10)) < 1e-13);
/// \endcode
[[nodiscard]] inline double log_binomial(std::size_t n, std::size_t k) noexcept {
    if (k > n) return -HUGE_VAL;
    k = std::min(k, n - k);
    const auto all = static_cast<double>(n);
    const auto chosen = static_cast<double>(k);
    if (k < 16) {
        double product = 1; // at most n¹⁵ / 15!: no overflow for any size of n
        for (std::size_t i = 1; i <= k; ++i) product *= (all - chosen + static_cast<double>(i)) / static_cast<double>(i);
        return std::log(product);
    }
    // The entropy form: only positive terms, but for one that is small, so nothing cancels.
    const double rest = all - chosen;
    return -chosen * std::log(chosen / all) - rest * std::log1p(-chosen / all) +
           0.5 * std::log(all / (2 * std::numbers::pi * chosen * rest)) + detail::stirling_correction(all) -
           detail::stirling_correction(chosen) - detail::stirling_correction(rest);
}

/// The binomial distribution: how many of n independent trials succeed.
///
/// \param trials       n ≥ 0
/// \param probability  of success, 0 … 1
/// \returns P(0), …, P(n). The relative error of each is below (n + 10)·10⁻¹⁵; values below about 10⁻³⁰⁰ may be 0
/// \throws parameter_error  a probability that is none
/// \par Complexity
/// O(n)
///
/// \code
/// const auto heads = election::binomial_distribution(4, 0.5);
/// assert(heads.size() == 5 && std::abs(heads[2] - 6.0 / 16) < 1e-14);
/// \endcode
[[nodiscard]] inline std::vector<double> binomial_distribution(std::size_t trials, double probability) {
    detail::require(probability >= 0 && probability <= 1, "binomial_distribution", "p", probability, "must be 0 to 1");
    std::vector<double> mass(trials + 1, 0.0);
    if (probability == 0 || probability == 1) {
        mass[probability == 0 ? 0 : trials] = 1;
        return mass;
    }
    const double odds = probability / (1 - probability);
    const auto n = static_cast<double>(trials);
    const auto mode = std::min(trials, static_cast<std::size_t>((n + 1) * probability));
    return detail::distribution_from_mode(trials, 0, trials, mode, [&](std::size_t x) {
        const auto at = static_cast<double>(x);
        return (n - at) / (at + 1) * odds;
    });
}

/// The hypergeometric distribution: how many marked things are among those drawn without putting back.
///
/// \param population  N, all things
/// \param marked      K ≤ N of them are marked
/// \param drawn       w ≤ N are drawn
/// \returns P(0), …, P(w). The relative error of each is below (w + 10)·10⁻¹⁵; values below about 10⁻³⁰⁰ may be 0
/// \throws parameter_error  more marked or drawn than there are
/// \par Complexity
/// O(w)
///
/// \code
/// // Of 5 partitions 3 win; how many winners does a worker with 2 partitions hold?
/// const auto winners = election::hypergeometric_distribution(5, 3, 2);
/// assert(winners.size() == 3 && std::abs(winners[1] - 0.6) < 1e-14);
/// \endcode
[[nodiscard]] inline std::vector<double> hypergeometric_distribution(std::size_t population, std::size_t marked,
                                                                     std::size_t drawn) {
    detail::require(marked <= population, "hypergeometric_distribution", "marked", marked, "must be at most ", population);
    detail::require(drawn <= population, "hypergeometric_distribution", "drawn", drawn, "must be at most ", population);
    const std::size_t unmarked = population - marked;
    const std::size_t first = drawn > unmarked ? drawn - unmarked : 0;
    const std::size_t last = std::min(drawn, marked);
    const auto k = static_cast<double>(marked);
    const auto w = static_cast<double>(drawn);
    const auto rest = static_cast<double>(unmarked);
    const double peak = (w + 1) * (k + 1) / (static_cast<double>(population) + 2);
    const std::size_t mode = std::clamp(static_cast<std::size_t>(peak), first, last);
    return detail::distribution_from_mode(drawn, first, last, mode, [&](std::size_t x) {
        const auto at = static_cast<double>(x);
        return (k - at) * (w - at) / ((at + 1) * (rest - w + at + 1));
    });
}

} // namespace election
