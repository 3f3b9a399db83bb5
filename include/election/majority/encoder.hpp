// SPDX-License-Identifier: MIT
// encoder and decode(): from the signs of k partitions to the votes of n workers, and from these to the decoded signs.
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/ternary_matrix.hpp>
#include <election/codes/allocation.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/core/executor.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_majority.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

/// Computes the votes of all workers of a code: worker i's vote is the majority of the signs of the partitions it holds.
///
/// Made once for an allocation, used for every step of a training run. Workers that hold the same partitions are computed
/// once; columns are gone through in tiles, so that a partition's row is read from memory once however many workers hold it.
///
/// \code
/// const election::code code = election::deterministic(5, 1);
/// const election::encoder encode(code);
/// election::sign_matrix partitions(5, 1000);
/// election::sign_matrix votes(5, 1000);
/// encode(partitions, votes, election::tie_sign::negative); // how a worker votes whose partitions are split evenly
/// election::sign_vector decoded(1000);
/// election::decode(votes, decoded);
/// assert(decoded[999] == -1);
/// \endcode
class encoder {
public:
    /// Looks at an allocation. O(n·k).
    /// \param code  n × k, every entry 0 or 1
    /// \throws error  see packed_allocation
    template <allocation A>
    explicit encoder(const A& code) : encoder(packed_tag{}, packed(code)) {}

    /// The number of workers n.
    [[nodiscard]] std::size_t workers() const noexcept { return workers_; }
    /// The number of partitions k.
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    /// How many different majorities are computed: workers with the same partitions share one.
    [[nodiscard]] std::size_t distinct() const noexcept { return groups_.size(); }

