// SPDX-License-Identifier: MIT
// verify_exhaustive(): the worst election by examining every nearest election, hundreds at a time.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/progress.hpp>
#include <election/verify/exhaustive_kernel.hpp>
#include <election/verify/exhaustive_plan.hpp>
#include <election/verify/nearest.hpp>
#include <election/verify/verdict.hpp>
#include <election/verify/vote.hpp>

namespace election {

/// The most partitions that enumeration takes.
inline constexpr std::size_t exhaustive_max_partitions = 64;

namespace detail {

/// The worst election known: smallest margin, and among those of this margin the first in ASCII order, which is the one
/// whose '+' partitions make the largest number when partition 0 is the highest bit.
struct worst_election {
    int margin = std::numeric_limits<int>::max();
    std::uint64_t pluses = 0;

    [[nodiscard]] bool is_worse_than(const worst_election& other) const noexcept {
        return margin != other.margin ? margin < other.margin : pluses > other.pluses;
    }
};

/// The nearest elections of one truth; with a symmetric tie policy those of the other truth are their mirror images.
struct enumeration_side {
    bool winners_are_plus = true;
    bool mirrored_too = false;
    exhaustive_plan plan;

    enumeration_side(const packed_allocation& code, tie_policy ties, int truth, std::size_t lanes)
        : winners_are_plus(truth > 0), mirrored_too(is_symmetric(ties)),
          plan(code, make_nearest_problem(code, ties, truth), lanes) {}
};

/// The memory in which one thread examines units of a plan.
class unit_scratch {
public:
    explicit unit_scratch(const exhaustive_plan& plan) {
        const plan_view& view = plan.view();
        const std::size_t widest = plan.widest_middle();
        top_need_.resize(view.taps);
        offsets_.resize(widest * plan.widest_block());
        if (view.block_count > 1) {
            counters_.resize(widest * view.planes * view.words);
            passed_.resize(widest * view.words);
        }
        hit_planes_.resize(view.planes * view.words);
        hit_lanes_.resize(view.words);
        places_ = {top_need_.data(), offsets_.data(),    counters_.data(),
                   passed_.data(),   hit_planes_.data(), hit_lanes_.data()};
    }
    unit_scratch(const unit_scratch&) = delete;
    unit_scratch& operator=(const unit_scratch&) = delete;

    [[nodiscard]] const plan_scratch& places() const noexcept { return places_; }

private:
    plan_scratch places_;
    aligned_vector<std::int16_t> top_need_;
    aligned_vector<std::uint16_t> offsets_;
    aligned_vector<std::uint64_t> counters_;
    aligned_vector<std::uint64_t> passed_;
    aligned_vector<std::uint64_t> hit_planes_;
    aligned_vector<std::uint64_t> hit_lanes_;
};

/// What one thread needs to examine units of one side, and the worst election it has seen there.
class unit_worker {
public:
    explicit unit_worker(const enumeration_side& side)
        : side_(side), view_(side.plan.view()), memory_(side.plan), scratch_(memory_.places()) {}
    unit_worker(const unit_worker&) = delete;
    unit_worker& operator=(const unit_worker&) = delete;

    /// Examines one unit.
    /// \param kernel  that of the plan's width
    /// \param top     the unit: which top columns win
    /// \param known   the worst election known so far; only worse ones are looked for
    /// \returns the worse of `known` and the worst of this unit
    [[nodiscard]] worst_election run(const exhaustive_kernel& kernel, std::uint64_t top, const worst_election& known) {
        const auto weight = static_cast<std::size_t>(std::popcount(top));
        worst_ = known;
        top_ = top;
        ties_matter_ = may_come_first();
        side_.plan.fill_top_need(top, scratch_.top_need);
        kernel.run_unit(view_, scratch_, weight, &unit_worker::limit, &unit_worker::on_hit, this);
        return worst_;
    }

private:
    /// Whether this unit has elections that precede the known witness, so that an equal margin is of interest.
    [[nodiscard]] bool may_come_first() const noexcept {
        const std::size_t below = view_.middle_columns + view_.low_columns;
        const std::uint64_t all_top = (std::uint64_t{1} << view_.top_columns) - 1;
        const std::uint64_t known_top = worst_.pluses >> below;
        return (has_plus_side() && top_ >= known_top) || (has_minus_side() && (all_top & ~top_) >= known_top);
    }
    [[nodiscard]] bool has_plus_side() const noexcept { return side_.winners_are_plus || side_.mirrored_too; }
    [[nodiscard]] bool has_minus_side() const noexcept { return !side_.winners_are_plus || side_.mirrored_too; }

