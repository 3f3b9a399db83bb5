// SPDX-License-Identifier: MIT
// The observer concept: what looks on while rounds of training are held; and several observers as one.
#pragma once

#include <tuple>
#include <utility>

#include <election/train/election_trainer.hpp>

namespace election {

/// What is called after every round of a trainer.
///
/// Holds when: `o(trainer, report)` can be called; it changes nothing of the trainer. It is called after each step(), in order, by the
/// thread that called step(); the round that the report tells of is then in the trainer's decision(), votes() and partition_signs(),
/// while parameters() are those after the step. What it throws ends the run.
/// Example: vote_record, a lambda `[](const auto& trainer, const election::round_report& report) { … }`. Non-example: a function of the
/// parameters alone.
template <class O, class Trainer>
concept observer = requires(O& o, const Trainer& trainer, const round_report& report) {
    o(trainer, report);
};

/// Several observers as one, called in their order. They are copied or moved into it; give std::ref() of one that is read afterwards.
///
/// \code
/// double sum = 0;
/// std::size_t rounds = 0;
/// election::observers all{[&](int, const election::round_report& report) { sum += report.loss; },
///                         [&](int, const election::round_report&) { ++rounds; }};
/// election::round_report report;
/// report.loss = 0.5;
/// all(0, report); // any type may stand for the trainer, as long as all of them take it
/// assert(sum == 0.5 && rounds == 1);
/// \endcode
/// \tparam Observers  what is called, as o(trainer, report)
template <class... Observers>
class observers {
public:
    /// \param all  in the order in which they are called; none: nothing is done
    explicit observers(Observers... all) : all_(std::move(all)...) {}

    /// Calls all of them.
    /// \param trainer  what held the round
    /// \param report   what step() returned
    template <class Trainer>
        requires(observer<Observers, Trainer>&&...)
    void operator()(const Trainer& trainer, const round_report& report) {
        std::apply([&](auto&... each) { (static_cast<void>(each(trainer, report)), ...); }, all_);
    }

private:
    std::tuple<Observers...> all_;
};

} // namespace election
