// SPDX-License-Identifier: MIT
// enumerate_tally(): the exact tally enumerator of a code by examining all its messages, hundreds at a time.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/analysis/allocation_classes.hpp>
#include <election/analysis/tally_enumerator.hpp>
#include <election/analysis/tally_plan.hpp>
#include <election/bits/aligned.hpp>
#include <election/bits/bit_block.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/error.hpp>
#include <election/core/parallel.hpp>
#include <election/core/progress.hpp>
#include <election/majority/counter_loops.hpp>

namespace election {

/// The most states of a code's classes of columns that enumerate_tally() takes: days on one processor.
inline constexpr double enumerate_max_states = 1099511627776.0; // 2^40
/// The most workers that enumerate_tally() takes.
inline constexpr std::size_t enumerate_max_workers = 65535;

/// The inner loops of one architecture, two of those of a majority_kernel: plain functions, so that a program can compile
/// several with their own compiler flags and choose at run time.
struct enumerate_kernel {
    std::string_view arch; ///< e.g. "avx512"
    /// Adds n rows of weight 2^digit to bit-sliced counters of `count` planes; see majority_kernel.
    void (*add)(std::uint64_t* const* planes, std::size_t count, std::size_t digit, const std::uint64_t* const* rows,
                std::size_t n, std::size_t first, std::size_t words) = nullptr;
    /// Reads counters of at most 16 planes out: 64·words numbers.
    void (*read16)(std::uint64_t* const* planes, std::size_t count, std::size_t words, std::uint16_t* out) = nullptr;
};

/// The kernel of an architecture; instantiate it only where its instructions are enabled (is_enabled<Arch>).
///
/// \code
/// static_assert(election::enumerate_kernel_for<election::arch::word64>().arch == "word64");
/// \endcode
template <class Arch>
[[nodiscard]] constexpr enumerate_kernel enumerate_kernel_for() noexcept {
    return {Arch::name, &detail::counter_loops<Arch>::add, &detail::counter_loops<Arch>::read16};
}

/// How to enumerate. The defaults use all processors, for as long as it takes.
struct enumerate_options {
    /// 0: as many as this process may use.
    unsigned threads = 0;
    /// Stop after this time (more than 0 s) with what has been counted.
    std::optional<std::chrono::duration<double>> time_limit = {};
    /// Stop when asked, with what has been counted.
    std::stop_token stop = {};
    /// Called about ten times a second, on the calling thread; may be empty. Counts states of the classes of columns.
    progress_function on_progress = {};
};

/// What enumerate_tally() found.
struct enumeration_result {
    tally_enumerator tally;         ///< of all messages if complete; else of those that were examined
    bool complete = false;          ///< whether all messages were counted
    std::string method = {};        ///< "enumeration"
    std::uint64_t states = 0;       ///< states that were counted: messages but for identical columns and for mirror images
    std::uint64_t states_total = 0; ///< that there are
    unsigned threads = 1;           ///< that took part
    double seconds = 0;             ///< wall-clock time
};

namespace detail {

/// Counts of keys: an array where that is small, else a table with open addressing.
class key_counts {
public:
    key_counts(std::size_t digits, bool as_array)
        : is_array_(as_array), counts_(std::size_t{1} << (as_array ? digits : 10)) {
        if (!is_array_) keys_.assign(counts_.size(), empty);
    }

    /// Counts key + base for keys in parts of 16 digits, lowest part first, each `stride` after the one before. Sums have no
    /// more digits than keys.
    void add(const std::uint16_t* parts, std::size_t part_count, std::size_t stride, std::size_t count, std::uint64_t base) {
        if (is_array_ && part_count == 1) {
            std::uint32_t* const counts = counts_.data() + base;
            for (std::size_t i = 0; i < count; ++i) ++counts[parts[i]];
        } else if (is_array_) {
            std::uint32_t* const counts = counts_.data() + base;
            const std::uint16_t* const high = parts + stride; // an array of more parts would fill all memory
            for (std::size_t i = 0; i < count; ++i) ++counts[parts[i] | std::size_t{high[i]} << 16U];
        } else {
            while (2 * (used_ + count) > counts_.size()) grow();
            for (std::size_t i = 0; i < count; ++i) {
                std::uint64_t key = base;
                for (std::size_t p = 0; p < part_count; ++p) key += std::uint64_t{parts[p * stride + i]} << (16 * p);
                ++counts_[place_of(key)];
            }
        }
    }

    /// Calls work(key, count) for all keys that came, and forgets them.
    template <class Work>
    void take(const Work& work) {
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] == 0) continue;
            work(is_array_ ? std::uint64_t{i} : keys_[i], counts_[i]);
            counts_[i] = 0;
            if (!is_array_) keys_[i] = empty;
        }
        used_ = 0;
    }

