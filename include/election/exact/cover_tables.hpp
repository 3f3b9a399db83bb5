// SPDX-License-Identifier: MIT
// cover_tables: a cover problem as the kernel reads it; and the memory of nodes and scratch.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <election/bits/aligned.hpp>
#include <election/core/error.hpp>
#include <election/exact/cover_kernel.hpp>
#include <election/exact/cover_problem.hpp>

namespace election::detail {

/// Owns the tables behind a cover_view.
class cover_tables {
public:
    /// \param problem  up to max_columns columns
    explicit cover_tables(const cover_problem& problem) : columns_(problem.columns), budget_(problem.budget) {
        require(problem.columns <= max_columns, "branch_and_bound", "columns", problem.columns, "must be at most ",
                max_columns);
        const std::size_t rows = problem.rows.size();
        view_.rows = rows;
        view_.row_lanes = padded(rows);
        view_.row_words = (view_.row_lanes + 63) / 64;
        view_.columns = columns_;
        view_.column_lanes = padded(columns_);
        view_.column_words = column_words(columns_);
        view_.scale = scale_of(problem);
        need_.assign(view_.row_lanes, 0);
        may_tie_.assign(view_.row_lanes, 0);
        half_loss_.assign(view_.row_lanes, 0);
        cap_.assign(view_.row_lanes, 0);
        holds_.assign(view_.row_lanes * view_.column_lanes, 0);
        row_fours_.assign((rows + 7) / 8 * 2 * view_.column_lanes, 0);
        column_fours_.assign((columns_ + 3) / 4 * view_.row_lanes, 0);
        held_.assign(view_.column_lanes * view_.row_lanes, 0);
        column_rows_.assign(view_.column_lanes * view_.row_words, 0);
        branchable_.assign(view_.column_words, 0);
        for (std::size_t j = 0; j < columns_; ++j) branchable_[j / 64] |= std::uint64_t{1} << (j % 64);
        for (std::size_t i = 0; i < rows; ++i) {
            const cover_row& row = problem.rows[i];
            // A row that needs more hits than there are columns never gets them; the number has to fit.
            const auto need = static_cast<std::int32_t>(std::min<std::size_t>(row.need, columns_ + 2));
            const auto half = static_cast<std::int32_t>(view_.scale * static_cast<std::int32_t>(row.weight));
            need_[i] = static_cast<std::int16_t>(need);
            may_tie_[i] = row.may_tie ? -1 : 0;
            half_loss_[i] = static_cast<std::int16_t>(half);
            cap_[i] = static_cast<std::int16_t>(std::min(2 * half + 1, (32767 - half) / need));
            for (std::uint32_t j : row.columns) {
                holds_[i * view_.column_lanes + j] = -1;
                std::int16_t& four = row_fours_[i / 4 * view_.column_lanes + j];
                four = static_cast<std::int16_t>(four + (2 << (i % 4)));
                std::uint8_t& quad = column_fours_[j / 4 * view_.row_lanes + i];
                quad = static_cast<std::uint8_t>(quad | (1U << (j % 4)));
                held_[j * view_.row_lanes + i] = 1;
                column_rows_[j * view_.row_words + i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
        limit_prices(problem);
        set_gains(problem);
        view_.gain_needs = gain_needs_.data();
        view_.may_tie = may_tie_.data();
        view_.half_loss = half_loss_.data();
        view_.cap = cap_.data();
        view_.holds = holds_.data();
        view_.row_fours = row_fours_.data();
        view_.column_fours = column_fours_.data();
        view_.held = held_.data();
        view_.column_rows = column_rows_.data();
        view_.branchable = branchable_.data();
    }
    cover_tables(const cover_tables&) = delete;
    cover_tables& operator=(const cover_tables&) = delete;

    [[nodiscard]] const cover_view& view() const noexcept { return view_; }
    [[nodiscard]] std::size_t budget() const noexcept { return budget_; }
    [[nodiscard]] const std::int16_t* need() const noexcept { return need_.data(); }

    static constexpr std::size_t max_columns = 30000;
    static constexpr std::int64_t largest_price =
        65000; ///< of a column: less 32767 it fits 16 bits, with something to spare

    static constexpr std::int64_t largest_total = std::int64_t{1} << 30; ///< of all losses: they are added up in 32 bits

    /// Whether a problem is one that this takes.
    [[nodiscard]] static bool fits(const cover_problem& problem) noexcept {
        std::int64_t total = 1;
        for (const cover_row& row : problem.rows) {
            if (row.weight > largest_half_loss) return false;
            total += 2 * std::int64_t{row.weight};
        }
        return problem.columns <= max_columns && total <= largest_total;
    }

    /// 64-bit words of one bit a column.
    [[nodiscard]] static std::size_t column_words(std::size_t columns) noexcept { return (padded(columns) + 63) / 64; }

    /// The finest fixed point in which the multipliers of any column's rows add up within 16 bits.
    [[nodiscard]] static std::int32_t scale_of(const cover_problem& problem) {
        std::vector<std::int64_t> sums(problem.columns, 0);
        std::vector<std::int64_t> degrees(problem.columns, 0);
        std::int64_t heaviest = 1;
        std::int64_t total = 1;
        for (const cover_row& row : problem.rows) {
            heaviest = std::max<std::int64_t>(heaviest, row.weight);
            total += 2 * std::int64_t{row.weight};
            for (std::uint32_t j : row.columns) {
                sums[j] += 2 * std::int64_t{row.weight};
                ++degrees[j];
            }
        }
        require(heaviest <= largest_half_loss, "branch_and_bound", "weight", heaviest, "must be at most ",
                largest_half_loss);
        require(total <= largest_total, "branch_and_bound", "sum of 2 weight over all rows", total, "must be at most ",
                largest_total);
        std::int64_t scale = std::min({std::int64_t{4096}, largest_half_loss / heaviest, largest_total / total});
        for (std::size_t j = 0; j < sums.size(); ++j) {
            if (sums[j] == 0) continue;
            // A multiplier is at most 2 · scale · weight + 1.
            scale = std::min(scale, (largest_price - degrees[j]) / sums[j]);
        }
        return static_cast<std::int32_t>(std::max<std::int64_t>(1, scale)); // then multipliers are cut
    }

private:
    /// Makes multipliers smaller where those of a column's rows would not add up within 16 bits. Bounds get weaker, and stay bounds.
    void limit_prices(const cover_problem& problem) {
        std::vector<std::int64_t> sums(columns_, 0);
        for (std::size_t i = 0; i < problem.rows.size(); ++i) {
            for (std::uint32_t j : problem.rows[i].columns) sums[j] += cap_[i];
        }
        const std::int64_t dearest = sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
        if (dearest <= largest_price) return;
        for (std::int16_t& cap : cap_) cap = static_cast<std::int16_t>(cap * largest_price / dearest);
    }

    /// A gain is about 8 (usual need / need)^0.75: measured with 41 to 151 columns, where exponents from 0.5 to 1 make little difference.
    /// With 201 and more all gains are 8, which gives better bounds then.
    void set_gains(const cover_problem& problem) {
        constexpr std::size_t many = 176;
        constexpr std::int16_t never = 32767;
        double usual = 0;
        for (const cover_row& row : problem.rows) usual += std::min<double>(row.need, static_cast<double>(columns_));
        usual /= static_cast<double>(std::max<std::size_t>(1, problem.rows.size()));
        double gain = largest_gain;
        for (std::size_t level = 0; level < gain_levels; ++level) {
            const double step = cover_loops<arch::word64>::gain_steps[level];
            const double need = usual * std::pow(8 / (gain - step / 2), 4 / 3.0); // with which it is just between the two
            gain_needs_[level] = columns_ < many ? static_cast<std::int16_t>(std::min<double>(never, need))
                                 : gain > 8      ? std::int16_t{-1}
                                                 : never;
            gain -= step;
        }
    }

    [[nodiscard]] static std::size_t padded(std::size_t count) noexcept {
        return std::max<std::size_t>(1, (count + cover_lanes - 1) / cover_lanes) * cover_lanes;
    }

    std::size_t columns_;
    std::size_t budget_;
    cover_view view_;
    std::array<std::int16_t, gain_levels> gain_needs_{};
    aligned_vector<std::int16_t> need_;
    aligned_vector<std::int16_t> may_tie_;
    aligned_vector<std::int16_t> half_loss_;
    aligned_vector<std::int16_t> cap_;
    aligned_vector<std::int16_t> holds_;
    aligned_vector<std::int16_t> row_fours_;
    aligned_vector<std::uint8_t> column_fours_;
    aligned_vector<std::int16_t> held_;
    std::vector<std::uint64_t> column_rows_;
    std::vector<std::uint64_t> branchable_;
};

/// Memory of one node.
class cover_node_memory {
public:
    explicit cover_node_memory(const cover_view& view)
        : shorts_(4 * view.row_lanes + view.column_lanes, 0), words_(2 * view.column_words, 0) {
        node_.need = shorts_.data();
        node_.open_held = node_.need + view.row_lanes;
        node_.multipliers = node_.open_held + view.row_lanes;
        node_.direction = node_.multipliers + view.row_lanes;
        node_.open_lanes = node_.direction + view.row_lanes;
        node_.open = words_.data();
        node_.losers = node_.open + view.column_words;
    }
    cover_node_memory(const cover_node_memory&) = delete;
    cover_node_memory& operator=(const cover_node_memory&) = delete;

    [[nodiscard]] cover_node& node() noexcept { return node_; }
    [[nodiscard]] const cover_node& node() const noexcept { return node_; }

    /// Takes over another node's contents.
    void copy_from(const cover_node_memory& other) noexcept {
        std::copy(other.shorts_.begin(), other.shorts_.end(), shorts_.begin());
        std::copy(other.words_.begin(), other.words_.end(), words_.begin());
        node_.budget = other.node_.budget;
        node_.open_count = other.node_.open_count;
    }

    /// Everything open, then the columns of a state fixed.
    /// \param open, losers  one bit a column; what is in neither does not lose
    void reset(const cover_tables& tables, const cover_kernel& kernel, const std::vector<std::uint64_t>& open,
               const std::vector<std::uint64_t>& losers) {
        const cover_view& view = tables.view();
        std::copy_n(tables.need(), view.row_lanes, node_.need);
        std::fill_n(node_.open_held, view.row_lanes, std::int16_t{0});
        std::fill_n(node_.direction, view.row_lanes, std::int16_t{0});
        std::fill_n(node_.open_lanes, view.column_lanes, std::int16_t{0});
        std::fill_n(node_.losers, view.column_words, std::uint64_t{0});
        std::fill_n(node_.open, view.column_words, std::uint64_t{0});
        for (std::size_t j = 0; j < view.columns; ++j) {
            node_.open[j / 64] |= std::uint64_t{1} << (j % 64);
            node_.open_lanes[j] = -1;
            for (std::size_t i = 0; i < view.row_lanes; ++i) {
                node_.open_held[i] = static_cast<std::int16_t>(node_.open_held[i] + view.held[j * view.row_lanes + i]);
            }
        }
        node_.budget = static_cast<std::int64_t>(tables.budget());
        node_.open_count = static_cast<std::int64_t>(view.columns);
        std::vector<std::uint64_t> zeros(view.column_words);
        for (std::size_t w = 0; w < zeros.size(); ++w) zeros[w] = node_.open[w] & ~open[w] & ~losers[w];
        kernel.fix(view, node_, zeros.data(), losers.data());
        for (std::size_t i = 0; i < view.row_lanes; ++i) {
            const std::int16_t need = node_.need[i];
            node_.multipliers[i] =
                need > 0 ? std::min(view.cap[i], static_cast<std::int16_t>(view.half_loss[i] / need)) : std::int16_t{0};
        }
    }

private:
    aligned_vector<std::int16_t> shorts_;
    std::vector<std::uint64_t> words_;
    cover_node node_;
};

/// Memory of a thread's scratch.
class cover_scratch_memory {
public:
    explicit cover_scratch_memory(const cover_view& view)
        : shorts_(13 * view.row_lanes + 2 * view.column_lanes, 0), indices_(view.row_lanes, 0),
          words_(view.row_words + 8 * view.column_words, 0) {
        std::int16_t* next = shorts_.data();
        for (std::int16_t** array : {&scratch_.unavoidable, &scratch_.most, &scratch_.tie_need, &scratch_.tie_loss,
                                     &scratch_.wrong_need, &scratch_.wrong_loss, &scratch_.undecided, &scratch_.slack,
                                     &scratch_.hits, &scratch_.gain, &scratch_.moves, &scratch_.weights, &scratch_.trial}) {
            *array = next;
            next += view.row_lanes;
        }
        scratch_.prices = next;
        scratch_.best_prices = next + view.column_lanes;
        scratch_.rows = indices_.data();
        scratch_.undecided_rows = words_.data();
        std::uint64_t* word = words_.data() + view.row_words;
        for (std::uint64_t** array : {&scratch_.chosen, &scratch_.trial_chosen, &scratch_.best_chosen, &scratch_.zeros,
                                      &scratch_.ones, &scratch_.dominated_zeros, &scratch_.dominated_ones}) {
            *array = word;
            word += view.column_words;
        }
    }
    cover_scratch_memory(const cover_scratch_memory&) = delete;
    cover_scratch_memory& operator=(const cover_scratch_memory&) = delete;

    [[nodiscard]] cover_scratch& scratch() noexcept { return scratch_; }

private:
    aligned_vector<std::int16_t> shorts_;
    std::vector<std::uint32_t> indices_;
    std::vector<std::uint64_t> words_;
    cover_scratch scratch_;
};

} // namespace election::detail
