// SPDX-License-Identifier: MIT
// gather_transport: ranks of MPI send packed votes to a master, who trusts none of them and waits for none of them too long.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/mpi/communicator.hpp>
#include <election/mpi/inbox.hpp>
#include <election/mpi/outbox.hpp>
#include <election/train/ballot_box.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>
#include <election/train/workers_of_rank.hpp>

namespace election {

/// Something that the master of a gather_transport noticed, and went on.
struct gather_event {
    std::uint64_t step; ///< from 0
    int rank;           ///< whose doing it is
    std::string text;   ///< what, as "sent a message with wrong size"; the rank is its subject
};

/// How a gather_transport deals with ranks.
struct gather_options {
    tie_sign tie = tie_sign::positive;    ///< how the master decodes a sum of 0 where the result is binary
    std::vector<std::size_t> absent = {}; ///< workers whose votes are not sent and never count
    double time_limit = 10;               ///< seconds that the master waits in a step for others, its own work not counted
    std::size_t least_answers =
        0; ///< workers who must have answered before the master decides; 0: more than half of those not absent
    double answers_limit = 60; ///< seconds that the master waits for so many, for late ranks too, before it fails
    std::size_t unsent_bytes = std::size_t{256}
                               << 20U;    ///< decisions kept for a rank that does not take them, then it is given up
    std::size_t unsent_decisions = 65536; ///< the same, as their number
    std::size_t message_bytes = std::size_t{64}
                                << 20U; ///< a rank that sends a larger message than this, and than a vote, is given up
    std::size_t state_bytes = std::size_t{1} << 30U;        ///< the largest state that collect() takes from a rank
    std::function<void(const gather_event&)> observer = {}; ///< called at the master for all that is out of order
};

/// Ranks of MPI, each with a share of the workers (workers_of_rank()), rank 0 being the master too. Each rank runs an
/// election_trainer with an endpoint of its own; parameters are those of local_transport, bit for bit, while all ranks are honest and
/// in time.
///
/// Every vote is a message of its own: wire_header_bytes and ⌈d / 8⌉ bytes a plane.
/// - *A rank that lies*: whatever is not a vote of the current step by one of the rank's workers (wrong size, wrong step, random
///   bytes, a second vote) is thrown away and reported; that worker is absent in this step. It counts as one of the messages that the
///   rank owes, so that nobody waits for more from one who sends garbage. A message above `message_bytes` is not even received: its
///   rank is given up.
/// - *A rank that stalls*: after `time_limit` it is late. A late rank is not waited for any more, until a vote of the current step
///   arrives from it; unless so many are late that less than `least_answers` workers answer: then the master waits on, and late
///   ranks catch up. Decisions for it are kept until it takes them; above `unsent_bytes` or `unsent_decisions` it is given up for
///   good, and gets an error should it wake up.
/// - *A late rank that wakes up* finds decisions waiting, takes them without computing gradients (behind()), and has then the master's
///   parameters again; momentum that belongs to its partitions and workers has missed the gradients in between.
/// - A worker that sends nothing as a lie (ballot::silent) sends a notice of wire_header_bytes instead, so that nobody waits for it.
/// - *A rank that dies*: Open MPI ends the job; go on from a checkpoint, with its workers in `absent`.
///
/// The master is trusted. Every rank calls finish() after its last step.
/// \tparam Form  a vote_form
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
template <class Form, class Arch = default_arch>
class gather_transport {
public:
    static constexpr int vote_tag = 1;     ///< of messages to the master, in communicator()
    static constexpr int state_tag = 2;    ///< of saved states to the master
    static constexpr int decision_tag = 3; ///< of messages from the master