private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0}; // no key has so many digits

    /// The place of a key; a new one is entered.
    [[nodiscard]] std::size_t place_of(std::uint64_t key) noexcept {
        const std::size_t mask = counts_.size() - 1;
        std::size_t place = (key * std::uint64_t{0x9E3779B97F4A7C15U} >> 32U) & mask;
        while (keys_[place] != key) {
            if (keys_[place] == empty) {
                keys_[place] = key;
                ++used_;
                break;
            }
            place = (place + 1) & mask;
        }
        return place;
    }
    void grow() {
        std::vector<std::uint64_t> keys(2 * counts_.size(), empty);
        std::vector<std::uint32_t> counts(keys.size());
        keys.swap(keys_);
        counts.swap(counts_);
        used_ = 0;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (keys[i] != empty) counts_[place_of(keys[i])] = counts[i];
        }
    }

    bool is_array_;
    std::size_t used_ = 0;
    std::vector<std::uint32_t> counts_;
    std::vector<std::uint64_t> keys_;
};

/// What one thread needs to examine units.
class tally_worker {
public:
    tally_worker(const tally_plan& plan, const enumerate_kernel& kernel, std::size_t workers)
        : plan_(plan), kernel_(kernel), found_(workers), planes_(plan.stride * plan.key_digits()),
          keys_(key_parts(plan) * 64 * plan.words), missing_(plan.rows.size()),
          votes_(plan.plus_digits, std::vector<const std::uint64_t*>(plan.rows.size())), ties_(votes_),
          votes_count_(plan.plus_digits), ties_count_(plan.plus_digits) {
        std::map<state_label, std::size_t> places;
        for (const state_label& above : plan.upper.labels) {
            for (const state_label& below : plan.middle.labels) {
                const state_label both{above.weight + below.weight, above.messages * below.messages};
                const auto [place, is_new] = places.try_emplace(both, labels_.size());
                if (is_new) labels_.push_back(both);
                label_of_.push_back(place->second);
            }
        }
        const bool as_arrays = plan.key_digits() < 32 && labels_.size() << plan.key_digits() <= most_counts_in_arrays;
        for (std::size_t i = 0; i < labels_.size(); ++i) counts_.emplace_back(plan.key_digits(), as_arrays);
        for (std::size_t q = 0; q < plan.key_digits(); ++q) digits_.push_back(planes_.data() + q * plan.stride);
        // The labels are the highest digits, and stay.
        std::copy(plan.label_planes.begin(), plan.label_planes.end(),
                  planes_.end() - static_cast<std::ptrdiff_t>(plan.label_planes.size()));
    }
    tally_worker(const tally_worker&) = delete;
    tally_worker& operator=(const tally_worker&) = delete;

    /// Examines a unit.
    /// \param place  in plan.top.sorted
    void run(std::size_t place) {
        const std::uint64_t top_state = plan_.top.sorted[place];
        const state_label& top = plan_.top.labels[plan_.top.label[top_state]];
        const bool mirrored = !plan_.is_its_own_mirror(top_state);
        const bool same = !(top < top_) && !(top_ < top) && mirrored == mirrored_;
        if (!same || waiting_ + plan_.unit_states > most_waiting) flush();
        top_ = top;
        mirrored_ = mirrored;
        waiting_ += plan_.unit_states;
        for (std::size_t u = 0; u < plan_.upper_states.count(); ++u) {
            for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
                const auto& held = plan_.code.rows[i];
                const std::size_t hits = plan_.top_states.hits(held, top_state) + plan_.upper_states.hits(held, u);
                missing_[i] = static_cast<std::int32_t>(plan_.rows[i].reach) - static_cast<std::int32_t>(hits);
            }
            const std::size_t* label_of = label_of_.data() + plan_.upper.label[u] * plan_.middle.labels.size();
            for (std::size_t l = 0; l < plan_.middle.labels.size(); ++l) {
                for (std::size_t m = plan_.middle.start[l]; m < plan_.middle.start[l + 1]; ++m) {
                    examine(plan_.middle_hits.data() + m * plan_.rows.size(), counts_[label_of[l]]);
                }
            }
        }
    }

    /// Everything counted so far.
    [[nodiscard]] const tally_counts& finish() {
        flush();
        return found_;
    }

