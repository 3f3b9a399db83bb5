// SPDX-License-Identifier: MIT
// tree_transport: ranks of MPI that trust each other add their votes up along trees, so that nobody's traffic grows with n.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/bits/sign_span.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/mpi/communicator.hpp>
#include <election/train/ballot_box.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>
#include <election/train/workers_of_rank.hpp>

namespace election {

/// Ranks of MPI, each with a share of the workers (workers_of_rank()), that trust each other. There is no master: each rank decides
/// a share of the coordinates. Parameters are those of local_transport, bit for bit.
///
/// Votes are added up as bit-sliced tallies (see tally), ⌈log2(m + 1)⌉ planes of bits for the votes of m workers and one more where
/// votes are ternary. The tally of each slice of coordinates goes up a binomial tree of its own, whose root decides it, and decisions
/// come back down: recursive halving and doubling (Thakur, Rabenseifner, Gropp, *Optimization of collective communication operations in
/// MPICH*, 2005). In the i-th exchange a rank sends and receives tallies of d / 2^i coordinates and twice as many votes as before;
/// with one worker a rank that is Σ i·d / 2^i < 2d bits in all, and less than d bits of decisions, however many ranks there are.
/// (Where their number is no power of two, those above the largest one hand their tallies to a partner first, and get the
/// decision from it.)
///
/// Workers who are silent or absent are left out. There is no promise about a rank that lies, stalls or dies: one that lies
/// decides what it wants, one that stalls stops all.
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch = default_arch>
class tree_transport {
public:
    /// Bytes in front of the planes of a tally: how many votes are in it, and which coordinates.
    static constexpr std::size_t header_bytes = 16;

    /// All ranks of `ranks` must make one.
    /// \param ranks    e.g. MPI_COMM_WORLD
    /// \param workers  n, at most 65535
    /// \param signs    d
    /// \param tie      how a sum of 0 is decoded where the result is binary
    /// \param absent   workers whose votes never count
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  no worker or too many, no signs, an absent worker that is not there
    /// \throws error            MPI says that something went wrong
    tree_transport(MPI_Comm ranks, std::size_t workers, std::size_t signs, tie_sign tie = tie_sign::positive,
                   std::span<const std::size_t> absent = {}, const majority_kernel& kernel = majority_kernel_for<Arch>())
        : communicator_(ranks), workers_of_all_(workers), signs_(signs), tie_(tie), kernel_(kernel), absent_(workers) {
        detail::require(workers >= 1 && workers <= majority_max_rows, "tree_transport", "workers", workers,
                        "must be 1 to 65535");
        detail::require(signs >= 1, "tree_transport", "signs", signs, "must be at least 1");
        for (std::size_t worker : absent) {
            detail::require(worker < workers, "tree_transport", "absent", worker, "must be below the number of workers, ",
                            workers);
            absent_[worker] = 1;
        }
        workers_ = workers_of_rank(workers, communicator_.ranks(), communicator_.rank_index());
        stride_ = padded_stride_words(signs);
        digits_ = static_cast<std::size_t>(std::bit_width(workers)) + (votes::abstains ? 1 : 0);
        counters_ = make_aligned_array<std::uint64_t>(digits_ * stride_);
        planes_.resize(digits_);
        for (std::size_t q = 0; q < digits_; ++q) planes_[q] = counters_.get() + q * stride_;
    }

    /// The share of this rank.
    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return workers_; }
    /// Where messages travel.
    [[nodiscard]] const mpi_communicator& communicator() const noexcept { return communicator_; }