    /// All ranks of `ranks` must make one.
    /// \param ranks    e.g. MPI_COMM_WORLD
    /// \param workers  n
    /// \param signs    d
    /// \param options  limits
    /// \param kernel   the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  no worker, no signs, an absent worker that is not there, a time limit that is not positive
    /// \throws error            MPI says that something went wrong
    gather_transport(MPI_Comm ranks, std::size_t workers, std::size_t signs, gather_options options = {},
                     const majority_kernel& kernel = majority_kernel_for<Arch>())
        : communicator_(ranks), workers_of_all_(workers), signs_(signs), options_(std::move(options)), absent_(workers) {
        detail::require(workers >= 1, "gather_transport", "workers", workers, "must be at least 1");
        detail::require(signs >= 1, "gather_transport", "signs", signs, "must be at least 1");
        for (const double seconds : {options_.time_limit, options_.answers_limit}) {
            detail::require(seconds > 0 && seconds < 1e9, "gather_transport", "time_limit", seconds,
                            "must be a positive number of seconds");
        }
        for (std::size_t worker : options_.absent) {
            detail::require(worker < workers, "gather_transport", "absent", worker, "must be below the number of workers, ",
                            workers);
            absent_[worker] = 1;
        }
        workers_ = workers_of_rank(workers, communicator_.ranks(), communicator_.rank_index());
        if (communicator_.rank() == 0) {
            box_.emplace(workers, signs, options_.tie, kernel);
            peers_.resize(communicator_.ranks());
            for (std::size_t r = 1; r < peers_.size(); ++r) {
                peers_[r].workers = workers_of_rank(workers, peers_.size(), r);
                peers_[r].owes = static_cast<std::size_t>(
                    std::ranges::count_if(peers_[r].workers, [&](std::size_t i) { return absent_[i] == 0; }));
            }
        }
    }

    /// The share of this rank.
    [[nodiscard]] std::span<const std::size_t> workers() const noexcept { return workers_; }
    /// Where messages travel.
    [[nodiscard]] const mpi_communicator& communicator() const noexcept { return communicator_; }
    /// Whether this rank is late: the decision of `step` is here already. Never at the master. \param step  from 0
    [[nodiscard]] bool behind(std::uint64_t step) {
        if (is_master()) return false;
        poll_master(step);
        return decision_here_;
    }

    /// Brings votes and takes what the master decided.
    /// \param sent      the votes of this rank's workers; not looked at where the decision is here already
    /// \param decision  what the master decodes
    /// \throws parameter_error  votes are missing, `decision` has another size
    /// \throws error            this rank was given up; at the master, too few workers answer; MPI says that something went wrong
    transport_report decide(const ballot<Form>& sent, typename Form::result::vector& decision) {
        detail::require(decision.size() == signs_, "gather_transport", "decision.size()", decision.size(),
                        "must be the number of signs, ", signs_);
        if (is_master()) {
            transport_report report = count(sent);
            box_->decide(decision.span());
            report.absent = workers_of_all_ - box_->counted();
            report.decision_bytes = publish(sent.step, decision);
            return report;
        }
        transport_report report;
        if (!decision_here_) report.vote_bytes = send_votes(sent);
        report.decision_bytes = await_decision(sent.step, decision);
        return report;
    }

    /// Sends the votes of a rank that is not the master: the first half of decide(), for tests of those who send something else.
    /// \param sent  the votes of this rank's workers
    /// \returns bytes
    std::uint64_t send_votes(const ballot<Form>& sent) {
        std::uint64_t bytes = 0;
        for (std::size_t worker : workers_) {
            if (absent_[worker] != 0) continue;
            std::vector<std::byte> message;
            detail::write_vote(sent, worker, signs_, message, "gather_transport");
            bytes += message.size();
            to_master_.send(communicator_, 0, vote_tag, mpi_outbox::made(std::move(message)));
        }
        return bytes;
    }
    /// Waits for a decision at a rank that is not the master: the second half of decide().
    /// \param step      of the decision
    /// \param decision  what the master decoded
    /// \returns bytes
    /// \throws error  this rank was given up, or another step's decision arrives
    std::uint64_t await_decision(std::uint64_t step, typename Form::result::vector& decision) {
        pause patience;
        while (!decision_here_) {
            poll_master(step);
            to_master_.reap();
            if (!decision_here_) patience.wait();
        }
        decision_here_ = false;
        const wire_fault fault = read_wire<result>(decision_, decision_header<result>(step, signs_), decision);
        if (fault != wire_fault::none)
            throw error(detail::joined({"election::gather_transport: the master's decision of step ",
                                        std::to_string(step + 1), " has ", describe(fault)}));
        return decision_.size();
    }

