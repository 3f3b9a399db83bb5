// SPDX-License-Identifier: MIT
// Everything that needs MPI; optional, and no part of election.hpp.
#pragma once

#include <election/mpi/communicator.hpp>
#include <election/mpi/gather_transport.hpp>
#include <election/mpi/inbox.hpp>
#include <election/mpi/mpi_session.hpp>
#include <election/mpi/outbox.hpp>
#include <election/mpi/search_over_ranks.hpp>
#include <election/mpi/search_parcel.hpp>
#include <election/mpi/share_state.hpp>
#include <election/mpi/tree_transport.hpp>
