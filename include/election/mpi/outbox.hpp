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
/// Several outboxes may keep the same bytes. MPI gets a few of them at a time: Open MPI looks at all that it has whenever it is called,
/// which would slow all others down where one rank has stalled. So reap() must be called now and then.
class mpi_outbox {
public:
    /// Bytes that nobody changes any more.
    using message = std::shared_ptr<const std::vector<std::byte>>;

    /// A message of these bytes. (Made here, in what is no template, since clang++ 14 leaves out the members of a shared_ptr that it
    /// first meets in a constrained template's member.)
    /// \param bytes  what will be sent
    [[nodiscard]] static message made(std::vector<std::byte> bytes) {
        return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    }

    /// Nothing on its way.
    mpi_outbox() = default;
    /// Requests move along.
    mpi_outbox(mpi_outbox&& other) noexcept
        : sending_(std::move(other.sending_)), queue_(std::move(other.queue_)), communicator_(other.communicator_),
          bytes_(std::exchange(other.bytes_, 0)) {
        other.sending_.clear();
        other.queue_.clear();
    }
    /// \copydoc mpi_outbox(mpi_outbox&&)
    mpi_outbox& operator=(mpi_outbox&& other) noexcept {
        abandon();
        sending_ = std::move(other.sending_);
        queue_ = std::move(other.queue_);
        communicator_ = other.communicator_;
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
        bytes_ += what->size();
        queue_.push_back({std::move(what), to, tag});
        communicator_ = communicator.handle();
        reap();
    }

    /// Forgets what has left, and hands on what waits for that.
    /// \returns whether nothing is left
    /// \throws error  MPI says that something went wrong
    bool reap() {
        while (!sending_.empty()) {
            int left = 0;
            detail::require_mpi(MPI_Test(&sending_.front().request, &left, MPI_STATUS_IGNORE), "mpi_outbox");
            if (left == 0) break;
            bytes_ -= sending_.front().bytes->size();
            sending_.pop_front();
        }
        while (!queue_.empty() && sending_.size() < at_once) {
            entry& next = queue_.front();
            const std::vector<std::byte>& bytes = *next.bytes;
            detail::require_mpi(MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, next.to, next.tag,
                                          communicator_, &next.request),
                                "mpi_outbox");
            sending_.push_back(std::move(next));
            queue_.pop_front(); // NOLINT(clang-analyzer-optin.mpi.MPI-Checker): what waits for the request is in sending_
        }
        return sending_.empty();
    }

    /// Bytes on their way.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    /// Messages on their way.
    [[nodiscard]] std::size_t messages() const noexcept { return sending_.size() + queue_.size(); }

private:
    static constexpr std::size_t at_once = 64;

    struct entry {
        message bytes;
        int to;
        int tag;
        MPI_Request request = MPI_REQUEST_NULL;
    };

    void abandon() noexcept {
        // NOLINTNEXTLINE: they must outlive MPI
        if (!sending_.empty()) static_cast<void>(new std::deque<entry>(std::move(sending_)));
        sending_.clear();
        queue_.clear();
        bytes_ = 0;
    }

    std::deque<entry> sending_; ///< MPI has them; their requests stay where they are
    std::deque<entry> queue_;   ///< MPI does not
    MPI_Comm communicator_ = MPI_COMM_NULL;
    std::size_t bytes_ = 0;
};

} // namespace election