    /// After the last step: whether all ranks are there. Then, and only then, may MPI be shut down in the usual way; see
    /// mpi_session::end(). The master waits for ranks that are late, too.
    /// \param steps        rounds held, the same in all ranks
    /// \param time_limit   seconds that the master waits
    /// \returns the same in all ranks that are there
    bool finish(std::uint64_t steps, double time_limit) {
        const bool everybody = is_master() ? finish_master(steps, time_limit) : finish_worker(steps);
        if (everybody) communicator_.free();
        return everybody;
    }
    /// With the time limit of a step.
    bool finish(std::uint64_t steps) { return finish(steps, options_.time_limit); }

    /// Brings the states of all ranks together; all ranks call it after the same step. A rank that is late at that time or lies about
    /// its state is left out, and with it what only it has: momentum of its workers, of partitions that nobody else computes.
    /// \param mine        of this rank, by election_trainer::state()
    /// \param time_limit  seconds that the master waits
    /// \returns at the master the state of the whole run, elsewhere nothing
    std::optional<trainer_state> collect(const trainer_state& mine, double time_limit) {
        if (!is_master()) {
            std::ostringstream to;
            mine.write(to);
            const std::string text = std::move(to).str();
            std::vector<std::byte> message(text.size());
            std::ranges::transform(text, message.begin(), [](char c) { return static_cast<std::byte>(c); });
            to_master_.send(communicator_, 0, state_tag, mpi_outbox::made(std::move(message)));
            return std::nullopt;
        }
        for (peer& p : peers_) p.state.reset();
        collects_ = mine.step;
        const auto lacks = [](const peer& p) { return !p.late && !p.given_up && !p.state; };
        wait_for(lacks, time_limit);
        collects_.reset();
        std::vector<trainer_state> states{mine};
        for (std::size_t r = 1; r < peers_.size(); ++r) {
            if (peers_[r].state) {
                states.push_back(std::move(*peers_[r].state));
            } else {
                report(mine.step, r, "has not sent its state, which is left out");
            }
            peers_[r].state.reset();
        }
        return merge_states(std::move(states));
    }
    /// With the time limit of a step.
    std::optional<trainer_state> collect(const trainer_state& mine) { return collect(mine, options_.time_limit); }

    /// At the master, whether a rank is late. \param rank  which
    [[nodiscard]] bool is_late(int rank) const { return peers_[static_cast<std::size_t>(rank)].late; }

private:
    using votes = typename Form::votes;
    using result = typename Form::result;
    using clock = std::chrono::steady_clock;

    /// What the master knows of a rank.
    struct peer {
        std::vector<std::size_t> workers;
        std::size_t owes = 0;                ///< messages in a step
        std::size_t sent = 0;                ///< messages in this step, good or bad
        std::vector<std::size_t> muted = {}; ///< workers who sent a notice in this step
        bool late = false;
        bool given_up = false;
        bool gone = false; ///< has said farewell
        std::optional<trainer_state> state = {};
        mpi_inbox inbox = {};
        mpi_outbox outbox = {};
    };

    /// Between looks at messages: others may need the processor more.
    class pause {
    public:
        void wait() {
            if (++looks_ < 200) {
                std::this_thread::yield();
            } else {
                std::this_thread::sleep_for(std::chrono::microseconds(50));
            }
        }

    private:
        int looks_ = 0;
    };

    [[nodiscard]] bool is_master() const noexcept { return communicator_.rank() == 0; }

    void report(std::uint64_t step, std::size_t rank, std::string text) const {
        if (options_.observer) options_.observer({step, static_cast<int>(rank), std::move(text)});
    }

    // --- the master ---------------------------------------------------------------------------------------------------

