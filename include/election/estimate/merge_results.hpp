// SPDX-License-Identifier: MIT
// merge_into(): results files to which any number of runs add what they have counted, each of them once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <election/core/error.hpp>
#include <election/estimate/result_file.hpp>
#include <election/estimate/task.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/file_lock.hpp>

namespace election {
namespace detail {

/// Adds what another row of the same task has counted; why it is refused, or nothing. When refused, `into` is as it was.
[[nodiscard]] inline std::optional<std::string> merge_row(result_row& into, const result_row& added) {
    std::vector<contribution> all = into.contributions;
    std::uint64_t trials = into.trials();
    for (const contribution& c : added.contributions) {
        if (auto fault = fault_of(c, trials)) return fault;
        if (auto reason = overlap(all, c)) return reason;
        trials += c.trials;
        all.push_back(c);
    }
    std::sort(all.begin(), all.end());
    into.contributions = std::move(all);
    into.confidence = added.confidence;
    into.kind = added.kind;
    return std::nullopt;
}

/// The position of a task among rows, or their number.
[[nodiscard]] inline std::size_t row_of_task(const std::vector<result_row>& rows, const estimation_task& task) {
    return static_cast<std::size_t>(
        std::find_if(rows.begin(), rows.end(), [&](const result_row& row) { return row.task == task; }) - rows.begin());
}

} // namespace detail

/// Adds a row to a results file: a new task as a new row, what is counted of a known task into its row, whose interval is
/// then that of the sums, with confidence and sort of what was added last.
///
/// Nothing can be added twice: trials of a seed that are in the row already are refused.
/// The file is replaced as a whole or, whenever this throws, not touched. Processes and threads that merge into one file at
/// the same time wait for each other (by a lock on `PATH.lock`, which is gone afterwards), and nothing is lost. A file that
/// does not exist is made.
/// \param path   the results file
/// \param added  the row, with one or more contributions
/// \returns the row as it is in the file now
/// \throws format_error     "PATH: …" or "PATH:LINE: …": see read_results() and write_file(); or the run is in
///                          the file already: then the line is that of the task
/// \throws parameter_error  the row itself has no task, no contribution, or one that cannot be
/// \par Complexity
/// that of reading the file
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_merge_into.csv").string();
/// std::filesystem::remove(path);
/// const auto task = election::estimation_task(election::full(3, 3)).with("liars", 1);
/// election::result_row row{task, {{.seed = 1, .trials = 900, .failures = 9}}};
/// election::merge_into(path, row);
/// row.contributions = {{.seed = 2, .trials = 100, .failures = 1}};
/// assert(election::merge_into(path, row).estimate() == 0.01);
/// assert(election::read_results(path).at(0).trials() == 1000);
/// std::filesystem::remove(path);
/// \endcode
inline result_row merge_into(const std::string& path, const result_row& added) {
    namespace fs = std::filesystem;
    constexpr std::string_view where = "merge_into";
    detail::require(!added.task.fields().empty(), where, "task", "nothing", "must have fields");
    detail::require(!added.contributions.empty(), where, "contributions", "nothing", "must be at least one");
    detail::require(added.confidence > 0 && added.confidence < 1, where, "confidence", added.confidence,
                    "must be more than 0 and less than 1");
    result_row row{added.task, {}, added.confidence, added.kind};
    if (const auto fault = detail::merge_row(row, added)) {
        throw parameter_error(where, "contributions", detail::contributions_text(added.contributions),
                              "must be such that they can be added up: " + *fault);
    }

    std::error_code ignored;
    const fs::path target = detail::link_target(path);
    if (fs::is_directory(target, ignored)) throw format_error(path, 0, "is a folder; a file name must be given");
    if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored)) {
        throw format_error(path, 0, "is no regular file; results are merged into files");
    }
    const detail::file_lock lock(target);
    std::vector<result_row> rows;
    if (fs::exists(target, ignored)) rows = read_results(path);
    const std::size_t place = detail::row_of_task(rows, added.task);
    if (place == rows.size()) {
        rows.push_back(row);
    } else if (const auto reason = detail::merge_row(rows[place], row)) {
        throw format_error(path, place + 2, *reason + "; nothing was added");
    }
    write_file(target.string(), [&](std::ostream& stream) { write_results(stream, rows); });
    return rows[place];
}

/// Adds up results files: the rows of all of them, rows of one task merged as merge_into() does.
/// \param paths  results files; none gives no rows
/// \returns one row a task, in the order in which the tasks appear
/// \throws format_error  "PATH: …" or "PATH:LINE: …": see read_results(); or the row counts what an earlier
///                       file has counted already
[[nodiscard]] inline std::vector<result_row> merge_files(const std::vector<std::string>& paths) {
    std::vector<result_row> all;
    for (const std::string& path : paths) {
        const std::vector<result_row> rows = read_results(path);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::size_t place = detail::row_of_task(all, rows[i].task);
            if (place == all.size()) {
                all.push_back(rows[i]);
            } else if (const auto reason = detail::merge_row(all[place], rows[i])) {
                throw format_error(path, i + 2, *reason + "; an earlier file has it");
            }
        }
    }
    return all;
}

} // namespace election
