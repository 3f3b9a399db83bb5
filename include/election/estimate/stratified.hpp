// SPDX-License-Identifier: MIT
// estimate_stratified(): rare failures under exchangeable messages, each weight of messages drawn as often as it matters.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/ties.hpp>
#include <election/estimate/batch_votes.hpp>
#include <election/estimate/estimate.hpp>
#include <election/estimate/interval.hpp>
#include <election/estimate/rare_estimate.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/fixed_weight_messages.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>

namespace election {

/// A number of partitions that must be wrong, at least, for an election to fail; proved by counting, often not the best one.
///
/// Where d partitions are wrong, a worker with load L is tied only if d ≥ L/2 and votes wrong only if d > L/2; these must be enough to
/// turn the sum of votes from n to 2b or less. Each of them uses up about half of its places, and those places belong to the d wrong
/// partitions: together the workers that turn it most cheaply use no more places than the d most popular partitions have
/// among workers that can be turned. Whatever b liars send changes the sum by at most 2b, so this holds for every attack and
/// placement.
/// \param code   n × k
/// \param ties   how tied workers vote; a coin counts as wrong
/// \param truth  +1 or −1
/// \param liars  b
/// \returns 0 … k; k + 1 if no election fails
/// \par Complexity
/// O((n·k + n log n + k log k) log k)
///
/// \code
/// assert(election::fewest_wrong(election::uncoded(9), election::tie_policy::abstain, 1, 0) == 5);
/// assert(election::fewest_wrong(election::uncoded(9), election::tie_policy::abstain, 1, 2) == 3);
/// \endcode
template <allocation A>
[[nodiscard]] std::size_t fewest_wrong(const A& code, tie_policy ties, int truth, std::size_t liars) {
    decltype(auto) matrix = packed(code);
    const std::size_t k = matrix.partitions();
    const bool tie_is_right = ties == (truth > 0 ? tie_policy::positive : tie_policy::negative);
    const bool tie_is_wrong = !tie_is_right && ties != tie_policy::abstain;
    struct worker {
        std::size_t row;
        std::size_t load;
        std::size_t cost; ///< places that a wrong vote takes
    };
    std::vector<worker> busy;
    std::ptrdiff_t margin = 0; // when nobody is wrong
    for (std::size_t i = 0; i < matrix.workers(); ++i) {
        const std::size_t load = matrix.load(i);
        if (load == 0) {
            margin += tie_is_right ? 1 : tie_is_wrong ? -1 : 0;
            continue;
        }
        ++margin;
        busy.push_back({i, load, load / 2 + (load % 2 == 0 && tie_is_wrong ? 0 : 1)});
    }
    const std::ptrdiff_t to_turn = margin - 2 * static_cast<std::ptrdiff_t>(liars);
    std::ranges::stable_sort(busy, [](const worker& a, const worker& b) { return a.cost < b.cost; });
    const auto may_fail = [&](std::size_t wrong) {
        std::ptrdiff_t turned = 0;
        std::ptrdiff_t left = to_turn;
        std::size_t twice_places = 0; // half a wrong vote may be needed: twice as many are a whole number
        std::vector<std::size_t> degrees(k, 0);
        for (const worker& one : busy) {
            const bool abstains = one.load % 2 == 0 && ties == tie_policy::abstain && wrong == one.load / 2;
            if (wrong < one.cost && !abstains) continue;
            turned += abstains ? 1 : 2;
            // An abstention turns half as much, and takes at least half as many places.
            if (left > 0) twice_places += left == 1 ? one.cost : 2 * one.cost;
            left -= 2;
            for (std::size_t j = 0; j < k; ++j) degrees[j] += matrix(one.row, j) ? 1U : 0U;
        }
        if (turned < to_turn) return false;
        std::ranges::sort(degrees, std::greater<>());
        std::size_t places = 0;
        for (std::size_t j = 0; j < wrong; ++j) places += 2 * degrees[j];
        return places >= twice_places;
    };
    // What is not excluded for so many wrong partitions is not excluded for more.
    std::size_t low = 0;
    for (std::size_t high = k + 1; low < high;) {
        const std::size_t middle = low + (high - low) / 2;
        if (may_fail(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

namespace detail {

/// The messages with one number of +.
struct message_stratum {
    enum class kind : std::uint8_t { absent, safe, enumerated, sampled, left_out };

    std::size_t weight = 0;
    double probability = 0; ///< of the weight
    kind how = kind::absent;
    double exact = 0; ///< enumerated: the share of failures
    std::uint64_t pilot_trials = 0;
    std::uint64_t pilot_failures = 0;
    std::uint64_t trials = 0;
    std::uint64_t failures = 0;

    /// What the pilot says of the failures' probability, away from 0 and 1.
    [[nodiscard]] double guess() const {
        return (static_cast<double>(pilot_failures) + 0.5) / (static_cast<double>(pilot_trials) + 1);
    }
    /// Its share of the draws that make the variance least (Neyman).
    [[nodiscard]] double need() const { return probability * std::sqrt(guess() * (1 - guess())); }
    [[nodiscard]] double observed() const {
        return how == kind::enumerated ? exact
               : trials == 0           ? 0
                                       : static_cast<double>(failures) / static_cast<double>(trials);
    }
};

/// Calls work(combination) for all sets of d of k numbers, in ascending order each.
template <class Work>
void for_combinations(std::size_t k, std::size_t d, const Work& work) {
    std::vector<std::size_t> set(d);
    for (std::size_t i = 0; i < d; ++i) set[i] = i;
    for (;;) {
        work(std::as_const(set));
        std::size_t i = d;
        while (i > 0 && set[i - 1] == k - d + i - 1) --i;
        if (i == 0) return;
        ++set[i - 1];
        for (; i < d; ++i) set[i] = set[i - 1] + 1;
    }
}

/// One estimate by weights: planned first, drawn afterwards.
template <exchangeable_messages Messages, class Placement, class Attack>
class stratified_run {
public:
    stratified_run(const packed_allocation& code, const Messages& messages, const Placement& placement, const Attack& attack,
                   const rare_options& options, const estimate_kernels& kernels)
        : code_(code), placement_(placement), attack_(attack), options_(options), kernels_(kernels),
          start_(std::chrono::steady_clock::now()), threads_(options.threads == 0 ? available_threads() : options.threads) {
        const std::vector<double> weights = messages.weights(code.partitions());
        const std::size_t liars = liars_of(placement);
        const std::size_t right = fewest_wrong(code, options.ties, 1, liars);
        const std::size_t left = fewest_wrong(code, options.ties, -1, liars);
        strata_.resize(weights.size());
        for (std::size_t w = 0; w < weights.size(); ++w) {
            message_stratum& stratum = strata_[w];
            stratum.weight = w;
            stratum.probability = weights[w];
            if (!(weights[w] > 0)) continue;
            const bool plus = truth_of_weight(w) > 0;
            const bool safe = plus ? code.partitions() - w < right : w < left;
            stratum.how = safe ? message_stratum::kind::safe : message_stratum::kind::sampled;
        }
        (void)source(0); // what is wrong with the parameters is found here
    }

    /// Chooses how often each weight is drawn, from draws that are not used again.
    void plan() {
        enumerate();
        std::vector<message_stratum*> order;
        for (message_stratum& stratum : strata_) {
            if (stratum.how == message_stratum::kind::sampled) order.push_back(&stratum);
        }
        std::ranges::stable_sort(order, [](auto* a, auto* b) { return a->probability > b->probability; });
        std::vector<double> rest(order.size() + 1, 0.0); // smallest terms first
        for (std::size_t i = order.size(); i-- > 0;) rest[i] = rest[i + 1] + order[i]->probability;
        double seen = 0;
        for (const message_stratum& stratum : strata_) seen += stratum.probability * stratum.exact;
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (rest[i] < negligible * seen) {
                order[i]->how = message_stratum::kind::left_out;
                continue;
            }
            draw_pilot(*order[i], 1);
            seen += order[i]->probability * static_cast<double>(order[i]->pilot_failures) /
                    static_cast<double>(order[i]->pilot_trials);
        }
        const std::uint64_t most = std::max<std::uint64_t>(1, options_.trials / election_batch::elections);
        // Twice: with what was seen first it is better known where to look.
        for (const auto& stratum_batches : {allocation_of(most / 64), allocation_of(most / 16)}) {
            for (std::size_t w = 0; w < strata_.size(); ++w) draw_pilot(strata_[w], stratum_batches[w]);
        }
        batches_ = allocation_of(most);
        std::uint64_t needed = 0;
        const double expected = pilot_estimate();
        if (expected > 0) {
            const double root = total_need() / (options_.relative_error * expected);
            const double elections = 1.2 * root * root / election_batch::elections;
            if (elections < static_cast<double>(most)) {
                needed = static_cast<std::uint64_t>(std::ceil(elections));
                batches_ = allocation_of(std::max<std::uint64_t>(needed, 1));
            }
        }
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            if (strata_[w].how == message_stratum::kind::sampled) batches_[w] = std::max<std::uint64_t>(batches_[w], 1);
        }
    }

    /// Whether the plan will reach the relative error, and what its pilot did not see hardly matters.
    [[nodiscard]] bool is_promising() const {
        const double expected = pilot_estimate();
        double variance = 0;
        double unseen = 0;
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            const message_stratum& stratum = strata_[w];
            if (stratum.how != message_stratum::kind::sampled) continue;
            const double drawn = static_cast<double>(batches_[w] * election_batch::elections);
            if (stratum.pilot_failures == 0) {
                // Three failures expected and none seen: one chance in twenty.
                unseen += stratum.probability * 3 / (drawn + static_cast<double>(stratum.pilot_trials));
            } else {
                variance += stratum.need() * stratum.need() / drawn;
            }
        }
        return expected > 0 && std::sqrt(variance) <= 2 * options_.relative_error * expected &&
               (unseen <= 4 * options_.relative_error * expected || is_falling(expected));
    }

    /// Draws what was planned.
    [[nodiscard]] rare_estimate run() {
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            message_stratum& stratum = strata_[w];
            if (stratum.how != message_stratum::kind::sampled) continue;
            const std::uint64_t first = stratum.pilot_trials / election_batch::elections;
            stratum.failures = failures_in(w, first, batches_[w]);
            stratum.trials = batches_[w] * election_batch::elections;
        }
        return result();
    }

private:
    using source_type = election_source<fixed_weight_messages<Messages::truth>, Placement, Attack>;
    static constexpr bool worst = std::same_as<Placement, worst_placement>;
    static constexpr double negligible = 1e-9; ///< weights that are left out, as a share of the estimate

    [[nodiscard]] static std::size_t liars_of(const Placement& placement) {
        if constexpr (std::same_as<Placement, fixed_placement>) {
            return placement.liars.size();
        } else {
            return placement.liars;
        }
    }
    [[nodiscard]] int truth_of_weight(std::size_t weight) const {
        return Messages::truth == truth_rule::plus || 2 * weight > code_.partitions() ? 1 : -1;
    }
    [[nodiscard]] std::unique_ptr<source_type> source(std::size_t weight) const {
        return std::make_unique<source_type>(code_, fixed_weight_messages<Messages::truth>{weight}, placement_, attack_,
                                             options_.ties, options_.seed, kernels_);
    }

    /// Whether weights next to those without any failure in the pilot matter little already: then those will matter less.
    [[nodiscard]] bool is_falling(double expected) const {
        constexpr double little = 0.05;
        const auto failures = [&](std::size_t w) {
            const message_stratum& stratum = strata_[w];
            return stratum.how == message_stratum::kind::enumerated ? stratum.exact
                   : stratum.pilot_trials == 0
                       ? 0
                       : static_cast<double>(stratum.pilot_failures) / static_cast<double>(stratum.pilot_trials);
        };
        const auto unseen = [&](std::size_t w) {
            return strata_[w].how == message_stratum::kind::sampled && strata_[w].pilot_failures == 0;
        };
        for (std::size_t w = 0; w + 1 < strata_.size(); ++w) {
            if (unseen(w) == unseen(w + 1)) continue;
            const std::size_t seen = unseen(w) ? w + 1 : w;
            if (strata_[seen].probability * failures(seen) > little * expected) return false;
        }
        return true;
    }

    void enumerate() {
        if (!worst || options_.ties == tie_policy::coin) return; // a message does not decide about failure
        for (message_stratum& stratum : strata_) {
            if (stratum.how != message_stratum::kind::sampled) continue;
            const std::size_t k = code_.partitions();
            const std::size_t few = std::min(stratum.weight, k - stratum.weight);
            if (log_choose(k, few) > std::log(static_cast<double>(options_.enumerate)) + 1e-9) continue;
            stratum.how = message_stratum::kind::enumerated;
            count_all(stratum, few);
            stratum.exact = static_cast<double>(stratum.failures) / static_cast<double>(stratum.trials);
        }
    }
    /// All messages of a weight, where `few` partitions have another sign than the others.
    void count_all(message_stratum& stratum, std::size_t few) const {
        const bool few_plus = few == stratum.weight;
        election_batch batch(code_.partitions(), code_.workers(), false);
        batch_votes votes(code_, options_.ties, kernels_.majority);
        random_stream no_coins(kernels_.sampling, 0, 0);
        std::vector<std::int32_t> sums(election_batch::elections);
        const int truth = truth_of_weight(stratum.weight);
        const auto liars = static_cast<std::int32_t>(liars_of(placement_));
        std::size_t filled = 0;
        const auto clear = [&] {
            for (std::size_t j = 0; j < batch.messages.size(); ++j) {
                std::ranges::fill(batch.messages[j], few_plus ? std::uint64_t{0} : ~std::uint64_t{0});
            }
        };
        const auto count = [&] {
            votes.vote(batch, no_coins);
            votes.sum(batch, sums);
            for (std::size_t e = 0; e < filled; ++e) stratum.failures += truth * sums[e] <= 2 * liars ? 1U : 0U;
            stratum.trials += filled;
            filled = 0;
        };
        clear();
        for_combinations(code_.partitions(), few, [&](const std::vector<std::size_t>& set) {
            for (std::size_t j : set) batch.messages[j][filled / 64] ^= std::uint64_t{1} << (filled % 64);
            if (++filled < election_batch::elections) return;
            count();
            clear();
        });
        count();
    }

    [[nodiscard]] double total_need() const {
        double sum = 0;
        for (const message_stratum& stratum : strata_) {
            if (stratum.how == message_stratum::kind::sampled) sum += stratum.need();
        }
        return sum;
    }
    [[nodiscard]] double pilot_estimate() const {
        double sum = 0;
        for (const message_stratum& stratum : strata_) {
            if (stratum.how == message_stratum::kind::enumerated) sum += stratum.probability * stratum.exact;
            if (stratum.how == message_stratum::kind::sampled && stratum.pilot_trials > 0) {
                sum += stratum.probability * static_cast<double>(stratum.pilot_failures) /
                       static_cast<double>(stratum.pilot_trials);
            }
        }
        return sum;
    }
    /// About so many batches over all weights, by need.
    [[nodiscard]] std::vector<std::uint64_t> allocation_of(std::uint64_t batches) const {
        std::vector<std::uint64_t> result(strata_.size(), 0);
        const double sum = total_need();
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            if (strata_[w].how != message_stratum::kind::sampled || !(sum > 0)) continue;
            result[w] = static_cast<std::uint64_t>(std::nearbyint(static_cast<double>(batches) * strata_[w].need() / sum));
        }
        return result;
    }

    void draw_pilot(message_stratum& stratum, std::uint64_t batches) {
        const std::uint64_t first = stratum.pilot_trials / election_batch::elections;
        stratum.pilot_failures += failures_in(stratum.weight, first, batches);
        stratum.pilot_trials += batches * election_batch::elections;
    }
    /// Failures in some of the batches of a weight, which are numbered from 0 on.
    [[nodiscard]] std::uint64_t failures_in(std::size_t weight, std::uint64_t first, std::uint64_t batches) const {
        if (batches == 0) return 0;
        std::atomic<std::uint64_t> next{0};
        std::atomic<std::uint64_t> failures{0};
        const auto useful = static_cast<unsigned>(std::min<std::uint64_t>(threads_, batches));
        run_on_threads(useful, [&](unsigned) {
            const auto drawn = source(weight);
            std::uint64_t mine = 0;
            for (std::uint64_t batch = next++; batch < batches; batch = next++) {
                // Apart from the batches of estimate().
                const std::uint64_t number = std::uint64_t{1} << 53U | std::uint64_t{weight} << 36U | (first + batch);
                drawn->draw(number);
                mine += drawn->count(0, election_batch::elections).failures;
            }
            failures += mine;
        });
        return failures;
    }

    [[nodiscard]] rare_estimate result() const {
        rare_estimate found;
        found.workers = code_.workers();
        found.partitions = code_.partitions();
        found.method = rare_method::importance;
        found.confidence = options_.confidence;
        found.seed = options_.seed;
        found.threads = threads_;
        double variance = 0;
        double left_out = 0;
        std::size_t sampled = 0;
        for (const message_stratum& stratum : strata_) {
            found.trials += stratum.trials + stratum.pilot_trials;
            found.failures += stratum.failures + stratum.pilot_failures;
            if (stratum.how == message_stratum::kind::left_out) left_out += stratum.probability;
            if (stratum.trials == 0) continue;
            ++found.strata;
            found.estimate += stratum.probability * stratum.observed();
            if (stratum.how != message_stratum::kind::sampled) continue;
            ++sampled;
            const double share = stratum.observed();
            variance +=
                stratum.probability * stratum.probability * share * (1 - share) / static_cast<double>(stratum.trials - 1);
        }
        found.standard_error = std::sqrt(variance);
        if (options_.interval == rare_interval::normal) {
            const double reach = normal_quantile((1 - options_.confidence) / 2) * found.standard_error;
            found.interval = "normal";
            found.lower = std::max(0.0, found.estimate - reach);
            found.upper = std::min(1.0, found.estimate + reach + left_out);
        } else {
            found.interval = "bonferroni";
            const auto [lower, upper] = conservative(sampled);
            found.lower = std::clamp(lower, 0.0, found.estimate);
            found.upper = std::clamp(upper, found.estimate, 1.0);
        }
        found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        return found;
    }

    /// All weights' probabilities of failure are within their bounds at once with the confidence asked for.
    [[nodiscard]] interval conservative(std::size_t sampled) const {
        const double each = 1 - (1 - options_.confidence) / static_cast<double>(std::max<std::size_t>(sampled, 1));
        std::vector<interval> bounds(strata_.size(), {0, 1});
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            const message_stratum& stratum = strata_[w];
            if (stratum.how == message_stratum::kind::safe) bounds[w] = {0, 0};
            if (stratum.how == message_stratum::kind::enumerated) bounds[w] = {stratum.exact, stratum.exact};
            if (stratum.how == message_stratum::kind::sampled) {
                bounds[w] = confidence_interval(stratum.failures, stratum.trials, each);
            }
        }
        if constexpr (worst) tighten(bounds);
        interval sum{0, 0};
        for (std::size_t w = 0; w < strata_.size(); ++w) {
            sum.lower += strata_[w].probability * bounds[w].lower;
            sum.upper += strata_[w].probability * bounds[w].upper;
        }
        return sum;
    }
    /// With one more right partition nobody votes worse: a message of the next weight fails no more often. (Take a random message
    /// and turn a random wrong sign: it is a random one of the next weight.)
    void tighten(std::vector<interval>& bounds) const {
        const auto pass = [&](std::size_t worse, std::size_t better) {
            bounds[better].upper = std::min(bounds[better].upper, bounds[worse].upper);
        };
        const auto pass_back = [&](std::size_t better, std::size_t worse) {
            bounds[worse].lower = std::max(bounds[worse].lower, bounds[better].lower);
        };
        const std::size_t k = code_.partitions();
        for (std::size_t w = 0; w < k; ++w) {
            if (truth_of_weight(w) > 0) pass(w, w + 1);
            if (truth_of_weight(w + 1) < 0) pass_back(w, w + 1);
        }
        for (std::size_t w = k; w > 0; --w) {
            if (truth_of_weight(w - 1) > 0) pass_back(w, w - 1);
            if (truth_of_weight(w) < 0) pass(w, w - 1);
        }
    }

