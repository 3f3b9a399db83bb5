// SPDX-License-Identifier: MIT
// mpi_outbox: messages on their way to one rank, whose bytes are kept until they have left.
#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/mpi/communicator.hpp>

namespace election {

/// Messages to one rank that have not left yet, in order. Sending waits for nobody; memory is bounded by who looks at bytes().
/// Several outboxes may keep the same bytes.
class mpi_outbox {
public:
    /// Bytes that nobody changes any more.
    using message = std::shared_ptr<const std::vector<std::byte>>;

    /// Nothing on its way.
    mpi_outbox() = default;
    /// Requests move along.
    mpi_outbox(mpi_outbox&&) noexcept = default;
    /// \copydoc mpi_outbox(mpi_outbox&&)
    mpi_outbox& operator=(mpi_outbox&& other) noexcept {
        abandon();
        waiting_ = std::move(other.waiting_);
        bytes_ = std::exchange(other.bytes_, 0);
        return *this;
    }
    /// What has not left is never freed, since MPI may still read it.
    ~mpi_outbox() { abandon(); }

    /// Sends.
    /// \param communicator  where
    /// \param to            which rank
    /// \param tag           what it is marked with
    /// \param what          up to 2³¹ − 1 bytes
    /// \throws error  MPI says that something went wrong, too many bytes
    void send(const mpi_communicator& communicator, int to, int tag, message what) {
        if (what->size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
            throw error("election::mpi_outbox: a message of more than 2^31 - 1 bytes; spread the model over fewer signs");
        reap();
        waiting_.push_back({std::move(what), MPI_REQUEST_NULL});
        const std::vector<std::byte>& bytes = *waiting_.back().bytes;
        const int code = MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, tag, communicator.handle(),
                                   &waiting_.back().request);
        if (code != MPI_SUCCESS) waiting_.pop_back();
        detail::require_mpi(code, "mpi_outbox");
        bytes_ += bytes.size();
    }

    /// Forgets what has left.
    /// \returns whether that is all
    /// \throws error  MPI says that something went wrong
    bool reap() {
        while (!waiting_.empty()) {
            int left = 0;
            detail::require_mpi(MPI_Test(&waiting_.front().request, &left, MPI_STATUS_IGNORE), "mpi_outbox");
            if (left == 0) return false;
            bytes_ -= waiting_.front().bytes->size();
            waiting_.pop_front();
        }
        return true;
    }

    /// Bytes on their way.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    /// Messages on their way.
    [[nodiscard]] std::size_t messages() const noexcept { return waiting_.size(); }

private:
    struct entry {
        message bytes;
        MPI_Request request;
    };

    void abandon() noexcept {
        // NOLINTNEXTLINE: they must outlive MPI
        if (!waiting_.empty()) static_cast<void>(new std::deque<entry>(std::move(waiting_)));
        waiting_.clear();
        bytes_ = 0;
    }

    std::deque<entry> waiting_;
    std::size_t bytes_ = 0;
};

} // namespace election