    /// All workers' votes; a worker whose partitions are split evenly, or that holds none, votes as `tie` says.
    /// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
    /// \param partitions  k rows of d signs
    /// \param votes       n rows of d signs that overlap no partition's; their padding becomes zero
    /// \param tie         the vote of a tied worker; verify_options::ties must say the same if a verdict is to hold for it
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of rows or signs
    template <class Arch = default_arch>
    void operator()(const row_set& partitions, sign_matrix_span<std::uint64_t> votes, tie_sign tie,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions, votes, "votes");
        run({partitions, votes, nullptr, tie, kernel});
    }

    /// All workers' votes; a worker whose partitions are split evenly, or that holds none, abstains.
    /// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
    /// \param partitions  k rows of d signs
    /// \param votes       n rows of d votes that overlap no partition's, written in canonical form
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of rows or signs
    template <class Arch = default_arch>
    void operator()(const row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions, votes.signs(), "votes");
        require_shape(partitions, votes.present(), "votes.present()");
        const sign_matrix_span<std::uint64_t> present = votes.present();
        run({partitions, votes.signs(), &present, tie_sign::negative, kernel});
    }

    /// All workers' votes where partitions may abstain: the sign of the sum of a worker's partitions; who has a sum of 0, or
    /// holds none, abstains.
    /// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
    /// \param partitions  k rows of d votes in canonical form
    /// \param votes       n rows of d votes that overlap no partition's, written in canonical form
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of rows or votes
    template <class Arch = default_arch>
    void operator()(const ternary_row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions.sign_rows(), votes.signs(), "votes");
        require_shape(partitions.sign_rows(), votes.present(), "votes.present()");
        const sign_matrix_span<std::uint64_t> present = votes.present();
        run_ternary(partitions, {partitions.sign_rows(), votes.signs(), &present, tie_sign::negative, kernel});
    }

    /// All workers' votes where partitions may abstain and workers may not: who has a sum of 0 votes as `tie` says.
    /// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
    /// \param partitions  k rows of d votes in canonical form
    /// \param votes       n rows of d signs that overlap no partition's; their padding becomes zero
    /// \param tie         the vote of a tied worker
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of rows or signs
    template <class Arch = default_arch>
    void operator()(const ternary_row_set& partitions, sign_matrix_span<std::uint64_t> votes, tie_sign tie,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions.sign_rows(), votes, "votes");
        run_ternary(partitions, {partitions.sign_rows(), votes, nullptr, tie, kernel});
    }

    /// \{
    /// The same, shared out by an executor.
    template <class Arch = default_arch, executor E>
    void operator()(const E& run_parts, const row_set& partitions, sign_matrix_span<std::uint64_t> votes, tie_sign tie,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions, votes, "votes");
        detail::for_sign_parts(run_parts, votes.signs(), [&](std::size_t first, std::size_t count) {
            operator()<Arch>(partitions.tile(first, count), votes.tile(first, count), tie, kernel);
        });
    }
    template <class Arch = default_arch, executor E>
    void operator()(const E& run_parts, const row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions, votes.signs(), "votes");
        detail::for_sign_parts(run_parts, votes.votes(), [&](std::size_t first, std::size_t count) {
            operator()<Arch>(partitions.tile(first, count), votes.tile(first, count), kernel);
        });
    }
    template <class Arch = default_arch, executor E>
    void operator()(const E& run_parts, const ternary_row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
                    const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions.sign_rows(), votes.signs(), "votes");
        detail::for_sign_parts(run_parts, votes.votes(), [&](std::size_t first, std::size_t count) {
            operator()<Arch>(partitions.tile(first, count), votes.tile(first, count), kernel);
        });
    }
    template <class Arch = default_arch, executor E>
    void operator()(const E& run_parts, const ternary_row_set& partitions, sign_matrix_span<std::uint64_t> votes,
                    tie_sign tie, const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_shape(partitions.sign_rows(), votes, "votes");
        detail::for_sign_parts(run_parts, votes.signs(), [&](std::size_t first, std::size_t count) {
            operator()<Arch>(partitions.tile(first, count), votes.tile(first, count), tie, kernel);
        });
    }
    /// \}

    /// Goes through the votes tile by tile: calls visit(votes, first) with n rows of the next coordinates' votes, which it may change, and
    /// the index of the first of them, a multiple of 64. The rows, of 4 KiB at most, are used again for the next tile: a few hundred of them stay
    /// in the caches.
    /// \tparam Arch       instruction set; by default the best that this translation unit's compiler flags allow
    /// \param partitions  k rows of d signs
    /// \param tie         the vote of a tied worker
    /// \param visit       called in the order of the coordinates, with a sign_matrix_span and a std::size_t
    /// \param kernel      the inner loops; given where an architecture is chosen at run time
    /// \throws parameter_error  another number of rows
    template <class Arch = default_arch, class Visit>
    void for_each_tile(const row_set& partitions, tie_sign tie, Visit&& visit,
                       const majority_kernel& kernel = majority_kernel_for<Arch>()) const {
        require_partitions(partitions);
        const std::size_t signs = partitions.signs();
        const std::size_t words = words_for(signs);
        const std::size_t tile = tile_words();
        const bool far = partitions_ * words * sizeof(std::uint64_t) > far_bytes;
        sign_matrix kept(workers_, std::min(64 * tile, signs));
        std::vector<const std::uint64_t*> rows = held_rows(partitions);
        for (std::size_t first = 0; first < words; first += tile) {
            const std::size_t size = std::min(tile, words - first);
            const sign_matrix_span<std::uint64_t> votes = kept.span().tile(0, std::min(64 * size, signs - 64 * first));
            const std::size_t behind = words - first - size;
            tile_fetcher next(partitions, first + tile, far ? std::min(tile, behind) : 0, groups_.size());
            const request asked{partitions, votes, nullptr, tie, kernel};
            for (const group& part : groups_) {
                next.fetch_some();
                encode_group(asked, part, rows.data() + part.first_partition, 0, size, nullptr);
            }
            for (std::size_t i = 0; i < workers_; ++i) votes[i].clear_padding();
            visit(votes, 64 * first);
            if (behind == 0) return;
            for (const std::uint64_t*& row : rows) row += tile;
        }
    }