    /// Adds up votes and decides, together with all other ranks.
    /// \param sent      the votes of this rank's workers
    /// \param decision  the sign of the sum of all votes
    /// \throws parameter_error  votes are missing, `decision` has another size
    /// \throws error            MPI says that something went wrong
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        detail::require(decision.size() == signs_, "tree_transport", "decision.size()", decision.size(),
                        "must be the number of signs, ", signs_);
        transport_report report;
        count(sent);
        const std::size_t rank = communicator_.rank_index();
        const std::size_t power = std::bit_floor(communicator_.ranks());
        const range all{0, words_for(signs_)};
        range mine = all;
        if (rank >= power) {
            const std::size_t partner = rank - power;
            report.vote_bytes += send_tally(partner, all);
            report.decision_bytes += receive_decision(partner, all, decision);
            return report;
        }
        if (rank + power < communicator_.ranks()) report.vote_bytes += add_tally(rank + power, all);
        std::vector<range> halves;
        for (std::size_t bit = power / 2; bit > 0; bit /= 2) {
            const std::size_t middle = mine.first + (mine.last - mine.first) / 2;
            const bool upper = (rank & bit) != 0;
            const range others = upper ? range{mine.first, middle} : range{middle, mine.last};
            mine = upper ? range{middle, mine.last} : range{mine.first, middle};
            halves.push_back(others);
            report.vote_bytes += exchange_tallies(rank ^ bit, others, mine);
        }
        decode(mine, decision);
        report.absent = workers_of_all_ - total_;
        for (std::size_t bit = 1; bit < power; bit *= 2) {
            const range others = halves.back();
            halves.pop_back();
            report.decision_bytes += exchange_decisions(rank ^ bit, mine, others, decision);
            mine = {std::min(mine.first, others.first), std::max(mine.last, others.last)};
        }
        if (rank + power < communicator_.ranks()) report.decision_bytes += send_decision(rank + power, all, decision);
        return report;
    }

    /// After the last step: waits for all ranks. \returns true
    bool finish() {
        detail::require_mpi(MPI_Barrier(communicator_.handle()), "tree_transport");
        communicator_.free();
        return true;
    }

