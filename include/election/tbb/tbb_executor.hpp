// SPDX-License-Identifier: MIT
// tbb_executor: does the parts of an operation on oneTBB's threads.
#pragma once

#include <algorithm>
#include <cstddef>

#include <election/core/executor.hpp>

#if !__has_include(<tbb/parallel_for.h>)
#error "<election/tbb.hpp> needs oneTBB (Debian: libtbb-dev)"
#endif
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace election {

/// An executor whose parts are tasks of oneTBB, which keeps its threads from call to call and shares them with all else that
/// runs on oneTBB. Which threads these are is oneTBB's to say: call from within a tbb::task_arena, or under a
/// tbb::global_control, to have fewer.
///
/// CMake: `find_package(election COMPONENTS tbb)` and the target `election::tbb`.
///
/// \code
/// #include <election/tbb.hpp>
/// std::vector<int> squares(1000);
/// election::tbb_executor()(squares.size(), 64, [&](std::size_t first, std::size_t last) {
///     for (std::size_t i = first; i < last; ++i) squares[i] = static_cast<int>(i * i);
/// });
/// assert(squares[999] == 998001);
/// \endcode
class tbb_executor {
public:
    /// \param least_grains  a task is not split into parts of fewer grains; 0 counts as 1
    explicit tbb_executor(std::size_t least_grains = 1) noexcept : least_grains_(std::max<std::size_t>(least_grains, 1)) {}

    /// How many grains a part has at least that was split off.
    [[nodiscard]] std::size_t least_grains() const noexcept { return least_grains_; }

    /// Calls work(first, last) in tasks, for ranges that meet at multiples of `grain` ≥ 1, and waits for all.
    /// \tparam Work  called at the same time on several threads
    /// \param count  0 … count − 1 are to be done
    /// \param grain  what may not be split
    /// \param work   when a call throws, others may be left out, and one of the exceptions is thrown here
    template <class Work>
    void operator()(std::size_t count, std::size_t grain, Work&& work) const {
        const std::size_t grains = count / grain + (count % grain != 0 ? 1 : 0);
        ::tbb::parallel_for(::tbb::blocked_range<std::size_t>(0, grains, least_grains_),
                            [&](const ::tbb::blocked_range<std::size_t>& part) {
                                work(part.begin() * grain, part.end() == grains ? count : part.end() * grain);
                            });
    }

private:
    std::size_t least_grains_;
};

static_assert(executor<tbb_executor>);

} // namespace election