    /// Votes of a step: this rank's own, and others' until nobody is waited for.
    transport_report count(const ballot<Form>& sent) {
        box_->open(sent.step);
        for (peer& p : peers_) {
            p.sent = 0;
            p.muted.clear();
        }
        for (std::size_t worker : workers_) {
            const std::size_t row = detail::ballot_row(sent, worker, "gather_transport");
            if (absent_[worker] == 0 && sent.silent[row] == 0) box_->put_row(sent.votes[row], worker);
        }
        received_ = 0;
        const auto owing = [](const peer& p) { return p.sent < p.owes && !p.late && !p.given_up && !p.gone; };
        wait_for(owing, options_.time_limit);
        for (std::size_t r = 1; r < peers_.size(); ++r) {
            if (owing(peers_[r])) make_late(r, "has not voted");
        }
        require_answers();
        transport_report report;
        report.vote_bytes = received_;
        return report;
    }

    /// Workers who have voted, or said that they do not, or whose rank has sent something else instead.
    [[nodiscard]] std::size_t answers() const {
        auto count =
            static_cast<std::size_t>(std::ranges::count_if(workers_, [&](std::size_t i) { return absent_[i] == 0; }));
        for (const peer& p : peers_) count += std::min(p.sent, p.owes);
        return count;
    }

    /// A majority of few would be nobody's: waits for late ranks, which find here the step that they are behind.
    void require_answers() {
        const auto all = static_cast<std::size_t>(std::ranges::count(absent_, std::uint8_t{0}));
        const std::size_t least = options_.least_answers == 0 ? all / 2 + 1 : std::min(options_.least_answers, all);
        if (answers() >= least) return;
        report(box_->step(), 0,
               detail::joined({"waits, since only ", std::to_string(answers()), " of ", std::to_string(all),
                               " workers have answered"}));
        wait_for([&](const peer&) { return answers() < least; }, options_.answers_limit);
        if (answers() < least)
            throw error(detail::joined(
                {"election::gather_transport: only ", std::to_string(answers()), " of ", std::to_string(all),
                 " workers have answered in step ", std::to_string(box_->step() + 1), ", fewer than ", std::to_string(least),
                 "; ranks that are stalled must go on, or the run be resumed with their workers absent"}));
    }

    void make_late(std::size_t r, std::string_view what) {
        peers_[r].late = true;
        report(box_->step(), r,
               detail::joined(
                   {what, " within ", detail::shown(options_.time_limit), " s and is not waited for until it votes again"}));
    }

    void give_up(std::size_t r, std::string_view why) {
        peers_[r].given_up = true;
        report(box_->step(), r, detail::joined({why, " and is given up for good"}));
        send_notice(peers_[r], r, {wire_kind::dismissal, 1, 0, box_->step(), 0});
    }

    /// Takes messages until no rank is waited for any more, or the time is over; at least what is here already.
    template <class Waiting>
    void wait_for(const Waiting& waiting, double seconds) {
        const auto end = clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
        pause patience;
        while (true) {
            bool any = false;
            for (std::size_t r = 1; r < peers_.size(); ++r) {
                peers_[r].outbox.reap();
                any = take_all(r) || any;
            }
            if (std::none_of(peers_.begin() + 1, peers_.end(), waiting) || clock::now() >= end) return;
            if (!any) patience.wait();
        }
    }

    /// Takes what has arrived from a rank, but not for ever: one who sends faster than it is taken must not stop the others.
    bool take_all(std::size_t r) {
        peer& p = peers_[r];
        // After its state a rank goes on, and its next votes must find their step.
        const auto has_all = [&] { return p.given_up || (collects_ && p.state); };
        const auto limit = [&](int tag) {
            const std::size_t vote = static_cast<std::size_t>(wire_bytes<votes>(signs_));
            return std::max(vote, tag == state_tag ? options_.state_bytes : options_.message_bytes);
        };
        const std::size_t most = 64 + 4 * p.owes;
        std::size_t taken = 0;
        for (; taken < most && !has_all(); ++taken) {
            const auto arrival = p.inbox.poll(communicator_, static_cast<int>(r), limit);
            if (!arrival) break;
            if (arrival->tag == state_tag) {
                take_state(r, *arrival);
            } else {
                received_ += arrival->bytes.size();
                take_vote(r, arrival->bytes);
            }
        }
        if (p.inbox.refused() && !p.given_up) give_up(r, "sent a message of a size that is not received");
        return taken != 0;
    }

