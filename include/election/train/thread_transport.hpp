// SPDX-License-Identifier: MIT
// thread_transport: ranks that are threads of one process and pass messages through its memory.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/train/ballot_box.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>
#include <election/train/workers_of_rank.hpp>

namespace election {

template <class Form, class Arch = default_arch>
class thread_transport;

/// What the ranks of a thread_transport share: their messages, and the master.
///
/// Invariant: `arrived_` ranks have brought their votes of `step_`; whoever comes last decides and opens the next step.
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch = default_arch>
class thread_hub {
public:
    /// \param workers  n, shared out as workers_of_rank() says
    /// \param ranks    threads, at least 1
    /// \param signs    d
    /// \param tie      how the master decodes a sum of 0 where the result is binary
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \param absent   workers whose votes never count
    /// \throws parameter_error  no worker, no rank, an absent worker that is not there
    thread_hub(std::size_t workers, std::size_t ranks, std::size_t signs, tie_sign tie = tie_sign::positive,
               const majority_kernel& kernel = majority_kernel_for<Arch>(), std::span<const std::size_t> absent = {})
        : ranks_(ranks), messages_(workers), absent_(workers), box_(workers, signs, tie, kernel), outcome_(signs),
          decision_(static_cast<std::size_t>(wire_bytes<typename Form::result>(signs))) {
        detail::require(workers >= 1, "thread_hub", "workers", workers, "must be at least 1");
        detail::require(ranks >= 1, "thread_hub", "ranks", ranks, "must be at least 1");
        for (std::size_t worker : absent) {
            detail::require(worker < workers, "thread_hub", "absent", worker, "must be below the number of workers, ",
                            workers);
            absent_[worker] = 1;
        }
    }
    thread_hub(const thread_hub&) = delete;
    thread_hub& operator=(const thread_hub&) = delete;
    ~thread_hub() = default;

private:
    friend class thread_transport<Form, Arch>;

    /// Called when all messages of the step lie here and nobody writes any.
    void decide() {
        box_.open(step_);
        report_ = {};
        for (std::size_t i = 0; i < messages_.size(); ++i) {
            if (absent_[i] != 0) continue;
            report_.vote_bytes += messages_[i].size();
            box_.put(messages_[i], i);
        }
        box_.decide(outcome_.span());
        write_wire<typename Form::result>(decision_header<typename Form::result>(step_, box_.signs()), outcome_.view(),
                                          decision_);
        report_.decision_bytes = ranks_ * decision_.size();
        report_.absent = box_.workers() - box_.counted();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t ranks_;
    std::vector<std::vector<std::byte>> messages_; ///< of each worker
    std::vector<std::uint8_t> absent_;
    ballot_box<Form, Arch> box_;
    typename Form::result::vector outcome_;
    std::vector<std::byte> decision_;
    transport_report report_;
    std::uint64_t step_ = 0;  ///< of the next decision
    bool started_ = false;    ///< whether a step has been begun, which may be any
    std::size_t arrived_ = 0; ///< ranks that have voted in it
    std::size_t decided_ = 0; ///< decisions so far
    std::string left_;        ///< who cannot be waited for any more
};

/// One rank of several that are threads: each runs an election_trainer of its own, with its share of the workers, in step with the
/// others, as processes under MPI do; votes and decisions are real messages. Parameters are those of local_transport, bit for bit.
///
/// A rank whose transport is destroyed, because an exception ended its thread's training or because it has held all its rounds, has
/// left. Others who would wait for it get an error.
///
/// \code
/// using form = election::binary_form;
/// const auto hub = std::make_shared<election::thread_hub<form>>(3, 1, 100); // three workers, one thread, d = 100
/// election::thread_transport<form> transport(hub, 0);
/// const std::vector<std::uint8_t> silent(3);
/// const election::sign_matrix votes(3, 100);
/// election::sign_vector decision(100);
/// const auto report = transport.decide({0, transport.workers(), votes.view(), silent}, decision);
/// assert(decision[99] == -1 && report.vote_bytes == 3 * (32 + 13));
/// \endcode
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch>
class thread_transport {
public:
    /// \param hub   shared by all ranks
    /// \param rank  which one this is; each exactly once
    /// \throws parameter_error  a rank that is not there
    thread_transport(std::shared_ptr<thread_hub<Form, Arch>> hub, std::size_t rank)
        : hub_(std::move(hub)), rank_(rank), workers_(workers_of_rank(hub_->box_.workers(), hub_->ranks_, rank)) {}
    /// What was moved from is no rank any more.
    thread_transport(thread_transport&&) noexcept = default;
    /// \copydoc thread_transport(thread_transport&&)
    thread_transport& operator=(thread_transport&& other) noexcept {
        leave();
        hub_ = std::move(other.hub_);
        rank_ = other.rank_;
        workers_ = std::move(other.workers_);
        return *this;
    }
    /// Leaves.
    ~thread_transport() { leave(); }

