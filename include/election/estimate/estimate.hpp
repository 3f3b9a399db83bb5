// SPDX-License-Identifier: MIT
// estimate(): how often a code fails, by Monte Carlo, with a confidence interval.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/progress.hpp>
#include <election/core/ties.hpp>
#include <election/estimate/batch_votes.hpp>
#include <election/estimate/interval.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/liars.hpp>
#include <election/models/random_stream.hpp>
#include <election/models/sampling_kernel.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// When an estimate ends, and what of it is repeatable. Several limits: the first one that is reached.
struct estimate_options {
    /// How tied workers vote; here a coin is a fair coin.
    tie_policy ties = tie_policy::abstain;
    /// Chooses the elections: the same seed gives the same elections for every number of threads and every architecture.
    std::uint64_t seed = 1;
    /// The first trial of the seed: runs over different trials of one seed are disjoint, and together are one long run.
    std::uint64_t first_trial = 0;
    /// Trials before `first_trial` that an earlier run of the same estimate has counted. They only decide where rounds end, so that a run
    /// that was interrupted ends where it would have ended.
    std::uint64_t resumed_trials = 0;
    /// Exactly so many, unless another limit comes first.
    std::optional<std::uint64_t> trials = {};
    /// As soon as there are so many failures, looked at after every round. The estimate is then too high on average, by about one
    /// part in that number.
    std::optional<std::uint64_t> failures = {};
    /// As soon as the standard error is this fraction of the estimate, looked at after every round; biased like `failures`.
    std::optional<double> relative_error = {};
    /// As soon as this says so of trials and failures after a round; may be empty. For rules of one's own, e.g. a sequential_test.
    std::function<bool(std::uint64_t trials, std::uint64_t failures)> enough = {};
    /// After this time. The one limit that is not repeatable.
    std::optional<std::chrono::duration<double>> time_limit = {};
    /// Of the interval, between 0 and 1.
    double confidence = 0.95;
    /// How the interval is made.
    interval_kind interval = interval_kind::clopper_pearson;
    /// 0: as many as this process may use.
    unsigned threads = 0;
    /// Stop when asked, with what is known.
    std::stop_token stop = {};
    /// Called about ten times a second, on the calling thread; may be empty.
    progress_function on_progress = {};
};

/// Why an estimate ended.
enum class estimate_end : std::uint8_t { trials, failures, relative_error, enough, time_limit, stopped };

/// One election that was drawn. With the worst placement its votes are the honest ones, where a coin shows 0, and its margin is the honest
/// one minus 2b.
struct drawn_election {
    std::uint64_t trial = 0; ///< its number among the seed's trials
    sign_list message;       ///< k signs
    int truth = 0;           ///< +1 or −1
    sign_list votes;         ///< n votes as they reach the master; with the worst placement the honest ones
    std::vector<bool> liars; ///< who lies; nobody is marked with the worst placement
    int margin = 0; ///< truth times the sum of the votes, less 2b with the worst placement; not positive: the code fails
};

/// What Monte Carlo says about a code.
struct estimate_result {
    std::size_t workers = 0;                 ///< n
    std::size_t partitions = 0;              ///< k
    std::uint64_t trials = 0;                ///< elections drawn
    std::uint64_t failures = 0;              ///< those in which the decoded sign is not strictly the truth
    double estimate = 0;                     ///< failures / trials
    double lower = 0;                        ///< end of the confidence interval
    double upper = 1;                        ///< end of the confidence interval
    drawn_election worst;                    ///< the first one with the smallest margin
    estimate_end end = estimate_end::trials; ///< why it ended
    unsigned threads = 1;                    ///< that took part
    double seconds = 0;                      ///< wall-clock time
};

/// The loops of both layers that an estimate needs, of one architecture.
struct estimate_kernels {
    majority_kernel majority; ///< votes and counts
    sampling_kernel sampling; ///< draws
};

