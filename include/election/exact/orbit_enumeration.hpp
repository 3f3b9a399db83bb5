// SPDX-License-Identifier: MIT
// orbit_enumeration: one nearest election of each orbit of a code's symmetries, examined as the exhaustive method does.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/ties.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/exact_model.hpp>
#include <election/exact/orbit_prefixes.hpp>
#include <election/exact/symmetry.hpp>
#include <election/verify/exhaustive.hpp>
#include <election/verify/exhaustive_kernel.hpp>
#include <election/verify/nearest.hpp>

namespace election {

/// A code with its columns in an order in which the first ones tell orbits apart, and the assignments of those that have to be examined.
///
/// Symmetries move a worst election to worst elections; one of them begins with one of these prefixes (orbit_prefixes()). The rest of
/// the columns is enumerated by the exhaustive method's inner loops.
class orbit_enumeration {
public:
    /// \param code        k ≤ 64
    /// \param ties        how tied workers vote
    /// \param truth       +1 or −1
    /// \param symmetries  of the code's cover problem of that truth, from close_group(); the more, the less is left
    /// \param kernel      the inner loops, from `exhaustive_kernel_for<Arch>()`
    /// \throws parameter_error  more partitions, or no symmetries of that problem
    orbit_enumeration(const packed_allocation& code, tie_policy ties, int truth,
                      const std::vector<column_permutation>& symmetries, const exhaustive_kernel& kernel)
        : kernel_(kernel) {
        const std::size_t k = code.partitions();
        detail::require(k <= exhaustive_max_partitions, "orbit_enumeration", "partitions", k,
                        "is more than enumeration covers (64)");
        cover_problem problem = make_cover_problem(code, {.ties = ties}, truth).cover;
        order_ = orbit_order(problem, symmetries);
        packed_allocation sorted(code.workers(), k);
        for (std::size_t i = 0; i < code.workers(); ++i) {
            for (std::size_t place = 0; place < k; ++place) {
                if (code(i, order_[place])) sorted.set(i, place);
            }
        }
        side_.emplace(sorted, ties, truth, kernel.lanes);
        side_->mirrored_too = false;
        const plan_view_type& view = side_->plan.view();
        const std::size_t depth = view.top_columns;
        std::vector<std::size_t> place_of(k);
        for (std::size_t place = 0; place < k; ++place) place_of[order_[place]] = place;
        for (const orbit_prefix& prefix : orbit_prefixes(problem, symmetries, order_, depth)) {
            std::uint64_t top = 0; // who wins; the first column is the highest bit
            for (std::uint32_t column : prefix.winners) {
                // Columns behind the first ones that must win, too, are of no use here.
                if (place_of[column] < depth) top |= std::uint64_t{1} << (depth - 1 - place_of[column]);
            }
            elections_ += static_cast<double>(side_->plan.messages_in(top));
            tops_.push_back(top);
        }
        winners_are_plus_ = truth > 0;
        columns_ = k;
    }

    /// Elections that will be examined.
    [[nodiscard]] double elections() const noexcept { return elections_; }
    /// Assignments of the first columns.
    [[nodiscard]] std::size_t prefixes() const noexcept { return tops_.size(); }

    /// Examines them.
    /// \param threads   at least 1
    /// \param seconds   gives up after this time
    /// \param stop      gives up when asked
    /// \param constant  of the code's cover problem: margin − loss
    /// \returns the least loss with the losers that attain it, and the elections as nodes; nothing if it gave up
    [[nodiscard]] std::optional<cover_answer> run(unsigned threads, double seconds, const std::stop_token& stop,
                                                  std::int64_t constant) {
        kernel_.fill_lines(side_->plan.view());
        std::atomic<std::size_t> next{0};
        std::atomic<bool> failed{false};
        std::mutex mutex;
        detail::worst_election worst;
        std::uint64_t examined = 0;
        const auto start = std::chrono::steady_clock::now();
        run_on_threads(
            std::max(1U, threads),
            [&](unsigned) {
                detail::unit_worker worker(*side_);
                std::uint64_t messages = 0;
                while (!failed.load(std::memory_order_relaxed)) {
                    const std::size_t i = next.fetch_add(1);
                    if (i >= tops_.size()) break;
                    if (side_->plan.messages_in(tops_[i]) == 0) continue;
                    detail::worst_election known;
                    {
                        const std::lock_guard lock(mutex);
                        known = worst;
                    }
                    const detail::worst_election found = worker.run(kernel_, tops_[i], known);
                    messages += side_->plan.messages_in(tops_[i]);
                    const std::lock_guard lock(mutex);
                    if (found.is_worse_than(worst)) worst = found;
                    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                    if (elapsed > seconds || stop.stop_requested()) failed.store(true);
                }
                const std::lock_guard lock(mutex);
                examined += messages;
            },
            [&] { failed.store(true); });
        if (failed.load() || examined == 0) return std::nullopt;
        cover_answer answer;
        answer.loss = answer.loss_lower = worst.margin - constant;
        answer.nodes = examined;
        for (std::size_t place = 0; place < columns_; ++place) {
            const bool plus = (worst.pluses >> (columns_ - 1 - place) & 1U) != 0;
            if (plus != winners_are_plus_) answer.losers.push_back(order_[place]);
        }
        std::ranges::sort(answer.losers);
        return answer;
    }

private:
    using plan_view_type = detail::plan_view;

    exhaustive_kernel kernel_;
    std::vector<std::uint32_t> order_;
    std::optional<detail::enumeration_side> side_;
    std::vector<std::uint64_t> tops_;
    double elections_ = 0;
    bool winners_are_plus_ = true;
    std::size_t columns_ = 0;
};

} // namespace election
