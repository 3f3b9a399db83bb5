// SPDX-License-Identifier: MIT
// training_record: what --record counts in a run, and what theory expects of it, as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <utility>

#include <election/train/gradient_agreement.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/vote_record.hpp>

#include "lies.hpp"
#include "training/plan.hpp"

namespace election::program {

/// A record as a JSON object.
/// \param plan       of the run
/// \param liars      who lied, how
/// \param counts     of all rounds
/// \param turned     the coordinates that were turned most often
/// \param agreement  of decisions with the full gradient
/// \param partitions of each partition's signs with it
/// \param every      rounds from one that was compared with the gradient to the next
[[nodiscard]] std::string record_json(const training_plan& plan, const training_lies& liars, const vote_counts& counts,
                                      std::span<const turned_coordinate> turned, const sign_agreement& agreement,
                                      std::span<const sign_agreement> partitions, std::uint64_t every);

/// Looks on and records nothing.
struct no_record {
    template <class Trainer>
    void operator()([[maybe_unused]] const Trainer& trainer, [[maybe_unused]] const round_report& report) {}
    static void save(std::ostream& to) { detail::write_numbers(to, std::span<const char>()); }
    /// What another run recorded is passed over.
    static void load(std::istream& from) {
        std::uint64_t size = 0;
        from.read(reinterpret_cast<char*>(&size), sizeof size);
        from.ignore(static_cast<std::streamsize>(size));
    }
};

/// Counts votes in each round, and compares signs with the full gradient in some.
/// \tparam Learner  the model's type
/// \tparam Data     the data's
template <class Learner, class Data>
class training_record {
public:
    /// \param problem  of the run
    /// \param trainer  with compute_everything
    /// \param kernels  the loops
    template <class Problem, class Trainer>
    training_record(const Problem& problem, const Trainer& trainer, const trainer_kernels& kernels)
        : every_(problem.rows.steps_per_epoch()),
          votes_(trainer.code().workers(), trainer.code().partitions(), trainer.parameters().size(), kernels.majority),
          agreement_(problem.model, problem.train, problem.train_rows, trainer, {.every = every_}, kernels) {}

    template <class Trainer>
    void operator()(const Trainer& trainer, const round_report& report) {
        votes_(trainer, report);
        agreement_(trainer, report);
    }
    /// Behind its length, so that a run that records nothing can pass over it.
    void save(std::ostream& to) const {
        std::ostringstream counted;
        votes_.save(counted);
        agreement_.save(counted);
        const std::string bytes = std::move(counted).str();
        detail::write_numbers(to, std::span<const char>(bytes));
    }
    /// \throws bad_use  nothing was recorded so far
    void load(std::istream& from) {
        std::uint64_t size = 0;
        from.read(reinterpret_cast<char*>(&size), sizeof size);
        if (size == 0)
            throw bad_use(
                "--record: the checkpoint's steps were not recorded, must be left out; or begin with another file");
        votes_.load(from);
        agreement_.load(from);
    }

    [[nodiscard]] std::string json(const training_plan& plan, const training_lies& liars) const {
        return record_json(plan, liars, votes_.total(), votes_.most_turned(10), agreement_.total(),
                           agreement_.total_partitions(), every_);
    }

private:
    std::uint64_t every_;
    vote_record<> votes_;
    gradient_agreement<Learner, Data> agreement_;
};

} // namespace election::program