    static std::int64_t limit(void* context) {
        const auto& self = *static_cast<const unit_worker*>(context);
        const std::int64_t all = (std::int64_t{1} << self.view_.planes) - 1;
        if (self.worst_.margin == std::numeric_limits<int>::max()) return all;
        return std::min(all, self.side_.plan.score_within(self.worst_.margin - (self.ties_matter_ ? 0 : 1)));
    }

    static void on_hit(void* context, std::size_t middle, std::size_t batch, std::uint64_t preload) {
        static_cast<unit_worker*>(context)->take_hit(middle, batch, preload);
    }

    /// Reduces the hit lanes to those of the least score, then looks at the first and the last of them in ASCII order.
    void take_hit(std::size_t middle, std::size_t batch, std::uint64_t preload) {
        const std::size_t words = view_.words;
        std::uint64_t least = 0;
        for (std::size_t q = view_.planes; q-- > 0;) {
            const std::uint64_t* plane = scratch_.hit_planes + q * words;
            std::uint64_t zeros = 0;
            for (std::size_t w = 0; w < words; ++w) zeros |= scratch_.hit_lanes[w] & ~plane[w];
            if (zeros == 0) {
                least |= std::uint64_t{1} << q;
            } else {
                for (std::size_t w = 0; w < words; ++w) scratch_.hit_lanes[w] &= ~plane[w];
            }
        }
        const int margin = side_.plan.margin_of_score(static_cast<std::int64_t>(least - preload));
        if (margin > worst_.margin) return; // the limit was that of an earlier batch
        if (margin < worst_.margin) ties_matter_ = true;
        std::size_t first = 0;
        while (scratch_.hit_lanes[first] == 0) ++first;
        std::size_t last = words - 1;
        while (scratch_.hit_lanes[last] == 0) --last;
        const std::size_t first_lane = first * 64 + static_cast<std::size_t>(std::countr_zero(scratch_.hit_lanes[first]));
        const std::size_t last_lane = last * 64 + 63 - static_cast<std::size_t>(std::countl_zero(scratch_.hit_lanes[last]));
        if (has_plus_side()) consider(margin, side_.plan.winners(top_, middle, batch, first_lane));
        if (has_minus_side()) consider(margin, all_partitions() & ~side_.plan.winners(top_, middle, batch, last_lane));
    }

    void consider(int margin, std::uint64_t pluses) noexcept {
        const worst_election found{margin, pluses};
        if (found.is_worse_than(worst_)) worst_ = found;
    }

    [[nodiscard]] std::uint64_t all_partitions() const noexcept {
        return ~std::uint64_t{0} >> (64 - side_.plan.partitions());
    }

