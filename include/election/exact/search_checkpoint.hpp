// SPDX-License-Identifier: MIT
// write_search() and read_search(): a search that is not done, as a text file that the same search goes on from.
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/exact/certificate.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/search_state.hpp>
#include <election/io/source.hpp>

namespace election {

/// A hash of everything that a cover problem is, rows in their order, the same on every platform. O(ones).
///
/// \code
/// const election::cover_problem a{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// election::cover_problem b = a;
/// b.rows[2].may_tie = true;
/// assert(election::problem_hash(a) == election::problem_hash(a) && election::problem_hash(a) != election::problem_hash(b));
/// \endcode
[[nodiscard]] inline std::uint64_t problem_hash(const cover_problem& problem) {
    detail::fnv64 hash;
    const auto add = [&](std::uint64_t number) {
        char bytes[8];
        for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i) & 0xFF);
        hash.add({bytes, sizeof bytes});
    };
    add(problem.columns);
    add(problem.budget);
    add(static_cast<std::uint64_t>(problem.constant));
    add(problem.rows.size());
    for (const cover_row& row : problem.rows) {
        add(row.need);
        add(row.may_tie ? 1 : 0);
        add(row.weight);
        add(row.columns.size());
        for (std::uint32_t column : row.columns) add(column);
    }
    return hash.value();
}

