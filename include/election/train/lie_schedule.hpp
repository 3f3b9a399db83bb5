// SPDX-License-Identifier: MIT
// lie_schedule: who lies in which step.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>

namespace election {

/// When liars lie, in steps counted from 0.
struct lie_times {
    std::uint64_t from = 0;  ///< honest before this step
    std::uint64_t every = 1; ///< q: lie in steps from, from + q, from + 2q, …, at least 1
    std::uint64_t renew = 0; ///< a new set of liars every so many steps, counted from `from`; 0: the same set always
};

/// Who lies in which step: a set of workers, or sets that follow each other, and the steps in which they lie.
///
/// A pure function of the step, so that all processes agree, whatever was asked before; what liars(step) returns lives in the object.
///
/// \code
/// election::lie_schedule who(5, {1, 3}, {.from = 10, .every = 2});
/// assert(who.may_lie(3) && !who.may_lie(0));
/// assert(who.liars(9).empty() && who.liars(10).size() == 2 && who.liars(11).empty() && who.liars(12)[1] == 3);
/// election::lie_schedule turns(5, [](std::uint64_t index) { return std::vector<std::size_t>{index % 5}; }, {.renew = 3});
/// assert(turns.liars(2)[0] == 0 && turns.liars(3)[0] == 1 && turns.may_lie(4));
/// \endcode
class lie_schedule {
public:
    /// The same workers in all steps in which somebody lies.
    /// \param workers  n
    /// \param liars    different workers, in any order; none: nobody ever lies
    /// \param times    when; a fixed set cannot be renewed
    /// \throws parameter_error  a worker that is not there or comes twice, more of them than workers, times that are not allowed
    lie_schedule(std::size_t workers, std::vector<std::size_t> liars, lie_times times = {})
        : workers_(workers), times_(times), current_(std::move(liars)) {
        check_times();
        detail::require(times_.renew == 0, "lie_schedule", "renew", times_.renew,
                        "must be 0 where liars are a fixed set; draw them to renew them");
        check_liars();
        make_table();
    }

    /// Sets that follow each other. Without `renew` only the first is drawn.
    /// \param workers  n
    /// \param draw     draw(i) says which workers lie in set i = 0, 1, …: a pure function, called whenever another set is asked for
    /// \param times    when
    /// \throws parameter_error  see the other constructor; a later set that is wrong is found when it is drawn
    template <std::invocable<std::uint64_t> Draw>
    lie_schedule(std::size_t workers, Draw draw, lie_times times = {})
        : workers_(workers), times_(times), draw_(std::move(draw)), current_(draw_(0)) {
        check_times();
        check_liars();
        make_table();
    }

    /// n.
    [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
    /// When they lie.
    [[nodiscard]] const lie_times& times() const noexcept { return times_; }
    /// Whether worker i lies in some step. Where sets are renewed, all workers may.
    [[nodiscard]] bool may_lie(std::size_t worker) const noexcept { return worker < workers_ && may_lie_[worker] != 0; }
    /// Whether anybody lies in some step.
    [[nodiscard]] bool anybody() const noexcept { return std::ranges::find(may_lie_, 1) != may_lie_.end(); }

    /// Who lies in a step, increasing; until the next call.
    /// \throws parameter_error  a set was drawn that is wrong
    [[nodiscard]] std::span<const std::size_t> liars(std::uint64_t step) {
        if (step < times_.from || (step - times_.from) % times_.every != 0) return {};
        const std::uint64_t index = times_.renew == 0 ? 0 : (step - times_.from) / times_.renew;
        if (index != index_) {
            current_ = draw_(index);
            index_ = index;
            check_liars();
        }
        return current_;
    }

private:
    void check_times() const {
        detail::require(times_.every >= 1, "lie_schedule", "every", times_.every, "must be at least 1");
    }
    /// Sorts, too.
    void check_liars() {
        detail::require(current_.size() <= workers_, "lie_schedule", "liars", current_.size(),
                        "must be at most the number of workers, ", workers_);
        std::ranges::sort(current_);
        for (std::size_t i = 0; i < current_.size(); ++i) {
            detail::require(current_[i] < workers_, "lie_schedule", "liar", current_[i],
                            "must be below the number of workers, ", workers_);
            detail::require(i == 0 || current_[i - 1] != current_[i], "lie_schedule", "liar", current_[i],
                            "must be named once");
        }
    }
    void make_table() {
        may_lie_.assign(workers_, times_.renew != 0 && !current_.empty() ? 1 : 0);
        for (std::size_t liar : current_) may_lie_[liar] = 1;
    }

    std::size_t workers_;
    lie_times times_;
    std::function<std::vector<std::size_t>(std::uint64_t)> draw_;
    std::vector<std::size_t> current_; ///< set number index_
    std::uint64_t index_ = 0;
    std::vector<std::uint8_t> may_lie_;
};

} // namespace election
