// SPDX-License-Identifier: MIT
// Threads: how many this process may use, and running one function on several.
#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <pthread.h>
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

namespace detail {

/// Has new threads begin at once, on another processor than the one that goes on starting them.
///
/// Linux may leave a new thread waiting behind its creator for milliseconds while other processors are idle, until it next balances
/// loads: as long as a whole short search takes. A thread whose processor is forbidden moves to another one at once. Before it does
/// anything else it may run anywhere again: it must wait() first, so that nobody sees the difference, and so that it has not ended,
/// since the system would take an ended thread for the calling one. Elsewhere than on Linux, and with one processor, nothing happens.
class thread_starter {
public:
#if defined(__linux__) && !defined(__ANDROID__)
    thread_starter() noexcept {
        CPU_ZERO(&all_);
        knows_ = sched_getaffinity(0, sizeof all_, &all_) == 0 && CPU_COUNT(&all_) > 1;
    }
#endif
    /// Sends it away, and lets it begin. Threads have the numbers 1, 2, …, in the order of these calls.
    void send_away([[maybe_unused]] std::jthread& thread) noexcept {
#if defined(__linux__) && !defined(__ANDROID__)
        const int here = knows_ ? sched_getcpu() : -1;
        if (here >= 0) {
            cpu_set_t others = all_;
            CPU_CLR(static_cast<unsigned>(here), &others);
            const pthread_t handle = thread.native_handle();
            if (pthread_setaffinity_np(handle, sizeof others, &others) == 0)
                pthread_setaffinity_np(handle, sizeof all_, &all_);
        }
#endif
        sent_.fetch_add(1, std::memory_order_release);
        sent_.notify_all();
    }
    /// Waits until that thread has been sent away.
    void wait(unsigned thread) const noexcept {
        for (unsigned sent = sent_.load(std::memory_order_acquire); sent < thread;
             sent = sent_.load(std::memory_order_acquire))
            sent_.wait(sent, std::memory_order_acquire);
    }

private:
    std::atomic<unsigned> sent_ = 0;
#if defined(__linux__) && !defined(__ANDROID__)
    cpu_set_t all_;
    bool knows_ = false;
#endif
};

} // namespace detail

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
        detail::thread_starter starter;
        const auto started = [&](unsigned thread) noexcept {
            starter.wait(thread);
            guarded(thread);
        };
        std::vector<std::jthread> others;
        others.reserve(threads);
        try {
            for (unsigned thread = 1; thread < threads; ++thread) starter.send_away(others.emplace_back(started, thread));
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