namespace detail {

inline constexpr std::string_view search_head = "election search 2";

/// Whether a text can be an identity.
[[nodiscard]] inline bool is_identity(std::string_view text) noexcept {
    constexpr std::size_t most = 200;
    return text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

[[nodiscard]] inline std::size_t count_of(const std::vector<std::uint64_t>& bits) noexcept {
    std::size_t count = 0;
    for (std::uint64_t word : bits) count += static_cast<std::size_t>(std::popcount(word));
    return count;
}

/// Whether a subtree has a choice at all: a search that is stopped may not have looked at it yet.
[[nodiscard]] inline bool has_choice(const open_subtree& part, std::size_t budget) noexcept {
    const std::size_t losers = count_of(part.losers);
    return losers <= budget && budget - losers <= count_of(part.open);
}

/// The fewest digits that read back as the same number.
inline void append_real(std::string& text, double number) {
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text.append(digits, static_cast<std::size_t>(end - digits));
}

/// Reads what write_search() writes.
class search_reader {
public:
    search_reader(std::istream& stream, std::string_view file, const cover_problem& problem)
        : problem_(problem), file_(file), text_(sealed(whole_text(stream, file))), lines_(text_, file),
          all_(search_from(problem, {}).open.front().open) {
        for (const cover_row& row : problem.rows) most_ += 2 * std::uint64_t{row.weight};
    }

    [[nodiscard]] search_state read(std::string_view identity) {
        lines_.require_next("the head");
        begin_with("identity ");
        if (lines_.rest() != identity) {
            lines_.malformed(joined({"belongs to ",
                                     is_identity(lines_.rest()) ? joined({"'", lines_.rest(), "'"}) : escaped(lines_.rest()),
                                     ", not to '", identity, "'"}));
        }
        begin_with("problem ");
        if (lines_.rest() != hash_text(problem_hash(problem_))) {
            lines_.malformed(joined({"belongs to another problem than ", hash_text(problem_hash(problem_)),
                                     "; it must be that of the same code, ties and question"}));
        }
        search_state state;
        read_best(state);
        begin_with("nodes ");
        state.nodes = last_natural(std::numeric_limits<std::uint64_t>::max(), "nodes");
        begin_with("done ");
        double shares = state.done = real("done");
        lines_.expect_end();
        begin_with("looks ");
        state.looks = static_cast<int>(last_natural(most_looks, "looks"));
        state.seconds = state.looks > 0 ? look_after(state.looks - 1) : 0; // or some more
        begin_with("next ");
        state.next_id = last_natural(std::numeric_limits<std::uint64_t>::max(), "next");
        begin_with("open ");
        const std::uint64_t count = last_natural(std::numeric_limits<std::uint64_t>::max(), "open");
        for (std::uint64_t i = 0; i < count; ++i) {
            state.open.push_back(subtree(state));
            shares += state.open.back().share;
        }
        // Whatever was done and what is left are the whole tree; of very many nodes, roundings add up.
        constexpr double rounding = 1e-3;
        if (!(std::abs(shares - 1) <= rounding)) lines_.malformed("ends shares that, with what is done, do not add up to 1");
        require_names(state);
        lines_.require_next("the checksum");
        lines_.expect("sum ", "must be the checksum: there are more open subtrees than were announced");
        return state;
    }

private:
    /// \throws format_error  the text is not as it was written
    [[nodiscard]] std::string sealed(std::string text) const {
        if (text.empty()) throw format_error(file_, 0, joined({"is empty; a search begins with '", search_head, "'"}));
        if (text.substr(0, text.find('\n')) != search_head)
            throw format_error(file_, 1, joined({"is no search of this version: it must begin with '", search_head, "'"}));
        const std::size_t before = text.size() < 2 ? 0 : text.rfind('\n', text.size() - 2) + 1;
        fnv64 hash;
        hash.add(std::string_view(text).substr(0, before));
        if (std::string_view(text).substr(before) != joined({"sum ", hash_text(hash.value()), "\n"})) {
            const auto line = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
            throw format_error(file_, text.ends_with('\n') ? line : line + 1,
                               "is cut off or was changed: the last line must be the checksum of those before");
        }
        return text;
    }

    void begin_with(std::string_view word) {
        lines_.require_next(joined({"'", word, "…'"}));
        lines_.expect(word, joined({"must begin with '", word, "'"}));
    }
    [[nodiscard]] std::uint64_t last_natural(std::uint64_t most, std::string_view what) {
        const std::uint64_t value = lines_.natural(most, what);
        lines_.expect_end();
        return value;
    }
    [[nodiscard]] double real(std::string_view what) {
        const std::string_view word = lines_.rest().substr(0, lines_.rest().find(' '));
        double value = 0;
        const auto [stop, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
        constexpr double rounding = 1e-3; // that of sums
        if (failure != std::errc() || stop != word.data() + word.size() || !(value >= 0 && value <= 1 + rounding))
            lines_.malformed(joined({what, " must be a number from 0 to 1"}));
        static_cast<void>(lines_.take(word));
        return value;
    }

    void read_best(search_state& state) {
        begin_with("best ");
        state.loss = lines_.integer(std::numeric_limits<std::int64_t>::max(), "best");
        if (lines_.take(" losers ")) {
            lines_.numbers(state.losers, problem_.columns, "a loser");
            for (std::size_t i = 1; i < state.losers.size(); ++i) {
                if (state.losers[i - 1] >= state.losers[i]) lines_.malformed("has losers that are not in order");
            }
            if (state.losers.size() != problem_.budget)
                lines_.malformed(joined(
                    {"has ", shown(state.losers.size()), " losers; it must have the budget, ", shown(problem_.budget)}));
            const std::int64_t loss = loss_of(problem_, state.losers);
            if (state.loss != loss)
                lines_.malformed(joined({"has a loss of ", shown(state.loss), "; that of its losers is ", shown(loss)}));
        }
        lines_.expect_end();
    }

    [[nodiscard]] open_subtree subtree(const search_state& state) {
        begin_with("s ");
        open_subtree part;
        part.id = lines_.natural(std::numeric_limits<std::uint64_t>::max(), "the name");
        if (part.id >= state.next_id) lines_.malformed("has a name that is still to be given");
        blank();
        const std::uint64_t most = std::min<std::uint64_t>(most_, std::numeric_limits<std::int64_t>::max());
        part.loss_lower = static_cast<std::int64_t>(lines_.natural(most, "the least loss"));
        blank();
        part.share = real("the share");
        blank();
        part.open = columns();
        blank();
        part.losers = columns();
        lines_.expect_end();
        for (std::size_t w = 0; w < all_.size(); ++w) {
            if ((part.open[w] & part.losers[w]) != 0) lines_.malformed("has a column that is open and loses");
        }
        if (!has_choice(part, problem_.budget))
            lines_.malformed(joined({"has no choice of ", shown(problem_.budget), " losers"}));
        return part;
    }
    void blank() { lines_.expect(" ", "must be 's NAME LOSS SHARE OPEN LOSERS'"); }

    [[nodiscard]] std::vector<std::uint64_t> columns() {
        std::vector<std::uint64_t> bits(all_.size());
        const std::size_t size = 16 * bits.size();
        const std::string_view word = lines_.rest().substr(0, size);
        for (std::size_t i = 0; i < size; ++i) {
            const char c = i < word.size() ? word[i] : '\0';
            const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) lines_.malformed(joined({"has columns that are not ", shown(size), " digits of 0-9 and a-f"}));
            bits[i / 16] = bits[i / 16] << 4 | static_cast<std::uint64_t>(digit);
        }
        static_cast<void>(lines_.take(word));
        for (std::size_t w = 0; w < bits.size(); ++w) {
            if ((bits[w] & ~all_[w]) != 0)
                lines_.malformed(joined({"has a column that is not there; they are ", shown(problem_.columns)}));
        }
        return bits;
    }

    void require_names(const search_state& state) const {
        std::vector<std::uint64_t> names;
        for (const open_subtree& part : state.open) names.push_back(part.id);
        std::sort(names.begin(), names.end());
        if (std::adjacent_find(names.begin(), names.end()) != names.end())
            lines_.malformed("ends open subtrees of which two have the same name");
    }

    const cover_problem& problem_;
    std::string_view file_;
    std::istringstream text_;
    certificate_lines lines_;
    std::vector<std::uint64_t> all_; ///< columns
    std::uint64_t most_ = 0;         ///< loss
};

} // namespace detail

/// Writes a search down, to go on from another day. A few kilobytes: O(open subtrees·columns).
///
/// The file is lines of text:
/// \verbatim
/// election search 2
/// identity TEXT                     what the caller says that the problem comes from
/// problem HASH                      problem_hash(), 16 digits of 0-9 and a-f
/// best LOSS losers COLUMN,COLUMN,…  the best choice; without losers the loss that is to be beaten
/// nodes NUMBER
/// done SHARE
/// looks NUMBER
/// next NAME                         of the next open subtree
/// open COUNT                        so many lines follow:
/// s NAME LOSS SHARE OPEN LOSERS     its least loss, share of the tree, columns: 16 digits a word, column 0 the last bit of the first word
/// sum HASH                          FNV-1a of all bytes before this line
/// \endverbatim
/// Open subtrees without a choice (more losers than the budget, or too few left) are left out and count as done. Proofs are not kept: a
/// search that is to give a certificate must not be interrupted.
/// \param to        see write_file() for how a file is replaced in one step
/// \param state     of a search of that problem, not while it runs
/// \param problem   that is searched
/// \param identity  up to 200 printable characters of ASCII, e.g. the code's hash and its ties
/// \throws parameter_error  another identity
///
/// \code
/// const election::cover_problem uncoded{3, 1, {{{0}, 1}, {{1}, 1}, {{2}, 1}}, -3};
/// const auto state = election::search_from(uncoded, election::tabu_search(uncoded));
/// std::stringstream file;
/// election::write_search(file, state, uncoded, "uncoded(3)");
/// assert(election::read_search(file, "uncoded.search", uncoded, "uncoded(3)").open == state.open);
/// \endcode
inline void write_search(std::ostream& to, const search_state& state, const cover_problem& problem,
                         std::string_view identity) {
    detail::require(detail::is_identity(identity), "write_search", "identity", escaped(identity),
                    "must be at most 200 printable characters of ASCII");
    double done = state.done;
    std::uint64_t count = 0;
    std::string parts;
    for (const open_subtree& part : state.open) {
        if (!detail::has_choice(part, problem.budget)) {
            done += part.share;
            continue;
        }
        ++count;
        parts += "s ";
        detail::append_number(parts, part.id);
        parts += ' ';
        detail::append_integer(parts, part.loss_lower);
        parts += ' ';
        detail::append_real(parts, part.share);
        parts += ' ';
        for (std::uint64_t word : part.open) parts += detail::hash_text(word);
        parts += ' ';
        for (std::uint64_t word : part.losers) parts += detail::hash_text(word);
        parts += '\n';
    }
    std::string text(detail::search_head);
    text.append("\nidentity ").append(identity);
    text.append("\nproblem ").append(detail::hash_text(problem_hash(problem))).append("\nbest ");
    detail::append_integer(text, state.loss);
    if (!state.losers.empty()) text += " losers ";
    detail::append_list<std::uint32_t>(text, state.losers);
    text += "\nnodes ";
    detail::append_number(text, state.nodes);
    text += "\ndone ";
    detail::append_real(text, done);
    text += "\nlooks ";
    detail::append_integer(text, state.looks);
    text += "\nnext ";
    detail::append_number(text, state.next_id);
    text += "\nopen ";
    detail::append_number(text, count);
    text.append("\n").append(parts);
    detail::fnv64 hash;
    hash.add(text);
    text.append("sum ").append(detail::hash_text(hash.value())).append("\n");
    to.write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// Reads what write_search() has written, for branch_and_bound() to go on. O(bytes + ones).
/// \param stream    read to its end
/// \param file      the name that errors give
/// \param problem   the same as then
/// \param identity  the same as then
/// \returns the state; its loss is computed anew
/// \throws format_error  cut off or changed, of another problem or identity, or what no search of this problem can be. A text that somebody
///                       made up so that everything fits is not told apart: it proves nothing
[[nodiscard]] inline search_state read_search(std::istream& stream, std::string_view file, const cover_problem& problem,
                                              std::string_view identity) {
    detail::require_valid(problem, "read_search");
    return detail::search_reader(stream, file, problem).read(identity);
}

} // namespace election