private:
    static constexpr std::uint64_t most_waiting = std::uint64_t{1} << 31U; // counts have 32 digits
    static constexpr std::size_t most_counts_in_arrays = std::size_t{1} << 24U;

    [[nodiscard]] static std::size_t key_parts(const tally_plan& plan) noexcept {
        return std::max<std::size_t>(1, (plan.key_digits() + 15) / 16);
    }

    /// Puts a line in the list of each digit of a number of workers.
    static void put(std::vector<std::vector<const std::uint64_t*>>& lists, std::vector<std::size_t>& counts,
                    const std::uint64_t* line, std::size_t workers) noexcept {
        for (std::size_t digit = 0; workers != 0; ++digit, workers >>= 1U) {
            if ((workers & 1U) != 0) lists[digit][counts[digit]++] = line;
        }
    }

    /// Counts the votes in all lanes, for one state of all other classes.
    void examine(const std::uint16_t* hits, key_counts& counts) {
        std::size_t always_plus = 0;
        std::size_t always_tied = 0;
        std::fill(votes_count_.begin(), votes_count_.end(), std::size_t{0});
        std::fill(ties_count_.begin(), ties_count_.end(), std::size_t{0});
        for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
            const tally_plan::row& row = plan_.rows[i];
            const std::int32_t missing = missing_[i] - hits[i];
            if (missing <= 0) {
                always_plus += row.workers;
                continue; // nor is it tied
            }
            const auto need = static_cast<std::size_t>(missing);
            if (need <= row.low_load) {
                put(votes_, votes_count_, plan_.lines.data() + row.at_least + (need - 1) * plan_.stride, row.workers);
            }
            if (row.may_tie && need - 1 <= row.low_load) { // one short is tied
                if (row.low_load == 0) {
                    always_tied += row.workers;
                } else {
                    put(ties_, ties_count_, plan_.lines.data() + row.exactly + (need - 1) * plan_.stride, row.workers);
                }
            }
        }
        std::fill_n(planes_.begin(), (plan_.plus_digits + plan_.tied_digits) * plan_.stride, std::uint64_t{0});
        for (std::size_t digit = 0; digit < plan_.plus_digits; ++digit) {
            if (votes_count_[digit] != 0) {
                kernel_.add(digits_.data(), plan_.plus_digits, digit, votes_[digit].data(), votes_count_[digit], 0,
                            plan_.words);
            }
            if (ties_count_[digit] != 0) {
                kernel_.add(digits_.data() + plan_.plus_digits, plan_.tied_digits, digit, ties_[digit].data(),
                            ties_count_[digit], 0, plan_.words);
            }
        }
        const std::size_t base = always_plus + (always_tied << plan_.plus_digits);
        const std::size_t parts = key_parts(plan_);
        const std::size_t stride = 64 * plan_.words;
        for (std::size_t p = 0; p < parts; ++p) {
            kernel_.read16(digits_.data() + 16 * p, std::min<std::size_t>(16, plan_.key_digits() - 16 * p), plan_.words,
                           keys_.data() + p * stride);
        }
        counts.add(keys_.data(), parts, stride, plan_.lanes, base);
    }

    /// Moves the counts of the units since the last time, which have one label, to the cells.
    void flush() {
        const std::size_t plus_mask = (std::size_t{1} << plan_.plus_digits) - 1;
        const std::size_t tied_mask = (std::size_t{1} << plan_.tied_digits) - 1;
        std::size_t partitions = 0;
        for (std::size_t size : plan_.code.column_sizes) partitions += size;
        if (waiting_ != 0) {
            for (std::size_t i = 0; i < labels_.size(); ++i) {
                counts_[i].take([&](std::uint64_t key, std::uint32_t count) {
                    const state_label& lane = plan_.low.labels[key >> (plan_.plus_digits + plan_.tied_digits)];
                    const std::size_t plus = (key & plus_mask) * plan_.worker_unit;
                    const std::size_t tied = (key >> plan_.plus_digits & tied_mask) * plan_.worker_unit;
                    const std::size_t weight = top_.weight + labels_[i].weight + lane.weight;
                    const message_count messages = top_.messages * labels_[i].messages * lane.messages * count;
                    found_.add(weight, plus, tied, messages);
                    if (mirrored_) found_.add(partitions - weight, plan_.active - plus - tied, tied, messages);
                });
            }
        }
        waiting_ = 0;
    }

    const tally_plan& plan_;
    const enumerate_kernel& kernel_;
    tally_counts found_;
    aligned_vector<std::uint64_t> planes_;
    std::vector<std::uint64_t*> digits_;
    aligned_vector<std::uint16_t> keys_;
    std::vector<std::int32_t> missing_; ///< [row]: hits that it needs beside those of upper and top classes
    std::vector<std::vector<const std::uint64_t*>> votes_, ties_; ///< [digit]: lines to add
    std::vector<std::size_t> votes_count_, ties_count_;
    std::vector<state_label> labels_; ///< of upper and middle classes together
    std::vector<std::size_t> label_of_;
    std::vector<key_counts> counts_; ///< [label]
    state_label top_;
    bool mirrored_ = false;
    std::uint64_t waiting_ = 0; ///< states counted since the last flush
};

