// SPDX-License-Identifier: MIT
// Message models: which elections come up, and how often, as plain values that message_sampler() draws from.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/bits/sign_matrix.hpp>
#include <election/core/error.hpp>

namespace election {

/// What the right answer to an election is.
enum class truth_rule : std::uint8_t {
    majority, ///< the sign that most partitions have; a message with as many + as − has no truth and is never drawn
    plus      ///< +, whatever the message: the partitions report a true + with errors
};

namespace detail {

/// Φ, the distribution function of the normal distribution.
[[nodiscard]] inline double normal_below(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

/// log C(n, k), with an absolute error of about 10⁻¹⁵ · n log n.
[[nodiscard]] inline double log_choose(std::size_t n, std::size_t k) {
    const auto log_factorial = [](std::size_t x) { return std::lgamma(static_cast<double>(x) + 1); };
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/// P(w successes of k) for w = 0 … k, each with probability p.
/// \param other  1 − p, from where it is known: the tails need its relative accuracy, and 1 − p has none when p is almost 1
[[nodiscard]] inline std::vector<double> binomial_weights(std::size_t k, double p, double other) {
    std::vector<double> weights(k + 1, 0.0);
    if (p <= 0 || other <= 0) {
        weights[p <= 0 ? 0 : k] = 1;
        return weights;
    }
    // The logarithm of the larger one is that of 1 − the smaller one.
    const double log_p = p > 0.5 ? std::log1p(-other) : std::log(p);
    const double log_other = p > 0.5 ? std::log(other) : std::log1p(-p);
    for (std::size_t w = 0; w <= k; ++w) {
        weights[w] = std::exp(log_choose(k, w) + static_cast<double>(w) * log_p + static_cast<double>(k - w) * log_other);
    }
    return weights;
}

/// The same for a probability whose complement is 1 − p as it is rounded.
[[nodiscard]] inline std::vector<double> binomial_weights(std::size_t k, double p) { return binomial_weights(k, p, 1 - p); }

} // namespace detail

/// A message model under which all messages with as many + come up equally often: how a code fares under it follows from its
/// tally enumerator, exactly.
///
/// Holds when: `M::truth` is a truth_rule, and model.weights(k) gives the probabilities of 0 … k partitions with +.
/// Example: nearest_messages. Non-example: recorded_messages.
template <class M>
concept exchangeable_messages = requires(const M& model, std::size_t partitions) {
    { M::truth } -> std::convertible_to<truth_rule>;
    { model.weights(partitions) } -> std::same_as<std::vector<double>>;
};

/// Uniform over the messages with a given number of partitions on one side, both signs alike.
struct weight_messages {
    std::size_t weight; ///< 0 … k, not k / 2; w and k − w are the same model

    static constexpr truth_rule truth = truth_rule::majority; ///< what is right
    /// \throws parameter_error  more than k, or half of them
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        detail::require(weight <= partitions, "messages", "weight", weight, "must be at most k = ", partitions);
        detail::require(2 * weight != partitions, "messages", "weight", weight,
                        "is half of the partitions: such messages have no truth");
        std::vector<double> result(partitions + 1, 0.0);
        result[weight] = result[partitions - weight] = 0.5;
        return result;
    }
};

/// Uniform over the nearest messages of both sides: ⌊k/2⌋ + 1 partitions have the true sign, just enough.
struct nearest_messages {
    static constexpr truth_rule truth = truth_rule::majority; ///< what is right
    /// The probabilities of 0 … k partitions with +. O(k).
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        // With one partition both are 0.5, with weights 1 and 0.
        return weight_messages{partitions / 2 + 1}.weights(partitions);
    }
};

/// Uniform over all messages that have a truth.
struct uniform_messages {
    static constexpr truth_rule truth = truth_rule::majority; ///< what is right
    /// The probabilities of 0 … k partitions with +. O(k).
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        std::vector<double> result = detail::binomial_weights(partitions, 0.5);
        if (partitions % 2 == 0) {
            const double with_truth = 1 - result[partitions / 2];
            result[partitions / 2] = 0;
            for (double& weight : result) weight /= with_truth;
        }
        return result;
    }
};

/// The truth is +, and each partition reports it with the same probability, independently.
struct independent_messages {
    double right; ///< 0 … 1

