// SPDX-License-Identifier: MIT
// detail::tally_plan: the tables that the enumeration of all messages runs on, the same for every architecture.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include <election/analysis/allocation_classes.hpp>
#include <election/analysis/tally_enumerator.hpp>
#include <election/bits/aligned.hpp>
#include <election/codes/packed_allocation.hpp>

namespace election::detail {

/// What all messages of some states of classes have in common: how many +, and how many such messages a state is.
struct state_label {
    std::size_t weight = 0;
    message_count messages = 1;

    friend bool operator<(const state_label& a, const state_label& b) noexcept {
        return a.weight != b.weight ? a.weight < b.weight : a.messages < b.messages;
    }
};

/// The states of a range of classes, in mixed radix: the first class is the lowest digit.
class class_states {
public:
    class_states() = default;
    class_states(const allocation_classes& code, std::size_t first, std::size_t last)
        : first_(first), sizes_(code.column_sizes.begin() + static_cast<std::ptrdiff_t>(first),
                                code.column_sizes.begin() + static_cast<std::ptrdiff_t>(last)) {
        for (std::size_t size : sizes_) {
            count_ *= size + 1;
            std::vector<message_count> choices;
            for (std::size_t pluses = 0; pluses <= size; ++pluses) choices.push_back(messages_of_weight(size, pluses));
            choices_.push_back(std::move(choices));
        }
    }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] state_label label(std::uint64_t state) const noexcept {
        state_label label;
        for (std::size_t c = 0; c < sizes_.size(); ++c) {
            const std::uint64_t pluses = state % (sizes_[c] + 1);
            state /= sizes_[c] + 1;
            label.weight += pluses;
            label.messages *= choices_[c][pluses];
        }
        return label;
    }
    /// How many of a row's partitions in these classes have +.
    [[nodiscard]] std::size_t hits(const allocation_classes::row_class& row, std::uint64_t state) const noexcept {
        std::size_t sum = 0;
        for (std::size_t c = 0; c < sizes_.size(); ++c) {
            if (row.holds[first_ + c]) sum += state % (sizes_[c] + 1);
            state /= sizes_[c] + 1;
        }
        return sum;
    }
    /// A row's partitions in these classes.
    [[nodiscard]] std::size_t load(const allocation_classes::row_class& row) const noexcept { return hits(row, count_ - 1); }

private:
    std::size_t first_ = 0;
    std::vector<std::size_t> sizes_;
    std::vector<std::vector<message_count>> choices_;
    std::uint64_t count_ = 1;
};

/// States grouped by label.
struct labelled_states {
    std::vector<state_label> labels;   ///< different ones, sorted
    std::vector<std::uint32_t> label;  ///< [state]: place of its label
    std::vector<std::uint64_t> sorted; ///< states by label
    std::vector<std::size_t> start;    ///< [label]: first of `sorted`, and an end

    labelled_states() = default;
    labelled_states(const class_states& states, std::uint64_t count) {
        std::map<state_label, std::vector<std::uint64_t>> groups;
        for (std::uint64_t state = 0; state < count; ++state) groups[states.label(state)].push_back(state);
        label.resize(count);
        for (const auto& [key, members] : groups) {
            start.push_back(sorted.size());
            for (std::uint64_t state : members) label[state] = static_cast<std::uint32_t>(labels.size());
            labels.push_back(key);
            sorted.insert(sorted.end(), members.begin(), members.end());
        }
        start.push_back(sorted.size());
    }
};

/// The tables that enumeration runs on.
///
/// The classes of columns are split into *low*, *middle*, *upper* and *top* ones. A *lane* is one state of the low classes;
/// all lanes are examined at once, one bit each. For every row and threshold a line of bits says in which lanes its low hits
/// reach the threshold (or equal it), so that a worker's votes in all lanes cost one addition of a line to a bit-sliced
/// counter. Top states are the units of work. The mirror image of a message has the mirror image of its votes, so that of two
/// mirrored top states only one is examined.
struct tally_plan {
    /// A different row.
    struct row {
        std::size_t low_load = 0; ///< its partitions in low classes
        std::size_t reach = 0;    ///< hits that make it vote +
        bool may_tie = false;     ///< its load is even: one hit less ties it
        std::size_t workers = 0;  ///< divided by worker_unit
        std::size_t at_least = 0; ///< word of its first line: at least 1, 2, … low_load low hits
        std::size_t exactly = 0;  ///< the same for exactly 0, 1, … low_load low hits
    };
    /// How many states go where; the defaults are the fastest, others are for tests.
    struct limits {
        std::uint64_t lanes = 2048;
        std::uint64_t middle = 512;
        std::uint64_t smallest_unit = std::uint64_t{1} << 16U;
        std::uint64_t largest_unit = std::uint64_t{1} << 24U;
    };

