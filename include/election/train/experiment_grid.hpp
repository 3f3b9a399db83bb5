// SPDX-License-Identifier: MIT
// experiment_grid: a file of keys with lists of values, and all ways to choose one of each.
#pragma once

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/io/source.hpp>
#include <election/train/run_identity.hpp>

namespace election {

/// A key that a grid file may have.
struct grid_key {
    std::string name;                   ///< a lower-case word
    std::optional<std::string> value{}; ///< what it is where the file does not say; nothing: it is left out then
};

/// A grid may have at most this many points.
inline constexpr std::size_t grid_max_points = 1'000'000;

/// A grid of experiments: lists of values that are crossed.
///
/// A file has a line a key, in any order:
/// ```
/// # What after a blank begins with # is a comment.
/// code   = uncoded:n=15 deterministic:n=15,b=3 "my codes/found.txt"
/// attack = reverse random
/// liars  = 0..3
/// seed   = 1..10
/// ```
/// Values are separated by blanks and taken as they are; quotes keep blanks and # together. `a..b` are the whole numbers from a to b.
/// No key may stand twice, no value twice in its list.
///
/// \code
/// std::istringstream file("liars = 0..2\ncode = uncoded:n=5 deterministic:n=5,b=1\n");
/// const auto grid = election::experiment_grid::read(file, "example", {{"code"}, {"liars"}, {"attack", "reverse"}});
/// const std::vector<election::run_identity> points = grid.points();
/// assert(points.size() == 6 && points[1].find("liars") == "0" && points[1].find("code") == "deterministic:n=5,b=1");
/// assert(points[1].find("attack") == "reverse");
/// \endcode
class experiment_grid {
public:
    /// A key and its values.
    using list = std::pair<std::string, std::vector<std::string>>;

    /// Reads a grid.
    /// \param stream  read to its end
    /// \param file    the name that errors give
    /// \param known   the keys that there may be, with what they are otherwise
    /// \throws format_error     "FILE:LINE: …": not of that form, a key that is not known (then all that are are named), a key or a
    ///                          value twice, a key without values; or more points than grid_max_points
    /// \throws parameter_error  a known key that is none
    /// \par Complexity
    /// O(bytes + values² of a list)
    [[nodiscard]] static experiment_grid read(std::istream& stream, std::string_view file,
                                              const std::vector<grid_key>& known) {
        experiment_grid grid;
        for (const grid_key& key : known) {
            detail::require(run_identity::is_key(key.name), "experiment_grid", "key", escaped(key.name),
                            "must be a lower-case word");
        }
        const std::string text = detail::whole_text(stream, file);
        std::string_view rest = text;
        if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const std::size_t end = rest.find('\n');
            std::string_view line = rest.substr(0, end);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            grid.add_line(line, {file, number}, known);
        }
        for (const grid_key& key : known) {
            if (key.value && !grid.find(key.name)) grid.lists_.push_back({key.name, {*key.value}});
        }
        if (grid.size() > grid_max_points) {
            throw format_error(file, 0,
                               "has more points than " + std::to_string(grid_max_points) +
                                   "; leave out values or cut the grid into several");
        }
        return grid;
    }
    /// Reads a grid file.
    /// \throws format_error  "PATH: …" too: missing, a folder, unreadable
    [[nodiscard]] static experiment_grid read(const std::string& path, const std::vector<grid_key>& known) {
        std::error_code ignored;
        if (std::filesystem::is_directory(path, ignored))
            throw format_error(path, 0, "is a folder; a grid file must be given");
        errno = 0;
        std::ifstream stream(path, std::ios::binary);
        if (!stream) throw format_error(path, 0, "cannot be read: " + std::generic_category().message(errno));
        return read(stream, path, known);
    }

