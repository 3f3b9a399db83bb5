// SPDX-License-Identifier: MIT
// exhaustive_plan: the tables that the enumeration of nearest elections runs on, the same for every architecture but its
// width.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/verify/nearest.hpp>

namespace election::detail {

/// Rows that are added up together while their masks stay in the nearest cache. A row is one tap, or two if it may abstain.
struct tap_block {
    std::size_t first_row = 0;  ///< of the plan's rows
    std::size_t rows = 0;       ///< with the padding row, which no lane reaches
    std::size_t first_tap = 0;  ///< of the plan's taps; a multiple of tap_alignment
    std::size_t light_taps = 0; ///< taps of weight 1; a multiple of 4
    std::size_t heavy_taps = 0; ///< taps of weight 2, behind the light ones; a multiple of 4
};

/// What a kernel reads of a plan: plain pointers, so that kernels of different architectures share no inline functions.
///
/// The columns are split, first to last, into *top*, *middle* and *low* ones. A *lane* is one assignment of the low columns;
/// the lanes of one low weight (a *class*) fill batches of as many lanes as the vector register has bits. For every batch,
/// row and threshold a *line* holds the mask of lanes whose low hits reach the threshold; thresholds that all or no lanes of
/// the class reach are clamped to the first and last line of the row.
struct plan_view {
    std::size_t words = 0;   ///< 64-bit words in a line
    std::size_t planes = 0;  ///< bits of a counter: 6, 7 or 8 with one block, and as many as it takes with more
    std::size_t winners = 0; ///< weight of an election
    std::size_t top_columns = 0;
    std::size_t middle_columns = 0;
    std::size_t low_columns = 0;
    std::size_t taps = 0; ///< of all blocks, padded
    std::size_t block_count = 0;
    const tap_block* blocks = nullptr;
    const std::int16_t* middle_hits = nullptr;   ///< [block][middle word, sorted by weight][tap of the block] × words
    const std::size_t* middle_start = nullptr;   ///< [weight]: first middle word of that weight; and an end, their number
    const std::int16_t* lowest = nullptr;        ///< [class][tap] × words: threshold that all lanes reach
    const std::int16_t* highest = nullptr;       ///< [class][tap] × words: threshold that no lane reaches
    const std::int16_t* bias = nullptr;          ///< [class][tap] × words: from a clamped threshold to its line
    const std::size_t* class_start = nullptr;    ///< [class]: first batch, and an end
    const std::size_t* line_start = nullptr;     ///< [batch][block]: first word of its lines; and an end
    const std::uint64_t* valid = nullptr;        ///< [batch]: lanes in use
    const std::uint64_t* column_lanes = nullptr; ///< [batch][low column]: lanes in which it wins
    const std::uint64_t* row_low = nullptr;      ///< [row]: low columns it holds
    std::uint64_t* lines = nullptr;
};

/// Scratch of one thread.
struct plan_scratch {
    std::int16_t* top_need = nullptr;    ///< [tap] × words: what is missing after the top columns' hits
    std::uint16_t* offsets = nullptr;    ///< [middle word of a weight][tap of a block] × words: its line
    std::uint64_t* counters = nullptr;   ///< [middle word of a weight][plane]: counts between blocks
    std::uint64_t* passed = nullptr;     ///< [middle word of a weight]: lanes past the limit, between blocks
    std::uint64_t* hit_planes = nullptr; ///< [plane]: counters of a hit, preloaded
    std::uint64_t* hit_lanes = nullptr;  ///< lanes of a hit
};

/// Called for a batch in which some lane's score is at most the limit.
/// \param middle   index of the middle word
/// \param batch    index of the batch
/// \param preload  what the counters started from; score = hit_planes − preload in the hit lanes
using hit_function = void (*)(void* context, std::size_t middle, std::size_t batch, std::uint64_t preload);

/// Says the largest score that is still of interest, or −1 for none; asked between batches.
using limit_function = std::int64_t (*)(void* context);

inline constexpr std::size_t tap_alignment = 32;   ///< 16-bit lanes of the widest register
inline constexpr std::size_t rows_per_block = 255; ///< a score of their weights, 2 at most, fits block_planes
inline constexpr std::size_t block_planes = 9;
inline constexpr std::size_t max_middle_columns = 9;
inline constexpr std::size_t max_low_columns = 14;
// Offsets of lines are 16 bits: a row has at most max_low_columns / 2 + 2 lines of 8 words.
static_assert((rows_per_block * (max_low_columns / 2 + 2) + 2) * 8 < 32768);

/// Owns the tables behind a plan_view.
class exhaustive_plan {
public:
    /// \param code     k ≤ 64
    /// \param problem  of that code
    /// \param lanes    bits of the kernel's vector register
    exhaustive_plan(const packed_allocation& code, const nearest_problem& problem, std::size_t lanes)
        : partitions_(code.partitions()), unit_(problem.pairs.empty() ? 2 : 1), constant_(problem.constant) {
        view_.words = lanes / 64;
        view_.winners = nearest_winners(partitions_);
        choose_columns(problem.singles.size() + problem.pairs.size(), lanes);
        make_blocks(code, problem);
        make_middle_words();
        make_batches(lanes);
        make_lines();
        const std::size_t largest = 2 * problem.pairs.size() + problem.singles.size() * (unit_ == 1 ? 2 : 1);
        const auto needed = static_cast<std::size_t>(std::bit_width(largest));
        view_.planes = needed <= 6 ? 6 : needed <= 7 ? 7 : needed <= 8 ? 8 : std::max(needed, block_planes);
    }

