// SPDX-License-Identifier: MIT
// share_state() and collect_states(): saved states among ranks that all answer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/mpi/communicator.hpp>
#include <election/train/trainer_state.hpp>

namespace election {

namespace detail {

inline constexpr std::size_t mpi_piece = std::size_t{1} << 28U; ///< of a text that may be longer than an int says

} // namespace detail

/// Gives rank 0's text to all ranks: a checkpoint, read once. All ranks call it.
/// \param communicator  of the ranks
/// \param text          of rank 0; replaced elsewhere
/// \throws error  MPI says that something went wrong
inline void share_text(const mpi_communicator& communicator, std::string& text) {
    std::uint64_t size = text.size();
    detail::require_mpi(MPI_Bcast(&size, 1, MPI_UINT64_T, 0, communicator.handle()), "share_text");
    text.resize(static_cast<std::size_t>(size));
    for (std::size_t first = 0; first < text.size(); first += detail::mpi_piece) {
        const auto count = static_cast<int>(std::min(detail::mpi_piece, text.size() - first));
        detail::require_mpi(MPI_Bcast(text.data() + first, count, MPI_CHAR, 0, communicator.handle()), "share_text");
    }
}

/// Gives the state of the whole run, which rank 0 has read, to all ranks, that each may restore its share. All ranks call it.
/// \param communicator  of the ranks
/// \param state         of rank 0; elsewhere not looked at
/// \throws error  MPI says that something went wrong
[[nodiscard]] inline trainer_state share_state(const mpi_communicator& communicator, const trainer_state& state) {
    std::string text;
    if (communicator.rank() == 0) {
        std::ostringstream to;
        state.write(to);
        text = std::move(to).str();
    }
    share_text(communicator, text);
    std::istringstream from(std::move(text));
    return trainer_state::read(from);
}

/// Brings the states of all ranks together, waiting for each; for ranks that trust each other (tree_transport). All ranks call it
/// after the same step. Under gather_transport use its collect(), which waits for nobody too long.
/// \param communicator  of the ranks
/// \param mine          of this rank
/// \returns at rank 0 the state of the whole run, elsewhere nothing
/// \throws error  MPI says that something went wrong
[[nodiscard]] inline std::optional<trainer_state> collect_states(const mpi_communicator& communicator,
                                                                 const trainer_state& mine) {
    constexpr int tag = 3;
    if (communicator.rank() != 0) {
        std::ostringstream to;
        mine.write(to);
        const std::string text = std::move(to).str();
        const std::uint64_t size = text.size();
        detail::require_mpi(MPI_Send(&size, 1, MPI_UINT64_T, 0, tag, communicator.handle()), "collect_states");
        for (std::size_t first = 0; first < text.size(); first += detail::mpi_piece) {
            const auto count = static_cast<int>(std::min(detail::mpi_piece, text.size() - first));
            detail::require_mpi(MPI_Send(text.data() + first, count, MPI_CHAR, 0, tag, communicator.handle()),
                                "collect_states");
        }
        return std::nullopt;
    }
    std::vector<trainer_state> states{mine};
    for (int rank = 1; rank < communicator.size(); ++rank) {
        std::uint64_t size = 0;
        detail::require_mpi(MPI_Recv(&size, 1, MPI_UINT64_T, rank, tag, communicator.handle(), MPI_STATUS_IGNORE),
                            "collect_states");
        std::string text(static_cast<std::size_t>(size), '\0');
        for (std::size_t first = 0; first < text.size(); first += detail::mpi_piece) {
            const auto count = static_cast<int>(std::min(detail::mpi_piece, text.size() - first));
            detail::require_mpi(
                MPI_Recv(text.data() + first, count, MPI_CHAR, rank, tag, communicator.handle(), MPI_STATUS_IGNORE),
                "collect_states");
        }
        std::istringstream from(std::move(text));
        states.push_back(trainer_state::read(from));
    }
    return merge_states(std::move(states));
}

} // namespace election