    const packed_allocation& code_;
    const Placement& placement_;
    const Attack& attack_;
    const rare_options& options_;
    const estimate_kernels& kernels_;
    std::chrono::steady_clock::time_point start_;
    unsigned threads_;
    std::vector<message_stratum> strata_; ///< one a weight
    std::vector<std::uint64_t> batches_;  ///< planned, one number a weight
};

} // namespace detail

/// How often a code fails where failures are rare since messages of most weights never fail: the probability is
/// Σ_w P(w)·p_w, with P(w) that of w partitions with +, which is known, and p_w that of failure given w, which is estimated.
///
/// Weights without a failure for the reason of fewest_wrong() are not drawn; with the worst placement and no coins, weights with few
/// messages are enumerated. The others are drawn in proportion to P(w)·√(p_w(1−p_w)), the allocation with the least variance
/// (Neyman, *J. R. Stat. Soc.* 97, 1934), where p_w is guessed from pilot draws. The pilot also decides how many are drawn; it is
/// not used again, so that the estimate is unbiased: given the numbers of draws each p_w is estimated by a plain share. The one
/// exception are weights that together have less than 10⁻⁹ of what the pilot saw; they are left out of the estimate, and are part of the
/// upper bound.
///
/// The conservative interval adds up Clopper–Pearson intervals of the drawn weights, S of them, each with the confidence
/// 1 − (1 − confidence) / S. By the union bound it covers the probability at least as often as stated, whatever the code. With the
/// worst placement it uses that p_w falls with each further right sign. A weight without any failure among N draws adds up to about
/// P(w)·log(2S / (1 − confidence)) / N to the upper bound. The normal interval and the standard error know nothing of failures
/// that were not seen.
/// \param code       n × k, both at most 65535
/// \param messages   an exchangeable model, e.g. independent_messages{0.99}
/// \param placement  who lies
/// \param attack     what they send
/// \param options    ties, seed, relative_error, trials, enumerate, interval, confidence, threads
/// \param kernels    the inner loops, from `estimate_kernels_for<Arch>()`
/// \throws parameter_error  parameters that are not allowed
/// \par Complexity
/// as estimate() for the elections drawn or enumerated
///
/// \code
/// // Nine workers of ten are right; with 25 of them the majority is wrong once in five million elections.
/// const auto result = election::estimate_stratified(election::uncoded(25), election::independent_messages{0.9},
///                                                   election::worst_placement{0}, election::against_attack{});
/// assert(result.lower <= result.estimate && result.estimate <= result.upper);
/// assert(result.estimate > 1e-7 && result.estimate < 2e-7); // 1.62e-7
/// \endcode
template <allocation A, exchangeable_messages Messages, class Placement, class Attack>
    requires liar_model<Placement, Attack>