    void take_state(std::size_t r, const mpi_inbox::arrival& arrival) {
        if (!collects_ || peers_[r].state) return; // of a rank that was late when it was asked
        try {
            std::string text(arrival.bytes.size(), '\0');
            std::ranges::transform(arrival.bytes, text.begin(), [](std::byte b) { return static_cast<char>(b); });
            std::istringstream from(std::move(text));
            trainer_state state = trainer_state::read(from);
            if (state.step == *collects_) peers_[r].state = std::move(state);
        } catch (const error& failure) {
            report(*collects_, r, detail::joined({"sent a state that is none (", failure.what(), ")"}));
        }
    }

    void take_vote(std::size_t r, std::span<const std::byte> message) {
        peer& p = peers_[r];
        wire_header header;
        if (message.size() == wire_header_bytes && inspect_wire(message, header) == wire_fault::none &&
            header.kind == wire_kind::farewell) {
            p.gone = true;
            return;
        }
        const std::uint64_t step = message.size() < wire_header_bytes ? 0 : detail::load_word(message.data() + 16);
        const std::string_view fault = put(p, message);
        if (fault.empty()) {
            ++p.sent;
            if (p.late) report(box_->step(), r, "votes again");
            p.late = false;
        } else if (!(p.late && fault == describe(wire_fault::step) && step < box_->step())) {
            ++p.sent;
            report(box_->step(), r, detail::joined({"sent a message with ", fault}));
        }
    }

    /// Puts a vote into the box. Returns what is wrong with it, or nothing.
    std::string_view put(peer& p, std::span<const std::byte> message) {
        if (message.size() < wire_header_bytes) return describe(wire_fault::size);
        const auto worker = static_cast<std::size_t>(detail::load_number(message.data() + 8, 4));
        const bool is_mine = std::ranges::binary_search(p.workers, worker) && absent_[worker] == 0;
        wire_header header;
        if (message.size() == wire_header_bytes || !is_mine || box_->has(worker) || contains(p.muted, worker)) {
            const wire_fault fault = inspect_wire(message, header);
            if (fault != wire_fault::none) return describe(fault);
            wire_header expected = vote_header<votes>(worker, box_->step(), signs_);
            if (header.kind == wire_kind::silence) expected.kind = wire_kind::silence;
            if (const wire_fault differs = compare_wire(header, expected); differs != wire_fault::none)
                return describe(differs);
            if (!is_mine) return describe(wire_fault::worker);
            if (box_->has(worker) || contains(p.muted, worker)) return "a second vote";
            p.muted.push_back(worker);
            return {};
        }
        const wire_fault fault = box_->put(message, worker);
        return fault == wire_fault::none ? std::string_view() : describe(fault);
    }
    static bool contains(std::span<const std::size_t> in, std::size_t worker) {
        return std::ranges::find(in, worker) != in.end();
    }

    /// Sends the decision to all, and waits a while until those who are in time have it.
    std::uint64_t publish(std::uint64_t step, const typename result::vector& decision) {
        std::vector<std::byte> written(static_cast<std::size_t>(wire_bytes<result>(signs_)));
        write_wire<result>(decision_header<result>(step, signs_), decision.view(), written);
        const mpi_outbox::message bytes = mpi_outbox::made(std::move(written));
        std::uint64_t sent = 0;
        for (std::size_t r = 1; r < peers_.size(); ++r) {
            peer& p = peers_[r];
            p.outbox.reap();
            if (p.given_up || p.gone) continue;
            if (p.outbox.bytes() + bytes->size() > options_.unsent_bytes ||
                p.outbox.messages() >= options_.unsent_decisions) {
                p.given_up = true;
                report(step, r,
                       detail::joined(
                           {"has not taken ", std::to_string(p.outbox.messages()), " decisions and is given up for good"}));
                send_notice(p, r, {wire_kind::dismissal, 1, 0, step, 0});
                continue;
            }
            p.outbox.send(communicator_, static_cast<int>(r), decision_tag, bytes);
            sent += bytes->size();
        }
        const auto taking = [](peer& p) { return !p.late && !p.given_up && !p.outbox.reap(); };
        const auto end =
            clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(options_.time_limit));
        pause patience;
        while (std::any_of(peers_.begin() + 1, peers_.end(), taking)) {
            if (clock::now() >= end) {
                for (std::size_t r = 1; r < peers_.size(); ++r) {
                    if (taking(peers_[r])) make_late(r, "has not taken the decision");
                }
                break;
            }
            patience.wait();
        }
        return sent;
    }
    void send_notice(peer& p, std::size_t r, const wire_header& header) {
        const auto notice = wire_notice(header);
        p.outbox.send(communicator_, static_cast<int>(r), decision_tag, mpi_outbox::made({notice.begin(), notice.end()}));
    }

