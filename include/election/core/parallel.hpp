// SPDX-License-Identifier: MIT
// Threads: how many this process may use, and running one function on several.
#pragma once

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace election {

/// How many threads can run at once: the processors that this process may use, at least 1.
[[nodiscard]] inline unsigned available_threads() noexcept {
#if defined(__linux__)
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return static_cast<unsigned>(CPU_COUNT(&set));
#endif
    const unsigned count = std::thread::hardware_concurrency();
    return count == 0 ? 1 : count;
}

/// Calls work(0), …, work(threads − 1) at the same time, work(0) on the calling thread, and waits for all.
///
/// When calls throw, the others still run to their end; then what was thrown first is thrown again. Where the system gives
/// fewer threads than asked for, the calls of those that are missing are left out: `work` must share out what there is to do.
/// \param threads    how many calls; 0 counts as 1
/// \param work       called as work(unsigned)
/// \param on_failure  called once when a call has thrown, on its thread, so that the others can be told to stop
///
/// \code
/// std::vector<unsigned> squares(4);
/// election::run_on_threads(4, [&](unsigned thread) { squares[thread] = thread * thread; });
/// assert(squares[3] == 9);
/// \endcode
template <class Work, class OnFailure>
void run_on_threads(unsigned threads, Work&& work, OnFailure&& on_failure) {
    std::exception_ptr failure;
    std::mutex mutex;
    const auto guarded = [&](unsigned thread) noexcept {
        try {
            work(thread);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (failure) return;
            failure = std::current_exception();
            on_failure();
        }
    };
    {
        std::vector<std::jthread> others;
        others.reserve(threads);
        try {
            for (unsigned thread = 1; thread < threads; ++thread) others.emplace_back(guarded, thread);
        } catch (const std::system_error&) { // those that could be started do the work
        }
        guarded(0);
    }
    if (failure) std::rethrow_exception(failure);
}

/// The same without being told of a failure.
template <class Work>
void run_on_threads(unsigned threads, Work&& work) {
    run_on_threads(threads, work, [] {});
}

} // namespace election