    exhaustive_plan(const exhaustive_plan&) = delete;
    exhaustive_plan& operator=(const exhaustive_plan&) = delete;

    [[nodiscard]] const plan_view& view() const noexcept { return view_; }
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    /// A score's margin.
    [[nodiscard]] int margin_of_score(std::int64_t score) const noexcept {
        return constant_ + unit_ * static_cast<int>(score);
    }
    /// The largest score whose margin is at most `margin`; −1 if there is none.
    [[nodiscard]] std::int64_t score_within(int margin) const noexcept {
        return margin < constant_ ? -1 : (std::int64_t{margin} - constant_) / unit_;
    }
    /// Assignments of the top columns: the units of work.
    [[nodiscard]] std::uint64_t units() const noexcept { return std::uint64_t{1} << view_.top_columns; }
    /// Nearest elections in one unit.
    [[nodiscard]] std::uint64_t messages_in(std::uint64_t top) const noexcept {
        const auto weight = static_cast<std::size_t>(std::popcount(top));
        return weight > view_.winners ? 0 : binomial(view_.middle_columns + view_.low_columns, view_.winners - weight);
    }
    /// The winners of one lane as a number whose highest bit (of k) is partition 0.
    [[nodiscard]] std::uint64_t winners(std::uint64_t top, std::size_t middle, std::size_t batch, std::size_t lane) const {
        return (top << (view_.middle_columns + view_.low_columns)) |
               (std::uint64_t{middle_words_[middle]} << view_.low_columns) | low_words_[batch * view_.words * 64 + lane];
    }
    /// What every tap still needs when `top` wins, into plan_scratch::top_need.
    void fill_top_need(std::uint64_t top, std::int16_t* top_need) const noexcept {
        const int scale = static_cast<int>(view_.words);
        for (std::size_t t = 0; t < taps_.size(); ++t) {
            const int hits = std::popcount(taps_[t].top & top);
            top_need[t] = static_cast<std::int16_t>((taps_[t].need - hits) * scale);
        }
    }
    /// Most middle words of one weight.
    [[nodiscard]] std::size_t widest_middle() const noexcept {
        return static_cast<std::size_t>(binomial(view_.middle_columns, view_.middle_columns / 2));
    }
    /// Most taps of a block, padded.
    [[nodiscard]] std::size_t widest_block() const noexcept {
        std::size_t widest = 0;
        for (const tap_block& block : blocks_) widest = std::max(widest, padded(block.light_taps + block.heavy_taps));
        return widest;
    }

    [[nodiscard]] static constexpr std::size_t padded(std::size_t taps) noexcept {
        return (taps + tap_alignment - 1) / tap_alignment * tap_alignment;
    }

private:
    struct tap {
        std::uint64_t top = 0;
        std::uint64_t middle = 0;
        int need = 0;
        std::size_t row = 0; ///< of the block
    };

    /// Splits the columns so that enumeration and table building together cost least.
    void choose_columns(std::size_t rows, std::size_t lanes) {
        const std::size_t k = partitions_;
        const std::size_t most = std::min(k, max_low_columns);
        double best_cost = 0;
        for (std::size_t low = std::min<std::size_t>(k, 5); low <= most; ++low) {
            double batches = 0; // in the tables
            double visits = 0;  // batches examined
            for (std::size_t c = 0; c <= std::min(low, view_.winners); ++c) {
                const std::uint64_t whole = (binomial(low, c) + lanes - 1) / lanes;
                const auto filled = static_cast<double>(whole);
                batches += filled;
                visits += filled * static_cast<double>(binomial(k - low, view_.winners - c));
            }
            constexpr double building_over_counting =
                30; // measured: filling one row's lines of a batch against adding it once
            const double cost = static_cast<double>(rows) * (visits + building_over_counting * batches) +
                                10 * static_cast<double>(std::size_t{1} << low);
            if (low == std::min<std::size_t>(k, 5) || cost < best_cost) {
                best_cost = cost;
                view_.low_columns = low;
            }
        }
        view_.middle_columns = std::min(max_middle_columns, k - view_.low_columns);
        view_.top_columns = k - view_.low_columns - view_.middle_columns;
    }

