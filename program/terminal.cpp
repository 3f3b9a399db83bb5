// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <thread>

#include <unistd.h>

namespace election::program {

std::string grouped(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string rounded(double number, int digits) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, number);
    return buffer.data();
}

std::string duration_in_words(double seconds) {
    constexpr double minute = 60;
    constexpr double hour = 60 * minute;
    constexpr double day = 24 * hour;
    constexpr double year = 365.25 * day;
    const auto in = [&](double unit, const char* name) {
        const double amount = seconds / unit;
        return "about " + (amount < 9.95 && unit > minute ? rounded(amount, 2) : rounded(std::round(amount), 15)) + name;
    };
    if (!(seconds >= 0.95)) return "less than a second";
    if (seconds < 99.5) return in(1, " s");
    if (seconds < 99.5 * minute) return in(minute, " min");
    if (seconds < 47.5 * hour) return in(hour, " h");
    if (seconds < 2 * year) return in(day, " days");
    return in(year, " years");
}

std::string counted(std::uint64_t number, std::string_view thing) {
    return grouped(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

bool is_terminal(std::FILE* stream) noexcept { return isatty(fileno(stream)) == 1; }

colours::colours() : on_(is_terminal(stdout) && std::getenv("NO_COLOR") == nullptr) {}

std::string colours::painted(std::string_view code, std::string_view text) const {
    if (!on_) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

progress_line::progress_line(bool asked_for, std::string things)
    : terminal_(is_terminal(stderr)), wanted_(asked_for || terminal_), things_(std::move(things)) {}

void progress_line::draw(const progress& state) {
    constexpr double seconds_between_lines = 2;
    if (!wanted_ || state.total == 0) return;
    if (!terminal_ && last_seconds_ && state.seconds < *last_seconds_ + seconds_between_lines) return;
    last_seconds_ = state.seconds;

    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "%5.1f %%",
                  100 * static_cast<double>(state.done) / static_cast<double>(state.total));
    std::string line = std::string(percent.data()) + " of " + grouped(state.total) + " " + things_ + ", " +
                       duration_in_words(state.seconds_left) + " left";
    if (terminal_) {
        const std::size_t width = line.size();
        if (width < width_) line.append(width_ - width, ' ');
        width_ = width;
        std::fprintf(stderr, "\r%s", line.c_str());
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
    std::fflush(stderr);
}

void progress_line::clear() {
    if (width_ == 0) return;
    std::fprintf(stderr, "\r%s\r", std::string(width_, ' ').c_str());
    std::fflush(stderr);
    width_ = 0;
}

progress_function progress_line::function() {
    if (!wanted_) return {};
    return [this](const progress& state) { draw(state); };
}

namespace {

/// Where the handler writes; a handler may do little else than write a byte.
std::atomic<int> signal_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_stop_signal(int) {
    const int saved_errno = errno;
    std::signal(SIGINT, SIG_DFL); // the next one kills
    std::signal(SIGTERM, SIG_DFL);
    constexpr char stop = 's';
    [[maybe_unused]] const auto written = write(signal_pipe.load(), &stop, 1);
    errno = saved_errno;
}

} // namespace

struct stop_signals::implementation {
    implementation() {
        if (pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
        signal_pipe = ends[1];
        struct sigaction action {};
        action.sa_handler = on_stop_signal;
        action.sa_flags = SA_RESTART;
        // Even where a script's shell has made a background job ignore interrupts: `kill -INT` is how a script stops it.
        sigaction(SIGINT, &action, &old_interrupt);
        sigaction(SIGTERM, &action, &old_terminate);
    }

    ~implementation() {
        sigaction(SIGINT, &old_interrupt, nullptr);
        sigaction(SIGTERM, &old_terminate, nullptr);
        signal_pipe = -1;
        constexpr char end = 'e';
        if (listener.joinable()) {
            [[maybe_unused]] const auto written = write(ends[1], &end, 1);
            listener.join();
        }
        close(ends[0]);
        close(ends[1]);
    }

    /// Takes the signals from the pipe, where they wait until then.
    void pass_on() {
        for (char byte = 0; read(ends[0], &byte, 1) == 1 || errno == EINTR;) {
            if (byte == 'e') return;
            if (byte == 's') source.request_stop();
            byte = 0;
        }
    }

    std::array<int, 2> ends{};
    std::stop_source source;
    std::thread listener;
    struct sigaction old_interrupt {};
    struct sigaction old_terminate {};
};

stop_signals::stop_signals(listening begins) : self_(std::make_unique<implementation>()) {
    if (begins == listening::at_once) listen();
}
stop_signals::~stop_signals() = default;
void stop_signals::listen() {
    if (!self_->listener.joinable()) self_->listener = std::thread([self = self_.get()] { self->pass_on(); });
}
std::stop_token stop_signals::token() const { return self_->source.get_token(); }

} // namespace election::program
