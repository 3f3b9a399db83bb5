// SPDX-License-Identifier: MIT
// read_results(), write_results(): results files, one row a task, with what each run has counted.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <compare>
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
#include <election/estimate/interval.hpp>
#include <election/estimate/task.hpp>
#include <election/io/source.hpp>

namespace election {

/// What one run has counted: some consecutive trials of a seed.
struct contribution {
    std::uint64_t seed = 0;     ///< of the run
    std::uint64_t first = 0;    ///< number of the first trial among those of the seed
    std::uint64_t trials = 0;   ///< at least 1
    std::uint64_t failures = 0; ///< of them

    /// By seed and first trial.
    friend auto operator<=>(const contribution& a, const contribution& b) noexcept {
        const auto key = [](const contribution& c) { return std::array{c.seed, c.first, c.trials, c.failures}; };
        return key(a) <=> key(b);
    }
    /// Whether all numbers are the same.
    friend bool operator==(const contribution&, const contribution&) = default;
};

/// A row of a results file. Totals, estimate and bounds follow from the contributions, so they cannot contradict them.
struct result_row {
    estimation_task task;                                ///< what was estimated
    std::vector<contribution> contributions;             ///< at least one, all of disjoint random numbers
    double confidence = 0.95;                            ///< of the interval
    interval_kind kind = interval_kind::clopper_pearson; ///< of the interval

    /// The sum of the contributions' trials.
    [[nodiscard]] std::uint64_t trials() const noexcept {
        std::uint64_t sum = 0;
        for (const contribution& c : contributions) sum += c.trials;
        return sum;
    }
    /// The sum of the contributions' failures.
    [[nodiscard]] std::uint64_t failures() const noexcept {
        std::uint64_t sum = 0;
        for (const contribution& c : contributions) sum += c.failures;
        return sum;
    }
    /// failures() / trials().
    [[nodiscard]] double estimate() const noexcept {
        return static_cast<double>(failures()) / static_cast<double>(trials());
    }
    /// The interval of the sums.
    /// \throws parameter_error  see confidence_interval()
    [[nodiscard]] interval bounds() const { return confidence_interval(failures(), trials(), confidence, kind); }