private:
    using votes = typename Form::votes;
    using result = typename Form::result;

    /// Words of coordinates.
    struct range {
        std::size_t first;
        std::size_t last;

        [[nodiscard]] std::size_t size() const noexcept { return last - first; }
    };
    static constexpr std::size_t header_words = header_bytes / 8;
    static constexpr int tally_tag = 1;
    static constexpr int decided_tag = 2;

    /// Planes of the counters of `total` votes. Ternary ones are counted as 1 + vote.
    [[nodiscard]] static std::size_t digits_for(std::size_t total) noexcept {
        return static_cast<std::size_t>(std::bit_width(votes::abstains ? 2 * total : total));
    }

    /// The votes of this rank.
    void count(const ballot<Form>& sent) {
        total_ = 0;
        const std::size_t words = words_for(signs_);
        for (std::uint64_t* plane : planes_) std::fill_n(plane, words, std::uint64_t{0});
        sign_rows_.clear();
        present_rows_.clear();
        for (std::size_t worker : workers_) {
            const std::size_t row = detail::ballot_row(sent, worker, "tree_transport");
            if (absent_[worker] != 0 || sent.silent[row] != 0) continue;
            ++total_;
            if constexpr (votes::abstains) {
                sign_rows_.push_back(sent.votes[row].signs().data());
                present_rows_.push_back(sent.votes[row].present().data());
            } else {
                sign_rows_.push_back(sent.votes[row].data());
            }
        }
        if (total_ == 0) return;
        // Padding is counted too, and cleared from the decision.
        if constexpr (votes::abstains) {
            kernel_.add_ternary(planes_.data(), digits_, 0, sign_rows_.data(), present_rows_.data(), total_, 0, words);
        } else {
            kernel_.add(planes_.data(), digits_, 0, sign_rows_.data(), total_, 0, words);
        }
    }

    /// Decides the coordinates of a range by their counters.
    void decode(range at, typename result::vector& decision) {
        const std::size_t middle = votes::abstains ? 2 * total_ : total_; // of the counters, twice
        std::uint64_t* out = nullptr;
        std::uint64_t* tied = nullptr;
        if constexpr (result::abstains) {
            out = decision.span().signs().data() + at.first;
            tied = decision.span().present().data() + at.first;
        } else {
            out = decision.span().data() + at.first;
        }
        const bool positive = !result::abstains && tie_ == tie_sign::positive;
        const std::size_t threshold = positive ? (middle + 1) / 2 : middle / 2 + 1;
        if (total_ == 0) {
            std::fill_n(out, at.size(), positive ? ~std::uint64_t{0} : 0);
            if (tied != nullptr) std::fill_n(tied, at.size(), std::uint64_t{0});
        } else if (at.size() != 0) {
            std::vector<std::uint64_t*> planes(digits_);
            for (std::size_t q = 0; q < digits_; ++q) planes[q] = aligned_copy(q, at);
            kernel_.compare(planes.data(), digits_for(total_), threshold, at.size(), out, tied);
            if (tied != nullptr) {
                for (std::size_t w = 0; w < at.size(); ++w) tied[w] = middle % 2 == 1 ? ~std::uint64_t{0} : ~tied[w];
            }
        }
        // Of the last word, which is in somebody's range; others' words are replaced.
        if constexpr (result::abstains) {
            decision.span().canonicalise();
        } else {
            decision.span().clear_padding();
        }
    }
    /// Kernels want planes that begin on a cache line.
    [[nodiscard]] std::uint64_t* aligned_copy(std::size_t q, range at) {
        if (at.first % 8 == 0) return planes_[q] + at.first;
        std::copy_n(planes_[q] + at.first, at.size(), planes_[q]);
        return planes_[q];
    }

    // --- messages ------------------------------------------------------------------------------------------------------

    [[nodiscard]] std::span<const std::uint64_t> write_tally(range at) {
        const std::size_t digits = digits_for(total_);
        outgoing_.resize(header_words + digits * at.size());
        outgoing_[0] = total_;
        outgoing_[1] = at.first;
        for (std::size_t q = 0; q < digits; ++q)
            std::copy_n(planes_[q] + at.first, at.size(), outgoing_.data() + header_words + q * at.size());
        return outgoing_;
    }
    /// Room for any tally of a range.
    [[nodiscard]] std::span<std::uint64_t> room_for_tally(range at) {
        incoming_.resize(header_words + digits_ * at.size());
        return incoming_;
    }
    void read_tally(std::size_t words, range at) {
        const std::size_t total = words == 0 ? 0 : static_cast<std::size_t>(incoming_[0]);
        const std::size_t digits = digits_for(std::min(total, workers_of_all_));
        if (total > workers_of_all_ - total_ || words != header_words + digits * at.size() || incoming_[1] != at.first)
            throw error("election::tree_transport: a rank sent a tally that is none; all ranks must have the same workers "
                        "and signs");
        total_ += total;
        if (digits == 0 || at.size() == 0) return;
        add_counters(digits, at);
    }
    /// Adds the planes that came, full adder by full adder: one pass, at the speed of memory.
    void add_counters(std::size_t digits, range at) {
        const std::uint64_t* theirs = incoming_.data() + header_words;
        for (std::size_t w = 0; w < at.size(); ++w) {
            std::uint64_t carry = 0;
            for (std::size_t q = 0; q < digits_; ++q) {
                std::uint64_t& a = planes_[q][at.first + w];
                const std::uint64_t b = q < digits ? theirs[q * at.size() + w] : 0;
                const std::uint64_t half = a ^ b;
                const std::uint64_t next = (a & b) | (half & carry);
                a = half ^ carry;
                carry = next;
                if (q >= digits && carry == 0) break;
            }
        }
    }

    std::uint64_t send_tally(std::size_t to, range at) {
        const std::span<const std::uint64_t> words = write_tally(at);
        detail::require_mpi(
            MPI_Send(words.data(), count_of(words), MPI_UINT64_T, static_cast<int>(to), tally_tag, communicator_.handle()),
            "tree_transport");
        return words.size_bytes();
    }
    std::uint64_t add_tally(std::size_t from, range at) {
        const std::span<std::uint64_t> room = room_for_tally(at);
        MPI_Status status;
        detail::require_mpi(MPI_Recv(room.data(), count_of(room), MPI_UINT64_T, static_cast<int>(from), tally_tag,
                                     communicator_.handle(), &status),
                            "tree_transport");
        const std::size_t words = received(status);
        read_tally(words, at);
        return 8 * words;
    }
    std::uint64_t exchange_tallies(std::size_t with, range theirs, range mine) {
        const std::span<const std::uint64_t> out = write_tally(theirs);
        const std::span<std::uint64_t> room = room_for_tally(mine);
        MPI_Status status;
        detail::require_mpi(MPI_Sendrecv(out.data(), count_of(out), MPI_UINT64_T, static_cast<int>(with), tally_tag,
                                         room.data(), count_of(room), MPI_UINT64_T, static_cast<int>(with), tally_tag,
                                         communicator_.handle(), &status),
                            "tree_transport");
        const std::size_t words = received(status);
        read_tally(words, mine);
        return 8 * (out.size() + words);
    }

    /// The planes of a decision's range, one after the other.
    [[nodiscard]] std::span<const std::uint64_t> write_decision(range at, const typename result::vector& decision) {
        outgoing_.resize(result::bits * at.size());
        if constexpr (result::abstains) {
            std::copy_n(decision.view().signs().data() + at.first, at.size(), outgoing_.data());
            std::copy_n(decision.view().present().data() + at.first, at.size(), outgoing_.data() + at.size());
        } else {
            std::copy_n(decision.view().data() + at.first, at.size(), outgoing_.data());
        }
        return outgoing_;
    }
    void read_decision(range at, typename result::vector& decision) {
        if constexpr (result::abstains) {
            std::copy_n(incoming_.data(), at.size(), decision.span().signs().data() + at.first);
            std::copy_n(incoming_.data() + at.size(), at.size(), decision.span().present().data() + at.first);
        } else {
            std::copy_n(incoming_.data(), at.size(), decision.span().data() + at.first);
        }
    }
    std::uint64_t send_decision(std::size_t to, range at, const typename result::vector& decision) {
        const std::span<const std::uint64_t> words = write_decision(at, decision);
        detail::require_mpi(
            MPI_Send(words.data(), count_of(words), MPI_UINT64_T, static_cast<int>(to), decided_tag, communicator_.handle()),
            "tree_transport");
        return words.size_bytes();
    }
    std::uint64_t receive_decision(std::size_t from, range at, typename result::vector& decision) {
        incoming_.resize(result::bits * at.size());
        detail::require_mpi(MPI_Recv(incoming_.data(), count_of(incoming_), MPI_UINT64_T, static_cast<int>(from),
                                     decided_tag, communicator_.handle(), MPI_STATUS_IGNORE),
                            "tree_transport");
        read_decision(at, decision);
        return 8 * incoming_.size();
    }
    std::uint64_t exchange_decisions(std::size_t with, range mine, range theirs, typename result::vector& decision) {
        const std::span<const std::uint64_t> out = write_decision(mine, decision);
        incoming_.resize(result::bits * theirs.size());
        detail::require_mpi(MPI_Sendrecv(out.data(), count_of(out), MPI_UINT64_T, static_cast<int>(with), decided_tag,
                                         incoming_.data(), count_of(incoming_), MPI_UINT64_T, static_cast<int>(with),
                                         decided_tag, communicator_.handle(), MPI_STATUS_IGNORE),
                            "tree_transport");
        read_decision(theirs, decision);
        return 8 * (out.size() + incoming_.size());
    }

    [[nodiscard]] static int count_of(std::span<const std::uint64_t> words) {
        if (words.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
            throw error("election::tree_transport: a message of more than 16 GiB");
        return static_cast<int>(words.size());
    }
    [[nodiscard]] static std::size_t received(const MPI_Status& status) {
        int count = 0;
        MPI_Get_count(&status, MPI_UINT64_T, &count);
        return count < 0 ? 0 : static_cast<std::size_t>(count);
    }

    mpi_communicator communicator_;
    std::size_t workers_of_all_;
    std::size_t signs_;
    tie_sign tie_;
    majority_kernel kernel_;
    std::vector<std::uint8_t> absent_;
    std::vector<std::size_t> workers_;
    std::size_t stride_ = 0;
    std::size_t digits_ = 0; ///< of the counters of all votes
    aligned_array<std::uint64_t> counters_;
    std::vector<std::uint64_t*> planes_;
    std::size_t total_ = 0; ///< votes in the counters of this rank's range
    std::vector<const std::uint64_t*> sign_rows_;
    std::vector<const std::uint64_t*> present_rows_;
    std::vector<std::uint64_t> outgoing_;
    std::vector<std::uint64_t> incoming_;
};

} // namespace election
