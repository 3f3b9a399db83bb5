// SPDX-License-Identifier: MIT
// grid_results: the CSV of a grid of experiments, a row a point, to which any number of processes add.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/estimate/result_file.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/file_lock.hpp>
#include <election/io/source.hpp>
#include <election/train/run_identity.hpp>

namespace election {

/// A point that was computed.
struct grid_row {
    run_identity point;          ///< its keys and values
    std::vector<double> results; ///< one a column; NaN where there is none

    /// Whether all is the same; a NaN is not.
    friend bool operator==(const grid_row&, const grid_row&) = default;
};

/// The results of a grid: comma-separated values with a header `identity,KEY,…,RESULT,…` and a row a point, in which `identity` is the hash
/// of the point's keys and values.
///
/// A point that is there is done: a grid that was interrupted goes on with the others. The file is replaced as a whole under a lock (on
/// PATH.lock, gone afterwards), so that processes that add at the same time lose nothing and a killed one leaves no half row. It is
/// read strictly: a row that is damaged, cut off or not what its identity says is refused with its line; delete the line, and
/// its point is computed again.
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_grid_results.csv").string();
/// std::filesystem::remove(path);
/// const election::grid_results results(path, {"code", "seed"}, {"metric"});
/// const auto point = election::run_identity().set("seed", 1).set("code", "cyclic:n=5,k=5,weight=3");
/// assert(!results.has(point) && results.add(point, {0.75}) && results.has(point));
/// assert(!results.add(point, {0.5})); // somebody was faster
/// assert(results.rows().at(0).results.at(0) == 0.75);
/// std::filesystem::remove(path);
/// \endcode
class grid_results {
public:
    /// Says what the file has, or will have; it is made by the first add().
    /// \param path     the file
    /// \param keys     of all points; they stand in the order of the alphabet
    /// \param columns  of results: words of lower-case letters, digits and '_'
    /// \throws parameter_error  a key or column that is none, or stands twice
    grid_results(std::string path, std::vector<std::string> keys, std::vector<std::string> columns)
        : path_(std::move(path)), keys_(std::move(keys)), columns_(std::move(columns)) {
        std::ranges::sort(keys_);
        std::vector<std::string> names{"identity"};
        const auto add = [&](const std::string& name, bool allowed) {
            detail::require(allowed, "grid_results", "column", escaped(name), "must be a lower-case word");
            detail::require(std::ranges::find(names, name) == names.end(), "grid_results", "column", name,
                            "must not stand twice");
            names.push_back(name);
        };
        for (const std::string& key : keys_) add(key, run_identity::is_key(key));
        for (const std::string& column : columns_) {
            const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
            add(column, !column.empty() && std::ranges::all_of(column, word));
        }
        for (const std::string& name : names) header_.append(header_.empty() ? "" : ",").append(name);
    }

    /// All points that are there, in the order of the file; none if there is no file.
    /// \throws format_error  "PATH: …" or "PATH:LINE: …": unreadable, of other keys or columns, or damaged
    /// \par Complexity
    /// O(bytes · log rows)
    [[nodiscard]] std::vector<grid_row> rows() const {
        std::error_code ignored;
        if (!std::filesystem::exists(path_, ignored)) return {};
        return parse(bytes());
    }

    /// Whether a point is there. Reads the file.
    /// \throws format_error  see rows()
    [[nodiscard]] bool has(const run_identity& point) const {
        const std::vector<grid_row> all = rows();
        return std::ranges::find(all, point, &grid_row::point) != all.end();
    }

    /// Adds a point, unless it is there.
    /// \param point    with exactly the keys of this file
    /// \param results  one number a column; NaN and infinities become blank
    /// \returns whether it was added; if not, another process had computed it, and the file is as it was
    /// \throws parameter_error  other keys, another number of results
    /// \throws format_error     see rows() and write_file(); nothing was changed
    /// \par Complexity
    /// that of rows(), and of writing them
    bool add(const run_identity& point, const std::vector<double>& results) const {
        detail::require(results.size() == columns_.size(), "grid_results", "results", results.size(),
                        "must be as many as there are columns, ", columns_.size());
        std::vector<std::string> keys;
        for (const auto& [key, value] : point.values()) keys.push_back(key);
        std::string names;
        for (const std::string& key : keys_) names.append(names.empty() ? "" : ", ").append(key);
        detail::require(keys == keys_, "grid_results", "point", point.id(), "must have the keys ", names);

        namespace fs = std::filesystem;
        std::error_code ignored;
        const fs::path target = detail::link_target(path_);
        if (fs::is_directory(target, ignored)) throw format_error(path_, 0, "is a folder; a file name must be given");
        if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored))
            throw format_error(path_, 0, "is no regular file; results are added to files");
        const detail::file_lock lock(target);
        std::string text = header_ + '\n';
        if (fs::exists(target, ignored)) {
            text = bytes();
            const std::vector<grid_row> there = parse(text);
            if (std::ranges::find(there, point, &grid_row::point) != there.end()) return false;
        }
        text += line_of(point, results);
        write_file(target.string(), [&](std::ostream& stream) { stream << text; });
        return true;
    }