/// One run, shared by its threads.
class tally_enumeration {
public:
    tally_enumeration(const packed_allocation& code, const enumerate_options& options, const enumerate_kernel& kernel,
                      const tally_plan::limits& limits = {})
        : options_(options), kernel_(kernel), workers_(code.workers()), plan_(code, limits), found_(code.workers()) {}

    [[nodiscard]] enumeration_result run(std::size_t partitions) {
        const unsigned threads = useful_threads();
        run_on_threads(
            threads, [&](unsigned thread) { work(thread == 0); }, [&] { failed_ = true; });
        enumeration_result result{found_.finish(partitions, plan_.code.idle_workers, plan_.code.idle_partitions)};
        result.complete = done_.load() == total();
        result.method = "enumeration";
        result.states = done_.load();
        result.states_total = total();
        result.threads = threads;
        result.seconds = elapsed();
        return result;
    }

private:
    static constexpr unsigned most_threads = 1024;

    [[nodiscard]] std::uint64_t total() const noexcept { return plan_.units() * plan_.unit_states; }
    [[nodiscard]] unsigned useful_threads() const {
        constexpr std::uint64_t states_worth_a_thread = 200'000;
        const unsigned wanted = options_.threads == 0 ? available_threads() : options_.threads;
        return static_cast<unsigned>(
            std::min<std::uint64_t>({wanted, most_threads, 1 + total() / states_worth_a_thread, plan_.units()}));
    }

    void work(bool reports) {
        tally_worker worker(plan_, kernel_, workers_);
        while (!should_stop()) {
            const std::uint64_t place = next_.fetch_add(1);
            if (place >= plan_.units()) break;
            worker.run(place);
            done_.fetch_add(plan_.unit_states);
            if (reports) report();
        }
        const tally_counts& counted = worker.finish();
        const std::lock_guard lock(mutex_);
        found_.add(counted);
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
        const std::uint64_t done = done_.load();
        options_.on_progress(
            {done, total(), seconds, seconds * static_cast<double>(total() - done) / static_cast<double>(done)});
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

    const enumerate_options& options_;
    const enumerate_kernel& kernel_;
    std::size_t workers_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    tally_plan plan_;
    double next_report_ = 0.1;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<std::uint64_t> done_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    tally_counts found_;
};

} // namespace detail

/// Counts the votes of all messages of a code, exactly.
///
/// Messages are not looked at one by one: identical columns count once with their multiplicities, a message and its mirror
/// image together, identical rows once, and all states of eleven columns at the same time.
/// \param code     n × k, n < 65536, k ≤ 128, any 0/1 matrix whose different columns have at most 2^40 states together
///                 (2 for a column that comes once, μ + 1 for one that comes μ times)
/// \param options  threads, and when to stop
/// \param kernel   the inner loops, from `enumerate_kernel_for<Arch>()`
/// \returns the tally enumerator; the same for any number of threads and any kernel
/// \throws parameter_error  more workers, partitions or states
/// \par Complexity
/// O(states·(n + 64) / bits of a register) instructions and about one more for every state; O(n·2¹⁴) bits of memory
///
/// \code
/// const auto found = election::enumerate_tally(election::systematic(5, 1)); // five single partitions, two times all
/// assert(found.complete && found.tally.messages(3) == 10);
/// // A nearest message: two wrong votes of single workers, all others are right.
/// assert((found.tally.by_truth()[2] == election::truth_cell{2, 5, 0, 10}));
/// \endcode
template <allocation A>
[[nodiscard]] enumeration_result enumerate_tally(const A& code, const enumerate_options& options = {},
                                                 const enumerate_kernel& kernel = enumerate_kernel_for<default_arch>()) {
    const packed_allocation& matrix = packed(code);
    detail::require(matrix.workers() <= enumerate_max_workers, "enumerate_tally", "workers", matrix.workers(),
                    "must be at most 65535");
    detail::require(matrix.partitions() <= tally_max_partitions, "enumerate_tally", "partitions", matrix.partitions(),
                    "must be at most 128");
    const allocation_classes classes(matrix);
    detail::require(classes.states() <= enumerate_max_states, "enumerate_tally", "columns", classes.column_sizes.size(),
                    "different ones have more than 2^40 states, too many to enumerate");
    return detail::tally_enumeration(matrix, options, kernel).run(matrix.partitions());
}

} // namespace election
