// SPDX-License-Identifier: MIT
// What the program says to people: numbers and times in words, the progress line, colours, and a stop on Ctrl-C.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <election/core/progress.hpp>

namespace election::program {

/// "4,116,715,363,800".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// A real number with the given significant digits and without trailing zeros, e.g. "3.8".
[[nodiscard]] std::string rounded(double number, int digits);

/// "less than a second", "about 12 s", "about 3 min", "about 2.5 h", "about 12 days", "about 40 years".
[[nodiscard]] std::string duration_in_words(double seconds);

/// Counted things: "1 worker", "2 workers".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view thing);

/// Whether a stream is a terminal.
[[nodiscard]] bool is_terminal(std::FILE* stream) noexcept;

/// Puts colours around words, if standard output is a terminal and NO_COLOR is not in the environment.
class colours {
public:
    colours();
    [[nodiscard]] std::string bold(std::string_view text) const { return painted("1", text); }
    [[nodiscard]] std::string red(std::string_view text) const { return painted("31", text); }
    [[nodiscard]] std::string yellow(std::string_view text) const { return painted("33", text); }

private:
    [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const;
    bool on_;
};

/// Draws how far a computation is on standard error: on a terminal one line that is cleared at the end, elsewhere (if asked
/// for) a line of its own every few seconds.
class progress_line {
public:
    /// \param asked_for  draw although standard error is no terminal
    /// \param things     what is counted, e.g. "elections"
    progress_line(bool asked_for, std::string things);
    ~progress_line() { clear(); }
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    void draw(const progress& state);
    /// Removes the line from the terminal.
    void clear();
    /// A function that draws here; empty if nothing is to be drawn.
    [[nodiscard]] progress_function function();

private:
    bool terminal_;
    bool wanted_;
    std::string things_;
    std::size_t width_ = 0;
    std::optional<double> last_seconds_;
};

/// When stop_signals begins to pass on what came.
enum class listening {
    at_once,  ///< from the beginning
    when_told ///< from listen() on, which takes a tenth of a millisecond: longer than many a verification
};

/// While it lives, the first SIGINT or SIGTERM asks for a stop; another one ends the program at once.
class stop_signals {
public:
    explicit stop_signals(listening begins = listening::at_once);
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    /// Begins to pass on signals, those that have come already too. Further calls do nothing.
    void listen();
    /// Stops when a signal comes, or was waiting for somebody to listen.
    [[nodiscard]] std::stop_token token() const;

private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

} // namespace election::program