    /// Columns as bits of a number whose highest bit is partition 0.
    [[nodiscard]] std::uint64_t columns_of(const packed_allocation& code, std::size_t worker) const {
        std::uint64_t columns = 0;
        for (std::size_t j = 0; j < partitions_; ++j) {
            if (code(worker, j)) columns |= std::uint64_t{1} << (partitions_ - 1 - j);
        }
        return columns;
    }

    void make_blocks(const packed_allocation& code, const nearest_problem& problem) {
        const std::size_t total = problem.pairs.size() + problem.singles.size();
        std::size_t next = 0; // pairs first: they are the light taps
        do {
            tap_block block;
            block.first_row = row_low_.size();
            block.first_tap = taps_.size();
            const auto add_row = [&](std::uint64_t columns) {
                row_low_.push_back(columns & low_mask(view_.low_columns));
                return block.rows++;
            };
            const auto add_tap = [&](std::uint64_t columns, int need, std::size_t row) {
                const std::uint64_t middle = columns >> view_.low_columns;
                taps_.push_back({middle >> view_.middle_columns, middle & low_mask(view_.middle_columns), need, row});
            };
            constexpr int never = 1000; // more hits than there are columns
            const std::size_t padding_row = add_row(0);
            const auto pad = [&](std::size_t start, std::size_t multiple) {
                while ((taps_.size() - start) % multiple != 0) add_tap(0, never, padding_row);
                return taps_.size() - start;
            };
            const std::size_t end = std::min(total, next + rows_per_block);
            for (; next < std::min(end, problem.pairs.size()); ++next) {
                const threshold_row& row = problem.pairs[next];
                const std::uint64_t columns = columns_of(code, row.worker);
                const std::size_t place = add_row(columns);
                add_tap(columns, row.need, place);
                add_tap(columns, row.need - 1, place);
            }
            block.light_taps = pad(block.first_tap, 4);
            const std::size_t heavy_start = taps_.size();
            for (; next < end; ++next) {
                const threshold_row& row = problem.singles[next - problem.pairs.size()];
                const std::uint64_t columns = columns_of(code, row.worker);
                add_tap(columns, row.need, add_row(columns));
            }
            block.heavy_taps = pad(heavy_start, 4);
            if (unit_ == 2) { // without pairs every tap has the same weight
                block.light_taps = block.heavy_taps;
                block.heavy_taps = 0;
            }
            pad(block.first_tap, tap_alignment);
            blocks_.push_back(block);
        } while (next < total);
        view_.taps = taps_.size();
        view_.block_count = blocks_.size();
        view_.blocks = blocks_.data();
        view_.row_low = row_low_.data();
    }

    void make_middle_words() {
        const std::size_t columns = view_.middle_columns;
        for (std::size_t weight = 0; weight <= columns; ++weight) {
            middle_start_.push_back(middle_words_.size());
            for (std::uint32_t word = std::uint32_t{1} << columns; word-- > 0;) { // descending: ASCII order of messages
                if (static_cast<std::size_t>(std::popcount(word)) == weight)
                    middle_words_.push_back(static_cast<std::uint16_t>(word));
            }
        }
        middle_start_.push_back(middle_words_.size());
        // A word's hits are those of the word without its lowest column, which has less weight, plus that column's.
        const auto scale = static_cast<std::int16_t>(view_.words);
        std::vector<std::size_t> place(middle_words_.size());
        for (std::size_t m = 0; m < middle_words_.size(); ++m) place[middle_words_[m]] = m;
        middle_hits_.resize(middle_words_.size() * taps_.size());
        for (const tap_block& block : blocks_) {
            const std::size_t count = padded(block.light_taps + block.heavy_taps);
            std::int16_t* hits = middle_hits_.data() + block.first_tap * middle_words_.size();
            for (std::size_t m = 1; m < middle_words_.size(); ++m) { // the first word is 0
                const std::uint32_t word = middle_words_[m];
                const std::int16_t* without = hits + place[word & (word - 1)] * count;
                const int column = std::countr_zero(word);
                for (std::size_t t = 0; t < count; ++t) {
                    const auto holds = static_cast<std::int16_t>(taps_[block.first_tap + t].middle >> column & 1U);
                    hits[m * count + t] = static_cast<std::int16_t>(without[t] + holds * scale);
                }
            }
        }
        view_.middle_start = middle_start_.data();
        view_.middle_hits = middle_hits_.data();
    }

