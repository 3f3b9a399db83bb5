// SPDX-License-Identifier: MIT
// ballot_box: the master's side of a round in which votes arrive as messages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <election/bits/sign_span.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>

namespace election {

namespace detail {

/// The row of a ballot that is this worker's.
template <class Form>
[[nodiscard]] std::size_t ballot_row(const ballot<Form>& sent, std::size_t worker, std::string_view where) {
    const auto at = std::ranges::lower_bound(sent.voters, worker);
    require(at != sent.voters.end() && *at == worker, where, "worker", worker, "must be among the voters");
    return static_cast<std::size_t>(at - sent.voters.begin());
}

/// What a worker sends: its vote, or a notice that it sends none. The bytes are replaced; their memory stays.
template <class Form>
void write_vote(const ballot<Form>& sent, std::size_t worker, std::size_t d, std::vector<std::byte>& message,
                std::string_view where) {
    using votes = typename Form::votes;
    const std::size_t row = ballot_row(sent, worker, where);
    wire_header header = vote_header<votes>(worker, sent.step, d);
    if (sent.silent[row] != 0) {
        header.kind = wire_kind::silence;
        const auto notice = wire_notice(header);
        message.assign(notice.begin(), notice.end());
    } else {
        message.resize(static_cast<std::size_t>(wire_bytes<votes>(d)));
        write_wire<votes>(header, sent.votes[row], message);
    }
}

} // namespace detail

/// Where the master keeps the votes of a step until it decides: a row a worker, of those that came and were in order.
///
/// \code
/// election::ballot_box<election::binary_form> box(3, 100);
/// std::vector<std::byte> message(32 + 13);
/// election::write_wire<election::binary>(election::vote_header<election::binary>(2, 0, 100), election::sign_vector(100).view(),
///                                        message);
/// assert(box.put(message, 2) == election::wire_fault::none && box.counted() == 1);
/// election::sign_vector decision(100);
/// box.decide(decision.span());
/// assert(decision[99] == -1);
/// \endcode
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch = default_arch>
class ballot_box {
public:
    /// \param workers  n
    /// \param signs    d
    /// \param tie      how a sum of 0 is decoded where the result is binary
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    ballot_box(std::size_t workers, std::size_t signs, tie_sign tie = tie_sign::positive,
               const majority_kernel& kernel = majority_kernel_for<Arch>())
        : votes_(workers, signs), has_voted_(workers), signs_(signs), tie_(tie), kernel_(kernel) {}

    /// n.
    [[nodiscard]] std::size_t workers() const noexcept { return has_voted_.size(); }
    /// d.
    [[nodiscard]] std::size_t signs() const noexcept { return signs_; }
    /// The step whose votes are taken.
    [[nodiscard]] std::uint64_t step() const noexcept { return step_; }

    /// Forgets all votes, and takes those of a step from now on. \param step  from 0
    void open(std::uint64_t step) {
        step_ = step;
        std::ranges::fill(has_voted_, std::uint8_t{0});
    }
    /// Takes a vote, if the message is one of this step and this worker; a second one replaces the first.
    /// \param message  any bytes
    /// \param worker   whose it must be
    /// \returns what is wrong with it; then nothing has changed
    wire_fault put(std::span<const std::byte> message, std::size_t worker) {
        const wire_fault fault = read_wire<typename Form::votes>(
            message, vote_header<typename Form::votes>(worker, step_, signs_), votes_[worker]);
        if (fault == wire_fault::none) has_voted_[worker] = 1;
        return fault;
    }
    /// Takes a vote that came in no message.
    /// \param vote    d signs, or votes in canonical form
    /// \param worker  whose it is
    /// \throws parameter_error  another number of signs
    void put_row(typename Form::votes::view vote, std::size_t worker) {
        const typename Form::votes::span row = votes_[worker];
        if constexpr (Form::votes::abstains) {
            copy_signs(vote.signs(), row.signs());
            copy_signs(vote.present(), row.present());
        } else {
            copy_signs(vote, row);
        }
        has_voted_[worker] = 1;
    }
    /// Whether a worker's vote is here.
    [[nodiscard]] bool has(std::size_t worker) const noexcept { return has_voted_[worker] != 0; }
    /// How many votes are here.
    [[nodiscard]] std::size_t counted() const noexcept {
        return static_cast<std::size_t>(std::ranges::count(has_voted_, std::uint8_t{1}));
    }

    /// The sign of the sum of the votes that are here.
    /// \param decision  d signs
    /// \throws parameter_error  another size of `decision`
    /// \par Complexity
    /// That of majority()
    void decide(typename Form::result::span decision) {
        present_.clear();
        for (std::size_t i = 0; i < workers(); ++i) {
            if (has_voted_[i] != 0) present_.push_back(i);
        }
        const auto votes = votes_.view();
        if constexpr (Form::votes::abstains) {
            decode_votes<Form>(ternary_row_set(row_set(votes.signs(), present_), row_set(votes.present(), present_)),
                               decision, tie_, kernel_);
        } else {
            decode_votes<Form>(row_set(votes, present_), decision, tie_, kernel_);
        }
    }

private:
    typename Form::votes::matrix votes_;
    std::vector<std::uint8_t> has_voted_;
    std::vector<std::size_t> present_;
    std::size_t signs_;
    std::uint64_t step_ = 0;
    tie_sign tie_;
    majority_kernel kernel_;
};

} // namespace election
