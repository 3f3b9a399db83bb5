// SPDX-License-Identifier: MIT
// rank_searches, serve_searches(): a search tree of rank 0, searched by all ranks of MPI.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <iterator>
#include <limits>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/branch_and_bound.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_tables.hpp>
#include <election/mpi/communicator.hpp>
#include <election/mpi/inbox.hpp>
#include <election/mpi/outbox.hpp>
#include <election/mpi/search_parcel.hpp>

namespace election {

/// How ranks share a search.
struct rank_sharing {
    double slice = 0.25; ///< seconds that a rank searches before it answers; it is heard sooner if it is done or called back
    double least_slice = 0.02; ///< seconds that it may search before it is called back for others to have something to do
    /// At rank 0, on the calling thread: everything that is known, what other ranks have at the moment included, to be written down.
    std::function<void(const search_state&)> on_state = {};
    double between_states = 60; ///< seconds between such calls
};

namespace detail {

enum search_tag : int { tag_problem = 1, tag_work = 2, tag_call_back = 3, tag_end = 4, tag_answer = 5 };

/// A part that is being searched, on threads of its own: MPI belongs to the one that called.
class running_search {
public:
    /// \param looks_elsewhere  whether it looks for good choices elsewhere, too: one rank is enough for that
    running_search(const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                   search_parcel parcel, bool looks_elsewhere)
        : parcel_(std::move(parcel)) {
        options_.looks_elsewhere = looks_elsewhere;
        options_.threads = options.threads;
        options_.iterations = options.iterations;
        options_.enough = parcel_.state.loss - 1; // a better choice is news for all
        options_.seconds = parcel_.seconds;
        options_.nodes = parcel_.nodes;
        options_.stop = stop_.get_token();
        done_ = std::async(std::launch::async,
                           [this, &problem, &kernel] { branch_and_bound(problem, options_, kernel, parcel_.state); });
    }
    running_search(const running_search&) = delete;
    running_search& operator=(const running_search&) = delete;
    /// Waits for it.
    ~running_search() { stop_.request_stop(); }

    /// Whether it is over, after a moment of waiting for that.
    [[nodiscard]] bool is_over() {
        constexpr std::chrono::microseconds moment(500);
        return done_.wait_for(moment) == std::future_status::ready;
    }
    void stop() noexcept { stop_.request_stop(); }
    [[nodiscard]] std::uint64_t serial() const noexcept { return parcel_.serial; }
    /// What became of it, when it is over.
    /// \throws ...  what the search threw
    [[nodiscard]] search_parcel take() {
        done_.get();
        return std::move(parcel_);
    }

private:
    search_parcel parcel_;
    search_options options_;
    std::stop_source stop_;
    std::future<void> done_; ///< destroyed first, which waits
};

/// An idle rank lets others have the processor.
inline void rest_a_moment() { std::this_thread::sleep_for(std::chrono::microseconds(200)); }

inline constexpr auto message_of_any_size = [](int) noexcept { return std::numeric_limits<std::size_t>::max(); };

/// Another rank, as rank 0 sees it.
struct search_peer {
    mpi_inbox inbox;
    mpi_outbox outbox;
    std::vector<open_subtree> has; ///< as it was given: what it found out since is not known
    bool is_busy = false;
    bool is_called_back = false;
    std::uint64_t serial = 0;                    ///< of its work
    std::int64_t loss = 0;                       ///< that it is to beat
    std::chrono::steady_clock::time_point since; ///< it has that
};

/// What rank 0 does: shares out what is open, keeps what is known, and searches as the others do.
class rank_zero_search {
public:
    /// \param peers   the first is this rank; nobody has anything to do
    /// \param serial  of the last work that was given
    rank_zero_search(const mpi_communicator& communicator, const cover_problem& problem, const search_options& options,
                     const cover_kernel& kernel, const rank_sharing& sharing, search_state& state,
                     std::vector<search_peer>& peers, std::uint64_t& serial)
        : communicator_(communicator), problem_(problem), options_(options), kernel_(kernel), sharing_(sharing),
          state_(state), column_words_(column_words_of(problem)), peers_(peers), serial_(serial),
          found_(!state.losers.empty()) {}