    const enumeration_side& side_;
    const plan_view& view_;
    unit_scratch memory_;
    const plan_scratch& scratch_;
    worst_election worst_;
    std::uint64_t top_ = 0;
    bool ties_matter_ = true;
};

/// Units in an order that begins at both ends, where the first witnesses in ASCII order lie: last, first, last but one, …
[[nodiscard]] constexpr std::uint64_t unit_at(std::uint64_t position, std::uint64_t units) noexcept {
    return position % 2 == 0 ? units - 1 - position / 2 : position / 2;
}

/// One run of the enumeration over all sides, shared by its threads.
class enumeration {
public:
    enumeration(const packed_allocation& code, const verify_options& options, const exhaustive_kernel& kernel)
        : options_(options), kernel_(kernel) {
        const bool one_side = is_symmetric(options.ties);
        for (int truth : {1, -1}) {
            if (truth < 0 && one_side) break;
            sides_.push_back(std::make_unique<enumeration_side>(code, options.ties, truth, kernel.lanes));
            kernel_.fill_lines(sides_.back()->plan.view());
            total_ += binomial(code.partitions(), nearest_winners(code.partitions()));
            positions_ += sides_.back()->plan.units();
        }
    }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    [[nodiscard]] std::uint64_t done() const noexcept { return done_.load(); }
    [[nodiscard]] bool complete() const noexcept { return done() == total_; }
    [[nodiscard]] bool refuted() const noexcept { return first_refuting_.load() != none; }
    [[nodiscard]] const worst_election& worst() const noexcept { return refuted() ? refuting_ : worst_; }
    /// How many threads are of use: each needs a unit to work on, and where there is little to do they cost more than they do.
    [[nodiscard]] unsigned useful_threads() const {
        constexpr std::uint64_t elections_worth_a_thread = 2'000'000;
        const unsigned wanted = options_.threads == 0 ? available_threads() : options_.threads;
        return static_cast<unsigned>(std::min<std::uint64_t>(
            {wanted, most_threads, 1 + total_ / elections_worth_a_thread, std::max<std::uint64_t>(1, positions_)}));
    }

    /// Examines all units, or those up to a reason to stop.
    void run() {
        run_on_threads(
            useful_threads(), [&](unsigned thread) { work(thread == 0); }, [&] { failed_ = true; });
    }

    /// Seconds that a unit of middling weight takes on this thread, for each of its elections.
    [[nodiscard]] double seconds_per_message() {
        const enumeration_side& side = *sides_.front();
        const plan_view& view = side.plan.view();
        const std::size_t wanted = std::min(view.top_columns, view.winners * view.top_columns / side.plan.partitions());
        const std::uint64_t top = (std::uint64_t{1} << wanted) - 1;
        unit_worker worker(side);
        worst_election known = worker.run(kernel_, top, {});
        const auto start = std::chrono::steady_clock::now();
        std::uint64_t messages = 0;
        double seconds = 0;
        do {
            (void)worker.run(kernel_, top, known);
            messages += side.plan.messages_in(top);
            seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        } while (seconds < 2e-4);
        return seconds / static_cast<double>(messages);
    }

private:
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    static constexpr unsigned most_threads = 1024;

    void work(bool reports) {
        std::vector<std::unique_ptr<unit_worker>> workers;
        for (const auto& side : sides_) workers.push_back(std::make_unique<unit_worker>(*side));
        while (!should_stop()) {
            const std::uint64_t position = next_.fetch_add(1);
            if (position >= positions_ || position > first_refuting_.load()) break;
            // The sides may split their columns differently, so each has a number of units of its own.
            const std::uint64_t units_of_first = sides_.front()->plan.units();
            const std::size_t side = position < units_of_first ? 0 : 1;
            const std::uint64_t top = unit_at(side == 0 ? position : position - units_of_first, sides_[side]->plan.units());
            const std::uint64_t messages = sides_[side]->plan.messages_in(top);
            if (messages == 0) continue;
            worst_election known = snapshot();
            const worst_election found = workers[side]->run(kernel_, top, known);
            record(position, found);
            done_.fetch_add(messages);
            if (reports) report();
        }
    }

    [[nodiscard]] worst_election snapshot() {
        const std::lock_guard lock(mutex_);
        return worst_;
    }

    /// Keeps the worst election; for a yes/no question that of the first refuting unit, whichever thread comes first. A
    /// refuting election is kept apart: another unit that started from it could return it as its own.
    void record(std::uint64_t position, const worst_election& found) {
        const std::lock_guard lock(mutex_);
        if (options_.tolerates && found.margin <= 2 * std::int64_t{*options_.tolerates}) {
            if (position < first_refuting_.load()) {
                first_refuting_ = position;
                refuting_ = found;
            }
        } else if (found.is_worse_than(worst_)) {
            worst_ = found;
        }
    }

