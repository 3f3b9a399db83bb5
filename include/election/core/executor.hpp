// SPDX-License-Identifier: MIT
// executor: who runs the parts of an operation over many signs; in this thread, on threads, or on a pool of one's own.
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>

#include <election/core/parallel.hpp>

namespace election {

/// What an operator over d coordinates needs to be done in parallel.
///
/// Holds when: e(count, grain, work) calls work(first, last) for ranges that together cover 0 … count − 1 exactly once, in any
/// order and at the same time or not, waits for all, and passes an exception on; every `first` is a multiple of `grain`, and so
/// is every `last` but the final one.
/// Example: serial_executor, thread_executor, tbb_executor (election/tbb/tbb_executor.hpp). Non-example: std::execution::par,
/// which does not call. Majorities take up to 150 KiB of the stack of the threads that run them.
template <class E>
concept executor = std::copy_constructible<E> &&
    requires(const E& e, std::size_t count, void (*work)(std::size_t, std::size_t)) {
    e(count, count, work);
};

/// Does everything at once on the calling thread.
///
/// \code
/// std::size_t sum = 0;
/// election::serial_executor()(10, 4, [&](std::size_t first, std::size_t last) { sum += last - first; });
/// assert(sum == 10);
/// \endcode
struct serial_executor {
    /// Calls work(0, count) if there is anything to do.
    template <class Work>
    void operator()(std::size_t count, std::size_t /*grain*/, Work&& work) const {
        if (count != 0) work(std::size_t{0}, count);
    }
};

/// Does a contiguous part on each of a number of threads, which are started for every call (20 to 60 µs each): for operations
/// over 10^7 signs and more. One who already has a pool of threads wraps it in an executor of one's own.
///
/// \code
/// std::vector<int> squares(1000);
/// election::thread_executor(2)(squares.size(), 64, [&](std::size_t first, std::size_t last) {
///     for (std::size_t i = first; i < last; ++i) squares[i] = static_cast<int>(i * i);
/// });
/// assert(squares[999] == 998001);
/// \endcode
class thread_executor {
public:
    /// \param threads  how many; 0 for all that this process may use
    explicit thread_executor(unsigned threads = 0) : threads_(threads == 0 ? available_threads() : threads) {}

    /// The number of threads.
    [[nodiscard]] unsigned threads() const noexcept { return threads_; }

    /// Calls work(first, last) on up to threads() threads; ranges are as equal as multiples of `grain` ≥ 1 can be.
    template <class Work>
    void operator()(std::size_t count, std::size_t grain, Work&& work) const {
        const std::size_t grains = count / grain + (count % grain != 0 ? 1 : 0);
        const auto parts = static_cast<unsigned>(std::min<std::size_t>(threads_, grains));
        const auto begin_of = [&](std::size_t part) {
            return std::min(count, grains / parts * grain * part + std::min(part, grains % parts) * grain);
        };
        if (parts <= 1) {
            serial_executor()(count, grain, work);
            return;
        }
        // A thread that could not be started leaves its part to whoever is done first.
        std::atomic<unsigned> next{0};
        run_on_threads(parts, [&](unsigned) {
            for (unsigned part = next++; part < parts; part = next++) work(begin_of(part), begin_of(part + 1));
        });
    }

private:
    unsigned threads_;
};

} // namespace election