    /// The share of this rank.
    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return workers_; }

    /// Brings votes, waits for those of all ranks, and takes what was decided.
    /// \param sent      the votes of this rank's workers, of the step that all ranks are in
    /// \param decision  what the master decodes
    /// \throws parameter_error  votes are missing, `decision` has another size than the hub's d, another step than the others'
    /// \throws error            a rank has left
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        const std::size_t d = hub_->box_.signs();
        detail::require(decision.size() == d, "thread_transport", "decision.size()", decision.size(),
                        "must be the hub's number of signs, ", d);
        for (std::size_t worker : workers_) {
            detail::write_vote(sent, worker, d, hub_->messages_[worker], "thread_transport");
        }
        std::unique_lock lock(hub_->mutex_);
        if (!hub_->started_) hub_->step_ = sent.step;
        hub_->started_ = true;
        detail::require(sent.step == hub_->step_, "thread_transport", "step", sent.step, "must be that of the other ranks, ",
                        hub_->step_);
        require_all();
        const std::size_t before = hub_->decided_;
        if (++hub_->arrived_ == hub_->ranks_) {
            hub_->decide();
            hub_->arrived_ = 0;
            ++hub_->step_;
            ++hub_->decided_;
            hub_->changed_.notify_all();
        } else {
            hub_->changed_.wait(lock, [&] { return hub_->decided_ != before || !hub_->left_.empty(); });
            if (hub_->decided_ == before) require_all();
        }
        // Nobody writes the next decision before this rank has brought its next votes.
        const transport_report report = rank_ == 0 ? hub_->report_ : own_report();
        lock.unlock();
        const wire_fault fault = read_wire<typename Form::result>(
            hub_->decision_, decision_header<typename Form::result>(sent.step, d), decision);
        if (fault != wire_fault::none)
            throw error(detail::joined({"election::thread_transport: the decision has ", describe(fault)}));
        return report;
    }

    /// Says that this rank brings no more votes; others who wait for it get an error. Nothing where it has left.
    void leave() noexcept {
        if (!hub_) return;
        {
            const std::lock_guard lock(hub_->mutex_);
            if (hub_->left_.empty()) {
                try {
                    hub_->left_ = detail::joined({"rank ", std::to_string(rank_), " has left"});
                } catch (const std::exception&) {
                    hub_->left_.assign(1, '?'); // short enough to need no memory
                }
            }
        }
        hub_->changed_.notify_all();
        hub_.reset();
    }

private:
    void require_all() const {
        if (!hub_->left_.empty())
            throw error(detail::joined({"election::thread_transport: ", hub_->left_, " before step ",
                                        std::to_string(hub_->step_ + 1), " was decided"}));
    }
    [[nodiscard]] transport_report own_report() const {
        transport_report report;
        for (std::size_t worker : workers_) {
            if (hub_->absent_[worker] == 0) report.vote_bytes += hub_->messages_[worker].size();
        }
        report.decision_bytes = hub_->decision_.size();
        return report;
    }

    std::shared_ptr<thread_hub<Form, Arch>> hub_;
    std::size_t rank_;
    std::vector<std::size_t> workers_;
};

} // namespace election
