// SPDX-License-Identifier: MIT
// run_log: the CSV of a run, a row an iteration, usable while it grows and the same whether the run was interrupted or not.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
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
#include <election/train/election_trainer.hpp>

namespace election {

/// A row of a run's CSV. Numbers that are not there, and those that are NaN or infinite, are left blank.
struct run_row {
    std::uint64_t iteration = 0;    ///< from 1
    std::uint64_t epoch = 0;        ///< from 1
    double seconds = 0;             ///< of training up to the end of this iteration; loading and metric are not counted
    std::optional<double> metric{}; ///< after this iteration, where it was evaluated
    std::optional<double> metric_margin{}; ///< likewise: the same of the margin itself
    std::optional<double> loss{};          ///< of the mini-batches, before the step
    std::uint64_t vote_bytes = 0;          ///< of this iteration
    std::uint64_t decision_bytes = 0;      ///< of this iteration
    std::uint64_t absent = 0;              ///< workers whose vote did not count
    std::vector<double> more{};            ///< one for each further column of the log

    /// What a trainer has reported; epoch, seconds, metrics and further columns are left to fill in.
    [[nodiscard]] static run_row of(const round_report& report) {
        run_row row;
        row.iteration = report.step + 1;
        if (!std::isnan(report.loss)) row.loss = report.loss;
        row.vote_bytes = report.transport.vote_bytes;
        row.decision_bytes = report.transport.decision_bytes;
        row.absent = report.transport.absent;
        return row;
    }

    /// Whether all is the same.
    friend bool operator==(const run_row&, const run_row&) = default;
};

/// What stands in a run's CSV.
struct run_table {
    std::vector<std::string> more_columns{}; ///< names of those behind the ones that all logs have
    std::vector<run_row> rows{};             ///< iterations 1, 2, …
};

namespace detail {

inline constexpr std::string_view run_log_header =
    "iteration,epoch,seconds,metric,metric_margin,loss,vote_bytes,decision_bytes,absent";
inline constexpr std::size_t run_log_columns = 9;

[[nodiscard]] inline std::string run_log_first_line(const std::vector<std::string>& more) {
    std::string line(run_log_header);
    for (const std::string& name : more) line.append(",").append(name);
    return line;
}

/// The fewest digits that read back as the same value; nothing for what is no finite number.
[[nodiscard]] inline std::string field_text(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? digits_text(*value) : std::string();
}

[[nodiscard]] inline std::string run_log_line(const run_row& row) {
    std::string line =
        joined({std::to_string(row.iteration), ",", std::to_string(row.epoch), ",", field_text(row.seconds), ",",
                field_text(row.metric), ",", field_text(row.metric_margin), ",", field_text(row.loss), ",",
                std::to_string(row.vote_bytes), ",", std::to_string(row.decision_bytes), ",", std::to_string(row.absent)});
    for (double value : row.more) line.append(",").append(field_text(value));
    return line + '\n';
}

/// Reads a run's CSV.
class run_log_reader {
public:
    run_log_reader(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

    /// \param last  rows behind that iteration are not looked at
    [[nodiscard]] run_table run(std::uint64_t last) {
        run_table table;
        const std::string_view head = next_line();
        if (head != run_log_header && !head.starts_with(joined({run_log_header, ","}))) {
            fail(joined({"this is no log of a run; its first line must begin with ", run_log_header}));
        }
        const std::vector<std::string_view> names = split(head);
        table.more_columns.assign(names.begin() + run_log_columns, names.end());
        while (!rest_.empty() && table.rows.size() < last) {
            const std::vector<std::string_view> fields = split(next_line());
            if (fields.size() != names.size()) {
                fail(joined({std::to_string(fields.size()), fields.size() == 1 ? " field" : " fields",
                             ", but the header names ", std::to_string(names.size())}));
            }
            table.rows.push_back(row_of(fields));
            if (table.rows.back().iteration != table.rows.size()) {
                fail(joined({"iteration ", std::to_string(table.rows.back().iteration), " must be ",
                             std::to_string(table.rows.size())}));
            }
        }
        return table;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw format_error(file_, line_, what); }

    [[nodiscard]] std::string_view next_line() {
        ++line_;
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos) fail("the line is cut off; it must end with a line feed");
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return line;
    }
    [[nodiscard]] static std::vector<std::string_view> split(std::string_view line) {
        std::vector<std::string_view> fields;
        while (true) {
            const std::size_t comma = line.find(',');
            fields.push_back(line.substr(0, comma));
            if (comma == std::string_view::npos) return fields;
            line.remove_prefix(comma + 1);
        }
    }
    [[nodiscard]] std::uint64_t count_of(std::string_view text, std::string_view name) const {
        const auto value = as_count(text);
        if (!value) fail(joined({name, ": ", escaped(text), " is not a whole number"}));
        return *value;
    }
    [[nodiscard]] std::optional<double> number_of(std::string_view text, std::string_view name) const {
        if (text.empty()) return std::nullopt;
        const auto value = as_number(text);
        if (!value) fail(joined({name, ": ", escaped(text), " is not a number"}));
        return value;
    }
    [[nodiscard]] run_row row_of(const std::vector<std::string_view>& fields) const {
        run_row row;
        row.iteration = count_of(fields[0], "iteration");
        row.epoch = count_of(fields[1], "epoch");
        row.seconds = number_of(fields[2], "seconds").value_or(0);
        row.metric = number_of(fields[3], "metric");
        row.metric_margin = number_of(fields[4], "metric_margin");
        row.loss = number_of(fields[5], "loss");
        row.vote_bytes = count_of(fields[6], "vote_bytes");
        row.decision_bytes = count_of(fields[7], "decision_bytes");
        row.absent = count_of(fields[8], "absent");
        for (std::size_t i = run_log_columns; i < fields.size(); ++i) {
            row.more.push_back(number_of(fields[i], "a further column").value_or(std::nan("")));
        }
        return row;
    }