/// The kernels of an architecture; instantiate them only where its instructions are enabled (is_enabled<Arch>).
template <class Arch>
[[nodiscard]] constexpr estimate_kernels estimate_kernels_for() noexcept {
    return {majority_kernel_for<Arch>(), sampling_kernel_for<Arch>()};
}

/// An attack and a placement that go together: any attack with liars that are drawn, or the worst placement with an attack whose
/// worst liars are the voters that are right.
template <class Placement, class Attack>
concept liar_model = vote_attack<Attack> &&
    (drawn_placement<Placement> || (std::same_as<Placement, worst_placement> &&
                                    (std::same_as<Attack, against_attack> || std::same_as<Attack, reverse_attack>)));

namespace detail {

/// How far the votes' sum is turned by liars that were not drawn: each of the worst b turns a right vote into a wrong one. Where
/// fewer are right the code fails in any case.
template <class Placement>
[[nodiscard]] int turned_by_worst(const Placement& placement) {
    if constexpr (std::same_as<Placement, worst_placement>) {
        return 2 * static_cast<int>(placement.liars);
    } else {
        return 0;
    }
}

/// What was counted in a batch.
struct batch_count {
    std::uint64_t failures = 0;
    std::int32_t least_margin = 0;
    std::size_t worst = 0; ///< the first election that has it
};

/// Draws batches of elections, and lets the code vote in them. For one thread.
template <class Messages, class Placement, class Attack>
class election_source {
public:
    static constexpr bool drawn = drawn_placement<Placement>;

    election_source(const packed_allocation& code, const Messages& messages, const Placement& placement,
                    const Attack& attack, tie_policy ties, std::uint64_t seed, const estimate_kernels& kernels)
        : kernels_(&kernels), seed_(seed), attack_(attack), turned_(turned_by_worst(placement)),
          batch_(code.partitions(), code.workers(), drawn), votes_(code, ties, kernels.majority),
          draw_messages_(message_sampler(messages, code.partitions(), kernels.majority)),
          draw_liars_(sampler_of(placement, code.workers())), margins_(election_batch::elections) {}

    /// Draws a batch, and lets everybody vote.
    void draw(std::uint64_t number) {
        random_stream messages = stream(number, 0);
        random_stream coins = stream(number, 1);
        draw_messages_(batch_, messages);
        votes_.vote(batch_, coins);
        if constexpr (drawn) {
            random_stream liars = stream(number, 2);
            random_stream lies = stream(number, 3);
            draw_liars_(batch_, liars);
            send_lies(attack_, batch_, lies);
        }
    }

    /// What is counted in elections first … last − 1 of the batch that was drawn last.
    [[nodiscard]] batch_count count(std::size_t first, std::size_t last) {
        const std::span<std::uint64_t* const> digits = votes_.count(batch_);
        const auto truth = batch_.truth[0];
        // Margins are S − n − turned where + is right, and n − S − turned elsewhere; S is what was counted.
        const auto workers = static_cast<std::int64_t>(batch_.signs.size());
        at_least(digits, workers + turned_ + 1, plus_passes_);
        at_least(digits, workers - turned_, minus_fails_);
        batch_count counted;
        for (std::size_t w = 0; w < election_batch::words; ++w) {
            inside_[w] = bits_below(last, w) & ~bits_below(first, w);
            const std::uint64_t failed = (truth[w] & ~plus_passes_[w]) | (~truth[w] & minus_fails_[w]);
            counted.failures += static_cast<std::uint64_t>(std::popcount(failed & inside_[w]));
        }
        // The smallest S where + is right, and the largest elsewhere.
        std::int64_t least = std::numeric_limits<std::int32_t>::max();
        for (bool plus : {true, false}) {
            bool any = false;
            for (std::size_t w = 0; w < election_batch::words; ++w) {
                extreme_[w] = inside_[w] & (plus ? truth[w] : ~truth[w]);
                any = any || extreme_[w] != 0;
            }
            if (!any) continue;
            const auto sum = static_cast<std::int64_t>(narrow(digits, !plus));
            const std::int64_t margin = (plus ? sum - workers : workers - sum) - turned_;
            if (margin > least) continue;
            std::size_t place = 0;
            while (extreme_[place] == 0) ++place;
            place = 64 * place + static_cast<std::size_t>(std::countr_zero(extreme_[place]));
            counted.worst = margin < least ? place : std::min(counted.worst, place);
            least = margin;
        }
        counted.least_margin = static_cast<std::int32_t>(least);
        return counted;
    }

