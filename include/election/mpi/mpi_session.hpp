// SPDX-License-Identifier: MIT
// mpi_session: MPI from its start to an end that comes even if a rank does not answer any more.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

#include <election/core/error.hpp>
#include <election/mpi/communicator.hpp>

namespace election {

/// MPI is there as long as this object: one in a program, made at the start of main().
///
/// MPI_Finalize() waits for all ranks, for ever if one of them has stalled. So whoever knows that one is missing ends the job with
/// end(false, status) instead, after all results are written: rank 0 has MPI end all processes (Open MPI also ends stopped ones),
/// and mpirun returns that status, 0 included. Leaving without MPI_Finalize() is no way out: mpirun returns 1 for that.
/// Where a rank dies, Open MPI ends all others at once; nothing can be written then.
///
/// An exception that leaves the object's scope ends the job with status 2 where there are several ranks; who wants it to be read
/// prints it before. A single rank waits for nobody, and the exception goes on.
///
/// \code
/// #include <election/mpi.hpp>
/// const auto program = [](int argc, char** argv) {
///     election::mpi_session session(argc, argv);
///     bool everybody = true; // what gather_transport::finish() says
///     return session.end(everybody, 0);
/// };
/// static_cast<void>(program);
/// \endcode
class mpi_session {
public:
    /// Starts MPI; threads may be used, but only the one that called this speaks to MPI.
    /// \param argc  main's
    /// \param argv  main's
    /// \throws error  MPI does not start
    mpi_session(int& argc, char**& argv) {
        int provided = 0;
        detail::require_mpi(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided), "mpi_session");
        if (provided < MPI_THREAD_FUNNELED) throw error("election::mpi_session: this MPI cannot be used with threads");
        MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    }
    mpi_session(const mpi_session&) = delete;
    mpi_session& operator=(const mpi_session&) = delete;
    /// Ends MPI, if end() has not: with all ranks, or, if an exception is under way, without waiting for others.
    ~mpi_session() {
        if (ended_) return;
        if (ranks_ > 1 && std::uncaught_exceptions() > exceptions_) abort(2);
        MPI_Finalize();
    }

    /// This process, from 0.
    [[nodiscard]] int rank() const noexcept { return rank_; }
    /// How many processes there are.
    [[nodiscard]] int ranks() const noexcept { return ranks_; }

    /// Ends MPI when everything is written.
    /// \param everybody  whether all ranks call this, with the same value; if not, does not return
    /// \param status     of the program; that of rank 0 counts where a rank is missing
    /// \returns status
    int end(bool everybody, int status) {
        if (!everybody) {
            std::fflush(nullptr);
            if (rank_ == 0) abort(status);
            // Whoever went now would have the job ended before rank 0 has written all.
            std::this_thread::sleep_for(std::chrono::hours(1));
            std::_Exit(status);
        }
        ended_ = true;
        MPI_Finalize();
        return status;
    }

    /// Ends all processes at once, stopped ones too. \param status  what mpirun returns
    [[noreturn]] static void abort(int status) {
        std::fflush(nullptr);
        MPI_Abort(MPI_COMM_WORLD, status);
        std::_Exit(status);
    }

private:
    int rank_ = 0;
    int ranks_ = 1;
    int exceptions_ = std::uncaught_exceptions();
    bool ended_ = false;
};

} // namespace election
