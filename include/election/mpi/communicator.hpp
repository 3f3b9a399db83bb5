// SPDX-License-Identifier: MIT
// mpi_communicator: a communicator of one's own, whose errors are exceptions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <election/core/error.hpp>

#if !__has_include(<mpi.h>)
#error "<election/mpi.hpp> needs MPI (Debian: libopenmpi-dev) and its include path (CMake: election::mpi)"
#endif
/// \cond
// The C interface only: the old one for C++ would have to be linked.
#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX 1
#endif
/// \endcond
#include <mpi.h>

namespace election {

namespace detail {

/// \throws error  MPI says that something went wrong
inline void require_mpi(int code, std::string_view what) {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING + 1] = {};
    int length = 0;
    MPI_Error_string(code, text, &length);
    throw error(joined({"election::", what, ": ", text}));
}

} // namespace detail

/// A duplicate of a communicator: messages in it meet no others, and errors are returned, not fatal.
///
/// It is freed by free() only and not when it is destroyed: freeing is for all ranks together, and one of them may have stalled.
class mpi_communicator {
public:
    /// Duplicates. All ranks of `from` must do it.
    /// \throws error  MPI says that something went wrong
    explicit mpi_communicator(MPI_Comm from) {
        detail::require_mpi(MPI_Comm_dup(from, &handle_), "mpi_communicator");
        detail::require_mpi(MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN), "mpi_communicator");
        detail::require_mpi(MPI_Comm_rank(handle_, &rank_), "mpi_communicator");
        detail::require_mpi(MPI_Comm_size(handle_, &size_), "mpi_communicator");
    }
    /// What was moved from is none.
    mpi_communicator(mpi_communicator&& other) noexcept
        : handle_(std::exchange(other.handle_, MPI_COMM_NULL)), rank_(other.rank_), size_(other.size_) {}
    /// \copydoc mpi_communicator(mpi_communicator&&)
    mpi_communicator& operator=(mpi_communicator&& other) noexcept {
        handle_ = std::exchange(other.handle_, MPI_COMM_NULL);
        rank_ = other.rank_;
        size_ = other.size_;
        return *this;
    }
    ~mpi_communicator() = default;

    /// MPI's handle.
    [[nodiscard]] MPI_Comm handle() const noexcept { return handle_; }
    /// This process, from 0.
    [[nodiscard]] int rank() const noexcept { return rank_; }
    /// How many processes there are.
    [[nodiscard]] int size() const noexcept { return size_; }
    /// This process, from 0, as an index.
    [[nodiscard]] std::size_t rank_index() const noexcept { return static_cast<std::size_t>(rank_); }
    /// How many processes there are, as a size.
    [[nodiscard]] std::size_t ranks() const noexcept { return static_cast<std::size_t>(size_); }

    /// Frees it. All ranks must do it.
    void free() noexcept {
        if (handle_ != MPI_COMM_NULL) MPI_Comm_free(&handle_);
    }

private:
    MPI_Comm handle_ = MPI_COMM_NULL;
    int rank_ = 0;
    int size_ = 1;
};

} // namespace election
