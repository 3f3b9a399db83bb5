// SPDX-License-Identifier: MIT
// hold_rounds(): the rounds of a run, with what is looked at, written down and saved between them.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include <election/bits/sign_span.hpp>
#include <election/learners/metrics.hpp>

#include "training/run.hpp"

namespace election::program {

/// How good the parameters are on the test samples.
template <class Problem, class Number>
[[nodiscard]] evaluation look_at(const Problem& problem, std::span<const Number> parameters,
                                 typename std::remove_cvref_t<decltype(problem.model)>::workspace& workspace) {
    return evaluate(problem.model, parameters, problem.test, problem.test_rows, workspace);
}

/// Holds rounds until the problem's last step, or until a stop is asked for.
template <class Trainer, class Problem>
[[nodiscard]] training_outcome hold_rounds(Trainer& trainer, const Problem& problem, const training_hooks& hooks) {
    using clock = std::chrono::steady_clock;
    typename std::remove_cvref_t<decltype(problem.model)>::workspace workspace;
    training_outcome outcome;
    outcome.parameters = trainer.parameters().size();
    outcome.metric_name = problem.model.outputs() == 1 ? "auc" : "accuracy";
    const clock::time_point begin = clock::now();
    double told = 0;
    while (trainer.steps() < problem.steps && !hooks.stop.stop_requested()) {
        const clock::time_point before = clock::now();
        const round_report report = trainer.step();
        outcome.seconds += std::chrono::duration<double>(clock::now() - before).count();
        outcome.loss = report.loss;
        outcome.vote_bytes += report.transport.vote_bytes;
        outcome.decision_bytes += report.transport.decision_bytes;
        outcome.absent += report.transport.absent;
        const std::uint64_t done = trainer.steps();
        if (done % problem.metric_every == 0 || done == problem.steps) {
            const evaluation found = look_at(problem, trainer.parameters(), workspace);
            outcome.metric = problem.model.outputs() == 1 ? found.area : std::optional<double>(found.accuracy);
            outcome.metric_margin = found.margin_area;
        }
        const double now = std::chrono::duration<double>(clock::now() - begin).count();
        if (hooks.progress && now - told > 0.1) {
            told = now;
            hooks.progress(
                {done, problem.steps, now, now / static_cast<double>(done) * static_cast<double>(problem.steps - done)});
        }
    }
    outcome.finished = trainer.steps() == problem.steps;
    outcome.iterations = trainer.steps();
    outcome.epochs_begun = (trainer.steps() + problem.rows.steps_per_epoch() - 1) / problem.rows.steps_per_epoch();
    outcome.hash = 0x9E3779B97F4A7C15U;
    for (auto x : trainer.parameters()) {
        outcome.parameter_sum += static_cast<double>(x);
        outcome.non_zeros += x != 0 ? 1U : 0U;
        std::uint64_t word = 0;
        std::memcpy(&word, &x, sizeof x);
        outcome.hash = detail::hash_step(outcome.hash, word);
    }
    return outcome;
}

} // namespace election::program
