// SPDX-License-Identifier: MIT
// Threads: how many this process may use, and running one function on several.
#pragma once

#include <exception>
#include <mutex>
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
/// When calls throw, the others still run to their end; then what was thrown first is thrown again.
/// \param threads  how many calls; 0 counts as 1
/// \param work     called as work(unsigned)
/// \throws std::system_error  a thread cannot be started
///
/// \code
/// std::vector<unsigned> squares(4);
/// election::run_on_threads(4, [&](unsigned thread) { squares[thread] = thread * thread; });
/// assert(squares[3] == 9);
/// \endcode
template <class Work>
void run_on_threads(unsigned threads, Work&& work) {
    std::exception_ptr failure;
    std::mutex mutex;
    const auto guarded = [&](unsigned thread) noexcept {
        try {
            work(thread);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        others.reserve(threads);
        for (unsigned thread = 1; thread < threads; ++thread) others.emplace_back(guarded, thread);
        guarded(0);
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace election
