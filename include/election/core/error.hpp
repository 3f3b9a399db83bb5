// SPDX-License-Identifier: MIT
// The exceptions that election throws, each with a message of one line: place, what was wrong, what is allowed.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace election {
namespace detail {

/// The parts one after the other. (A literal + a string makes g++ 12 warn of overlapping copies where there are none.)
[[nodiscard]] inline std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (std::string_view part : parts) text.append(part);
    return text;
}

} // namespace detail

/// Base of everything that election throws; `what()` is one line, "place: what was wrong; what is allowed".
class error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A parameter of a function or of a code family has a value that is not allowed.
///
/// `what()` reads "election::deterministic: n = 4 must be odd". The parts are kept apart so that a command line can name
/// its option instead of the function's parameter.
///
/// \code
/// try {
///     auto code = election::deterministic(4, 1);
/// } catch (const election::parameter_error& failure) {
///     assert(failure.what() == std::string("election::deterministic: n = 4 must be odd"));
///     assert(failure.parameter() == "n" && failure.value() == "4" && failure.rule() == "must be odd");
/// }
/// \endcode
class parameter_error : public error {
public:
    /// \param where      the function or family, e.g. "deterministic"
    /// \param parameter  the parameter's name as in code names and options, e.g. "n"
    /// \param value      the value that was given, printed
    /// \param rule       what is allowed, starting with a verb: "must be odd"
    parameter_error(std::string_view where, std::string_view parameter, std::string_view value, std::string_view rule)
        : error(detail::joined({"election::", where, ": ", parameter, " = ", value, " ", rule})), parameter_(parameter),
          value_(value), rule_(rule) {}

    /// The parameter's name, e.g. "n".
    [[nodiscard]] const std::string& parameter() const noexcept { return parameter_; }
    /// The value that was given, printed.
    [[nodiscard]] const std::string& value() const noexcept { return value_; }
    /// What is allowed, e.g. "must be odd".
    [[nodiscard]] const std::string& rule() const noexcept { return rule_; }

private:
    std::string parameter_;
    std::string value_;
    std::string rule_;
};

/// A file or stream could not be read or written: "FILE:LINE: what is wrong", or "FILE: what is wrong" without a line.
class format_error : public error {
public:
    /// \param file  the file's name, or "standard input"
    /// \param line  the line, counted from 1; 0 where lines mean nothing (a folder, an empty file, a binary format)
    /// \param what  what is wrong and what would be right; bytes that don't print must be escaped already
    format_error(std::string_view file, std::size_t line, std::string_view what)
        : error(line == 0 ? detail::joined({file, ": ", what})
                          : detail::joined({file, ":", std::to_string(line), ": ", what})),
          line_(line) {}

    /// The line, counted from 1, or 0 where there is none.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }

private:
    std::size_t line_;
};

namespace detail {

/// Prints a value the way error messages show it (numbers as numbers, text as it is).
template <class T>
[[nodiscard]] std::string shown(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// Throws a parameter_error unless `allowed`. The rule may come in parts, text and numbers, which are put together only when it is
/// broken: a check costs no more than its condition.
template <class T, class... Parts>
constexpr void require(bool allowed, std::string_view where, std::string_view parameter, const T& value,
                       std::string_view rule, const Parts&... more) {
    if (!allowed) throw parameter_error(where, parameter, shown(value), joined({rule, shown(more)...}));
}

} // namespace detail
} // namespace election