    void run() {
        stopping_ = is_enough();
        const auto problem = packed_problem(problem_);
        for (std::size_t rank = 1; rank < peers_.size(); ++rank) send(rank, tag_problem, problem);
        while (true) {
            const bool any = take_answers();
            look_at_limits();
            const bool busy = std::any_of(peers_.begin(), peers_.end(), [](const search_peer& one) { return one.is_busy; });
            if (!busy && (stopping_ || state_.open.empty())) break;
            if (!stopping_) hand_out();
            call_back();
            tell();
            if (!any && !own_) rest_a_moment();
        }
        state_.seconds += seconds_since(start_);
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    using clock = std::chrono::steady_clock;

    [[nodiscard]] static double seconds_since(clock::time_point then) {
        return std::chrono::duration<double>(clock::now() - then).count();
    }
    [[nodiscard]] bool is_enough() const { return options_.enough && found_ && state_.loss <= *options_.enough; }

    [[nodiscard]] std::uint64_t nodes_left() const {
        return options_.nodes - std::min(options_.nodes, state_.nodes - first_nodes_);
    }

    void send(std::size_t rank, int tag, mpi_outbox::message message) {
        peers_[rank].outbox.send(communicator_, static_cast<int>(rank), tag, std::move(message));
    }

    /// \returns whether there were any
    bool take_answers() {
        bool any = false;
        if (own_ && own_->is_over()) {
            search_parcel answer = own_->take();
            own_.reset();
            state_.looks = answer.state.looks;
            take(0, std::move(answer));
            any = true;
        }
        for (std::size_t rank = 1; rank < peers_.size(); ++rank) {
            search_peer& one = peers_[rank];
            one.outbox.reap();
            const auto arrived = one.inbox.poll(communicator_, static_cast<int>(rank), message_of_any_size);
            if (!arrived) continue;
            take(rank, search_parcel::unpacked(arrived->bytes, column_words_));
            any = true;
        }
        return any;
    }

    void take(std::size_t rank, search_parcel answer) {
        search_peer& one = peers_[rank];
        one.is_busy = false;
        one.is_called_back = false;
        one.has.clear();
        begun_ = begun_ || answer.state.nodes > 0;
        state_.nodes += answer.state.nodes;
        state_.done += answer.state.done;
        if (answer.state.loss < state_.loss) {
            state_.loss = answer.state.loss;
            state_.losers = std::move(answer.state.losers);
            found_ = true;
        }
        for (open_subtree& part : answer.state.open) {
            part.id = state_.next_id++;
            state_.open.push_back(std::move(part));
        }
    }

    /// A limit of time counts once something was done, so that going on again and again comes to an end.
    void look_at_limits() {
        if (options_.stop.stop_requested() || nodes_left() == 0) stopping_ = true;
        if (begun_ && (is_enough() || seconds_since(start_) > options_.seconds)) stopping_ = true;
    }

    /// Gives the largest subtrees to those who have none. Where very many are open the smallest, which are done soonest: otherwise they
    /// would become more and more.
    void hand_out() {
        const std::size_t ranks = peers_.size();
        constexpr std::size_t most_at_once = 64;
        for (std::size_t rank = 0; rank < ranks && !state_.open.empty(); ++rank) {
            search_peer& one = peers_[rank];
            if (one.is_busy) continue;
            const auto smaller = [](const open_subtree& a, const open_subtree& b) { return a.share < b.share; };
            const bool few = state_.open.size() <= most_at_once * ranks;
            const std::size_t count = std::clamp<std::size_t>(state_.open.size() / (2 * ranks), 1, most_at_once);
            const auto first = state_.open.begin();
            const auto middle =
                few ? state_.open.end() - static_cast<std::ptrdiff_t>(count) : first + static_cast<std::ptrdiff_t>(count);
            if (middle != state_.open.end()) std::nth_element(first, middle, state_.open.end(), smaller);
            const auto from = few ? middle : first;
            const auto to = few ? state_.open.end() : middle;
            one.has.assign(std::move_iterator(from), std::move_iterator(to));
            state_.open.erase(from, to);
            give(rank);
        }
    }

    void give(std::size_t rank) {
        search_peer& one = peers_[rank];
        one.is_busy = true;
        one.serial = ++serial_;
        one.loss = state_.loss;
        one.since = clock::now();
        search_parcel work;
        work.serial = one.serial;
        work.seconds = std::min(sharing_.slice, std::max(0.0, options_.seconds - seconds_since(start_)));
        work.nodes = nodes_left();
        work.state.open = one.has;
        work.state.loss = state_.loss; // without losers: others are of interest only if they are better
        if (rank != 0) {
            send(rank, tag_work, work.packed_up());
            return;
        }
        // Good choices are looked for here alone, when the whole search is long.
        work.state.looks = state_.looks;
        work.state.seconds = state_.seconds + seconds_since(start_);
        own_ = std::make_unique<running_search>(problem_, options_, kernel_, std::move(work), options_.looks_elsewhere);
    }

    /// Everybody at the end, and all who search for what is no longer good enough; else some of those who have searched longest, if
    /// others have nothing to do.
    void call_back() {
        std::size_t idle = 0;
        std::size_t called = 0;
        for (std::size_t rank = 0; rank < peers_.size(); ++rank) {
            const search_peer& one = peers_[rank];
            if (one.is_busy && !one.is_called_back && (stopping_ || one.loss > state_.loss)) call_back(rank);
            idle += one.is_busy ? 0U : 1U;
            called += one.is_called_back ? 1U : 0U;
        }
        if (stopping_ || !state_.open.empty()) return;
        constexpr std::size_t served_by_one = 4; // whoever is called back has a stack of subtrees
        for (std::size_t wanted = (idle + served_by_one - 1) / served_by_one; called < wanted; ++called) {
            std::size_t longest = peers_.size();
            for (std::size_t rank = 0; rank < peers_.size(); ++rank) {
                const search_peer& one = peers_[rank];
                if (!one.is_busy || one.is_called_back || seconds_since(one.since) < sharing_.least_slice) continue;
                if (longest == peers_.size() || one.since < peers_[longest].since) longest = rank;
            }
            if (longest == peers_.size()) return;
            call_back(longest);
        }
    }

    void call_back(std::size_t rank) {
        peers_[rank].is_called_back = true;
        if (rank == 0) return own_->stop();
        search_parcel call;
        call.serial = peers_[rank].serial;
        send(rank, tag_call_back, call.packed_up());
    }

    /// Calls whom it may concern. What they throw ends the search as a stop does, so that nobody waits for this rank.
    void tell() {
        if (failure_) return;
        try {
            constexpr double between_reports = 0.1;
            if (options_.on_progress && seconds_since(reported_) >= between_reports) {
                reported_ = clock::now();
                options_.on_progress({state_.nodes, state_.done, state_.loss, seconds_since(start_)});
            }
            if (sharing_.on_state && seconds_since(kept_) >= sharing_.between_states) {
                search_state whole = state_;
                for (const search_peer& one : peers_) whole.open.insert(whole.open.end(), one.has.begin(), one.has.end());
                sharing_.on_state(whole);
                kept_ = clock::now();
            }
        } catch (...) {
            failure_ = std::current_exception();
            stopping_ = true;
        }
    }

    const mpi_communicator& communicator_;
    const cover_problem& problem_;
    const search_options& options_;
    const cover_kernel& kernel_;
    const rank_sharing& sharing_;
    search_state& state_;
    std::size_t column_words_;
    std::vector<search_peer>& peers_;
    std::uint64_t& serial_;
    std::unique_ptr<running_search> own_;
    bool found_;                               ///< a choice
    std::uint64_t first_nodes_ = state_.nodes; ///< of searches before
    bool begun_ = false;
    bool stopping_ = false;
    std::exception_ptr failure_;
    clock::time_point start_ = clock::now();
    clock::time_point reported_ = start_;
    clock::time_point kept_ = start_;
};

} // namespace detail

/// What all ranks but 0 do meanwhile: they search what rank_searches at rank 0 gives them, until that ends.
/// \param communicator  of the ranks, which trust each other; for nothing else meanwhile
/// \param options       threads and iterations of this rank; nothing else is looked at
/// \param kernel        of an architecture that this rank has
/// \throws error  MPI says that something went wrong, a message that no rank sends
/// \throws ...    what the search throws. The job must be ended then (mpi_session)
inline void serve_searches(const mpi_communicator& communicator, const search_options& options, const cover_kernel& kernel) {
    using namespace detail;
    mpi_inbox inbox;
    mpi_outbox outbox;
    cover_problem problem;
    std::size_t column_words = 0;
    std::unique_ptr<running_search> running;
    bool ended = false;
    while (!ended || !outbox.reap()) {
        const auto arrived = inbox.poll(communicator, 0, message_of_any_size);
        if (arrived && arrived->tag == tag_problem) {
            problem = unpacked_problem(arrived->bytes);
            column_words = column_words_of(problem);
        } else if (arrived && arrived->tag == tag_work) {
            running = std::make_unique<running_search>(problem, options, kernel,
                                                       search_parcel::unpacked(arrived->bytes, column_words), false);
        } else if (arrived && arrived->tag == tag_call_back) {
            // It may be about work whose answer is on its way.
            if (running && running->serial() == search_parcel::unpacked(arrived->bytes, column_words).serial)
                running->stop();
        } else if (arrived) {
            ended = true;
        }
        if (!running) {
            outbox.reap();
            if (!arrived) rest_a_moment();
        } else if (running->is_over()) {
            outbox.send(communicator, 0, tag_answer, running->take().packed_up());
            running.reset();
        }
    }
}

/// Searches trees with all ranks. Rank 0 has one of these, all others are in serve_searches() as long as it is there.
///
/// Rank 0 has the state. It gives open subtrees to whoever has nothing to do, itself included, with the loss that is to be beaten; they
/// answer after a slice of time, or as soon as they have something better, with what is done, what is left and what they found. If
/// subtrees run out, somebody is called back and shares what it has. A rank that dies ends the job, as Open MPI does it: write the state
/// down now and then (rank_sharing::on_state) and go on from that.
///
/// \code
/// #include <election/mpi.hpp>
/// const auto least_loss = [](const election::mpi_communicator& ranks, const election::cover_problem& problem) {
///     const auto kernel = election::cover_kernel_for<election::default_arch>();
///     if (ranks.rank() != 0) {
///         election::serve_searches(ranks, {}, kernel);
///         return std::int64_t{0};
///     }
///     election::rank_searches searches(ranks);
///     auto state = election::search_from(problem, election::tabu_search(problem));
///     searches.search(problem, {}, kernel, state);
///     searches.end();
///     return state.loss;
/// };
/// static_cast<void>(least_loss);
/// \endcode
class rank_searches {
public:
    /// \param communicator  of the ranks, which trust each other; for nothing else meanwhile
    /// \param sharing       how work is shared out
    explicit rank_searches(const mpi_communicator& communicator, rank_sharing sharing = {})
        : communicator_(communicator), sharing_(std::move(sharing)), peers_(communicator.ranks()) {}
    rank_searches(const rank_searches&) = delete;
    rank_searches& operator=(const rank_searches&) = delete;
    /// Lets the others go, unless a search ended with an exception while they had work: then the job must be ended (mpi_session).
    ~rank_searches() {
        try {
            if (std::none_of(peers_.begin(), peers_.end(), [](const auto& one) { return one.is_busy; })) end();
        } catch (const error&) { // nobody can be told any more
        }
    }

