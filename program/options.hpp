// SPDX-License-Identifier: MIT
// command_line: a command's options, the plain ones read here and the others by CLI11, with values that are checked and one-line errors.
#pragma once

#include <cstdint>
#include <exception>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace election::program {

/// The exit statuses of every command.
enum class status : int {
    done = 0,    ///< the answer is known, and is yes where a question was asked
    no = 1,      ///< the answer to a yes/no question is no, or a claim is false
    bad_use = 2, ///< bad use or bad input
    stopped = 3  ///< stopped at a limit or by a signal before the answer was final
};

/// The program was used wrongly: printed as "election: " and what(), in one line, with status 2.
class bad_use : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What went wrong, in a line: an option's name in place of a parameter's, and without the place in the library.
[[nodiscard]] std::string message_of(const std::exception& failure);

/// Text for a single line: bytes that don't print, line ends among them, become \xNN.
[[nodiscard]] std::string printable(std::string_view text);

/// A word for a line of text: printable, and in quotes if it is empty or has blanks.
[[nodiscard]] std::string shown_word(std::string_view word);

/// "a, b or c".
[[nodiscard]] std::string choices(const std::vector<std::string>& names);

/// The last words of a command's line of error: "see 'election verify --help'".
[[nodiscard]] std::string see_help(std::string_view command);

/// One command's arguments and options: declared, parsed and then asked for by name. CLI11 splits the words and prints the
/// help; it converts nothing, so that every bad value gives the same kind of line under every version of it.
class command_line {
public:
    /// \param command  what is typed after "election", e.g. "generate plane"; empty for the program itself
    /// \param summary  one line that says what it does
    command_line(std::string command, std::string summary);
    ~command_line();
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    /// Adds a line to the synopsis, e.g. "FILE [options]".
    command_line& usage(std::string line);
    /// Adds an argument without a name of its own.
    command_line& argument(const std::string& name, std::string description);
    /// Adds an option with a value.
    /// \param names        e.g. "--output,-o"; the first one names it in errors
    /// \param value        what stands for the value in the help, e.g. "S"
    /// \param allowed      the rule of its values for errors, beginning with "must be"
    /// \param description  for the help, which leaves out an option without one
    command_line& option(const std::string& names, std::string value, std::string allowed, std::string description);
    /// Adds an option without a value.
    command_line& flag(const std::string& names, std::string description);
    /// Adds a chapter of the help. Lines that begin with a blank are printed as they are, other paragraphs are filled.
    /// \param title  in capitals; chapters added before the first option come before the list of options
    command_line& chapter(std::string title, std::string text);

    /// Takes the words after the command.
    /// \returns false if they asked for help, which has been printed to `out`
    /// \throws bad_use  an unknown option, a missing value, an option given twice, too many arguments
    [[nodiscard]] bool parse(std::vector<std::string> words, std::ostream& out);

    /// Whether an option or argument was given.
    [[nodiscard]] bool has(const std::string& name) const;
    /// The value of an option, if it was given.
    [[nodiscard]] std::optional<std::string> text(const std::string& name) const;
    /// The value of an argument or option that must be there.
    /// \throws bad_use  it is missing
    [[nodiscard]] std::string required(const std::string& name) const;
    /// A whole number of that range, if the option was given.
    /// \throws bad_use  the value is something else
    [[nodiscard]] std::optional<std::int64_t> integer(const std::string& name, std::int64_t least, std::int64_t most) const;
    /// A number of that range, if the option was given.
    /// \throws bad_use  the value is something else
    [[nodiscard]] std::optional<double> real(const std::string& name, double least, double most) const;
    /// One of several names, as what `named` makes of it, if the option was given.
    /// \param named  returns an optional
    /// \throws bad_use  `named` returns nothing
    template <class Named>
    [[nodiscard]] auto choice(const std::string& name, const Named& named) const {
        using result = decltype(named(std::string_view{}));
        const auto word = text(name);
        if (!word) return result{};
        auto value = named(std::string_view(*word));
        if (!value) throw bad_value(name);
        return value;
    }
    /// The error of a value that is not allowed, from the option's rule: "--threads: 0 must be a whole number from 1 on".
    [[nodiscard]] bad_use bad_value(const std::string& name) const;
    /// The help, as --help prints it.
    [[nodiscard]] std::string help() const;

private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

/// Reads a whole number in decimal, nothing before or after it.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
/// Reads a finite number in decimal, nothing before or after it.
[[nodiscard]] std::optional<double> parse_real(std::string_view text);

} // namespace election::program
