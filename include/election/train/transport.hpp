// SPDX-License-Identifier: MIT
// The transport concept: how votes reach the master and its decision comes back; and the one that stays in this process.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/ternary_majority.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>

namespace election {

/// The votes that a process has computed in a step.
/// \tparam Form  a vote_form
template <class Form>
struct ballot {
    std::uint64_t step;                      ///< from 0
    std::span<const std::size_t> voters;     ///< whose vote each row is; increasing
    typename Form::votes::matrix_view votes; ///< a row a voter
    std::span<const std::uint8_t> silent;    ///< one a voter: 1 who sends nothing in this step
};

/// What a transport did in a step.
struct transport_report {
    std::uint64_t vote_bytes =
        0; ///< of all messages with votes that this process sent or, at the master, received; headers too
    std::uint64_t decision_bytes = 0; ///< of all messages with decisions that it sent or received
    std::size_t absent = 0;           ///< workers whose vote did not count in this step; known at the master only
};

/// How the votes of a step become a decision that all processes have.
///
/// Holds when: `t.workers()` are the workers whose votes this process must bring, increasing, and
/// `t.decide(ballot, decision)` gives the master the votes of these workers (the ballot may hold those of others too) and
/// returns when `decision` holds what the master decoded: the sign of the sum of the votes that reached it, the same in all processes.
/// Example: local_transport. Non-example: a function that gathers votes and brings nothing back.
template <class T, class Form>
concept transport = requires(T& t, const T& c, const ballot<Form>& sent, typename Form::result::vector& decision) {
    { c.workers() } -> std::convertible_to<std::span<const std::size_t>>;
    { t.decide(sent, decision) } -> std::same_as<transport_report>;
};

/// What the master does with the votes that reached it: the sign of their sum. Where nobody's vote did, all are tied.
/// \tparam Form     a vote_form
/// \param rows      of the votes
/// \param decision  d signs that overlap no row
/// \param tie       how a sum of 0 is decoded where the result is binary
/// \param kernel    the inner loops
/// \par Complexity
/// That of majority()
template <class Form>
void decode_votes(const typename Form::votes::rows& rows, typename Form::result::span decision, tie_sign tie,
                  const majority_kernel& kernel) {
    if (rows.size() == 0) {
        if constexpr (Form::result::abstains) {
            for (std::uint64_t& word : decision.signs().words()) word = 0;
            for (std::uint64_t& word : decision.present().words()) word = 0;
        } else {
            for (std::uint64_t& word : decision.words()) word = tie == tie_sign::positive ? ~std::uint64_t{0} : 0;
            decision.clear_padding();
        }
    } else if constexpr (Form::result::abstains) {
        majority(rows, decision, kernel);
    } else {
        majority(rows, decision, tie, kernel);
    }
}

/// All workers and the master in one process; nothing is sent, and traffic is what would be.
///
/// \code
/// election::local_transport<election::binary_form> transport(3);
/// election::sign_matrix votes(3, 100);
/// const std::vector<std::uint8_t> silent(3);
/// election::sign_vector decision(100);
/// const auto report = transport.decide({0, transport.workers(), votes.view(), silent}, decision);
/// assert(decision[99] == -1 && report.vote_bytes == 3 * (32 + 13));
/// \endcode
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch = default_arch>
class local_transport {
public:
    /// \param workers  n
    /// \param tie      how the master decodes a sum of 0 where the result is binary
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \param absent   workers whose votes never count
    /// \throws parameter_error  no worker, an absent one that is not there
    explicit local_transport(std::size_t workers, tie_sign tie = tie_sign::positive,
                             const majority_kernel& kernel = majority_kernel_for<Arch>(),
                             std::span<const std::size_t> absent = {})
        : workers_(workers), absent_(workers), tie_(tie), kernel_(kernel) {
        detail::require(workers >= 1, "local_transport", "workers", workers, "must be at least 1");
        std::iota(workers_.begin(), workers_.end(), std::size_t{0});
        for (std::size_t worker : absent) {
            detail::require(worker < workers, "local_transport", "absent", worker, "must be below the number of workers, ",
                            workers);
            absent_[worker] = 1;
        }
    }

    /// All of them.
    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return workers_; }

    /// Decodes.
    /// \param sent      the votes of all workers
    /// \param decision  what the master decodes
    /// \throws parameter_error  votes are missing, or `decision` has another size
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        detail::require(sent.voters.size() == workers_.size(), "local_transport", "voters", sent.voters.size(),
                        "must be all workers, ", workers_.size());
        counted_.clear();
        for (std::size_t i = 0; i < workers_.size(); ++i) {
            if (absent_[i] == 0 && sent.silent[i] == 0) counted_.push_back(i);
        }
        const auto size = decision.size();
        transport_report report;
        report.vote_bytes = counted_.size() * wire_bytes<typename Form::votes>(size);
        report.decision_bytes = workers_.size() * wire_bytes<typename Form::result>(size);
        report.absent = workers_.size() - counted_.size();
        if constexpr (Form::votes::abstains) {
            const ternary_row_set rows(row_set(sent.votes.signs(), counted_), row_set(sent.votes.present(), counted_));
            decode_votes<Form>(rows, decision.span(), tie_, kernel_);
        } else {
            decode_votes<Form>(row_set(sent.votes, counted_), decision.span(), tie_, kernel_);
        }
        return report;
    }

private:
    std::vector<std::size_t> workers_;
    std::vector<std::uint8_t> absent_;
    std::vector<std::size_t> counted_;
    tie_sign tie_;
    majority_kernel kernel_;
};

} // namespace election