    /// Whether task, contributions and the sort of interval are the same.
    friend bool operator==(const result_row&, const result_row&) = default;
};

namespace detail {

inline constexpr std::string_view results_header =
    "task,description,trials,failures,estimate,lower,upper,confidence,interval,contributions,checksum";
inline constexpr std::size_t results_columns = 11;

/// The fewest digits that read back as the same value.
[[nodiscard]] inline std::string digits_text(double value) {
    std::array<char, 64> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

[[nodiscard]] inline std::optional<double> as_number(std::string_view word) noexcept {
    double value = 0;
    const auto [stop, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc() || stop != word.data() + word.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

[[nodiscard]] inline std::string contributions_text(const std::vector<contribution>& contributions) {
    std::string text;
    for (const contribution& c : contributions) {
        if (!text.empty()) text += ' ';
        text += std::to_string(c.seed);
        text.append(":").append(std::to_string(c.first));
        text.append(":").append(std::to_string(c.trials)).append(":").append(std::to_string(c.failures));
    }
    return text;
}

/// A hash of all that a row says and that is not computed from it. (Bounds are, and their last digits may depend on the
/// platform.)
[[nodiscard]] inline std::string checksum_of(const result_row& row) {
    const std::string confidence = digits_text(row.confidence);
    const std::string contributions = contributions_text(row.contributions);
    return hex_digits(text_hash(joined({row.task.str(), "|", confidence, "|", name_of(row.kind), "|", contributions})));
}

/// "seed 7, trials 0 to 999".
[[nodiscard]] inline std::string shown_run(const contribution& c) {
    return joined({"seed ", std::to_string(c.seed), ", trials ", std::to_string(c.first), " to ",
                   std::to_string(c.first + c.trials - 1)});
}

/// Why a contribution cannot stand beside others; nothing if it can.
[[nodiscard]] inline std::optional<std::string> overlap(const std::vector<contribution>& there, const contribution& added) {
    for (const contribution& c : there) {
        if (c.seed != added.seed || c.first >= added.first + added.trials || added.first >= c.first + c.trials) continue;
        if (c.first == added.first && c.trials == added.trials) return shown_run(added) + " is there already";
        return joined({shown_run(added), " overlaps ", shown_run(c), ", which is there already"});
    }
    return std::nullopt;
}

/// Why a contribution is none, or would make too many trials with those that are there; nothing if it is fine.
[[nodiscard]] inline std::optional<std::string> fault_of(const contribution& c, std::uint64_t trials_there) {
    if (c.trials < 1) return "seed " + std::to_string(c.seed) + " has no trial";
    if (c.first > max_trials || c.trials > max_trials) return "there are more than 2^63 trials";
    if (c.failures > c.trials) return shown_run(c) + " has more failures than trials";
    if (trials_there > max_trials || c.trials > max_trials - trials_there) return "there are more than 2^63 trials";
    return std::nullopt;
}

/// Reads the rows of a results file; row i stands in line i + 2.
class results_reader {
public:
    results_reader(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

    [[nodiscard]] std::vector<result_row> run() {
        if (rest_.empty()) throw format_error(file_, 0, "is empty; a results file begins with a header line");
        if (next_line() != results_header) {
            fail(joined({"this is no results file; its first line must be ", results_header}));
        }
        std::vector<result_row> rows;
        while (!rest_.empty()) {
            rows.push_back(row_of(next_line()));
            for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
                if (rows[i].task == rows.back().task) {
                    fail("task " + rows[i].task.id() + " stands in line " + std::to_string(i + 2) + " already");
                }
            }
        }
        return rows;
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

    /// The fields of a line: separated by commas, in double quotes if they contain one, quotes within them doubled.
    [[nodiscard]] std::vector<std::string> fields_of(std::string_view line) const {
        std::vector<std::string> fields(1);
        std::size_t i = 0;
        while (true) {
            std::string& field = fields.back();
            const bool quoted = i < line.size() && line[i] == '"';
            if (quoted) {
                for (++i; i < line.size() && (line[i] != '"' || line.substr(i + 1, 1) == "\""); ++i) {
                    field += line[i];
                    if (line[i] == '"') ++i;
                }
                if (i == line.size()) fail(column(fields.size()) + ": the quotes are not closed");
                ++i;
            } else {
                for (; i < line.size() && line[i] != ','; ++i) field += line[i];
                if (field.find('"') != std::string::npos)
                    fail(column(fields.size()) + ": a quote within a field without quotes");
            }
            if (i == line.size()) return fields;
            if (line[i] != ',') fail(column(fields.size()) + ": something follows the closing quotes");
            ++i;
            fields.emplace_back();
        }
    }

    [[nodiscard]] static std::string column(std::size_t number) { return "field " + std::to_string(number); }

    [[nodiscard]] std::uint64_t count_of(const std::string& text, std::string_view name) const {
        const auto value = as_count(text);
        if (!value) fail(joined({name, ": ", escaped(text), " is not a whole number"}));
        return *value;
    }
    [[nodiscard]] double number_of(const std::string& text, std::string_view name) const {
        const auto value = as_number(text);
        if (!value) fail(joined({name, ": ", escaped(text), " is not a number"}));
        return *value;
    }
    /// A number that follows from others, up to what platforms and spreadsheets do to last digits.
    void check_number(const std::string& text, std::string_view name, double right) const {
        const double value = number_of(text, name);
        if (!(std::abs(value - right) <= 1e-9 * std::abs(right))) {
            fail(joined(
                {name, ": ", escaped(text), " must be ", digits_text(right), ", which follows from the contributions"}));
        }
    }
    void check_total(const std::string& text, std::string_view name, std::uint64_t right) const {
        const std::uint64_t value = count_of(text, name);
        if (value != right) {
            fail(joined(
                {name, ": ", std::to_string(value), " must be ", std::to_string(right), ", the sum of the contributions"}));
        }
    }

    [[nodiscard]] contribution contribution_of(std::string_view word) const {
        std::array<std::uint64_t, 4> numbers{};
        constexpr std::string_view separators = ":::";
        std::string_view rest = word;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const std::size_t end = i < separators.size() ? rest.find(separators[i]) : rest.size();
            const auto number = as_count(rest.substr(0, end));
            if (end == std::string_view::npos || !number) {
                fail("contributions: " + escaped(word) + " must look like seed:first:trials:failures");
            }
            numbers[i] = *number;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return {numbers[0], numbers[1], numbers[2], numbers[3]};
    }

    [[nodiscard]] result_row row_of(std::string_view line) const {
        const std::vector<std::string> fields = fields_of(line);
        if (fields.size() != results_columns) {
            fail(std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields") + ", but the header names " +
                 std::to_string(results_columns));
        }
        result_row row;
        try {
            row.task = estimation_task::parse(fields[1]);
        } catch (const error&) {
            fail("description: " + escaped(fields[1]) + " must look like key=value key=value");
        }
        if (fields[0] != row.task.id()) {
            fail("task: " + escaped(fields[0]) + " must be " + row.task.id() + ", the hash of the description");
        }
        std::uint64_t trials = 0;
        std::string_view rest = fields[9];
        while (true) { // one blank between two, so that a row has one spelling
            const std::string_view word = rest.substr(0, rest.find(' '));
            const contribution added = contribution_of(word);
            if (auto fault = fault_of(added, trials)) fail("contributions: " + *fault);
            if (auto reason = overlap(row.contributions, added)) fail("contributions: " + *reason);
            trials += added.trials;
            row.contributions.push_back(added);
            if (word.size() == rest.size()) break;
            rest.remove_prefix(word.size() + 1);
        }
        std::sort(row.contributions.begin(), row.contributions.end());
        check_total(fields[2], "trials", row.trials());
        check_total(fields[3], "failures", row.failures());
        row.confidence = number_of(fields[7], "confidence");
        if (!(row.confidence > 0 && row.confidence < 1)) {
            fail("confidence: " + escaped(fields[7]) + " must be more than 0 and less than 1");
        }
        const auto kind = interval_kind_named(fields[8]);
        if (!kind) fail("interval: " + escaped(fields[8]) + " must be clopper-pearson, wilson or bayesian");
        row.kind = *kind;
        check_number(fields[4], "estimate", row.estimate());
        const interval bounds = row.bounds();
        check_number(fields[5], "lower", bounds.lower);
        check_number(fields[6], "upper", bounds.upper);
        if (fields[10] != checksum_of(row)) {
            fail("checksum: " + escaped(fields[10]) + " does not belong to this row; something in it was changed");
        }
        return row;
    }

    std::string_view rest_;
    std::string_view file_;
    std::size_t line_ = 0;
};

} // namespace detail

/// Reads a results file from a stream.
///
/// Comma-separated values: a header line, then one line a task with its hash, description, totals, estimate, bounds,
/// confidence, sort of interval, contributions `seed:first:trials:failures` separated by blanks, and a checksum. It is
/// strict: everything that follows from something else must agree with it. Lines may be moved from one file to another; a
/// damaged one is refused.
/// \param stream  read to its end
/// \param file    the name that errors give
/// \returns the rows, in their order; contributions are sorted
/// \throws format_error  "FILE:LINE: …", not a results file, or a damaged one
/// \par Complexity
/// O(bytes + rows² + contributions² of a row)
[[nodiscard]] inline std::vector<result_row> read_results(std::istream& stream, std::string_view file) {
    const std::string text = detail::whole_text(stream, file);
    return detail::results_reader(text, file).run();
}

/// Reads a results file.
/// \param path  the file
/// \returns the rows, in their order
/// \throws format_error  "PATH: …" or "PATH:LINE: …": missing, a folder, unreadable, not a results file, a damaged one
[[nodiscard]] inline std::vector<result_row> read_results(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw format_error(path, 0, "is a folder; a results file must be given");
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw format_error(path, 0, "cannot be read: " + std::generic_category().message(errno));
    return read_results(stream, path);
}

/// Writes rows as read_results() reads them, header first.
/// \param stream  whose state says afterwards whether everything was written
/// \param rows    of different tasks, each with contributions that could be added up
/// \throws parameter_error  a row whose interval cannot be computed
inline void write_results(std::ostream& stream, const std::vector<result_row>& rows) {
    std::string text(detail::results_header);
    text += '\n';
    for (const result_row& row : rows) {
        const interval bounds = row.bounds();
        std::string description;
        for (char c : row.task.str()) description += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += detail::joined({row.task.id(),
                                ",\"",
                                description,
                                "\",",
                                std::to_string(row.trials()),
                                ",",
                                std::to_string(row.failures()),
                                ",",
                                detail::digits_text(row.estimate()),
                                ",",
                                detail::digits_text(bounds.lower),
                                ",",
                                detail::digits_text(bounds.upper),
                                ",",
                                detail::digits_text(row.confidence),
                                ",",
                                name_of(row.kind),
                                ",",
                                detail::contributions_text(row.contributions),
                                ",",
                                detail::checksum_of(row),
                                "\n"});
    }
    stream << text;
}

} // namespace election