    /// As branch_and_bound(), on all ranks.
    /// \param problem  any; the others get it
    /// \param options  as there; progress lags behind by a slice, and nodes are limited for each rank's work
    /// \param kernel   of an architecture that this rank has
    /// \param state    is gone on with, and is complete also where a limit, a stop or a callback's exception ended it. Names of subtrees
    ///                 are new: proofs cannot be written
    /// \throws error            MPI says that something went wrong
    /// \throws parameter_error  as branch_and_bound()
    /// \throws ...              what a callback threw, after all have answered
    void search(const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                search_state& state) {
        detail::require_valid(problem, "rank_searches");
        static_cast<void>(detail::cover_tables(problem)); // what is too large is refused before anybody has work
        detail::rank_zero_search(communicator_, problem, options, kernel, sharing_, state, peers_, serial_).run();
    }

    /// Lets the others return from serve_searches(). No search may follow.
    /// \throws error  MPI says that something went wrong
    void end() {
        if (std::exchange(ended_, true)) return;
        for (std::size_t rank = 1; rank < peers_.size(); ++rank) {
            peers_[rank].outbox.send(communicator_, static_cast<int>(rank), detail::tag_end, mpi_outbox::made({}));
        }
        while (std::any_of(peers_.begin(), peers_.end(), [](auto& one) { return !one.outbox.reap(); }))
            detail::rest_a_moment();
    }

private:
    const mpi_communicator& communicator_;
    rank_sharing sharing_;
    std::vector<detail::search_peer> peers_; ///< the first is this rank
    std::uint64_t serial_ = 0;
    bool ended_ = false;
};

} // namespace election
