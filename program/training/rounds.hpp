// SPDX-License-Identifier: MIT
// hold_rounds(): the rounds of a run, with what is looked at, written down and saved between them.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <istream>
#include <limits>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <election/bits/sign_span.hpp>
#include <election/core/error.hpp>
#include <election/learners/metrics.hpp>
#include <election/train/checkpoint.hpp>
#include <election/train/run_log.hpp>

#include "training/run.hpp"

namespace election::program {

/// What a run has come to before its parameters, kept in a checkpoint in front of the trainer's state.
struct run_totals {
    double seconds = 0;
    std::uint64_t vote_bytes = 0;
    std::uint64_t decision_bytes = 0;
    std::uint64_t absent = 0;
    double loss = std::numeric_limits<double>::quiet_NaN(); ///< of the last step that had one
};

/// Holds rounds until the problem's last step, or until a stop is asked for.
/// \param observe   is called after each round as observe(trainer, report), has save(stream) and load(stream)
/// \param together  processes: who decides, and how states are brought together
template <class Trainer, class Problem, class Observe, class Together>
[[nodiscard]] training_outcome hold_rounds(Trainer& trainer, const Problem& problem, const run_identity& identity,
                                           const training_hooks& hooks, Observe& observe, Together& together) {
    using clock = std::chrono::steady_clock;
    using learner_type = std::remove_cvref_t<decltype(problem.model)>;
    const bool is_master = together.is_master();
    const bool one_output = problem.model.outputs() == 1;
    typename learner_type::workspace workspace;
    run_totals totals;

    if (!hooks.checkpoint.empty() && std::filesystem::exists(hooks.checkpoint)) {
        read_checkpoint(hooks.checkpoint, identity, [&](std::istream& from) {
            from.read(reinterpret_cast<char*>(&totals), sizeof totals);
            trainer.load(from);
            observe.load(from);
        });
    }
    const std::uint64_t begun_at = trainer.steps();
    if (begun_at > problem.steps) {
        throw format_error(hooks.checkpoint, 0,
                           detail::joined({"is of step ", std::to_string(begun_at), ", but the run is to have ",
                                           std::to_string(problem.steps), "; ask for more steps, or start anew"}));
    }
    std::optional<run_log> log;
    // Begun with its first row: a run that never begins leaves none behind.
    const auto open_log = [&] {
        if (!log && !hooks.csv.empty() && is_master) log.emplace(run_log::resume(hooks.csv, begun_at));
    };
    const auto save = [&] {
        together.collect(trainer);
        if (!is_master) return;
        write_checkpoint(hooks.checkpoint, identity, trainer.steps(), [&](std::ostream& to) {
            to.write(reinterpret_cast<const char*>(&totals), sizeof totals);
            together.save(to);
            observe.save(to);
        });
    };

    training_outcome outcome;
    outcome.metric_name = one_output ? "auc" : "accuracy";
    const std::uint64_t an_epoch = problem.rows.steps_per_epoch();
    const std::uint64_t save_every = hooks.checkpoint_every.value_or(an_epoch);
    std::uint64_t looked_at = 0; // 0: not yet
    const auto look = [&] {
        const evaluation found = evaluate(problem.model, trainer.parameters(), problem.test, problem.test_rows, workspace);
        outcome.metric = one_output ? found.area : std::optional<double>(found.accuracy);
        outcome.metric_margin = found.margin_area;
        looked_at = trainer.steps();
    };
    const clock::time_point begin = clock::now();
    double told = 0;
    while (trainer.steps() < problem.steps && !hooks.stop.stop_requested()) {
        const clock::time_point before = clock::now();
        const round_report report = trainer.step();
        totals.seconds += std::chrono::duration<double>(clock::now() - before).count();
        totals.vote_bytes += report.transport.vote_bytes;
        totals.decision_bytes += report.transport.decision_bytes;
        totals.absent += report.transport.absent;
        if (!std::isnan(report.loss)) totals.loss = report.loss;
        observe(trainer, report);
        const std::uint64_t done = trainer.steps();
        open_log();
        if (is_master && (done % problem.metric_every == 0 || done == problem.steps)) look();
        if (log) {
            run_row row = run_row::of(report);
            row.epoch = (done - 1) / an_epoch + 1;
            row.seconds = totals.seconds;
            if (looked_at == done) {
                row.metric = outcome.metric;
                row.metric_margin = outcome.metric_margin;
            }
            log->add(row);
        }
        const double now = std::chrono::duration<double>(clock::now() - begin).count();
        if (!hooks.checkpoint.empty() && (done % save_every == 0 || done == problem.steps)) save();
        if (hooks.progress && is_master && now - told > 0.1) {
            told = now;
            const double a_step = now / static_cast<double>(done - begun_at);
            hooks.progress({done, problem.steps, now, a_step * static_cast<double>(problem.steps - done)});
        }
    }
    outcome.finished = trainer.steps() == problem.steps;
    if (outcome.finished) open_log();
    if (!outcome.finished && !hooks.checkpoint.empty()) save();
    if (log && outcome.finished) log->finish();
    if (is_master && (looked_at != trainer.steps() || trainer.steps() == 0)) look();

    outcome.is_master = is_master;
    outcome.iterations = trainer.steps();
    outcome.epochs = static_cast<double>(trainer.steps()) / static_cast<double>(an_epoch);
    outcome.seconds = totals.seconds;
    outcome.vote_bytes = totals.vote_bytes;
    outcome.decision_bytes = totals.decision_bytes;
    outcome.absent = totals.absent;
    if (!std::isnan(totals.loss)) outcome.loss = totals.loss;
    outcome.parameters = trainer.parameters().size();
    std::uint64_t hash = 0x9E3779B97F4A7C15U;
    for (auto x : trainer.parameters()) {
        outcome.parameter_sum += static_cast<double>(x);
        outcome.non_zeros += x != 0 ? 1U : 0U;
        std::uint64_t word = 0;
        std::memcpy(&word, &x, sizeof x);
        hash = detail::hash_step(hash, word);
    }
    for (int digit = 60; digit >= 0; digit -= 4) outcome.hash += "0123456789abcdef"[hash >> digit & 15U];
    return outcome;
}

} // namespace election::program