private:
    struct packed_tag {};

    /// Workers that hold the same partitions.
    struct group {
        std::size_t first_partition; ///< in held_
        std::size_t load;
        std::vector<std::size_t> workers;
    };

    struct request {
        const row_set& partitions;
        sign_matrix_span<std::uint64_t> votes;
        const sign_matrix_span<std::uint64_t>* present;
        tie_sign tie;
        const majority_kernel& kernel;
    };

    encoder(packed_tag, const packed_allocation& code) : workers_(code.workers()), partitions_(code.partitions()) {
        std::map<std::vector<std::uint64_t>, std::size_t> known;
        for (std::size_t i = 0; i < workers_; ++i) {
            const auto row = code.row(i);
            const auto [found, is_new] = known.try_emplace({row.begin(), row.end()}, groups_.size());
            if (is_new) {
                groups_.push_back({held_.size(), code.load(i), {}});
                for (std::size_t j = 0; j < partitions_; ++j) {
                    if (code(i, j)) held_.push_back(j);
                }
            }
            groups_[found->second].workers.push_back(i);
        }
        detail::require(partitions_ <= majority_max_rows, "encoder", "partitions", partitions_, "must be at most 65535");
    }

    void require_partitions(const row_set& partitions) const {
        detail::require(partitions.size() == partitions_, "encoder", "partitions", partitions.size(), "must be the code's, ",
                        partitions_);
    }
    void require_shape(const row_set& partitions, const sign_matrix_span<std::uint64_t>& out, std::string_view name) const {
        require_partitions(partitions);
        detail::require(out.rows() == workers_, "encoder", std::string(name) + ".rows()", out.rows(),
                        "must be the code's workers, ", workers_);
        detail::require(out.signs() == partitions.signs(), "encoder", std::string(name) + ".signs()", out.signs(),
                        "must be those of the partitions, ", partitions.signs());
    }

    /// Words of a tile, in whole cache lines: the partitions' rows stay in the nearest caches.
    [[nodiscard]] std::size_t tile_words() const noexcept {
        constexpr std::size_t cache_words = 48 * 1024 / 8;
        return std::clamp<std::size_t>(cache_words / partitions_ / 8 * 8, 32, 512);
    }

    void run(const request& asked) const {
        const std::size_t words = words_for(asked.votes.signs());
        const std::size_t tile = tile_words();
        const std::size_t bytes = (partitions_ + workers_) * words * sizeof(std::uint64_t);
        const bool stream = bytes > stream_bytes;
        const bool far = bytes > far_bytes;
        std::vector<const std::uint64_t*> rows = held_rows(asked.partitions);
        aligned_vector<std::uint64_t> scratch(stream ? 2 * tile : 0);
        for (std::size_t first = 0; first < words; first += tile) {
            const std::size_t size = std::min(tile, words - first);
            tile_fetcher next(asked.partitions, first + tile,
                              far && first + tile < words ? std::min(tile, words - first - tile) : 0, groups_.size());
            for (const group& part : groups_) {
                next.fetch_some();
                encode_group(asked, part, rows.data() + part.first_partition, first, size,
                             stream ? scratch.data() : nullptr);
            }
            if (first + tile < words) {
                for (const std::uint64_t*& row : rows) row += tile;
            }
        }
        if (stream) std::atomic_thread_fence(std::memory_order_seq_cst); // what went past the caches is seen by all
        for (std::size_t i = 0; i < workers_; ++i) {
            asked.votes[i].clear_padding();
            if (asked.present != nullptr) (*asked.present)[i].clear_padding();
        }
    }

    /// Where the partitions of all groups begin, one after the other.
    [[nodiscard]] std::vector<const std::uint64_t*> held_rows(const row_set& partitions) const {
        std::vector<const std::uint64_t*> rows(held_.size());
        for (std::size_t h = 0; h < held_.size(); ++h) rows[h] = partitions.data()[held_[h]];
        return rows;
    }

    /// A tile of the votes of workers that hold the same; through `scratch` (two tiles) where votes go past the caches.
    static void encode_group(const request& asked, const group& part, const std::uint64_t* const* rows, std::size_t first,
                             std::size_t size, std::uint64_t* scratch) {
        const auto vote_of = [&](std::size_t worker) { return asked.votes[worker].data() + first; };
        const auto present_of = [&](std::size_t worker) { return (*asked.present)[worker].data() + first; };
        const bool ternary = asked.present != nullptr;
        std::uint64_t* votes = scratch != nullptr ? scratch : vote_of(part.workers[0]);
        std::uint64_t* there = !ternary ? nullptr : scratch != nullptr ? scratch + size : present_of(part.workers[0]);
        const std::uint64_t* result = votes;
        const bool can_tie = part.load % 2 == 0;
        if (part.load == 0) {
            std::fill_n(votes, size, asked.tie == tie_sign::positive ? ~std::uint64_t{0} : 0);
            if (ternary) std::fill_n(there, size, ~std::uint64_t{0}); // tied everywhere
        } else if (part.load == 1) {
            result = rows[0];
        } else {
            const std::size_t threshold = asked.tie == tie_sign::positive ? (part.load + 1) / 2 : part.load / 2 + 1;
            asked.kernel.at_least(rows, part.load, size, threshold, votes, ternary && can_tie ? there : nullptr);
        }
        if (ternary) {
            for (std::size_t w = 0; w < size; ++w) there[w] = can_tie ? ~there[w] : ~std::uint64_t{0};
        }
        for (std::size_t worker : part.workers) {
            if (vote_of(worker) != result) asked.kernel.copy(vote_of(worker), result, size, scratch != nullptr);
            if (ternary && present_of(worker) != there)
                asked.kernel.copy(present_of(worker), there, size, scratch != nullptr);
        }
    }

    /// Partitions that may abstain: each group's sums of 1 + vote are counted, tile by tile, and compared with their middle.
    void run_ternary(const ternary_row_set& partitions, const request& asked) const {
        const std::size_t words = words_for(partitions.signs());
        const std::size_t tile = tile_words();
        std::vector<const std::uint64_t*> signs(held_.size());
        std::vector<const std::uint64_t*> present(held_.size());
        for (std::size_t first = 0; first < words; first += tile) {
            const std::size_t size = std::min(tile, words - first);
            for (std::size_t h = 0; h < held_.size(); ++h) {
                signs[h] = partitions.sign_rows().data()[held_[h]] + first;
                present[h] = partitions.present_rows().data()[held_[h]] + first;
            }
            for (const group& part : groups_) {
                ternary_group(asked, part, signs.data() + part.first_partition, present.data() + part.first_partition, first,
                              size);
            }
        }
        for (std::size_t i = 0; i < workers_; ++i) {
            asked.votes[i].clear_padding();
            if (asked.present != nullptr) (*asked.present)[i].clear_padding();
        }
    }

    /// A tile of the votes of workers that hold the same, where partitions may abstain.
    static void ternary_group(const request& asked, const group& part, const std::uint64_t* const* signs,
                              const std::uint64_t* const* present, std::size_t first, std::size_t size) {
        std::uint64_t* votes = asked.votes[part.workers[0]].data() + first;
        std::uint64_t* there = asked.present == nullptr ? nullptr : (*asked.present)[part.workers[0]].data() + first;
        const bool up = there == nullptr && asked.tie == tie_sign::positive;
        if (part.load == 0) {
            std::fill_n(votes, size, up ? ~std::uint64_t{0} : 0);
            if (there != nullptr) std::fill_n(there, size, std::uint64_t{0});
        } else if (part.load == 1) {
            for (std::size_t w = 0; w < size; ++w) votes[w] = up ? signs[0][w] | ~present[0][w] : signs[0][w];
            if (there != nullptr) std::copy_n(present[0], size, there);
        } else {
            detail::sum_and_compare(
                asked.kernel, 2 * part.load, part.load + (up ? 0 : 1), size, votes, there,
                [&](std::uint64_t* const* planes, std::size_t digits, std::size_t from, std::size_t count) {
                    asked.kernel.add_ternary(planes, digits, 0, signs, present, part.load, from, count);
                });
            for (std::size_t w = 0; there != nullptr && w < size; ++w) there[w] = ~there[w];
        }
        for (std::size_t copy = 1; copy < part.workers.size(); ++copy) {
            const std::size_t worker = part.workers[copy];
            asked.kernel.copy(asked.votes[worker].data() + first, votes, size, false);
            if (there != nullptr) asked.kernel.copy((*asked.present)[worker].data() + first, there, size, false);
        }
    }

    static constexpr std::size_t stream_bytes = 2U << 20U; ///< of this size on, votes go past the caches
    static constexpr std::size_t far_bytes = 24U << 20U;   ///< of this size on, the next tile is fetched ahead

    /// Fetches the partitions' next tile, a share whenever a group's votes have been computed.
    class tile_fetcher {
    public:
        tile_fetcher(const row_set& rows, std::size_t first, std::size_t words, std::size_t shares)
            : rows_(rows), first_(first), lines_((words + 7) / 8), share_((lines_ * rows.size() + shares - 1) / shares) {}
        void fetch_some() {
            for (std::size_t i = 0; i < share_ && row_ < rows_.size(); ++i) {
                __builtin_prefetch(rows_.data()[row_] + first_ + 8 * line_, 0, 2);
                if (++line_ == lines_) {
                    line_ = 0;
                    ++row_;
                }
            }
        }

    private:
        const row_set& rows_;
        std::size_t first_;
        std::size_t lines_;
        std::size_t share_;
        std::size_t row_ = 0;
        std::size_t line_ = 0;
    };

    std::size_t workers_;
    std::size_t partitions_;
    std::vector<group> groups_;
    std::vector<std::size_t> held_; ///< partitions of all groups, one after the other
};

