// SPDX-License-Identifier: MIT
// processes: how the processes of a run share out workers, and bring votes and states together.
#pragma once

#include <cstddef>
#include <ostream>
#include <utility>

#include <election/majority/majority_kernel.hpp>
#include <election/train/transport.hpp>

#include "training/plan.hpp"

namespace election::program {

/// All workers and the master in this process.
template <class Form>
class processes {
public:
    using transport_type = local_transport<Form>; ///< how votes travel

    /// \param plan    of the run
    /// \param signs   d
    /// \param kernel  the loops of votes
    processes(const training_plan& plan, [[maybe_unused]] std::size_t signs, const majority_kernel& kernel)
        : transport_(plan.code.workers(), plan.master_positive ? tie_sign::positive : tie_sign::negative, kernel,
                     plan.absent) {}

    /// Whether this process decides, looks at the test samples and writes files.
    [[nodiscard]] static constexpr bool is_master() noexcept { return true; }
    /// The transport, for the trainer.
    [[nodiscard]] transport_type take_transport() { return std::move(transport_); }
    /// Brings the states of all processes to the master; all call it.
    template <class Trainer>
    static void collect([[maybe_unused]] const Trainer& trainer) {}
    /// Writes the state of the run; at the master, after collect().
    template <class Trainer>
    static void save(const Trainer& trainer, std::ostream& to) {
        trainer.save(to);
    }
    /// Ends the run. \returns whether all processes are there
    template <class Trainer>
    [[nodiscard]] static bool finish([[maybe_unused]] Trainer& trainer) {
        return true;
    }

private:
    transport_type transport_;
};

} // namespace election::program
