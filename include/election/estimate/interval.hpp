// SPDX-License-Identifier: MIT
// confidence_interval(): between which bounds a probability lies, of which so many failures in so many trials were seen.
#pragma once

#if !__has_include(<boost/math/special_functions/beta.hpp>)
#error "election/estimate/interval.hpp needs the Boost.Math headers (Debian: libboost-math-dev)"
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <election/core/error.hpp>

namespace election {

/// How an interval is made from failures and trials.
enum class interval_kind : std::uint8_t {
    clopper_pearson, ///< from the binomial distribution itself: never covers less often than stated; the default
    wilson,          ///< from the normal approximation of the score: narrower, covers about as often as stated
    bayesian         ///< equal-tailed credible interval under Jeffreys' prior Beta(½, ½)
};

/// All kinds of intervals, for loops.
inline constexpr std::array<interval_kind, 3> interval_kinds{interval_kind::clopper_pearson, interval_kind::wilson,
                                                             interval_kind::bayesian};

/// The name that options and results use: "clopper-pearson", "wilson" or "bayesian".
[[nodiscard]] constexpr std::string_view name_of(interval_kind kind) noexcept {
    constexpr std::array<std::string_view, 3> names{"clopper-pearson", "wilson", "bayesian"};
    return names[static_cast<std::size_t>(kind)];
}

/// The kind of interval of that name, or nothing.
[[nodiscard]] constexpr std::optional<interval_kind> interval_kind_named(std::string_view name) noexcept {
    for (interval_kind kind : interval_kinds) {
        if (name_of(kind) == name) return kind;
    }
    return std::nullopt;
}

/// Two bounds of a probability, 0 ≤ lower ≤ upper ≤ 1.
struct interval {
    double lower; ///< the probability is hardly smaller
    double upper; ///< nor larger

