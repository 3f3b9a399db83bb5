// SPDX-License-Identifier: MIT
// batches: which samples of a partition a step reads, in order or reshuffled every epoch, for any step without those before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/data/partitioner.hpp>
#include <election/data/random_sequence.hpp>

namespace election {

/// How batches are read beyond their size.
struct batch_options {
    bool reshuffle = false; ///< whether each partition is brought into a new random order at the beginning of every epoch
    std::uint64_t seed = 0; ///< decides these orders
};

/// Mini-batches of every partition: step s is mini-batch t = s mod steps_per_epoch() of epoch ⌊s / steps_per_epoch()⌋, and reads
/// rows [t·B, (t + 1)·B) of each partition, in the partition's order or in one drawn anew for each epoch.
///
/// What a step reads depends on the partitioning, B, the options, the partition and the step alone, so that a run that is
/// resumed reads what it would have read. An epoch has as many steps as the smallest partition has whole batches; what other
/// partitions have beyond that is not read in this epoch: never without reshuffling, sooner or later with it.
/// Copies share the lists of samples. One object serves any number of threads.
///
/// \code
/// const election::batches batches(election::contiguous_partitions(12, 2), 3);
/// assert(batches.steps_per_epoch() == 2);
/// assert(batches.rows(1, 3)[0] == 9); // the second epoch reads the same: 6 7 8, 9 10 11
/// \endcode
class batches {
    struct plan {
        partitioning parts;
        std::size_t batch_size;
        std::size_t steps_per_epoch;
        batch_options options;
    };

public:
    /// The orders of the epoch that a thread is in: memory, one a thread, so that the order need not be drawn for each step. It
    /// serves any object of `batches` and changes no result.
    class order_cache {
        friend class batches;
        struct order {
            std::optional<std::uint64_t> epoch;
            std::vector<std::uint32_t> rows;
        };
        std::shared_ptr<const plan> plan_; // held, so that no other plan can have its address
        std::vector<order> orders_;
    };

    /// \param parts       the samples of each partition
    /// \param batch_size  B, 1 … the size of the smallest partition
    /// \param options     whether and how to reshuffle
    /// \throws parameter_error  an empty batch, or one larger than a partition
    batches(partitioning parts, std::size_t batch_size, batch_options options = {}) {
        detail::require(batch_size >= 1, "batches", "batch_size", batch_size, "must be at least 1");
        for (std::size_t j = 0; j < parts.partitions(); ++j) {
            detail::require(batch_size <= parts[j].size(), "batches", "batch_size", batch_size, "is larger than partition ",
                            j, ", which has ", parts[j].size(), parts[j].size() == 1 ? " sample" : " samples",
                            "; take a batch of at most ", parts.smallest(), ", fewer partitions or more data");
        }
        const std::size_t steps = parts.smallest() / batch_size;
        plan_ = std::make_shared<const plan>(plan{std::move(parts), batch_size, steps, options});
    }

    /// The number of partitions, k.
    [[nodiscard]] std::size_t partitions() const noexcept { return plan_->parts.partitions(); }
    /// The number of samples of a mini-batch, B.
    [[nodiscard]] std::size_t batch_size() const noexcept { return plan_->batch_size; }
    /// How many steps an epoch has: ⌊smallest partition / B⌋, at least 1.
    [[nodiscard]] std::size_t steps_per_epoch() const noexcept { return plan_->steps_per_epoch; }
    /// The epoch that a step belongs to, from 0.
    /// \param step  from 0
    [[nodiscard]] std::uint64_t epoch(std::uint64_t step) const noexcept { return step / plan_->steps_per_epoch; }
    /// The samples of each partition.
    [[nodiscard]] const partitioning& parts() const noexcept { return plan_->parts; }

    /// What partition `partition` reads at a step, without reshuffling.
    /// \param partition  below partitions(); unchecked
    /// \param step       from 0, counted over all epochs
    /// \returns B sample numbers, valid as long as this object or a copy of it
    /// \throws parameter_error  batches are reshuffled: then an order_cache is needed
    /// \par Complexity
    /// O(1)
    [[nodiscard]] std::span<const std::uint32_t> rows(std::size_t partition, std::uint64_t step) const {
        detail::require(!plan_->options.reshuffle, "batches", "reshuffle", "true",
                        "needs an order_cache: rows(partition, step, cache)");
        return batch_of(plan_->parts[partition], step);
    }

    /// What partition `partition` reads at a step, reshuffled or not.
    /// \param partition  below partitions(); unchecked
    /// \param step       from 0, counted over all epochs
    /// \param cache      memory of this thread
    /// \returns B sample numbers, valid until the cache is used for another epoch of the partition or another object
    /// \throws parameter_error  reshuffled beyond epoch 2³² − 1
    /// \par Complexity
    /// O(1); O(samples of the partition) where the cache has another epoch of it
    ///
    /// \code
    /// const election::batches batches(election::contiguous_partitions(12, 2), 3, {.reshuffle = true, .seed = 7});
    /// election::batches::order_cache a, b;
    /// assert(batches.rows(0, 5, a).size() == 3);
    /// assert(batches.rows(0, 4, a)[0] == batches.rows(0, 4, b)[0]); // whatever was asked for before
    /// \endcode
    [[nodiscard]] std::span<const std::uint32_t> rows(std::size_t partition, std::uint64_t step, order_cache& cache) const {
        if (!plan_->options.reshuffle) return batch_of(plan_->parts[partition], step);
        if (cache.plan_ != plan_) {
            cache.orders_.assign(partitions(), {});
            cache.plan_ = plan_;
        }
        auto& order = cache.orders_[partition];
        if (order.epoch != epoch(step)) {
            detail::require(epoch(step) <= std::numeric_limits<std::uint32_t>::max(), "batches", "epoch", epoch(step),
                            "must be below 2^32 where epochs are reshuffled");
            order.epoch.reset();
            const auto rows = plan_->parts[partition];
            order.rows.assign(rows.begin(), rows.end());
            // A partition has its own stream and an epoch 2³² words of it, which no partition is large enough to use up.
            random_sequence random(plan_->options.seed,
                                   static_cast<std::uint64_t>(detail::data_stream::epoch_order) + partition,
                                   epoch(step) << 32);
            random.shuffle(std::span(order.rows));
            order.epoch = epoch(step);
        }
        return batch_of(order.rows, step);
    }

private:
    [[nodiscard]] std::span<const std::uint32_t> batch_of(std::span<const std::uint32_t> order,
                                                          std::uint64_t step) const noexcept {
        const auto t = static_cast<std::size_t>(step % plan_->steps_per_epoch);
        return order.subspan(t * plan_->batch_size, plan_->batch_size);
    }

    std::shared_ptr<const plan> plan_;
};

} // namespace election
