// SPDX-License-Identifier: MIT
// sequential_test: whether a failure probability is below a threshold, asked until the answer is sure enough.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <election/core/error.hpp>

namespace election {

/// What a sequential test has found so far.
enum class sequential_decision : std::uint8_t {
    undecided, ///< more trials are needed
    below,     ///< the probability is below the threshold
    not_below  ///< it is not, or it is so close to the threshold that the test need not tell
};

/// The name that results use: "undecided", "below" or "not below".
[[nodiscard]] constexpr std::string_view name_of(sequential_decision decision) noexcept {
    return decision == sequential_decision::undecided ? "undecided"
           : decision == sequential_decision::below   ? "below"
                                                      : "not below";
}

/// The question of a sequential test and how often its answer may be wrong.
struct sequential_rule {
    /// p₀: is the probability below it? Strictly between 0 and 1.
    double threshold = 0;
    /// p₁, 0 < p₁ < p₀: from there down the answer must be "below"; p₀ / 2 if not given.
    std::optional<double> clearly_below = {};
    /// α: how often "below" may be said of a probability ≥ p₀; strictly between 0 and 1.
    double false_below = 0.01;
    /// β: how often "not below" may be said of a probability ≤ p₁; strictly between 0 and 1.
    double false_not_below = 0.01;
};

/// Wald's sequential probability ratio test of p ≥ p₀ against p ≤ p₁.
///
/// With f failures in n trials it follows Λ = f ln(p₁/p₀) + (n − f) ln((1−p₁)/(1−p₀)), and says "below" when Λ ≥ ln(1/α),
/// "not below" when Λ ≤ −ln(1/β). With these boundaries both error rates are guaranteed, not only nearly so, whenever and
/// however often one looks: where p ≥ p₀, exp(Λ) is expected not to grow, so it ever reaches 1/α with probability α at most;
/// likewise exp(−Λ) where p ≤ p₁. (Wald's own, (1−β)/α and β/(1−α), give that up to factors 1/(1−β) and 1/(1−α) and stop
/// hardly earlier.) Between p₁ and p₀, either answer may come. It ends with probability 1.
///
/// The expected number of trials, but for the last steps over the boundary, is expected_trials_below() where p = p₁ and
/// expected_trials_not_below() where p = p₀; smaller farther out, and between the two at most about ln(1/α) ln(1/β) / (p
/// (1−p) d²) where d = ln(p₀/p₁) + ln((1−p₁)/(1−p₀)), at the p where Λ does not drift. It depends on the counts alone, so a
/// decision is the same on every platform but where Λ equals a boundary up to rounding.
/// \par Reference
/// Wald, *Sequential tests of statistical hypotheses*, Annals of Mathematical Statistics 16 (1945); Ville's inequality for
/// non-negative supermartingales
///
/// \code
/// election::sequential_test test({.threshold = 0.001}); // 1 % of errors of both sorts
/// while (test.decision() == election::sequential_decision::undecided) test.add(1000, 0); // trials and failures of a block
/// assert(test.decision() == election::sequential_decision::below && test.trials() == 10'000);
/// \endcode
class sequential_test {
public:
    /// \param rule  the question and the error rates
    /// \throws parameter_error  one of them out of range
    explicit sequential_test(const sequential_rule& rule)
        : threshold_(rule.threshold), clearly_below_(rule.clearly_below.value_or(rule.threshold / 2)) {
        constexpr std::string_view where = "sequential_test";
        constexpr std::string_view open = "must be more than 0 and less than 1";
        detail::require(threshold_ > 0 && threshold_ < 1, where, "threshold", threshold_, open);
        detail::require(clearly_below_ > 0 && clearly_below_ < threshold_, where, "clearly_below", clearly_below_,
                        "must be more than 0 and less than the threshold, ", threshold_);
        detail::require(rule.false_below > 0 && rule.false_below < 1, where, "false_below", rule.false_below, open);
        detail::require(rule.false_not_below > 0 && rule.false_not_below < 1, where, "false_not_below", rule.false_not_below,
                        open);
        // Differences first: the quotients are near 1 where the two probabilities are small or close to each other.
        const double gap = threshold_ - clearly_below_;
        failure_step_ = gap < threshold_ / 2 ? std::log1p(-gap / threshold_) : std::log(clearly_below_ / threshold_);
        success_step_ = std::log1p(gap / (1 - threshold_));
        upper_ = -std::log(rule.false_below);
        lower_ = std::log(rule.false_not_below);
    }

    /// Adds a block of trials and looks; blocks after the decision are not counted. O(1).
    /// \param trials    0 …
    /// \param failures  of them
    /// \returns the decision after it, which is final unless undecided
    /// \throws parameter_error  more failures than trials, or more than 2⁶³ trials in all
    sequential_decision add(std::uint64_t trials, std::uint64_t failures) {
        constexpr std::uint64_t most = std::uint64_t{1} << 63;
        constexpr std::string_view where = "sequential_test::add";
        detail::require(failures <= trials, where, "failures", failures, "must be at most the number of trials, ", trials);
        if (decision_ != sequential_decision::undecided) return decision_;
        detail::require(trials <= most - trials_, where, "trials", trials, "must not make more than 2^63 in all");
        trials_ += trials;
        failures_ += failures;
        const double ratio = log_likelihood_ratio();
        if (ratio >= upper_) decision_ = sequential_decision::below;
        if (ratio <= lower_) decision_ = sequential_decision::not_below;
        return decision_;
    }

    /// What was decided, if anything.
    [[nodiscard]] sequential_decision decision() const noexcept { return decision_; }
    /// Trials until the decision.
    [[nodiscard]] std::uint64_t trials() const noexcept { return trials_; }
    /// Failures until the decision.
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }
    /// p₀.
    [[nodiscard]] double threshold() const noexcept { return threshold_; }
    /// p₁.
    [[nodiscard]] double clearly_below() const noexcept { return clearly_below_; }

    /// Λ, the logarithm of how much likelier the counts are under p₁ than under p₀.
    [[nodiscard]] double log_likelihood_ratio() const noexcept {
        return static_cast<double>(failures_) * failure_step_ + static_cast<double>(trials_ - failures_) * success_step_;
    }
    /// ln(1/α): from there up the probability is called below the threshold.
    [[nodiscard]] double upper_boundary() const noexcept { return upper_; }
    /// −ln(1/β): from there down it is not.
    [[nodiscard]] double lower_boundary() const noexcept { return lower_; }

    /// Wald's approximation of the expected number of trials when the probability is p₁; boundaries overshot come on top.
    [[nodiscard]] double expected_trials_below() const noexcept {
        const double miss = std::exp(lower_);
        return ((1 - miss) * upper_ + miss * lower_) / drift(clearly_below_);
    }
    /// Likewise when it is p₀.
    [[nodiscard]] double expected_trials_not_below() const noexcept {
        const double miss = std::exp(-upper_);
        return ((1 - miss) * lower_ + miss * upper_) / drift(threshold_);
    }

private:
    /// By how much a trial moves Λ in expectation.
    [[nodiscard]] double drift(double probability) const noexcept {
        return probability * failure_step_ + (1 - probability) * success_step_;
    }

    double threshold_;
    double clearly_below_;
    double failure_step_ = 0; ///< what a failure adds to Λ, negative
    double success_step_ = 0; ///< what a success adds, positive
    double upper_ = 0;
    double lower_ = 0;
    std::uint64_t trials_ = 0;
    std::uint64_t failures_ = 0;
    sequential_decision decision_ = sequential_decision::undecided;
};

} // namespace election