    /// The margins of all elections of the batch that was drawn last; what count() counts, one by one.
    [[nodiscard]] std::span<const std::int32_t> margins() {
        votes_.sum(batch_, margins_);
        const auto truth = batch_.truth[0];
        for (std::size_t e = 0; e < margins_.size(); ++e) {
            const bool plus = (truth[e / 64] >> (e % 64) & 1U) != 0;
            margins_[e] = (plus ? margins_[e] : -margins_[e]) - turned_;
        }
        return margins_;
    }

    /// One election of the batch that was drawn last.
    [[nodiscard]] drawn_election election(std::size_t e, const packed_allocation& code, tie_policy ties) const {
        const auto bit = [e](std::span<const std::uint64_t> plane) { return (plane[e / 64] >> (e % 64) & 1U) != 0; };
        drawn_election found;
        for (std::size_t j = 0; j < batch_.messages.size(); ++j) found.message.push_back(bit(batch_.messages[j]) ? 1 : -1);
        found.truth = bit(batch_.truth[0]) ? 1 : -1;
        found.liars.resize(code.workers());
        for (std::size_t i = 0; i < code.workers(); ++i) {
            if constexpr (drawn) {
                found.liars[i] = bit(batch_.liars[i]);
                const bool can_tie = batch_.silent_liars || (code.load(i) % 2 == 0 && ties == tie_policy::abstain);
                const bool tied = can_tie && bit(batch_.tied[i]);
                found.votes.push_back(static_cast<std::int8_t>(tied ? 0 : bit(batch_.signs[i]) ? 1 : -1));
            }
        }
        found.margin = margins_[e];
        return found;
    }

private:
    /// Nothing else draws from these streams of a seed: generators take the first ones.
    [[nodiscard]] random_stream stream(std::uint64_t number, std::uint64_t purpose) const {
        constexpr std::uint64_t elections = std::uint64_t{0xE1} << 56U;
        return {kernels_->sampling, seed_, elections | number << 2U | purpose};
    }
    static auto sampler_of(const Placement& placement, std::size_t workers) {
        if constexpr (drawn) {
            return liar_sampler(placement, workers);
        } else {
            require(placement.liars <= workers, "placement", "liars", placement.liars,
                    "must be at most the number of workers, ", workers);
            return 0;
        }
    }

    /// Which bits of word w belong to elections before `end`.
    [[nodiscard]] static std::uint64_t bits_below(std::size_t end, std::size_t w) noexcept {
        if (end <= 64 * w) return 0;
        return end >= 64 * w + 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (end - 64 * w)) - 1;
    }

    void at_least(std::span<std::uint64_t* const> digits, std::int64_t threshold, std::uint64_t* out) const {
        if (threshold <= 0) return (void)std::fill_n(out, election_batch::words, ~std::uint64_t{0});
        kernels_->majority.compare(digits.data(), digits.size(), static_cast<std::size_t>(threshold), election_batch::words,
                                   out, nullptr);
    }