    bool finish_master(std::uint64_t steps, double time_limit) {
        box_->open(steps);
        const auto expected = [](const peer& p) { return !p.gone && !p.given_up; };
        wait_for(expected, time_limit);
        bool everybody = true;
        for (std::size_t r = 1; r < peers_.size(); ++r) {
            if (!peers_[r].gone) {
                everybody = false;
                report(steps, r, "is missing at the end");
            }
        }
        for (std::size_t r = 1; r < peers_.size(); ++r) {
            if (peers_[r].gone) send_notice(peers_[r], r, {wire_kind::farewell, 1, everybody ? 1U : 0U, steps, 0});
        }
        // Whoever said farewell has taken all decisions and waits for this.
        const auto end =
            clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(time_limit));
        pause patience;
        const auto taking = [](peer& p) { return p.gone && !p.outbox.reap(); };
        while (std::any_of(peers_.begin() + 1, peers_.end(), taking) && clock::now() < end) patience.wait();
        return everybody;
    }

    // --- the others ---------------------------------------------------------------------------------------------------

    /// Looks for the decision of a step.
    void poll_master(std::uint64_t step) {
        if (decision_here_) return;
        const auto limit = [&](int) { return static_cast<std::size_t>(wire_bytes<result>(signs_)); };
        const auto arrival = from_master_.poll(communicator_, 0, limit);
        if (!arrival) return;
        wire_header header;
        if (inspect_wire(arrival->bytes, header) == wire_fault::none && header.kind == wire_kind::dismissal)
            throw error(detail::joined({"election::gather_transport: rank ", std::to_string(communicator_.rank()),
                                        " was given up by the master, since it took no decisions; it stands before step ",
                                        std::to_string(step + 1)}));
        decision_.assign(arrival->bytes.begin(), arrival->bytes.end());
        decision_here_ = true;
    }

    bool finish_worker(std::uint64_t steps) {
        const auto notice = wire_notice({wire_kind::farewell, 1, 0, steps, 0});
        to_master_.send(communicator_, 0, vote_tag, mpi_outbox::made({notice.begin(), notice.end()}));
        pause patience;
        while (true) {
            poll_master(steps);
            to_master_.reap();
            if (decision_here_) break;
            patience.wait();
        }
        wire_header header;
        if (inspect_wire(decision_, header) != wire_fault::none || header.kind != wire_kind::farewell)
            throw error("election::gather_transport: the master holds more rounds than this rank");
        if (header.worker == 0) return false;
        while (!to_master_.reap()) patience.wait();
        return true;
    }

    mpi_communicator communicator_;
    std::size_t workers_of_all_;
    std::size_t signs_;
    gather_options options_;
    std::vector<std::uint8_t> absent_;
    std::vector<std::size_t> workers_;

    std::optional<ballot_box<Form, Arch>> box_; ///< at the master
    std::vector<peer> peers_;                   ///< at the master, by rank; the first is not used
    std::uint64_t received_ = 0;                ///< bytes of votes in this step
    std::optional<std::uint64_t> collects_;     ///< the step whose states are taken

    mpi_outbox to_master_;
    mpi_inbox from_master_;
    std::vector<std::byte> decision_; ///< as it came
    bool decision_here_ = false;
};

} // namespace election
