// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <election/verify/vote.hpp>

namespace election::program {
namespace {

constexpr std::size_t most_spaced_columns = 32; ///< more columns are drawn without blanks between them
constexpr std::size_t most_rows = 40;           ///< more rows are grouped

/// Workers that hold the same partitions, in the order of their first one.
struct row_group {
    std::vector<std::size_t> members;
};

[[nodiscard]] std::string plural(long long number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

[[nodiscard]] std::string liars_in_words(int liars) { return plural(liars, "lying worker", "lying workers"); }

class witness_drawing {
public:
    witness_drawing(const packed_allocation& code, const verdict& found, const colours& paint)
        : code_(code), found_(found), paint_(paint), truth_(truth_of(found.witness)) {}

    [[nodiscard]] std::string str() {
        group_rows();
        for (const row_group& group : groups_) label_width_ = std::max(label_width_, label_of(group).size());
        std::string text = head();
        for (const row_group& group : groups_) text += row(group);
        if (hidden_ > 0) text += "  (" + grouped(hidden_) + " more " + hidden_what_ + ")\n";
        return text + '\n' + sum() + '\n';
    }

private:
    void group_rows() {
        const bool together = code_.workers() > most_rows;
        std::map<std::vector<std::uint64_t>, std::size_t> known; // rows, and the place of their group
        for (std::size_t i = 0; i < code_.workers(); ++i) {
            if (!together) {
                groups_.push_back({{i}});
                continue;
            }
            const auto row = code_.row(i);
            const auto [place, is_new] = known.try_emplace({row.begin(), row.end()}, groups_.size());
            if (is_new) groups_.push_back({});
            groups_[place->second].members.push_back(i);
        }
        if (groups_.size() <= most_rows) return;
        hide("workers vote right", [&](const row_group& group) { return vote(group) == truth_; });
        if (groups_.size() <= most_rows) return;
        std::size_t drawn = 0;
        hide("workers are not drawn", [&](const row_group&) { return ++drawn > most_rows; });
    }

    template <class Hidden>
    void hide(const char* what, Hidden hidden) {
        std::vector<row_group> kept;
        for (row_group& group : groups_) {
            if (hidden(group)) {
                hidden_ += group.members.size();
                hidden_what_ = what;
            } else {
                kept.push_back(std::move(group));
            }
        }
        groups_ = std::move(kept);
    }

    [[nodiscard]] int vote(const row_group& group) const { return found_.witness_votes[group.members.front()]; }

    [[nodiscard]] static std::string label_of(const row_group& group) {
        const auto& members = group.members;
        if (members.size() == 1) return "worker " + std::to_string(members.front());
        const bool run = members.back() - members.front() + 1 == members.size();
        std::string label = plural(static_cast<long long>(members.size()), "worker", "workers") + ": ";
        label.append(std::to_string(members.front())).append(run ? "-" : ", ...");
        return run ? label.append(std::to_string(members.back())) : label;
    }

    template <class Sign>
    [[nodiscard]] std::string columns(Sign sign) const {
        const bool spaced = code_.partitions() <= most_spaced_columns;
        std::string text;
        for (std::size_t j = 0; j < code_.partitions(); ++j) {
            if (spaced && j > 0) text += ' ';
            text += sign(j);
        }
        return text;
    }

    [[nodiscard]] static char shown(int sign) { return sign > 0 ? '+' : sign < 0 ? '-' : '0'; }

    [[nodiscard]] std::string padded(const std::string& label) const {
        return "  " + label + std::string(label_width_ - label.size() + 2, ' ');
    }

    [[nodiscard]] std::string head() const {
        const auto positive = std::count(found_.witness.begin(), found_.witness.end(), std::int8_t{1});
        const auto total = static_cast<std::ptrdiff_t>(found_.witness.size());
        const auto winners = truth_ > 0 ? positive : total - positive;
        return padded("message") + columns([&](std::size_t j) { return shown(found_.witness[j]); }) + "   truth " +
               shown(truth_) + " (" + std::to_string(winners) + " of " + std::to_string(total) + ")\n";
    }

    [[nodiscard]] std::string row(const row_group& group) const {
        const std::size_t worker = group.members.front();
        const std::string held = columns([&](std::size_t j) { return code_(worker, j) ? shown(found_.witness[j]) : '.'; });
        const std::string mark = marker(vote(group), code_.load(worker) == 0);
        return padded(label_of(group)) + held + "   vote  " + shown(vote(group)) + (mark.empty() ? "" : "  " + mark) + '\n';
    }

    [[nodiscard]] std::string marker(int cast, bool idle) const {
        const std::string why = idle ? " (idle)" : "";
        if (cast == truth_) return idle ? "idle" : "";
        if (cast != 0) return paint_.red("fooled") + why;
        if (found_.ties == tie_policy::coin) return paint_.red("a coin, at worst wrong") + why;
        return paint_.yellow("abstains") + why;
    }

    /// "3 right, 2 wrong: margin 1; each liar lowers it by 2, so 1 liar overturns it."
    [[nodiscard]] std::string sum() const {
        const auto count = [&](int value) {
            return std::count(found_.witness_votes.begin(), found_.witness_votes.end(), static_cast<std::int8_t>(value));
        };
        const auto tied = count(0);
        const bool coins = found_.ties == tie_policy::coin;
        std::string text =
            std::to_string(count(truth_)) + " right, " + std::to_string(count(-truth_) + (coins ? tied : 0)) + " wrong";
        if (tied > 0)
            text +=
                coins ? " (" + plural(tied, "coin", "coins") + " among them)" : ", " + plural(tied, "abstains", "abstain");
        text += ": margin " + std::to_string(found_.margin);
        if (found_.margin < 0) return text + ", wrong although nobody lies.";
        if (found_.margin == 0) return text + ", a tie that decides nothing although nobody lies.";
        const int liars = (found_.margin + 1) / 2;
        const bool tie = found_.margin % 2 == 0;
        text += "; each liar lowers it by 2, so " + plural(liars, "liar", "liars");
        if (tie) return text + (liars == 1 ? " makes" : " make") + " it a tie, which decides nothing.";
        return text + (liars == 1 ? " overturns it." : " overturn it.");
    }

    const packed_allocation& code_;
    const verdict& found_;
    const colours& paint_;
    int truth_;
    std::vector<row_group> groups_;
    std::size_t hidden_ = 0;
    std::string hidden_what_;
    std::size_t label_width_ = std::string_view("message").size();
};

/// What is known of a code whose verification was stopped.
[[nodiscard]] std::string bounds_in_words(const verdict& found) {
    const bool errs = !found.witness.empty() && found.margin <= 0;
    if (errs) return "errs even when nobody lies, perhaps worse than shown.";
    const int least = tolerance_of(found.margin_lower);
    std::string text;
    if (least >= 0) text = "tolerates at least " + liars_in_words(least);
    if (!found.witness.empty()) {
        text += (text.empty() ? "tolerates at most " : " and at most ") +
                std::string(text.empty() ? liars_in_words(tolerance_of(found.margin))
                                         : std::to_string(tolerance_of(found.margin)));
    }
    return text.empty() ? "nothing is known yet." : text + ".";
}

[[nodiscard]] std::string answer_in_words(bool yes, int asked, bool beside) {
    const std::string end = beside ? " beside the given liars." : ".";
    if (asked == 0) return (yes ? "Yes: right in every election when nobody lies" : "No: errs even when nobody lies") + end;
    return (yes ? "Yes: tolerates " : "No: does not tolerate ") + liars_in_words(asked) + end;
}

} // namespace

std::string verdict_in_words(const verdict& found, std::optional<int> asked, bool beside) {
    if (asked && found.tolerates) return answer_in_words(*found.tolerates, *asked, beside);
    if (!found.exact) return "Stopped before the answer was final: " + bounds_in_words(found);
    const int tolerance = found.tolerance.value_or(tolerance_of(found.margin));
    if (tolerance < 0) return "Errs even when nobody lies.";
    if (tolerance == 0) return "Right when nobody lies, but tolerates no lying worker.";
    return "Tolerates " + liars_in_words(tolerance) + ", not " + std::to_string(tolerance + 1) + ".";
}

std::string draw_witness(const packed_allocation& code, const verdict& found, const colours& paint) {
    return witness_drawing(code, found, paint).str();
}

} // namespace election::program
