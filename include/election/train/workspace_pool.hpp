// SPDX-License-Identifier: MIT
// workspace_pool: scratch memory for threads that come and go.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace election {

/// Lends objects to threads, each to one at a time; as many are made as are ever lent at once, and kept.
/// \tparam W  default-constructible
///
/// \code
/// election::workspace_pool<std::vector<int>> pool;
/// {
///     const auto mine = pool.lease();
///     mine->assign(3, 7);
/// }
/// assert(pool.lease()->size() == 3); // the same one again
/// \endcode
template <class W>
class workspace_pool {
    struct shared {
        std::mutex mutex;
        std::vector<std::unique_ptr<W>> free;
        std::size_t made = 0;
    };

public:
    /// Somebody's for as long as it lives. The pool must outlive it, and not be moved meanwhile.
    class leased {
    public:
        leased(const leased&) = delete;
        leased& operator=(const leased&) = delete;
        /// Gives it back.
        ~leased() {
            const std::lock_guard lock(pool_.mutex);
            pool_.free.push_back(std::move(mine_));
        }
        /// The object.
        [[nodiscard]] W& operator*() const noexcept { return *mine_; }
        /// The object.
        [[nodiscard]] W* operator->() const noexcept { return mine_.get(); }

    private:
        friend class workspace_pool;
        explicit leased(shared& pool) : pool_(pool) {
            const std::lock_guard lock(pool_.mutex);
            // Room for all that are lent, so that giving back cannot fail.
            if (pool_.free.empty()) {
                mine_ = std::make_unique<W>();
                pool_.free.reserve(++pool_.made);
            } else {
                mine_ = std::move(pool_.free.back());
                pool_.free.pop_back();
            }
        }
        shared& pool_;
        std::unique_ptr<W> mine_;
    };

    /// An object that nobody else has; from any thread.
    [[nodiscard]] leased lease() const { return leased(*shared_); }

private:
    std::unique_ptr<shared> shared_ = std::make_unique<shared>();
};

} // namespace election