    /// Whether both bounds are the same.
    friend bool operator==(const interval&, const interval&) = default;
};

/// An interval is made from at most this many trials, 2⁶³.
inline constexpr std::uint64_t max_trials = std::uint64_t{1} << 63;

namespace detail {

/// The point that a normal variable exceeds with probability `tail`.
[[nodiscard]] inline double normal_quantile(double tail) { return std::sqrt(2.0) * boost::math::erfc_inv(2 * tail); }

// The quantile of a beta distribution is found in one of three ways, since Boost's inversion of the incomplete beta function
// slows down, and at last fails, where its arguments are huge. The approximations are used only where what they neglect is
// below the rounding of a double, or nearly so; the tests hold them against sums of the binomial distribution.

/// Below it a shape of a beta distribution is too small for its quantile to be expanded around the normal one.
inline constexpr double normal_shape = 1e6;
/// From this ratio of the shapes on, a beta distribution is a gamma distribution of a logarithm.
inline constexpr double gamma_ratio = 1e6;

/// By the expansion of Cornish and Fisher, to the terms of skewness² and kurtosis. With shapes ≥ 10⁶ what is left out is
/// about 10⁻¹⁰ standard deviations, which are at most 10⁻³ of the quantile.
[[nodiscard]] inline double beta_quantile_normal(double a, double b, double tail, bool from_above) {
    const double z = from_above ? normal_quantile(tail) : -normal_quantile(tail);
    const double sum = a + b;
    const double mean = a / sum;
    const double deviation = std::sqrt(mean * (b / sum) / (sum + 1));
    const double skewness = 2 * (b - a) / (sum + 2) * std::sqrt((sum + 1) / a / b);
    const double kurtosis = 6 * ((a - b) * (a - b) / a / b * (sum + 1) - (sum + 2)) / ((sum + 2) * (sum + 3));
    const double shift =
        skewness * (z * z - 1) / 6 + kurtosis * (z * z - 3) * z / 24 - skewness * skewness * (2 * z * z - 5) * z / 36;
    return mean + deviation * (z + shift);
}

/// For b ≥ 10⁶ a: the density of u = −ln(1 − x) is u^(a−1) e^(−(b + (a−1)/2) u) · (sinh(u/2) / (u/2))^(a−1), and the
/// logarithm of the last factor, (a−1) u²/24 + …, is taken in its tangent, which leaves less than 10⁻¹¹ of the quantile.
[[nodiscard]] inline double beta_quantile_gamma(double a, double b, double tail, bool from_above) {
    const double y = from_above ? boost::math::gamma_q_inv(a, tail) : boost::math::gamma_p_inv(a, tail);
    const double rate = b + (a - 1) / 2;
    return -std::expm1(-y / (rate - (a - 1) * (y / rate) / 12));
}

/// Where a beta distribution with shapes a and b has `tail` of its mass below (`from_above`: above).
[[nodiscard]] inline double beta_quantile(double a, double b, double tail, bool from_above) {
    if (a == 1) return -std::expm1((from_above ? std::log(tail) : std::log1p(-tail)) / b);
    if (b == 1) return std::exp((from_above ? std::log1p(-tail) : std::log(tail)) / a);
    if (std::min(a, b) >= normal_shape) return beta_quantile_normal(a, b, tail, from_above);
    if (b >= gamma_ratio * a) return beta_quantile_gamma(a, b, tail, from_above);
    if (a >= gamma_ratio * b) return 1 - beta_quantile_gamma(b, a, tail, !from_above);
    return from_above ? boost::math::ibetac_inv(a, b, tail) : boost::math::ibeta_inv(a, b, tail);
}

/// The roots of (p̂ − p)² = z² p (1 − p) / n.
[[nodiscard]] inline interval wilson_interval(double failures, double successes, double tail) {
    const double z = normal_quantile(tail);
    const double trials = failures + successes;
    const double twice = 2 * (trials + z * z);
    const double root = z * std::sqrt(z * z + 4 * failures * (successes / trials));
    const double upper = (2 * failures + z * z + root) / twice;
    // The product of the roots is known: no difference of nearly equal numbers for the smaller one.
    return {failures / trials * (2 * failures) / (twice * upper), upper};
}

} // namespace detail

/// The two-sided interval of a probability after `failures` in `trials` independent trials.
///
/// Clopper–Pearson: each bound is the probability under which what was seen, or something farther out, has probability
/// (1 − confidence) / 2. Wilson: where the score statistic equals the normal quantile. Bayesian: quantiles of the posterior
/// distribution Beta(failures + ½, trials − failures + ½), that of Jeffreys' prior, with equal tails. For all three the
/// lower bound is exactly 0 without a failure, where the upper bound still says something, and the upper bound exactly 1
/// without a success.
/// \param failures    0 … trials
/// \param trials      1 … 2⁶³
/// \param confidence  strictly between 0 and 1
/// \param kind        see interval_kind
/// \returns the bounds, with a relative error of 10⁻⁹ at most, however small the probability is
/// \throws parameter_error  a parameter out of range
/// \par Complexity
/// less than a millisecond, however many trials; microseconds as a rule
/// \par Reference
/// Clopper, Pearson, *Biometrika* 26 (1934); Wilson, *JASA* 22 (1927); Brown, Cai, DasGupta, *Interval estimation for a
/// binomial proportion*, Statistical Science 16 (2001)
///
/// \code
/// const election::interval none = election::confidence_interval(0, 1000);
/// assert(none.lower == 0 && none.upper > 0.00368 && none.upper < 0.00369); // 1 - 0.025^(1/1000)
/// const election::interval some = election::confidence_interval(10, 1000, 0.99, election::interval_kind::wilson);
/// assert(some.lower < 0.01 && 0.01 < some.upper);
/// \endcode
[[nodiscard]] inline interval confidence_interval(std::uint64_t failures, std::uint64_t trials, double confidence = 0.95,
                                                  interval_kind kind = interval_kind::clopper_pearson) {
    constexpr std::string_view where = "confidence_interval";
    detail::require(trials >= 1 && trials <= max_trials, where, "trials", trials, "must be 1 to 2^63");
    detail::require(failures <= trials, where, "failures", failures, "must be at most the number of trials, ", trials);
    detail::require(confidence > 0 && confidence < 1, where, "confidence", confidence,
                    "must be more than 0 and less than 1");
    const double tail = (1 - confidence) / 2;
    const double x = static_cast<double>(failures);
    const double y = static_cast<double>(trials - failures);
    interval bounds{};
    switch (kind) {
    case interval_kind::clopper_pearson:
        bounds = {failures == 0 ? 0 : detail::beta_quantile(x, y + 1, tail, false),
                  failures == trials ? 1 : detail::beta_quantile(x + 1, y, tail, true)};
        break;
    case interval_kind::wilson:
        bounds = detail::wilson_interval(x, y, tail);
        break;
    case interval_kind::bayesian:
        bounds = {detail::beta_quantile(x + 0.5, y + 0.5, tail, false), detail::beta_quantile(x + 0.5, y + 0.5, tail, true)};
        break;
    }
    if (failures == 0) bounds.lower = 0;
    if (failures == trials) bounds.upper = 1;
    return bounds;
}

} // namespace election