    [[nodiscard]] bool should_stop() const {
        return failed_.load() || options_.stop.stop_requested() ||
               (options_.time_limit && elapsed() > options_.time_limit->count());
    }

    void report() {
        if (!options_.on_progress) return;
        const double seconds = elapsed();
        if (seconds < next_report_) return;
        next_report_ = seconds + 0.1;
        const std::uint64_t done = this->done();
        const double left = seconds * static_cast<double>(total_ - done) / static_cast<double>(done);
        options_.on_progress({done, total_, seconds, left});
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

    const verify_options& options_;
    const exhaustive_kernel& kernel_;
    std::vector<std::unique_ptr<enumeration_side>> sides_;
    std::uint64_t positions_ = 0; ///< units of all sides
    std::uint64_t total_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double next_report_ = 0.1;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> failed_{false}; ///< a thread has thrown; the others need not go on
    std::atomic<std::uint64_t> done_{0};
    std::atomic<std::uint64_t> first_refuting_{none};
    std::mutex mutex_;
    worst_election worst_;    ///< of those that do not refute
    worst_election refuting_; ///< of the first refuting unit
};

/// Throws parameter_error unless enumeration can answer what `options` ask of the code.
/// What follows from the rows alone, before any election is looked at.
class known_beforehand {
public:
    known_beforehand(const packed_allocation& code, const verify_options& options) : partitions_(code.partitions()) {
        for (int truth : {1, -1}) {
            if (truth < 0 && is_symmetric(options.ties)) break;
            const nearest_problem problem = make_nearest_problem(code, options.ties, truth);
            is_constant_ = is_constant_ && problem.singles.empty() && problem.pairs.empty();
            // The side of truth + comes first in ASCII order where both are equally bad.
            if (total_ == 0 || problem.margin_lower() < margin_lower_) {
                margin_lower_ = problem.margin_lower();
                worse_truth_ = truth;
            }
            total_ += binomial(partitions_, nearest_winners(partitions_));
        }
        is_answered_ = options.tolerates && margin_lower_ > 2 * std::int64_t{*options.tolerates};
    }