    /// Keys with their values: those of the file in its order, then those that it left to their default.
    [[nodiscard]] const std::vector<list>& lists() const noexcept { return lists_; }
    /// The values of a key, or null. O(keys).
    [[nodiscard]] const std::vector<std::string>* find(std::string_view key) const {
        const auto found = std::ranges::find(lists_, key, &list::first);
        return found == lists_.end() ? nullptr : &found->second;
    }
    /// How many points there are: the product of the numbers of values; at most grid_max_points + 1 is returned.
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t product = 1;
        for (const list& each : lists_) product = std::min(product * each.second.size(), grid_max_points + 1);
        return product;
    }
    /// All points, each with every key; the first key of the file changes slowest. Their identities do not depend on the order of
    /// keys or values in the file.
    /// \par Complexity
    /// O(points · keys)
    [[nodiscard]] std::vector<run_identity> points() const {
        std::vector<run_identity> all;
        const std::size_t count = size();
        all.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            run_identity point;
            std::size_t left = i;
            for (auto each = lists_.rbegin(); each != lists_.rend(); ++each) {
                point.set(each->first, each->second[left % each->second.size()]);
                left /= each->second.size();
            }
            all.push_back(std::move(point));
        }
        return all;
    }

private:
    struct place {
        std::string_view file;
        std::size_t line;
        [[noreturn]] void fail(std::initializer_list<std::string_view> what) const {
            throw format_error(file, line, detail::joined(what));
        }
    };

    static constexpr std::string_view blanks = " \t";

    static std::string_view trimmed(std::string_view text) {
        const std::size_t first = text.find_first_not_of(blanks);
        if (first == std::string_view::npos) return {};
        return text.substr(first, text.find_last_not_of(blanks) - first + 1);
    }

    void add_line(std::string_view line, const place& at, const std::vector<grid_key>& known) {
        line = trimmed(line);
        if (line.empty() || line.front() == '#') return;
        const std::size_t equals = line.find('=');
        const std::string_view key = trimmed(line.substr(0, equals));
        if (equals == std::string_view::npos || !run_identity::is_key(key)) {
            at.fail({escaped(line), " must look like key = value value …"});
        }
        if (std::ranges::find(known, key, &grid_key::name) == known.end()) {
            std::string names;
            for (const grid_key& each : known) names.append(names.empty() ? "" : ", ").append(each.name);
            at.fail({"unknown key ", escaped(key), "; known are ", names});
        }
        if (find(key) != nullptr) at.fail({key, " stands twice"});
        std::vector<std::string> values;
        std::string_view rest = line.substr(equals + 1);
        while (true) {
            const std::size_t first = rest.find_first_not_of(blanks);
            if (first == std::string_view::npos || rest[first] == '#') break;
            rest.remove_prefix(first);
            if (rest.front() == '"') {
                const std::size_t end = rest.find('"', 1);
                if (end == std::string_view::npos) at.fail({key, ": the quotes are not closed"});
                const bool ends = end + 1 == rest.size() || blanks.find(rest[end + 1]) != std::string_view::npos;
                if (!ends) at.fail({key, ": a blank must follow the closing quotes"});
                add_value(values, rest.substr(1, end - 1), key, at);
                rest.remove_prefix(end + 1);
            } else {
                const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
                if (word.find('"') != std::string_view::npos) at.fail({key, ": a quote within ", escaped(word)});
                add_word(values, word, key, at);
                rest.remove_prefix(word.size());
            }
        }
        if (values.empty()) at.fail({key, " has no value"});
        lists_.emplace_back(key, std::move(values));
    }

    /// A value, or a range of whole numbers.
    static void add_word(std::vector<std::string>& values, std::string_view word, std::string_view key, const place& at) {
        const std::size_t dots = word.find("..");
        const auto first = dots == std::string_view::npos ? std::nullopt : detail::as_count(word.substr(0, dots));
        const auto last = dots == std::string_view::npos ? std::nullopt : detail::as_count(word.substr(dots + 2));
        if (!first || !last) return add_value(values, word, key, at);
        if (*first > *last || *last - *first >= grid_max_points) {
            at.fail({key, ": ", escaped(word), " must go from a number to one that is not smaller, in at most ",
                     std::to_string(grid_max_points), " steps"});
        }
        for (std::uint64_t value = *first; value <= *last; ++value) {
            add_value(values, std::to_string(value), key, at);
            if (value == *last) break; // it may be the largest that there is
        }
    }

    static void add_value(std::vector<std::string>& values, std::string_view value, std::string_view key, const place& at) {
        for (char c : value) {
            if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f')
                at.fail({key, ": ", escaped(value), " has a control character"});
        }
        if (std::ranges::find(values, value) != values.end()) at.fail({key, ": ", escaped(value), " stands twice"});
        values.emplace_back(value);
    }

    std::vector<list> lists_;
};

} // namespace election