    std::string_view rest_;
    std::string_view file_;
    std::size_t line_ = 0;
};

[[nodiscard]] inline run_table read_run_rows(const std::string& path, std::uint64_t last) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw format_error(path, 0, "is a folder; the log of a run must be given");
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw format_error(path, 0, "cannot be read: " + std::generic_category().message(errno));
    const std::string text = whole_text(stream, path);
    return run_log_reader(text, path).run(last);
}

} // namespace detail

/// Reads the CSV of a run, complete or (PATH.part) as far as it goes.
/// \param path  the file
/// \returns columns and rows; a blank in a further column is NaN
/// \throws format_error  "PATH: …" or "PATH:LINE: …": missing, no log, a row that is damaged or cut off
/// \par Complexity
/// O(bytes)
[[nodiscard]] inline run_table read_run_log(const std::string& path) {
    return detail::read_run_rows(path, ~std::uint64_t{0});
}

/// Writes the CSV of a run: a header and a row an iteration.
///
/// While the run goes on, rows stand in PATH.part, each handed to the operating system when it is added, so that the death of the
/// process loses no whole row. finish() renames it to PATH: a file of that name is that of a complete run. What is no regular file (a
/// pipe, a device) is written to directly.
///
/// To resume a run from a checkpoint, open the log with resume(): rows behind the checkpoint's step are dropped, and those that are
/// computed again take their place. So the log of a run that was interrupted is that of one that was not, except for seconds. Add
/// rows before the checkpoint of their step is written.
///
/// \code
/// const std::string path = (std::filesystem::temp_directory_path() / "election_run_log.csv").string();
/// election::run_log log(path, {"violations"});
/// election::run_row row;
/// row.iteration = row.epoch = 1;
/// row.seconds = 0.25;
/// row.more = {0};
/// log.add(row); // it stands in PATH.part now
/// row.iteration = 2;
/// row.metric = 0.5;
/// log.add(row);
/// log.finish();
/// assert(election::read_run_log(path).rows.at(1) == row);
/// std::filesystem::remove(path);
/// \endcode
class run_log {
public:
    /// Begins the log of a new run.
    /// \param path  the file that finish() makes
    /// \param more  names of further columns, lower-case words with '_'
    /// \throws format_error     "PATH: …": a folder, no such folder, no permission
    /// \throws parameter_error  a name that is none, or stands twice
    explicit run_log(const std::string& path, std::vector<std::string> more = {})
        : run_log(path, std::move(more), 0, run_table{}) {}

