// SPDX-License-Identifier: MIT
// processes: how the processes of a run share out workers, and bring votes and states together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>

#include <election/majority/majority_kernel.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>

#ifdef ELECTION_WITH_MPI
#include <election/mpi.hpp>
#endif

#include "options.hpp"
#include "training/plan.hpp"

namespace election::program {

/// How votes travel.
enum class transport_kind : std::uint8_t { local, gather, tree };

/// How a run uses several processes.
struct process_options {
    transport_kind transport = transport_kind::local;
    double time_limit = 10; ///< seconds that the master of `gather` waits for others in a step
};

/// Adds the options --transport and --rank-limit to a command.
void declare_processes(command_line& line);

/// Reads them. Without --transport: gather under mpirun, else local.
/// \throws bad_use  a value that is not allowed, or several processes in a program that was built without MPI
[[nodiscard]] process_options read_processes(const command_line& line);

/// Whether mpirun started several processes, as far as the environment says.
[[nodiscard]] bool one_of_several_processes() noexcept;

/// Which process this is of those that mpirun started, before MPI is asked: 0 where there is no mpirun.
[[nodiscard]] int launched_rank() noexcept;

/// MPI while a run uses it; else nothing.
class process_session {
public:
    /// Begins. \param options  how the run uses processes
    explicit process_session(const process_options& options);
    ~process_session();
    process_session(const process_session&) = delete;
    process_session& operator=(const process_session&) = delete;

    /// Which process this is, from 0.
    [[nodiscard]] int rank() const noexcept { return rank_; }
    /// How many there are.
    [[nodiscard]] int ranks() const noexcept { return ranks_; }
    /// Ends it after all results are written; where a process is missing, without waiting for it.
    /// \param everybody  whether all processes are there
    /// \param result     of the program
    [[nodiscard]] status end(bool everybody, status result);
    /// Ends all processes at once, after something went wrong here.
    void abort() noexcept;

private:
    struct implementation;
    std::unique_ptr<implementation> self_;
    int rank_ = 0;
    int ranks_ = 1;
};

/// Says on standard error that something was out of order in a step: "election: step 7: rank 3 …".
void report_event(std::uint64_t step, int rank, const std::string& text);

/// How the votes of one form travel in this run. A transport.
template <class Form>
class program_transport {
public:
#ifdef ELECTION_WITH_MPI
    using variant_type =
        std::variant<local_transport<Form>, std::unique_ptr<gather_transport<Form>>, std::unique_ptr<tree_transport<Form>>>;
#else
    using variant_type = std::variant<local_transport<Form>>;
#endif

    explicit program_transport(variant_type chosen) : chosen_(std::move(chosen)) {}

    [[nodiscard]] std::span<const std::size_t> workers() const {
        return visit(chosen_, [](const auto& transport) { return transport.workers(); });
    }
    [[nodiscard]] bool behind(std::uint64_t step) {
        return visit(chosen_, [&](auto& transport) -> bool {
            if constexpr (requires { transport.behind(step); }) {
                return transport.behind(step);
            } else {
                return false;
            }
        });
    }
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        return visit(chosen_, [&](auto& transport) { return transport.decide(sent, decision); });
    }
    /// The state of the whole run, at the master; elsewhere nothing.
    [[nodiscard]] std::optional<trainer_state> collect(trainer_state mine) {
        return visit(chosen_, [&](auto& transport) -> std::optional<trainer_state> {
            if constexpr (requires { transport.collect(mine); }) {
                return transport.collect(mine);
#ifdef ELECTION_WITH_MPI
            } else if constexpr (requires { transport.communicator(); }) {
                return collect_states(transport.communicator(), mine);
#endif
            } else {
                return std::move(mine);
            }
        });
    }
    /// Ends after so many steps. \returns whether all processes are there
    [[nodiscard]] bool finish(std::uint64_t steps) {
        return visit(chosen_, [&](auto& transport) -> bool {
            if constexpr (requires { transport.finish(steps); }) {
                return transport.finish(steps);
            } else {
                return true;
            }
        });
    }

private:
    /// Transports of MPI stand behind a pointer.
    template <class Variant, class Work>
    static auto visit(Variant& chosen, const Work& work) {
        return std::visit(
            [&](auto& held) {
                if constexpr (requires { *held; }) {
                    return work(*held);
                } else {
                    return work(held);
                }
            },
            chosen);
    }

    variant_type chosen_;
};

/// The processes of a run whose votes have one form.
template <class Form>
class processes {
public:
    using transport_type = program_transport<Form>; ///< how votes travel

    /// \param plan     of the run
    /// \param options  how it uses processes; process_session must have begun
    /// \param signs    d
    /// \param kernel   the loops of votes
    processes(const training_plan& plan, const process_options& options, [[maybe_unused]] std::size_t signs,
              const majority_kernel& kernel) {
        const std::size_t n = plan.code.workers();
        const tie_sign tie = plan.master_positive ? tie_sign::positive : tie_sign::negative;
#ifdef ELECTION_WITH_MPI
        if (options.transport == transport_kind::gather) {
            gather_options limits;
            limits.tie = tie;
            limits.absent = plan.absent;
            limits.time_limit = options.time_limit;
            limits.observer = [](const gather_event& event) { report_event(event.step, event.rank, event.text); };
            auto made = std::make_unique<gather_transport<Form>>(MPI_COMM_WORLD, n, signs, limits, kernel);
            is_master_ = made->communicator().rank() == 0;
            transport_.emplace(std::move(made));
            return;
        }
        if (options.transport == transport_kind::tree) {
            auto made = std::make_unique<tree_transport<Form>>(MPI_COMM_WORLD, n, signs, tie, plan.absent, kernel);
            is_master_ = made->communicator().rank() == 0;
            transport_.emplace(std::move(made));
            return;
        }
#else
        static_cast<void>(options);
#endif
        transport_.emplace(local_transport<Form>(n, tie, kernel, plan.absent));
    }

    /// Whether this process looks at the test samples and writes files.
    [[nodiscard]] bool is_master() const noexcept { return is_master_; }
    /// The transport, for the trainer.
    [[nodiscard]] transport_type take_transport() { return std::move(*transport_); }
    /// Brings the states of all processes to the master; all call it.
    template <class Trainer>
    void collect(Trainer& trainer) {
        whole_ = trainer.transport_used().collect(trainer.state());
    }
    /// Writes the state of the run; at the master, after collect().
    void save(std::ostream& to) const { whole_->write(to); }
    /// Ends the run. \returns whether all processes are there
    template <class Trainer>
    [[nodiscard]] bool finish(Trainer& trainer) {
        return trainer.transport_used().finish(trainer.steps());
    }

private:
    std::optional<transport_type> transport_;
    std::optional<trainer_state> whole_;
    bool is_master_ = true;
};

} // namespace election::program
