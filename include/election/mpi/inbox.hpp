// SPDX-License-Identifier: MIT
// mpi_inbox: takes messages of any size from one rank, one after the other, and waits for none.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/mpi/communicator.hpp>

namespace election {

/// Messages from one rank that may lie about everything: sizes and tags are what they are. A message that has begun to arrive and goes
/// on when its sender does blocks nobody.
///
/// Every message is received whole: a receive buffer that is too short is no safe way to cut a message, since Open MPI 4.1 then writes
/// past its end. So memory is bounded by refusing: what is above a limit is never received, and nothing from this rank is after it.
class mpi_inbox {
public:
    /// What came.
    struct arrival {
        int tag;                          ///< as its sender marked it
        std::span<const std::byte> bytes; ///< valid until the next poll()
    };

    /// Nothing under way.
    mpi_inbox() = default;
    /// A message under way moves along.
    mpi_inbox(mpi_inbox&& other) noexcept
        : memory_(std::move(other.memory_)), request_(std::exchange(other.request_, MPI_REQUEST_NULL)), tag_(other.tag_),
          size_(other.size_), refused_(other.refused_) {}
    /// \copydoc mpi_inbox(mpi_inbox&&)
    mpi_inbox& operator=(mpi_inbox&& other) noexcept {
        abandon();
        memory_ = std::move(other.memory_);
        request_ = std::exchange(other.request_, MPI_REQUEST_NULL);
        tag_ = other.tag_;
        size_ = other.size_;
        refused_ = other.refused_;
        return *this;
    }
    /// Memory that MPI may still write to is never freed.
    ~mpi_inbox() { abandon(); }

    /// The next message, if it is here.
    /// \tparam Limit        largest number of bytes by tag
    /// \param communicator  where
    /// \param from          which rank
    /// \param limit         called as limit(tag): the largest message that is received
    /// \throws error  MPI says that something went wrong
    template <class Limit>
    [[nodiscard]] std::optional<arrival> poll(const mpi_communicator& communicator, int from, const Limit& limit) {
        if (request_ == MPI_REQUEST_NULL && !begin(communicator, from, limit)) return std::nullopt;
        int here = 0;
        detail::require_mpi(MPI_Test(&request_, &here, MPI_STATUS_IGNORE), "mpi_inbox");
        if (here == 0) return std::nullopt;
        request_ = MPI_REQUEST_NULL;
        return arrival{tag_, std::span<const std::byte>(memory_).first(size_)};
    }
    /// Whether a message was above its limit; none is taken from this rank any more.
    [[nodiscard]] bool refused() const noexcept { return refused_; }

private:
    template <class Limit>
    bool begin(const mpi_communicator& communicator, int from, const Limit& limit) {
        if (refused_) return false;
        int here = 0;
        MPI_Status status;
        detail::require_mpi(MPI_Iprobe(from, MPI_ANY_TAG, communicator.handle(), &here, &status), "mpi_inbox");
        if (here == 0) return false;
        int count = 0;
        MPI_Get_count(&status, MPI_BYTE, &count); // MPI_UNDEFINED, which is negative, where it is no int
        tag_ = status.MPI_TAG;
        refused_ = count < 0 || static_cast<std::size_t>(count) > limit(tag_);
        if (refused_) return false;
        size_ = static_cast<std::size_t>(count);
        constexpr std::size_t small = std::size_t{1} << 20U;
        if (memory_.size() > small && memory_.size() / 8 > size_) memory_ = {}; // one large message is not paid for always
        if (memory_.size() < size_) memory_.resize(size_);
        // Nobody else receives here, so that this is the message that was looked at.
        detail::require_mpi(MPI_Irecv(memory_.data(), count, MPI_BYTE, from, tag_, communicator.handle(), &request_),
                            "mpi_inbox");
        return true;
    }
    void abandon() noexcept {
        // NOLINTNEXTLINE: it must outlive MPI
        if (request_ != MPI_REQUEST_NULL) static_cast<void>(new std::vector<std::byte>(std::move(memory_)));
        request_ = MPI_REQUEST_NULL;
    }

    std::vector<std::byte> memory_;
    MPI_Request request_ = MPI_REQUEST_NULL;
    int tag_ = 0;
    std::size_t size_ = 0;
    bool refused_ = false;
};

} // namespace election