    /// The low words of every class in descending order, cut into batches.
    void make_batches(std::size_t lanes) {
        const std::size_t columns = view_.low_columns;
        std::vector<std::size_t> filled(columns + 1); // lanes of the class so far
        std::size_t batches = 0;
        for (std::size_t c = 0; c <= columns; ++c) {
            class_start_.push_back(batches);
            batches += static_cast<std::size_t>((binomial(columns, c) + lanes - 1) / lanes);
        }
        class_start_.push_back(batches);
        low_words_.resize(batches * lanes);
        valid_.resize(batches * view_.words);
        column_lanes_.resize(batches * columns * view_.words);
        for (std::uint32_t word = std::uint32_t{1} << columns; word-- > 0;) {
            const auto c = static_cast<std::size_t>(std::popcount(word));
            const std::size_t place = class_start_[c] * lanes + filled[c]++;
            low_words_[place] = static_cast<std::uint16_t>(word);
            const std::size_t batch = place / lanes;
            const std::size_t word_in_batch = place % lanes / 64;
            const std::uint64_t bit = std::uint64_t{1} << (place % 64);
            valid_[batch * view_.words + word_in_batch] |= bit;
            for (std::uint32_t rest = word; rest != 0; rest &= rest - 1) {
                const auto column = static_cast<std::size_t>(std::countr_zero(rest));
                column_lanes_[(batch * columns + column) * view_.words + word_in_batch] |= bit;
            }
        }
        view_.class_start = class_start_.data();
        view_.valid = valid_.data();
        view_.column_lanes = column_lanes_.data();
    }

    /// Places of all lines; the kernel fills them.
    void make_lines() {
        const std::size_t classes = view_.low_columns + 1;
        const int scale = static_cast<int>(view_.words);
        lowest_.resize(classes * taps_.size());
        highest_.resize(classes * taps_.size());
        bias_.resize(classes * taps_.size());
        std::vector<std::size_t> block_words(blocks_.size());
        std::vector<int> row_line(rows_per_block + 1);
        std::size_t words = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            for (std::size_t b = 0; b < blocks_.size(); ++b) {
                const tap_block& block = blocks_[b];
                int lines = 0;
                for (std::size_t r = 0; r < block.rows; ++r) {
                    row_line[r] = lines;
                    const auto [lowest, highest] = thresholds(c, row_low_[block.first_row + r]);
                    lines += highest - lowest + 1;
                }
                block_words[b] = static_cast<std::size_t>(lines) * view_.words;
                const std::size_t end = b + 1 < blocks_.size() ? blocks_[b + 1].first_tap : taps_.size();
                for (std::size_t t = block.first_tap; t < end; ++t) {
                    const auto [lowest, highest] = thresholds(c, row_low_[block.first_row + taps_[t].row]);
                    lowest_[c * taps_.size() + t] = static_cast<std::int16_t>(lowest * scale);
                    highest_[c * taps_.size() + t] = static_cast<std::int16_t>(highest * scale);
                    bias_[c * taps_.size() + t] = static_cast<std::int16_t>((row_line[taps_[t].row] - lowest) * scale);
                }
            }
            for (std::size_t batch = class_start_[c]; batch < class_start_[c + 1]; ++batch) {
                for (std::size_t block : block_words) {
                    line_start_.push_back(words);
                    words += block;
                }
            }
        }
        line_start_.push_back(words);
        lines_ = make_aligned_array<std::uint64_t>(words);
        view_.lowest = lowest_.data();
        view_.highest = highest_.data();
        view_.bias = bias_.data();
        view_.line_start = line_start_.data();
        view_.lines = lines_.get();
    }

    /// The highest threshold that all lanes of a class reach and the lowest that none does.
    [[nodiscard]] std::pair<int, int> thresholds(std::size_t c, std::uint64_t row_low) const noexcept {
        const int load = std::popcount(row_low);
        const int weight = static_cast<int>(c);
        const int losers = static_cast<int>(view_.low_columns) - weight;
        return {std::max(0, load - losers), std::min(load, weight) + 1};
    }

    [[nodiscard]] static constexpr std::uint64_t low_mask(std::size_t columns) noexcept {
        return columns >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << columns) - 1;
    }

    std::size_t partitions_;
    int unit_;
    int constant_;
    plan_view view_;
    std::vector<tap_block> blocks_;
    std::vector<tap> taps_;
    std::vector<std::uint64_t> row_low_;
    std::vector<std::uint16_t> middle_words_;
    std::vector<std::size_t> middle_start_;
    aligned_vector<std::int16_t> middle_hits_;
    std::vector<std::uint16_t> low_words_;
    std::vector<std::size_t> class_start_;
    aligned_vector<std::uint64_t> valid_;
    aligned_vector<std::uint64_t> column_lanes_;
    aligned_vector<std::int16_t> lowest_;
    aligned_vector<std::int16_t> highest_;
    aligned_vector<std::int16_t> bias_;
    std::vector<std::size_t> line_start_;
    aligned_array<std::uint64_t> lines_;
};

} // namespace election::detail
