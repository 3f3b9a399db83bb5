// SPDX-License-Identifier: MIT
// tally: counts votes as they arrive, in any order, and gives the majority at any time.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/ternary.hpp>
#include <election/core/arch.hpp>
#include <election/core/error.hpp>
#include <election/majority/majority.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/majority/row_set.hpp>
#include <election/majority/ternary_row_set.hpp>
#include <election/majority/tile_counters.hpp>

namespace election {

/// The master's side of a real system: an accumulator of votes on d coordinates. Rows arrive in any order and are not kept;
/// a row can have a weight, abstain here and there, and be taken back; accumulators can be merged.
///
/// Counters are bit-sliced: one bit plane a binary digit of the total weight, so log2 of the total bits a coordinate, and
/// seven rows that wait for an eighth, since eight rows are added with far less traffic than one by one eight times.
/// Votes that abstain cost one more digit from the first one on.
///
/// Functions that do not change a tally may be called at the same time; one tally must not be changed by two threads at once.
/// \tparam Arch  instruction set; by default the best that this translation unit's compiler flags allow
///
/// \code
/// election::tally<> votes(100);                     // d = 100
/// election::sign_vector row(100);
/// row.set(7, true);
/// votes.add(row.view());
/// votes.add(row.view(), 3);                         // a row that counts three times
/// election::sign_vector decoded(100);
/// votes.majority(decoded);
/// assert(votes.total_weight() == 4 && decoded[7] == 1 && decoded[8] == -1);
/// votes.retract(row.view(), 3);
/// assert(votes.total_weight() == 1);
/// \endcode
template <class Arch = default_arch>
class tally {
public:
    /// The largest total weight.
    static constexpr std::size_t max_total_weight = majority_max_rows;

    /// Nothing has been counted yet. Takes no memory but for the addresses until rows arrive.
    /// \param signs   the number of signs d
    /// \param kernel  the inner loops; given where an architecture is chosen at run time
    explicit tally(std::size_t signs, const majority_kernel& kernel = majority_kernel_for<Arch>())
        : signs_(signs), kernel_(kernel) {}

    /// A tally that was moved from has counted nothing; there is no copy, but merge() into a new one.
    tally(tally&& other) noexcept
        : signs_(other.signs_), total_(std::exchange(other.total_, 0)), ternary_(std::exchange(other.ternary_, false)),
          kernel_(other.kernel_), memory_(std::exchange(other.memory_, {})), planes_(std::exchange(other.planes_, {})),
          waiting_(std::exchange(other.waiting_, {})), waits_(std::exchange(other.waits_, 0)) {}
    /// \copydoc tally(tally&&)
    tally& operator=(tally&& other) noexcept {
        signs_ = other.signs_;
        total_ = std::exchange(other.total_, 0);
        ternary_ = std::exchange(other.ternary_, false);
        kernel_ = other.kernel_;
        memory_ = std::exchange(other.memory_, {});
        planes_ = std::exchange(other.planes_, {});
        waiting_ = std::exchange(other.waiting_, {});
        waits_ = std::exchange(other.waits_, 0);
        return *this;
    }
    ~tally() = default;

    /// The number of signs d.
    [[nodiscard]] std::size_t signs() const noexcept { return signs_; }
    /// The sum of the weights of all rows that were added and not taken back.
    [[nodiscard]] std::size_t total_weight() const noexcept { return total_; }
    /// Memory of counters and waiting rows.
    [[nodiscard]] std::size_t memory_bytes() const noexcept {
        return (planes_.size() + waiting_.size()) * stride() * sizeof(std::uint64_t);
    }

    /// Counts a row `weight` times.
    /// \throws parameter_error  another number of signs; a total weight above 65535
    /// \par Complexity
    /// With weight 1 about 3 words read and 2 written for each word of the row, on average
    void add(sign_view row, std::size_t weight = 1) {
        require_row(row.size(), "tally::add");
        grow(weight);
        const std::uint64_t* words = row.data();
        if (weight == 1) {
            wait(words);
        } else {
            add_digits(&words, weight);
        }
        total_ += weight;
    }
    /// Counts a vote +1, −1 or 0, in canonical form, `weight` times.
    /// \throws parameter_error  another number of votes; a total weight above 65535
    void add(ternary_view row, std::size_t weight = 1) {
        require_row(row.size(), "tally::add");
        make_ternary();
        grow(weight);
        const std::uint64_t* sign = row.signs().data();
        const std::uint64_t* present = row.present().data();
        for (std::size_t digit = 0; weight >> digit != 0; ++digit) {
            if ((weight >> digit & 1U) != 0) {
                kernel_.add_ternary(planes_.data(), planes_.size(), digit, &sign, &present, 1, 0, words());
            }
        }
        total_ += weight;
    }
    /// Counts several rows once each: less traffic than one by one.
    /// \throws parameter_error  another number of signs; a total weight above 65535
    void add(const row_set& rows) {
        require_row(rows.signs(), "tally::add");
        grow(rows.size());
        const std::size_t size = words();
        for (std::size_t first = 0; first < size; first += tile_words) {
            std::uint64_t* tile[max_planes];
            for (std::size_t q = 0; q < planes_.size(); ++q) tile[q] = planes_[q] + first;
            kernel_.add(tile, planes_.size(), ternary_ ? 1 : 0, rows.data(), rows.size(), first,
                        std::min(tile_words, size - first));
        }
        total_ += rows.size();
    }