    static constexpr truth_rule truth = truth_rule::plus; ///< what is right
    /// \throws parameter_error  no probability
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        detail::require(right >= 0 && right <= 1, "messages", "right", right, "must be 0 to 1");
        return detail::binomial_weights(partitions, right);
    }
};

/// The truth is +, and partition j reports it with probability right[j], independently.
struct partition_messages {
    std::vector<double> right; ///< k probabilities

    static constexpr truth_rule truth = truth_rule::plus; ///< what is right
};

struct gaussian_messages;
namespace detail {
void require_gaussian(const gaussian_messages& model);
}

/// The truth is +, and partitions report the sign of gradients with Gaussian noise.
///
/// A partition's gradient is snr / √k plus noise of variance 1: were the noise of the partitions independent, `snr` would be
/// the signal-to-noise ratio of the mean of all gradients. With a correlation ρ, the noise is √ρ·Z + √(1−ρ)·X_j with one Z for
/// all.
struct gaussian_messages {
    double snr;             ///< the true coordinate over the standard deviation of its estimate from all k partitions
    double correlation = 0; ///< ρ of the noise of every two partitions, 0 … 1

    static constexpr truth_rule truth = truth_rule::plus; ///< what is right

    /// The probability that a partition reports +, given the noise Z that all have in common.
    [[nodiscard]] double right(std::size_t partitions, double common) const {
        const double mean = mean_of(partitions, common);
        if (correlation >= 1) return mean > 0 ? 1 : 0;
        return detail::normal_below(mean / std::sqrt(1 - correlation));
    }

    /// The probability that it reports −, with full relative accuracy where it is tiny.
    [[nodiscard]] double wrong(std::size_t partitions, double common) const {
        const double mean = mean_of(partitions, common);
        if (correlation >= 1) return mean > 0 ? 0 : 1;
        return detail::normal_below(-mean / std::sqrt(1 - correlation));
    }

    /// With a correlation, the mean over Z by quadrature with an error far below 10⁻¹².
    /// \throws parameter_error  a correlation outside of 0 to 1, or a signal-to-noise ratio that is no number
    [[nodiscard]] std::vector<double> weights(std::size_t partitions) const {
        detail::require_gaussian(*this);
        if (correlation == 0) return detail::binomial_weights(partitions, right(partitions, 0), wrong(partitions, 0));
        if (correlation == 1) {
            const double plus = detail::normal_below(snr / std::sqrt(static_cast<double>(partitions)));
            std::vector<double> result(partitions + 1, 0.0);
            result[0] = detail::normal_below(-snr / std::sqrt(static_cast<double>(partitions)));
            result[partitions] += plus;
            return result;
        }
        // The trapezoidal rule converges faster than any power for a smooth function that decays like exp(−z²/2).
        std::vector<double> result(partitions + 1, 0.0);
        constexpr int steps = 4096;
        constexpr double end = 9;
        constexpr double step = 2 * end / steps;
        constexpr double root_two_pi = 2.5066282746310002;
        for (int i = 0; i <= steps; ++i) {
            const double z = -end + step * i;
            const double density = std::exp(-z * z / 2) / root_two_pi * step;
            const std::vector<double> given =
                detail::binomial_weights(partitions, right(partitions, z), wrong(partitions, z));
            for (std::size_t w = 0; w <= partitions; ++w) result[w] += density * given[w];
        }
        return result;
    }

private:
    /// The mean of a partition's gradient given Z, over the standard deviation of the noise.
    [[nodiscard]] double mean_of(std::size_t partitions, double common) const {
        return snr / std::sqrt(static_cast<double>(partitions)) + std::sqrt(correlation) * common;
    }
};

inline void detail::require_gaussian(const gaussian_messages& model) {
    require(std::isfinite(model.snr), "messages", "snr", model.snr, "must be a finite number");
    require(model.correlation >= 0 && model.correlation <= 1, "messages", "correlation", model.correlation,
            "must be 0 to 1");
}

/// Messages as they were recorded, one a row, drawn uniformly; the truth is the sign that most partitions have. Rows with as
/// many + as − are never drawn.
struct recorded_messages {
    sign_matrix messages; ///< rows of k signs

    static constexpr truth_rule truth = truth_rule::majority; ///< what is right
};

} // namespace election