    /// Leaves of the elections in extreme_ those with the largest or smallest number, digit by digit; returns it.
    [[nodiscard]] std::uint64_t narrow(std::span<std::uint64_t* const> digits, bool largest) {
        std::uint64_t number = 0;
        for (std::size_t q = digits.size(); q-- > 0;) {
            const std::uint64_t wanted = largest ? 0 : ~std::uint64_t{0};
            std::uint64_t any = 0;
            for (std::size_t w = 0; w < election_batch::words; ++w) any |= extreme_[w] & (digits[q][w] ^ wanted);
            number = 2 * number + ((any != 0) == largest ? 1 : 0);
            if (any == 0) continue;
            for (std::size_t w = 0; w < election_batch::words; ++w) extreme_[w] &= digits[q][w] ^ wanted;
        }
        return number;
    }

    const estimate_kernels* kernels_;
    std::uint64_t seed_;
    Attack attack_;
    int turned_;
    election_batch batch_;
    batch_votes votes_;
    decltype(message_sampler(std::declval<const Messages&>(), 0, std::declval<const majority_kernel&>())) draw_messages_;
    decltype(sampler_of(std::declval<const Placement&>(), 0)) draw_liars_;
    std::vector<std::int32_t> margins_;
    std::uint64_t plus_passes_[election_batch::words];
    std::uint64_t minus_fails_[election_batch::words];
    std::uint64_t inside_[election_batch::words];
    std::uint64_t extreme_[election_batch::words];
};

/// What was counted so far.
struct failure_tally {
    std::uint64_t trials = 0;
    std::uint64_t failures = 0;
    std::int32_t worst_margin = std::numeric_limits<std::int32_t>::max();
    std::uint64_t worst_trial = 0;

    void add(const failure_tally& other) {
        trials += other.trials;
        failures += other.failures;
        if (other.worst_margin < worst_margin || (other.worst_margin == worst_margin && other.worst_trial < worst_trial)) {
            worst_margin = other.worst_margin;
            worst_trial = other.worst_trial;
        }
    }
};

/// The trials of one run, in rounds that do not depend on the number of threads.
template <class MakeSource>
class estimate_run {
public:
    estimate_run(const estimate_options& options, const MakeSource& make_source)
        : options_(options), make_source_(make_source), start_(std::chrono::steady_clock::now()),
          threads_(options.threads == 0 ? available_threads() : options.threads) {
        for (unsigned i = 0; i < threads_; ++i) sources_.push_back(nullptr);
    }

    estimate_end run() {
        constexpr std::uint64_t first_round = 4; // batches
        constexpr std::uint64_t most_round = 1024;
        const std::uint64_t size = election_batch::elections;
        const std::uint64_t begin = options_.first_trial / size;
        const std::uint64_t end = options_.trials ? (options_.first_trial + *options_.trials + size - 1) / size
                                                  : std::numeric_limits<std::uint64_t>::max() / size;
        next_ = begin;
        std::uint64_t round = first_round;
        std::uint64_t boundary = (options_.first_trial - std::min(options_.resumed_trials, options_.first_trial)) / size;
        while (next_ < end) {
            for (; boundary <= next_; round = std::min(2 * round, most_round)) boundary += round;
            do_round(std::min(end, boundary));
            if (options_.stop.stop_requested()) return estimate_end::stopped;
            if (options_.failures && counted_.failures >= *options_.failures) return estimate_end::failures;
            if (options_.relative_error && is_precise()) return estimate_end::relative_error;
            if (options_.enough && options_.enough(counted_.trials, counted_.failures)) return estimate_end::enough;
            if (is_late()) return next_ < end ? estimate_end::time_limit : estimate_end::trials;
        }
        return estimate_end::trials;
    }

    [[nodiscard]] const failure_tally& counted() const noexcept { return counted_; }
    [[nodiscard]] unsigned threads() const noexcept { return threads_; }
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    [[nodiscard]] bool is_late() const { return options_.time_limit && seconds() >= options_.time_limit->count(); }
    [[nodiscard]] bool is_precise() const {
        if (counted_.failures == 0) return false;
        const double failures = static_cast<double>(counted_.failures);
        const double right = 1 - failures / static_cast<double>(counted_.trials);
        return std::sqrt(right / failures) <= *options_.relative_error;
    }