    /// Counts several votes once each.
    /// \throws parameter_error  another number of votes; a total weight above 65535
    void add(const ternary_row_set& rows) {
        require_row(rows.signs(), "tally::add");
        make_ternary();
        grow(rows.size());
        const std::size_t size = words();
        for (std::size_t first = 0; first < size; first += tile_words) {
            std::uint64_t* tile[max_planes];
            for (std::size_t q = 0; q < planes_.size(); ++q) tile[q] = planes_[q] + first;
            kernel_.add_ternary(tile, planes_.size(), 0, rows.sign_rows().data(), rows.present_rows().data(), rows.size(),
                                first, std::min(tile_words, size - first));
        }
        total_ += rows.size();
    }

    /// Takes back a row that was added with that weight. Whether it was is not known here: if not, later results are wrong.
    /// \throws parameter_error  another number of signs; a weight above the total
    void retract(sign_view row, std::size_t weight = 1) {
        require_row(row.size(), "tally::retract");
        require_weight(weight);
        settle();
        const std::uint64_t* words_of_row = row.data();
        for (std::size_t digit = 0; weight >> digit != 0; ++digit) {
            if ((weight >> digit & 1U) != 0) {
                kernel_.subtract(planes_.data(), planes_.size(), digit + (ternary_ ? 1 : 0), &words_of_row, 1, 0, words());
            }
        }
        total_ -= weight;
    }
    /// Takes back a vote that was added with that weight.
    /// \throws parameter_error  another number of votes; a weight above the total; no such vote was ever added
    void retract(ternary_view row, std::size_t weight = 1) {
        require_row(row.size(), "tally::retract");
        require_weight(weight);
        make_ternary();
        const std::uint64_t* sign = row.signs().data();
        const std::uint64_t* present = row.present().data();
        for (std::size_t digit = 0; weight >> digit != 0; ++digit) {
            if ((weight >> digit & 1U) != 0) {
                kernel_.subtract_ternary(planes_.data(), planes_.size(), digit, &sign, &present, 1, 0, words());
            }
        }
        total_ -= weight;
    }

    /// Adds everything that another tally counted.
    /// \throws parameter_error  another number of signs; a total weight above 65535
    void merge(const tally& other) {
        require_row(other.signs_, "tally::merge");
        if (other.ternary_) make_ternary();
        grow(other.total_);
        const std::size_t shift = ternary_ && !other.ternary_ ? 1 : 0;
        kernel_.add_counters(planes_.data(), planes_.size(), shift, other.planes_.data(), other.planes_.size(), 0, words());
        kernel_.add(planes_.data(), planes_.size(), ternary_ ? 1 : 0, other.waiting_.data(), other.waits_, 0, words());
        total_ += other.total_;
    }

    /// Forgets all rows; the memory is kept.
    void clear() noexcept {
        for (std::uint64_t* plane : planes_) std::fill_n(plane, stride(), std::uint64_t{0});
        waits_ = 0;
        total_ = 0;
    }

    /// The sign of the sum of all votes; where it is 0, the sign that `tie` says. A tally without rows is tied everywhere.
    /// \param out  d signs; their padding becomes zero
    /// \param tie  how a sum of 0 is decoded
    /// \throws parameter_error  another size of `out`
    void majority(sign_span<std::uint64_t> out, tie_sign tie = tie_sign::positive) const {
        require_out(out.size());
        // Ternary votes are counted as 1 + vote, so their middle is the total; binary ones as 0 or 1: half of it.
        const std::size_t middle = ternary_ ? 2 * total_ : total_;
        compare(tie == tie_sign::positive ? (middle + 1) / 2 : middle / 2 + 1, out.data(), nullptr);
        out.clear_padding();
    }
    /// The sign of the sum of all votes, 0 where it is 0.
    /// \param out  d votes, written in canonical form
    /// \throws parameter_error  another size of `out`
    void majority(ternary_span<std::uint64_t> out) const {
        require_out(out.size());
        const std::size_t middle = ternary_ ? 2 * total_ : total_;
        compare(middle / 2 + 1, out.signs().data(), out.present().data());
        for (std::uint64_t& word : out.present().words()) word = middle % 2 == 1 ? ~std::uint64_t{0} : ~word;
        out.signs().clear_padding();
        out.present().clear_padding();
    }
    /// The sum of all votes at every coordinate, each times its weight.
    /// \param out  d sums
    /// \throws parameter_error  another size of `out`
    void vote_sums(std::span<std::int32_t> out) const {
        require_out(out.size());
        const auto total = static_cast<std::int32_t>(total_);
        for_tiles([&](std::uint64_t* const* planes, std::size_t first, std::size_t size) {
            for (std::size_t j = 0; j < 64 * size && 64 * first + j < signs_; ++j) {
                std::int32_t sum = 0;
                for (std::size_t q = 0; q < planes_.size(); ++q) {
                    sum += static_cast<std::int32_t>(planes[q][j / 64] >> (j % 64) & 1U) << q;
                }
                out[64 * first + j] = ternary_ ? sum - total : 2 * sum - total;
            }
        });
    }

private:
    static constexpr std::size_t max_planes = detail::tile_counters::most_digits;
    static constexpr std::size_t tile_words = 512;   ///< of rows that are added together: counters stay in a near cache
    static constexpr std::size_t rows_that_wait = 7; ///< the eighth adds them all