    /// No election has a smaller margin.
    [[nodiscard]] int margin_lower() const noexcept { return margin_lower_; }
    /// Whether no vote varies, so that all elections of one truth have the same margin.
    [[nodiscard]] bool is_constant() const noexcept { return is_constant_; }
    [[nodiscard]] bool search_is_needed() const noexcept { return !is_constant_ && !is_answered_; }
    /// Nearest elections of all sides.
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    /// The first nearest election in ASCII order, of the truth that may be worse.
    [[nodiscard]] std::uint64_t first_election() const noexcept {
        const std::size_t winners = nearest_winners(partitions_);
        const std::size_t pluses = worse_truth_ > 0 ? winners : partitions_ - winners;
        return pluses == 0 ? 0 : (~std::uint64_t{0} >> (64 - pluses)) << (partitions_ - pluses);
    }

private:
    std::size_t partitions_;
    int margin_lower_ = 0;
    int worse_truth_ = 1;
    bool is_constant_ = true;
    bool is_answered_ = false;
    std::uint64_t total_ = 0;
};

inline void require_enumerable(const packed_allocation& code, const verify_options& options) {
    require(code.partitions() <= exhaustive_max_partitions, "verify", "partitions", code.partitions(),
            "is more than enumeration covers (64)");
    require(!options.tolerates || *options.tolerates >= 0, "verify", "tolerates", options.tolerates.value_or(0),
            "must be at least 0");
    require(!options.time_limit || options.time_limit->count() > 0, "verify", "time_limit",
            options.time_limit ? options.time_limit->count() : 0.0, "must be more than 0 s");
}

} // namespace detail

/// Finds the worst election of a code by examining every nearest one.
///
/// Only nearest elections matter (docs/nearest-elections.md): C(k, ⌊k/2⌋+1) of one truth, and of the other too under the
/// policies `positive` and `negative`. The witness is the smallest in ASCII order ('+' before '-') among the nearest
/// elections of both truths that attain the margin, whatever the number of threads; after an early stop (time limit, stop
/// token) it is the worst seen. With verify_options::tolerates the search ends at the first unit of work that refutes it,
/// again independent of threads.
/// \param code     n × k, k ≤ 64, any n
/// \param options  ties, threads, limits
/// \param kernel   the inner loops, from `exhaustive_kernel_for<Arch>()`
/// \returns margin, tolerance, witness; exact unless it ended early; see verdict
/// \throws parameter_error  k > 64, a negative number of liars, a time limit that is not positive
/// \par Complexity
/// O(C(k, k/2)·n / kernel.lanes) time, O(n) memory beside the matrix, shared by all threads but some kilobytes each
/// \par Reference
/// Sohn et al., NeurIPS 2020, for the question; Muła, Kurz, Lemire, *Faster population counts using AVX2 instructions*,
/// Comput. J. 2018, for the carry-save adders
///
/// \code
/// const election::packed_allocation code(election::deterministic(9, 2));
/// auto verdict = election::verify_exhaustive(code, {}, election::exhaustive_kernel_for<election::default_arch>());
/// assert(verdict.exact && verdict.tolerance == 2 && verdict.messages == election::binomial(9, 5));
/// \endcode
[[nodiscard]] inline verdict verify_exhaustive(const packed_allocation& code, const verify_options& options,
                                               const exhaustive_kernel& kernel) {
    detail::require_enumerable(code, options);
    const auto start = std::chrono::steady_clock::now();
    const detail::known_beforehand known(code, options);
    std::optional<detail::enumeration> run;
    if (known.search_is_needed()) run.emplace(code, options, kernel).run();
    const bool examined_any = run && run->done() != 0;

    verdict result;
    result.workers = code.workers();
    result.partitions = code.partitions();
    result.ties = options.ties;
    result.method = "exhaustive";
    result.messages = run ? run->done() : known.is_constant() ? known.total() : 0;
    result.exact =
        run ? run->complete() && !run->refuted() : known.is_constant(); // a refuted question is not searched to its end
    if (run) result.threads = run->useful_threads();
    const std::uint64_t pluses = examined_any ? run->worst().pluses : known.first_election();
    result.witness.resize(code.partitions());
    for (std::size_t j = 0; j < code.partitions(); ++j) {
        result.witness[j] = (pluses >> (code.partitions() - 1 - j) & 1U) != 0 ? 1 : -1;
    }
    result.witness_votes = votes_by_words(code, result.witness, options.ties);
    result.margin = margin_of(result.witness_votes, truth_of(result.witness), options.ties);
    if ((examined_any && result.margin != run->worst().margin) ||
        (known.is_constant() && result.margin != known.margin_lower())) {
        throw std::logic_error("election::verify_exhaustive: the witness does not have the margin that was counted");
    }
    result.margin_lower = result.exact ? result.margin : known.margin_lower();
    if (result.exact) result.tolerance = tolerance_of(result.margin);
    if (options.tolerates) {
        const std::int64_t needed = 2 * std::int64_t{*options.tolerates};
        if (result.margin <= needed) {
            result.tolerates = false;
        } else if (result.margin_lower > needed) {
            result.tolerates = true;
        }
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

/// About how long verify_exhaustive() will take, from timing a small part of it.
/// \param code     n × k, k ≤ 64, any n
/// \param options  ties and threads count; all threads are taken to run at once
/// \param kernel   the inner loops, from `exhaustive_kernel_for<Arch>()`
/// \returns seconds
/// \throws parameter_error  as verify_exhaustive() does
/// \par Complexity
/// that of building the tables, O(n), and one unit of work or 0.2 ms, whichever is longer
[[nodiscard]] inline double estimate_exhaustive_seconds(const packed_allocation& code, const verify_options& options,
                                                        const exhaustive_kernel& kernel) {
    detail::require_enumerable(code, options);
    if (!detail::known_beforehand(code, options).search_is_needed()) return 0;
    detail::enumeration sample(code, options, kernel);
    return sample.seconds_per_message() * static_cast<double>(sample.total()) / sample.useful_threads();
}

} // namespace election