/// What an allocation's workers vote, in one call; see encoder, which is made once where there are many calls.
/// \param code        n × k, every entry 0 or 1
/// \param partitions  k rows of d signs
/// \param votes       n rows of d signs that overlap no partition's
/// \param tie         the vote of a worker whose partitions are split evenly
/// \param kernel      the inner loops; given where an architecture is chosen at run time
/// \throws error  see packed_allocation and encoder
///
/// \code
/// election::sign_matrix partitions(3, 100);
/// election::sign_matrix votes(3, 100);
/// election::encode(election::full(3, 3), partitions, votes, election::tie_sign::negative);
/// assert(votes[2][99] == -1);
/// \endcode
template <class Arch = default_arch, allocation A>
void encode(const A& code, const row_set& partitions, sign_matrix_span<std::uint64_t> votes, tie_sign tie,
            const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    encoder(code).operator()<Arch>(partitions, votes, tie, kernel);
}
/// The same; a worker whose partitions are split evenly abstains.
template <class Arch = default_arch, allocation A>
void encode(const A& code, const row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
            const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    encoder(code).operator()<Arch>(partitions, votes, kernel);
}

/// The same where partitions may abstain; a worker whose partitions' votes sum to 0 abstains.
template <class Arch = default_arch, allocation A>
void encode(const A& code, const ternary_row_set& partitions, ternary_matrix_span<std::uint64_t> votes,
            const majority_kernel& kernel = majority_kernel_for<Arch>()) {
    encoder(code).operator()<Arch>(partitions, votes, kernel);
}

/// What the master decodes: the majority of the workers' votes. majority() under the name of the paper.
/// \param arguments  those of majority(): an executor or none, the votes, where the result goes, how ties are decoded, a kernel
/// \throws parameter_error  see majority()
template <class Arch = default_arch, class... Arguments>
void decode(Arguments&&... arguments) {
    majority<Arch>(std::forward<Arguments>(arguments)...);
}

} // namespace election