    [[nodiscard]] std::size_t words() const noexcept { return words_for(signs_); }
    [[nodiscard]] std::size_t stride() const noexcept { return padded_stride_words(signs_); }

    void require_row(std::size_t size, std::string_view where) const {
        detail::require(size == signs_, where, "signs", size, "must be those of the tally, ", signs_);
    }
    void require_out(std::size_t size) const {
        detail::require(size == signs_, "tally", "out.size()", size, "must be the number of signs, ", signs_);
    }
    void require_weight(std::size_t weight) const {
        detail::require(weight <= total_, "tally::retract", "weight", weight, "is more than was added, ", total_);
    }

    /// A plane of zeros.
    [[nodiscard]] std::uint64_t* new_plane() {
        memory_.push_back(make_aligned_array<std::uint64_t>(stride()));
        std::fill_n(memory_.back().get(), stride(), std::uint64_t{0});
        return memory_.back().get();
    }

    /// Makes room for a larger total.
    void grow(std::size_t weight) {
        detail::require(weight <= max_total_weight - total_, "tally", "total weight", total_ + weight,
                        "must be at most 65535");
        const auto digits = static_cast<std::size_t>(std::bit_width(total_ + weight)) + (ternary_ ? 1 : 0);
        while (planes_.size() < digits) planes_.push_back(new_plane());
    }

    /// Keeps a row, or adds it with those that wait.
    void wait(const std::uint64_t* row) {
        if (waits_ < rows_that_wait) {
            if (waiting_.size() == waits_) waiting_.push_back(new_plane());
            std::copy_n(row, words(), waiting_[waits_++]);
            return;
        }
        const std::uint64_t* rows[rows_that_wait + 1];
        std::copy_n(waiting_.begin(), rows_that_wait, rows);
        rows[rows_that_wait] = row;
        kernel_.add(planes_.data(), planes_.size(), ternary_ ? 1 : 0, rows, rows_that_wait + 1, 0, words());
        waits_ = 0;
    }

    /// Adds the rows that wait.
    void settle() {
        kernel_.add(planes_.data(), planes_.size(), ternary_ ? 1 : 0, waiting_.data(), waits_, 0, words());
        waits_ = 0;
    }

    void add_digits(const std::uint64_t* const* row, std::size_t weight) {
        for (std::size_t digit = 0; weight >> digit != 0; ++digit) {
            if ((weight >> digit & 1U) != 0) {
                kernel_.add(planes_.data(), planes_.size(), digit + (ternary_ ? 1 : 0), row, 1, 0, words());
            }
        }
    }

    /// From now on counters hold Σ weight·(1 + vote): everything that was counted is doubled, by a plane of zeros below.
    void make_ternary() {
        settle();
        if (ternary_) return;
        planes_.insert(planes_.begin(), new_plane());
        ternary_ = true;
    }

    /// Calls work(planes, first word, words) for tiles of counters to which the waiting rows have been added, on the stack.
    template <class Work>
    void for_tiles(const Work& work) const {
        detail::tile_counters tile(2 * majority_max_rows);
        detail::for_counter_tiles(words(), [&](std::size_t first, std::size_t size) {
            for (std::size_t q = 0; q < planes_.size(); ++q) std::copy_n(planes_[q] + first, size, tile.planes()[q]);
            kernel_.add(tile.planes(), planes_.size(), ternary_ ? 1 : 0, waiting_.data(), waits_, first, size);
            work(tile.planes(), first, size);
        });
    }

    void compare(std::size_t threshold, std::uint64_t* out, std::uint64_t* tied) const {
        for_tiles([&](std::uint64_t* const* planes, std::size_t first, std::size_t size) {
            if (threshold == 0) {
                std::fill_n(out + first, size, ~std::uint64_t{0});
            } else {
                kernel_.compare(planes, planes_.size(), threshold, size, out + first,
                                tied == nullptr ? nullptr : tied + first);
            }
        });
    }

    std::size_t signs_;
    std::size_t total_ = 0;
    bool ternary_ = false;
    majority_kernel kernel_;
    std::vector<aligned_array<std::uint64_t>> memory_;
    std::vector<std::uint64_t*> planes_;  ///< of the counters, lowest digit first
    std::vector<std::uint64_t*> waiting_; ///< rows of weight 1
    std::size_t waits_ = 0;
};

} // namespace election
