// SPDX-License-Identifier: MIT
// step_clock: which part of a trainer's step takes how long, seen from what the trainer calls.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <ostream>
#include <span>
#include <utility>
#include <vector>

#include <time.h>

#include <benchmark/benchmark.h>
#include <election/train/election_trainer.hpp>
#include <election/train/lies.hpp>
#include <election/train/transport.hpp>

namespace election::bench {

/// Seconds that this thread has been on a processor: others on the machine matter less than for the time of day.
[[nodiscard]] inline double thread_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Moments of one step.
struct step_clock {
    double gradient = 0; ///< seconds in the learner, where it is timed
    double begun = 0;    ///< the moment before the step
    double has_signs = 0;
    double encoded = 0;
    double received = 0; ///< the transport has the votes
    double decided = 0;
    double done = 0;
};

/// A learner whose gradients are timed.
template <class Learner>
class timed_learner : public Learner {
public:
    timed_learner(Learner learner, step_clock& clock) : Learner(std::move(learner)), clock_(&clock) {}
    template <class Data>
    double gradient(std::span<const typename Learner::number_type> parameters, const Data& data,
                    std::span<const std::uint32_t> rows, std::span<typename Learner::number_type> gradient,
                    typename Learner::workspace& memory) const {
        const double before = thread_seconds();
        const double loss = Learner::gradient(parameters, data, rows, gradient, memory);
        clock_->gradient += thread_seconds() - before;
        return loss;
    }

private:
    step_clock* clock_;
};

/// A source whose last signs of a step are noted.
template <class Source>
class timed_source : public Source {
public:
    timed_source(Source source, step_clock& clock) : Source(std::move(source)), clock_(&clock) {}
    template <class Out>
    double sign(std::span<const typename Source::number_type> parameters, std::uint64_t step, std::size_t j, const Out& out,
                typename Source::workspace& scratch) {
        const double loss = Source::sign(parameters, step, j, out, scratch);
        if (j + 1 == this->partitions()) clock_->has_signs = thread_seconds();
        return loss;
    }

private:
    step_clock* clock_;
};

/// Nobody lies; when votes are there is noted.
struct timed_honest : honest {
    explicit timed_honest(step_clock& the_clock) : clock(&the_clock) {}
    template <class Round>
    void lie([[maybe_unused]] const Round& round) const {
        clock->encoded = thread_seconds();
    }
    step_clock* clock;
};

/// A transport in this process, whose decisions are timed.
template <class Form>
class timed_transport : public local_transport<Form> {
public:
    timed_transport(local_transport<Form> transport, step_clock& clock)
        : local_transport<Form>(std::move(transport)), clock_(&clock) {}
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        clock_->received = thread_seconds();
        const transport_report report = local_transport<Form>::decide(sent, decision);
        clock_->decided = thread_seconds();
        return report;
    }

private:
    step_clock* clock_;
};

/// Seconds of many steps; of each part, the median, because steps differ and others use the machine too.
class step_times {
public:
    void add(const step_clock& clock) {
        whole_.push_back(clock.done - clock.begun);
        gradient_.push_back(clock.gradient > 0 ? clock.gradient : clock.has_signs - clock.begun);
        pack_.push_back(clock.gradient > 0 ? clock.has_signs - clock.begun - clock.gradient : 0);
        encode_.push_back(clock.encoded - clock.has_signs);
        decode_.push_back(clock.decided - clock.received);
        update_.push_back(clock.done - clock.decided);
    }
    [[nodiscard]] double whole() const { return median(whole_); }
    /// Counters: the shortest and the median step in microseconds, and what share of the median step a part has. With a timed
    /// learner, vote_share is all but its gradients; else momentum and signs belong to the gradient.
    void report(benchmark::State& state) const {
        const double step = whole();
        state.counters["shortest_microseconds"] = 1e6 * *std::ranges::min_element(whole_);
        state.counters["median_microseconds"] = 1e6 * step;
        state.counters["gradient_share"] = median(gradient_) / step;
        state.counters["pack_share"] = median(pack_) / step;
        state.counters["encode_share"] = median(encode_) / step;
        state.counters["decode_share"] = median(decode_) / step;
        state.counters["update_share"] = median(update_) / step;
        state.counters["vote_share"] = (median(pack_) + median(encode_) + median(decode_) + median(update_)) / step;
    }

private:
    [[nodiscard]] static double median(std::vector<double> numbers) {
        const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
        std::ranges::nth_element(numbers, middle);
        return *middle;
    }

    std::vector<double> whole_, gradient_, pack_, encode_, decode_, update_;
};

/// Holds a round for every iteration of `state` (manual time).
template <class Trainer>
[[nodiscard]] step_times time_steps(benchmark::State& state, Trainer& trainer, step_clock& clock) {
    step_times times;
    for ([[maybe_unused]] auto _ : state) {
        clock.gradient = 0;
        clock.begun = thread_seconds();
        trainer.step();
        clock.done = thread_seconds();
        state.SetIterationTime(clock.done - clock.begun);
        times.add(clock);
    }
    return times;
}

/// Registers `run` to be timed by itself, with so many iterations.
inline void register_steps(const std::string& name, std::int64_t rounds, const std::function<void(benchmark::State&)>& run) {
    benchmark::RegisterBenchmark(name.c_str(), run)->UseManualTime()->Iterations(rounds)->Unit(benchmark::kMicrosecond);
}

void register_aggregators();
void register_dense_steps();
void register_sparse_steps();
void register_votes();

} // namespace election::bench