[[nodiscard]] rare_estimate estimate_stratified(const A& code, const Messages& messages, const Placement& placement,
                                                const Attack& attack, const rare_options& options,
                                                const estimate_kernels& kernels) {
    detail::require_estimable(options);
    decltype(auto) matrix = packed(code);
    if constexpr (std::same_as<Placement, worst_placement> && std::same_as<Attack, reverse_attack>) {
        detail::require(2 * placement.liars <= matrix.workers(), "placement", "liars", placement.liars,
                        "must be at most half of the workers for the worst who reverse, ", matrix.workers() / 2);
    }
    detail::stratified_run<Messages, Placement, Attack> run(matrix, messages, placement, attack, options, kernels);
    run.plan();
    return run.run();
}

/// The same with the best kernels that this translation unit's compiler flags allow.
template <class Arch = default_arch, allocation A, exchangeable_messages Messages, class Placement, class Attack>
    requires liar_model<Placement, Attack>
[[nodiscard]] rare_estimate estimate_stratified(const A& code, const Messages& messages, const Placement& placement,
                                                const Attack& attack, const rare_options& options = {}) {
    constexpr estimate_kernels kernels = estimate_kernels_for<Arch>();
    return estimate_stratified(code, messages, placement, attack, options, kernels);
}

} // namespace election