    /// Batches next_ … end − 1; fewer if it is stopped. What was done is always a contiguous part.
    void do_round(std::uint64_t end) {
        std::atomic<std::uint64_t> next{next_};
        std::atomic<bool> leave{false};
        const std::uint64_t before = counted_.trials; // others add to it
        std::mutex mutex;
        const auto useful = static_cast<unsigned>(std::min<std::uint64_t>(threads_, end - next_));
        run_on_threads(
            useful,
            [&](unsigned thread) {
                if (!sources_[thread]) sources_[thread] = make_source_();
                failure_tally mine;
                while (!leave.load(std::memory_order_relaxed)) {
                    const std::uint64_t number = next.fetch_add(1);
                    if (number >= end) break;
                    do_batch(*sources_[thread], number, mine);
                    if (options_.stop.stop_requested() || is_late()) leave = true;
                    if (thread == 0) report(before + mine.trials * useful);
                }
                const std::lock_guard lock(mutex);
                counted_.add(mine);
            },
            [&] { leave = true; });
        next_ = std::min(next.load(), end);
    }

    template <class Source>
    void do_batch(Source& source, std::uint64_t number, failure_tally& tally) {
        const std::uint64_t size = election_batch::elections;
        const std::uint64_t trial = number * size;
        const std::uint64_t first = std::max(trial, options_.first_trial);
        const std::uint64_t last =
            options_.trials ? std::min(trial + size, options_.first_trial + *options_.trials) : trial + size;
        source.draw(number);
        const batch_count counted =
            source.count(static_cast<std::size_t>(first - trial), static_cast<std::size_t>(last - trial));
        tally.add({last - first, counted.failures, counted.least_margin, trial + counted.worst});
    }

    void report(std::uint64_t trials) {
        if (!options_.on_progress) return;
        const double now = seconds();
        if (now < reported_ + 0.1) return;
        reported_ = now;
        double share = 0;
        if (options_.trials) share = static_cast<double>(trials) / static_cast<double>(*options_.trials);
        if (options_.time_limit) share = std::max(share, now / options_.time_limit->count());
        share = std::min(share, 1.0); // a look may come after the end
        const auto total = share > 0 ? static_cast<std::uint64_t>(static_cast<double>(trials) / share) : 0;
        options_.on_progress({std::min(trials, total == 0 ? trials : total), total, now, share > 0 ? now / share - now : 0});
    }

    const estimate_options& options_;
    const MakeSource& make_source_;
    std::chrono::steady_clock::time_point start_;
    unsigned threads_;
    std::vector<decltype(std::declval<const MakeSource&>()())> sources_;
    std::uint64_t next_ = 0;
    double reported_ = 0;
    failure_tally counted_;
};

inline void require_estimable(const estimate_options& options) {
    require(!options.trials || *options.trials >= 1, "estimate", "trials", options.trials.value_or(0), "must be at least 1");
    require(!options.failures || *options.failures >= 1, "estimate", "failures", options.failures.value_or(0),
            "must be at least 1");
    require(!options.relative_error || *options.relative_error > 0, "estimate", "relative_error",
            options.relative_error.value_or(0), "must be more than 0");
    require(!options.time_limit || options.time_limit->count() > 0, "estimate", "time_limit",
            options.time_limit ? options.time_limit->count() : 0.0, "must be more than 0 s");
    require(options.confidence > 0 && options.confidence < 1, "estimate", "confidence", options.confidence,
            "must be between 0 and 1");
    require(!options.trials || *options.trials <= std::numeric_limits<std::uint64_t>::max() - options.first_trial,
            "estimate", "first_trial", options.first_trial, "is too large for that many trials");
}

} // namespace detail