    allocation_classes code;
    class_states low_states, middle_states, upper_states, top_states;
    labelled_states low, middle, upper, top;
    std::vector<row> rows;
    std::vector<std::uint16_t> middle_hits; ///< [middle state, sorted][row]
    aligned_vector<std::uint64_t> lines;
    aligned_vector<std::uint64_t> label_planes; ///< [digit]: of the lanes' labels
    std::size_t lanes = 1;
    std::size_t words = 1;       ///< of a line
    std::size_t stride = 8;      ///< words from one line to the next: lines begin on cache lines
    std::size_t active = 0;      ///< workers that are not idle
    std::size_t worker_unit = 1; ///< divides the numbers of all workers that are alike
    std::size_t plus_digits = 0, tied_digits = 0, label_digits = 0;
    std::uint64_t top_total = 1; ///< top states; only the first half (and the middle one) are examined
    std::uint64_t unit_states = 1;

    tally_plan(const packed_allocation& matrix, const limits& most) : code(matrix) {
        split(most);
        make_rows();
        make_lines();
    }

    [[nodiscard]] std::uint64_t units() const noexcept { return top_total / 2 + top_total % 2; }
    [[nodiscard]] bool is_its_own_mirror(std::uint64_t top_state) const noexcept { return 2 * top_state + 1 == top_total; }
    [[nodiscard]] std::size_t key_digits() const noexcept { return plus_digits + tied_digits + label_digits; }

private:
    void split(const limits& most) {
        const std::size_t classes = code.column_sizes.size();
        const std::size_t last = classes == 0 ? 0 : classes - 1; // the last class is a top one, so that there are mirrors
        const auto take = [&](std::size_t first, std::uint64_t room) {
            std::uint64_t product = 1;
            std::size_t end = first;
            while (end < last && product * (code.column_sizes[end] + 1) <= room) product *= code.column_sizes[end++] + 1;
            return end;
        };
        const auto total = static_cast<std::uint64_t>(code.states());
        // Small problems have small units, so that threads share them and a stop comes soon.
        const std::uint64_t unit = std::clamp(total / 256, most.smallest_unit, most.largest_unit);
        const std::size_t low_end = take(0, most.lanes);
        low_states = class_states(code, 0, low_end);
        const std::size_t middle_end = take(low_end, std::min(most.middle, unit / low_states.count()));
        middle_states = class_states(code, low_end, middle_end);
        const std::size_t upper_end = take(middle_end, unit / low_states.count() / middle_states.count());
        upper_states = class_states(code, middle_end, upper_end);
        top_states = class_states(code, upper_end, classes);
        top_total = top_states.count();
        unit_states = low_states.count() * middle_states.count() * upper_states.count();
        low = labelled_states(low_states, low_states.count());
        middle = labelled_states(middle_states, middle_states.count());
        upper = labelled_states(upper_states, upper_states.count());
        top = labelled_states(top_states, units());
    }

    void make_rows() {
        std::size_t may_tie = 0;
        std::size_t unit = 0;
        for (const auto& held : code.rows) unit = std::gcd(unit, held.workers);
        worker_unit = std::max<std::size_t>(1, unit);
        for (const auto& held : code.rows) {
            row made;
            made.low_load = low_states.load(held);
            made.reach = held.load / 2 + 1;
            made.may_tie = held.load % 2 == 0;
            made.workers = held.workers / worker_unit;
            rows.push_back(made);
            active += held.workers;
            if (held.load % 2 == 0) may_tie += held.workers;
        }
        plus_digits = static_cast<std::size_t>(std::bit_width(active / worker_unit));
        tied_digits = static_cast<std::size_t>(std::bit_width(may_tie / worker_unit));
        label_digits = static_cast<std::size_t>(std::bit_width(low.labels.size() - 1));
        middle_hits.reserve(middle.sorted.size() * rows.size());
        for (std::uint64_t state : middle.sorted) {
            for (const auto& held : code.rows)
                middle_hits.push_back(static_cast<std::uint16_t>(middle_states.hits(held, state)));
        }
    }

    void make_lines() {
        lanes = low_states.count();
        words = (lanes + 63) / 64;
        stride = (words + 7) / 8 * 8;
        for (row& r : rows) {
            r.at_least = lines.size();
            lines.resize(lines.size() + r.low_load * stride);
            r.exactly = lines.size();
            if (r.may_tie) lines.resize(lines.size() + (r.low_load + 1) * stride);
        }
        const auto set = [&](std::size_t line, std::size_t lane) {
            lines[line + lane / 64] |= std::uint64_t{1} << (lane % 64);
        };
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                const std::size_t hits = low_states.hits(code.rows[i], lane);
                for (std::size_t h = 1; h <= hits; ++h) set(rows[i].at_least + (h - 1) * stride, lane);
                if (rows[i].may_tie) set(rows[i].exactly + hits * stride, lane);
            }
        }
        label_planes.resize(label_digits * stride);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (std::size_t q = 0; q < label_digits; ++q) {
                if ((low.label[lane] >> q & 1U) != 0)
                    label_planes[q * stride + lane / 64] |= std::uint64_t{1} << (lane % 64);
            }
        }
    }
};

} // namespace election::detail
