// SPDX-License-Identifier: MIT
#include "long_search.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include <election/core/error.hpp>
#include <election/exact/search_checkpoint.hpp>
#include <election/io/atomic_file.hpp>

#ifdef ELECTION_WITH_MPI
#include <election/mpi.hpp>
#endif

#include "options.hpp"
#include "terminal.hpp"

namespace election::program {

struct long_search::implementation {
    implementation(process_session& session, std::optional<std::string> file, double seconds, std::string name)
        : checkpoint(std::move(file)), every(seconds), identity(std::move(name)) {
#ifdef ELECTION_WITH_MPI
        if (session.ranks() > 1) {
            rank_sharing sharing;
            sharing.between_states = every;
            if (checkpoint) sharing.on_state = [this](const search_state& state) { write(state); };
            ranks.emplace(MPI_COMM_WORLD);
            searches.emplace(*ranks, sharing);
        }
#else
        (void)session;
#endif
    }

    void search(const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                search_state& state) {
        current = &problem;
        if (checkpoint && !std::exchange(resumed, true) && std::filesystem::exists(*checkpoint)) {
            std::ifstream stream(*checkpoint, std::ios::binary);
            if (!stream) throw format_error(*checkpoint, 0, "cannot be read");
            search_state from = read_search(stream, *checkpoint, problem, identity);
            has_file = true;
            std::cerr << "election: going on from " << *checkpoint << ": " << grouped(from.nodes) << " nodes, "
                      << rounded(100 * from.done, 3) << " % of the tree done" << std::endl;
            if (state.loss < from.loss) { // a better choice was found on the way here
                from.loss = state.loss;
                from.losers = std::move(state.losers);
            }
            state = std::move(from);
        }
#ifdef ELECTION_WITH_MPI
        if (searches) {
            searches->search(problem, options, kernel, state);
            finish(options, state);
            return;
        }
#endif
        const auto start = std::chrono::steady_clock::now();
        while (true) {
            const double gone = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            if (gone >= options.seconds || options.stop.stop_requested()) break;
            search_options piece = options;
            const double due = every - std::chrono::duration<double>(std::chrono::steady_clock::now() - written).count();
            piece.seconds = std::min(options.seconds - gone, std::max(0.01, due));
            branch_and_bound(problem, piece, kernel, state);
            if (state.open.empty() || (options.enough && !state.losers.empty() && state.loss <= *options.enough)) break;
            if (std::chrono::duration<double>(std::chrono::steady_clock::now() - written).count() >= every) write(state);
        }
        finish(options, state);
    }

    /// What is left when a search ends early, or is done after it was worth writing.
    void finish(const search_options& options, const search_state& state) {
        const double alive = std::chrono::duration<double>(std::chrono::steady_clock::now() - born).count();
        constexpr double short_while = 1;
        if (checkpoint && (options.stop.stop_requested() || alive >= short_while)) write(state);
    }

    void write(const search_state& state) {
        written = std::chrono::steady_clock::now();
        if (!checkpoint) return;
        try {
            write_file(*checkpoint, [&](std::ostream& to) { write_search(to, state, *current, identity); });
            has_file = true;
        } catch (const std::exception& failure) { // hours of search are worth more than the file
            if (!std::exchange(warned, true)) {
                std::cerr << "election: --checkpoint: " << printable(message_of(failure)) << "; the search goes on"
                          << std::endl;
            }
        }
    }

    std::optional<std::string> checkpoint;
    double every;
    std::string identity;
    const cover_problem* current = nullptr;
    bool resumed = false;
    bool has_file = false; ///< that is of this search
    bool warned = false;   ///< that it cannot be written
    std::chrono::steady_clock::time_point born = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point written = born;
#ifdef ELECTION_WITH_MPI
    std::optional<mpi_communicator> ranks;
    std::optional<rank_searches> searches;
#endif
};

long_search::long_search(process_session& session, std::optional<std::string> checkpoint, double every, std::string identity)
    : self_(std::make_unique<implementation>(session, std::move(checkpoint), every, std::move(identity))) {}

long_search::~long_search() = default;

long_search::function long_search::searcher() {
    bool needed = self_->checkpoint.has_value();
#ifdef ELECTION_WITH_MPI
    needed = needed || self_->searches.has_value();
#endif
    if (!needed) return {};
    return [self = self_.get()](const cover_problem& problem, const search_options& options, const cover_kernel& kernel,
                                search_state& state) { self->search(problem, options, kernel, state); };
}

void long_search::end() {
#ifdef ELECTION_WITH_MPI
    if (self_->searches) self_->searches->end();
#endif
}

bool long_search::has_file() const noexcept { return self_->has_file; }

status serve_long_searches(process_session& session, unsigned threads, const cover_kernel& kernel) {
#ifdef ELECTION_WITH_MPI
    const stop_signals ignored; // rank 0 decides
    search_options here;
    here.threads = threads;
    try {
        const mpi_communicator ranks(MPI_COMM_WORLD);
        serve_searches(ranks, here, kernel);
    } catch (const std::exception& failure) {
        std::cerr << "election: " << failure.what() << std::endl;
        session.abort();
        return status::bad_use;
    }
#else
    (void)threads;
    (void)kernel;
#endif
    return session.end(true, status::done);
}

} // namespace election::program
