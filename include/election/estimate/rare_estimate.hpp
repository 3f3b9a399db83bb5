// SPDX-License-Identifier: MIT
// rare_estimate: what the methods for rare failures return, and the options that they have in common.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <election/core/error.hpp>
#include <election/core/ties.hpp>

namespace election {

/// How a rare failure probability is estimated.
enum class rare_method : std::uint8_t {
    automatic,  ///< importance where its pilot sees the failures that matter, else splitting
    importance, ///< the weights of messages drawn as often as they matter; see estimate_stratified()
    splitting   ///< populations of elections that come closer and closer to failure; see estimate_splitting()
};

/// The name that options and results use: "automatic", "importance" or "splitting".
[[nodiscard]] constexpr std::string_view name_of(rare_method method) noexcept {
    constexpr std::array<std::string_view, 3> names{"automatic", "importance", "splitting"};
    return names[static_cast<std::size_t>(method)];
}

/// The method of that name, or nothing.
[[nodiscard]] constexpr std::optional<rare_method> rare_method_named(std::string_view name) noexcept {
    for (rare_method method : {rare_method::automatic, rare_method::importance, rare_method::splitting}) {
        if (name_of(method) == name) return method;
    }
    return std::nullopt;
}

/// How the interval of an importance estimate is made.
enum class rare_interval : std::uint8_t {
    conservative, ///< Clopper–Pearson for every weight, each with its share of the error: covers at least as often as stated
    normal        ///< standard errors around the estimate: narrower, but says nothing of what was not seen
};

/// The seed, what may be spent, and what is reported.
struct rare_options {
    /// How tied workers vote; a coin is a fair coin.
    tie_policy ties = tie_policy::abstain;
    /// The same seed gives the same estimate for every number of threads and every architecture.
    std::uint64_t seed = 1;
    /// Of the interval, between 0 and 1.
    double confidence = 0.95;
    /// 0: as many as this process may use.
    unsigned threads = 0;

    /// Importance: the standard error to plan for, as a fraction of the estimate. What is drawn is planned before the draws that
    /// count, so that the estimate stays unbiased; it may turn out a little larger or smaller.
    double relative_error = 0.05;
    /// Importance: at most about so many elections are drawn, whatever was planned.
    std::uint64_t trials = std::uint64_t{1} << 26U;
    /// Importance: weights with at most so many messages are enumerated where no vote is random.
    std::uint64_t enumerate = std::uint64_t{1} << 20U;
    /// Importance: how the interval is made.
    rare_interval interval = rare_interval::conservative;

    /// Splitting: elections in a population, at least 10.
    std::size_t particles = 1000;
    /// Splitting: independent populations, at least 2; their scatter is the standard error.
    std::size_t replicates = 20;
    /// Splitting: at each level every election changes by so many times k steps.
    std::size_t sweeps = 2;
};

/// A small probability of failure: an estimate, how sure it is, and how it was made.
struct rare_estimate {
    std::size_t workers = 0;                      ///< n
    std::size_t partitions = 0;                   ///< k
    rare_method method = rare_method::importance; ///< never automatic
    double estimate = 0;                          ///< unbiased
    double standard_error = 0;                    ///< estimated, of the estimate
    double lower = 0;                             ///< end of the confidence interval
    double upper = 1;                             ///< end of the confidence interval
    double confidence = 0.95;                     ///< as asked for
    std::string_view interval = {};               ///< "bonferroni", "normal", "student" or "clopper-pearson"
    std::uint64_t trials =
        0; ///< importance: elections drawn or enumerated; splitting: elections drawn, and changed at a level
    std::uint64_t failures = 0; ///< importance: failures among those; splitting: elections that reached failure
    std::size_t strata = 0;     ///< importance: weights that were drawn or enumerated
    std::size_t replicates = 0; ///< splitting: independent populations
    std::size_t levels = 0;     ///< splitting: levels, failure itself included
    std::uint64_t seed = 1;     ///< as asked for
    unsigned threads = 1;       ///< that took part
    double seconds = 0;         ///< wall-clock time

    /// The standard error as a fraction of the estimate; infinite without an estimate.
    [[nodiscard]] double relative_error() const noexcept {
        return estimate > 0 ? standard_error / estimate : std::numeric_limits<double>::infinity();
    }
};

namespace detail {

inline void require_estimable(const rare_options& options) {
    constexpr std::string_view where = "estimate_rare";
    require(options.confidence > 0 && options.confidence < 1, where, "confidence", options.confidence,
            "must be between 0 and 1");
    require(options.relative_error > 0, where, "relative_error", options.relative_error, "must be more than 0");
    require(options.trials >= 1, where, "trials", options.trials, "must be at least 1");
    require(options.particles >= 10 && options.particles <= 1'000'000, where, "particles", options.particles,
            "must be 10 to 10^6");
    require(options.replicates >= 2 && options.replicates <= 1'000'000, where, "replicates", options.replicates,
            "must be 2 to 10^6");
    require(options.sweeps >= 1 && options.sweeps <= 1000, where, "sweeps", options.sweeps, "must be 1 to 1000");
}

} // namespace detail
} // namespace election
