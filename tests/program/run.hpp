// SPDX-License-Identifier: MIT
// Runs the built program with given words, input and environment, and returns what it printed and its exit status.
#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace election_test {

/// What a run of the program left behind.
struct run_result {
    int status = -1; ///< exit status, or 128 + signal
    std::string out;
    std::string err;
};

/// A folder for one test, removed at its end.
class scratch {
public:
    scratch() : path_(std::filesystem::temp_directory_path() / ("election-run-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~scratch() { std::filesystem::remove_all(path_); }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
    /// Writes a file and returns its path.
    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path(name);
    }
    [[nodiscard]] static std::string read(const std::string& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }

private:
    std::filesystem::path path_;
};

/// How to run.
struct run_options {
    std::string input;
    std::vector<std::string> environment;      ///< NAME=VALUE, added
    double signal_after_seconds = 0;           ///< send SIGINT then, if positive
    std::function<void(pid_t)> meanwhile = {}; ///< is called with the running program, which may have ended
};

inline run_result run(const scratch& folder, const std::vector<std::string>& words, const run_options& options = {}) {
    const std::string in = folder.file("stdin", options.input);
    const std::string out = folder.path("stdout");
    const std::string err = folder.path("stderr");
    const pid_t child = ::fork();
    if (child == 0) {
        const auto redirect = [](const std::string& path, int flags, int target) {
            const int opened = ::open(path.c_str(), flags, 0600);
            if (opened < 0 || ::dup2(opened, target) < 0) std::_Exit(99);
        };
        redirect(in, O_RDONLY, 0);
        redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
        redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
        for (const std::string& setting : options.environment) ::putenv(const_cast<char*>(setting.c_str()));
        std::vector<char*> argv{const_cast<char*>("election")};
        for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        ::execv(ELECTION_PROGRAM, argv.data());
        std::_Exit(98);
    }
    if (options.signal_after_seconds > 0) {
        std::this_thread::sleep_for(std::chrono::duration<double>(options.signal_after_seconds));
        ::kill(child, SIGINT);
    }
    if (options.meanwhile) options.meanwhile(child);
    int state = 0;
    while (::waitpid(child, &state, 0) < 0 && errno == EINTR) {
    }
    return {WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state), scratch::read(out), scratch::read(err)};
}

/// The file of a code with so many rows above each column that no search of today settles it within hours, however quick the machine.
inline std::string endless_code(const scratch& folder) {
    std::string file = folder.path("endless.txt");
    if (run(folder, {"generate", "bernoulli", "--n", "255", "--k", "63", "--p", "0.3", "-o", file}).status != 0)
        std::abort();
    return file;
}

/// Whether a program that run() runs has not ended yet.
inline bool is_running(pid_t child) {
    siginfo_t found{};
    return ::waitid(P_PID, static_cast<id_t>(child), &found, WEXITED | WNOHANG | WNOWAIT) == 0 && found.si_pid == 0;
}

} // namespace election_test