private:
    [[nodiscard]] std::string bytes() const {
        std::error_code ignored;
        if (std::filesystem::is_directory(path_, ignored))
            throw format_error(path_, 0, "is a folder; a results file must be given");
        errno = 0;
        std::ifstream stream(path_, std::ios::binary);
        if (!stream) throw format_error(path_, 0, "cannot be read: " + std::generic_category().message(errno));
        return detail::whole_text(stream, path_);
    }

    [[nodiscard]] static std::string line_of(const run_identity& point, const std::vector<double>& results) {
        std::string line = point.id();
        for (const auto& [key, value] : point.values()) {
            if (value.find_first_of(",\"") == std::string::npos) {
                line.append(",").append(value);
                continue;
            }
            line += ",\"";
            for (char c : value) line.append(c == '"' ? 2 : 1, c);
            line += '"';
        }
        for (double result : results) line.append(",").append(std::isfinite(result) ? detail::digits_text(result) : "");
        return line + '\n';
    }

    [[nodiscard]] std::vector<grid_row> parse(std::string_view text) const {
        std::vector<grid_row> rows;
        std::map<std::string, std::size_t> lines;
        for (std::size_t number = 1; !text.empty() || number == 1; ++number) {
            const std::size_t end = text.find('\n');
            if (end == std::string_view::npos) {
                throw format_error(path_, number,
                                   number == 1
                                       ? "this is no results file of this grid; its first line must be " + header_
                                       : std::string("the line is cut off; delete it, and its point is computed again"));
            }
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (number == 1) {
                if (line != header_)
                    throw format_error(path_, 1, "this is no results file of this grid; its first line must be " + header_);
                continue;
            }
            rows.push_back(row_of(line, number));
            const std::string id = rows.back().point.id();
            const auto [there, is_new] = lines.try_emplace(id, number);
            if (!is_new) {
                throw format_error(
                    path_, number,
                    detail::joined({"the point ", id, " stands in line ", std::to_string(there->second), " already"}));
            }
        }
        return rows;
    }

    [[nodiscard]] grid_row row_of(std::string_view line, std::size_t number) const {
        const auto fail = [&](std::initializer_list<std::string_view> what) {
            throw format_error(path_, number, detail::joined(what));
        };
        const std::vector<std::string> fields = fields_of(line, number);
        const std::size_t expected = 1 + keys_.size() + columns_.size();
        if (fields.size() != expected) {
            fail({std::to_string(fields.size()), fields.size() == 1 ? " field" : " fields", ", but the header names ",
                  std::to_string(expected)});
        }
        grid_row row;
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            try {
                row.point.set(keys_[i], fields[1 + i]);
            } catch (const parameter_error&) {
                fail({keys_[i], ": ", escaped(fields[1 + i]), " has a control character"});
            }
        }
        if (fields[0] != row.point.id()) {
            fail({"identity: ", escaped(fields[0]), " must be ", row.point.id(),
                  ", the hash of keys and values; something in them was changed"});
        }
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string& field = fields[1 + keys_.size() + i];
            const auto value = field.empty() ? std::optional<double>(std::nan("")) : detail::as_number(field);
            if (!value) fail({columns_[i], ": ", escaped(field), " is not a number"});
            row.results.push_back(*value);
        }
        return row;
    }

    /// Separated by commas, in double quotes if they contain one, quotes within them doubled.
    [[nodiscard]] std::vector<std::string> fields_of(std::string_view line, std::size_t number) const {
        std::vector<std::string> fields(1);
        bool quoted = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            if (quoted) {
                if (c != '"') {
                    fields.back() += c;
                } else if (line.substr(i + 1, 1) == "\"") {
                    fields.back() += line[++i];
                } else {
                    quoted = false;
                    if (i + 1 < line.size() && line[i + 1] != ',')
                        throw format_error(path_, number, "something follows closing quotes");
                }
            } else if (c == ',') {
                fields.emplace_back();
            } else if (c == '"') {
                if (!fields.back().empty()) throw format_error(path_, number, "a quote within a field without quotes");
                quoted = true;
            } else {
                fields.back() += c;
            }
        }
        if (quoted) throw format_error(path_, number, "the quotes are not closed");
        return fields;
    }

    std::string path_;
    std::vector<std::string> keys_;
    std::vector<std::string> columns_;
    std::string header_;
};

} // namespace election