/// How often a code fails in random elections with liars: the share of trials in which the decoded sign is not strictly the
/// truth, with a confidence interval.
///
/// 4096 elections are drawn and counted at a time, one bit each, with the same loops as majorities over rows. The result depends on
/// the seed and the limits (but for the time limit), and not on threads or architecture. Without any limit it ends at a relative
/// error of 10 % or after 10 s.
/// \param code       n × k, both at most 65535
/// \param messages   which elections come up, e.g. nearest_messages
/// \param placement  who lies: worst_placement, random_placement or fixed_placement
/// \param attack     what they send, e.g. against_attack; with worst_placement that or, for b ≤ n / 2, reverse_attack
/// \param options    limits, seed, threads
/// \param kernels    the inner loops, from `estimate_kernels_for<Arch>()`
/// \throws parameter_error  parameters that are not allowed
/// \par Complexity
/// O(trials · (ones of the code + n log n) / 512), and drawing the messages: about √k random words for each word of a nearest one
///
/// \code
/// const auto code = election::deterministic(9, 2);
/// const auto result = election::estimate(code, election::nearest_messages{}, election::worst_placement{2},
///                                        election::against_attack{}, {.seed = 7, .trials = 10'000});
/// assert(result.trials == 10'000 && result.failures == 0 && result.upper > 0); // it tolerates two liars
/// \endcode
template <allocation A, message_model Messages, class Placement, class Attack>
    requires liar_model<Placement, Attack>
[[nodiscard]] estimate_result estimate(const A& code, const Messages& messages, const Placement& placement,
                                       const Attack& attack, const estimate_options& options,
                                       const estimate_kernels& kernels) {
    detail::require_estimable(options);
    decltype(auto) matrix = packed(code);
    if constexpr (std::same_as<Placement, worst_placement> && std::same_as<Attack, reverse_attack>) {
        detail::require(2 * placement.liars <= matrix.workers(), "placement", "liars", placement.liars,
                        "must be at most half of the workers for the worst who reverse, ", matrix.workers() / 2);
    }
    estimate_options limits = options;
    if (!limits.trials && !limits.failures && !limits.relative_error && !limits.time_limit && !limits.enough) {
        limits.relative_error = 0.1;
        limits.time_limit = std::chrono::duration<double>(10);
    }
    using source = detail::election_source<Messages, Placement, Attack>;
    const auto make_source = [&] {
        return std::make_unique<source>(matrix, messages, placement, attack, limits.ties, limits.seed, kernels);
    };
    const auto replay = make_source(); // what is wrong with the parameters is found here
    detail::estimate_run run(limits, make_source);
    estimate_result result;
    result.end = run.run();
    result.workers = matrix.workers();
    result.partitions = matrix.partitions();
    result.trials = run.counted().trials;
    result.failures = run.counted().failures;
    result.threads = run.threads();
    if (result.trials > 0) {
        result.estimate = static_cast<double>(result.failures) / static_cast<double>(result.trials);
        const interval ends = confidence_interval(result.failures, result.trials, limits.confidence, limits.interval);
        result.lower = ends.lower;
        result.upper = ends.upper;
        const std::uint64_t trial = run.counted().worst_trial;
        replay->draw(trial / election_batch::elections);
        (void)replay->margins();
        result.worst = replay->election(trial % election_batch::elections, matrix, limits.ties);
        result.worst.trial = trial;
        if constexpr (!source::drawn) result.worst.votes = votes_of(matrix, result.worst.message, limits.ties);
    }
    result.seconds = run.seconds();
    return result;
}

/// The same with the best kernels that this translation unit's compiler flags allow.
template <class Arch = default_arch, allocation A, message_model Messages, class Placement, class Attack>
    requires liar_model<Placement, Attack>
[[nodiscard]] estimate_result estimate(const A& code, const Messages& messages, const Placement& placement,
                                       const Attack& attack, const estimate_options& options = {}) {
    constexpr estimate_kernels kernels = estimate_kernels_for<Arch>();
    return estimate(code, messages, placement, attack, options, kernels);
}

} // namespace election