    /// Goes on with the log of a run that was interrupted, or that is made longer.
    ///
    /// Rows are taken from PATH.part or, where there is none, from PATH.
    /// \param path  as it was
    /// \param step  rounds that have been held, of the checkpoint; with 0 there need be no log
    /// \param more  the same further columns
    /// \throws format_error  as run_log(); or the log is damaged before that step, has other columns, or ends too early
    [[nodiscard]] static run_log resume(const std::string& path, std::uint64_t step, std::vector<std::string> more = {}) {
        if (step == 0) return run_log(path, std::move(more));
        const std::string target = detail::link_target(path).string();
        std::string from = target + ".part";
        if (!std::filesystem::exists(from)) from = target;
        run_table table = detail::read_run_rows(from, step);
        if (table.more_columns != more) {
            throw format_error(
                from, 1, detail::joined({"the columns are not those of this run, ", detail::run_log_first_line(more)}));
        }
        if (table.rows.size() < step) {
            throw format_error(from, 0,
                               detail::joined({"has rows up to iteration ", std::to_string(table.rows.size()),
                                               ", but the checkpoint is of iteration ", std::to_string(step),
                                               "; give the log that belongs to it, or start anew"}));
        }
        return run_log(path, std::move(more), step, table);
    }

    /// Adds the next row.
    /// \throws parameter_error  not the next iteration, or another number of further columns
    /// \throws format_error     "PATH.part: …": it cannot be written, for instance when no space is left
    void add(const run_row& row) {
        detail::require(row.iteration == iterations_ + 1, "run_log", "iteration", row.iteration, "must be the next one, ",
                        iterations_ + 1);
        detail::require(row.more.size() == more_, "run_log", "more", row.more.size(),
                        "must be as many numbers as there are further columns, ", more_);
        write(detail::run_log_line(row));
        ++iterations_;
        seconds_ = row.seconds;
    }

    /// The iteration of the last row; 0 if there is none.
    [[nodiscard]] std::uint64_t iterations() const noexcept { return iterations_; }
    /// The seconds of the last row: those of a run that goes on are added to them.
    [[nodiscard]] double seconds() const noexcept { return seconds_; }

    /// The run is complete: PATH.part becomes PATH. Nothing may be added afterwards.
    /// \throws format_error  it cannot be written or renamed; PATH is then as it was
    void finish() {
        stream_.close();
        if (!stream_) fail("cannot be written whole");
        if (part_ == target_) return;
        std::error_code failure;
        std::filesystem::rename(part_, target_, failure);
        if (failure) fail("cannot be renamed to " + target_ + ": " + failure.message());
    }

private:
    run_log(const std::string& path, std::vector<std::string> more, std::uint64_t step, const run_table& kept)
        : target_(detail::link_target(path).string()), part_(target_ + ".part"), more_(more.size()), iterations_(step) {
        for (std::size_t i = 0; i < more.size(); ++i) {
            const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
            detail::require(!more[i].empty() && std::ranges::all_of(more[i], word), "run_log", "column", escaped(more[i]),
                            "must be a word of lower-case letters, digits and '_'");
            const std::string known = detail::joined({",", detail::run_log_header, ","});
            const bool twice = known.find(detail::joined({",", more[i], ","})) != std::string::npos ||
                               std::find(more.begin(), more.begin() + static_cast<std::ptrdiff_t>(i), more[i]) !=
                                   more.begin() + static_cast<std::ptrdiff_t>(i);
            detail::require(!twice, "run_log", "column", more[i], "must not stand twice");
        }
        std::error_code ignored;
        if (std::filesystem::is_directory(target_, ignored))
            throw format_error(path, 0, "is a folder; a file name must be given");
        if (std::filesystem::exists(target_, ignored) && !std::filesystem::is_regular_file(target_, ignored))
            part_ = target_;

        std::string text = detail::run_log_first_line(more) + '\n';
        for (const run_row& row : kept.rows) text += detail::run_log_line(row);
        if (!kept.rows.empty()) seconds_ = kept.rows.back().seconds;
        if (part_ != target_) write_file(part_, [&](std::ostream& file) { file << text; });
        errno = 0;
        stream_.open(part_, std::ios::binary | std::ios::app);
        if (!stream_) fail("cannot be written: " + std::generic_category().message(errno));
        if (part_ == target_) write(text);
    }

    [[noreturn]] void fail(const std::string& what) const { throw format_error(part_, 0, what); }

    void write(const std::string& text) {
        errno = 0;
        stream_ << text;
        stream_.flush();
        if (!stream_) fail("cannot be written: " + std::generic_category().message(errno));
    }

    std::string target_;
    std::string part_; ///< where rows are written; the target itself where that is no regular file
    std::size_t more_;
    std::uint64_t iterations_;
    double seconds_ = 0;
    std::ofstream stream_;
};

} // namespace election
