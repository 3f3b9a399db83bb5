// SPDX-License-Identifier: MIT
#include <election/io/atomic_file.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace election;
namespace fs = std::filesystem;

namespace {

/// An empty folder that goes away at the end.
struct scratch_folder {
    fs::path path = fs::temp_directory_path() / ("election-test-" + std::to_string(::getpid()));
    scratch_folder() { fs::create_directories(path); }
    ~scratch_folder() { fs::remove_all(path); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
};

std::string content(const fs::path& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("a file is written whole and replaces an existing one") {
    const scratch_folder folder;
    const std::string file = (folder.path / "f").string();
    write_file(file, [](std::ostream& out) { out << "first"; });
    CHECK(content(file) == "first");
    write_file(file, [](std::ostream& out) { out << "second"; });
    CHECK(content(file) == "second");
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    write_file(file, [](std::ostream& out) { out << "third"; });
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(folder.files() == 1);
}

TEST_CASE("a failure leaves the old file and nothing else") {
    const scratch_folder folder;
    const std::string file = (folder.path / "f").string();
    write_file(file, [](std::ostream& out) { out << "old"; });
    const auto failing = [](std::ostream& out) {
        out << "half";
        throw std::runtime_error("stop");
    };
    CHECK_THROWS_WITH_AS(write_file(file, failing), "stop", std::runtime_error);
    CHECK(content(file) == "old");
    CHECK(folder.files() == 1);
}

TEST_CASE("a folder and a missing folder are named") {
    const scratch_folder folder;
    const auto nothing = [](std::ostream&) {};
    const std::string path = folder.path.string();
    CHECK_THROWS_WITH_AS(write_file(path, nothing), (path + ": is a folder; a file name must be given").c_str(),
                         format_error);
    CHECK_THROWS_WITH_AS(write_file(path + "/no/f", nothing),
                         (path + "/no/f: cannot be written: No such file or directory").c_str(), format_error);
}

TEST_CASE("a full disk is noticed") {
    if (!fs::exists("/dev/full")) return;
    CHECK_THROWS_AS(write_file("/dev/full/x", [](std::ostream&) {}), format_error);
    CHECK_THROWS_WITH_AS(write_file("/dev/full", [](std::ostream& out) { out << "x"; }),
                         "/dev/full: cannot be written whole: No space left on device", format_error);
}

TEST_CASE("what is no file is written to, and a symbolic link stays one") {
    const scratch_folder folder;
    const std::string pipe = (folder.path / "pipe").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const int reader = ::open(pipe.c_str(), O_RDWR);
    REQUIRE(reader >= 0);
    write_file(pipe, [](std::ostream& out) { out << "x"; });
    char byte = 0;
    CHECK(::read(reader, &byte, 1) == 1);
    CHECK(byte == 'x');
    CHECK(fs::is_fifo(pipe));
    ::close(reader);
    fs::remove(pipe);

    const std::string file = (folder.path / "f").string();
    write_file(file, [](std::ostream& out) { out << "old"; });
    fs::create_symlink("f", folder.path / "link");
    write_file((folder.path / "link").string(), [](std::ostream& out) { out << "new"; });
    CHECK(fs::is_symlink(folder.path / "link"));
    fs::create_symlink("g", folder.path / "ahead");
    write_file((folder.path / "ahead").string(), [](std::ostream& out) { out << "there"; });
    CHECK(content(folder.path / "g") == "there");
    fs::remove(folder.path / "ahead");
    fs::remove(folder.path / "g");
    CHECK(content(file) == "new");
    CHECK(folder.files() == 2);
}

TEST_CASE("what a killed process left is removed by the next write to the same file, and nothing else") {
    const scratch_folder folder;
    const std::string file = (folder.path / "f").string();
    const auto killed_while_writing = [&] {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            write_file(file, [](std::ostream& out) {
                out << "half" << std::flush;
                ::raise(SIGKILL);
            });
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
    };
    killed_while_writing();
    CHECK_FALSE(fs::exists(file));
    killed_while_writing(); // removes that of the first
    CHECK(folder.files() == 1);
    std::string mine = fs::directory_iterator(folder.path)->path().filename().string(); // f.part-el-HOST-PID-NUMBER
    for (int number = 0; number < 2; ++number) mine.erase(mine.rfind('-'));
    REQUIRE(mine.starts_with("f.part-el-"));
    CHECK(mine.size() > std::string("f.part-el-").size());
    CHECK(mine.size() <= std::string("f.part-el-").size() + 16);
    write_file((folder.path / "g").string(), [](std::ostream& out) { out << "another file"; });
    CHECK(folder.files() == 2);
    // Names that only look alike are somebody's own.
    std::vector<std::string> others{"f.part1-2", "f" + mine + "-7-1"};
    for (const char* end : {"-7", "-7-1.txt", "--1", "-7-", "-7-1x", "-7-1-2", "x-7-1"}) others.push_back(mine + end);
    // Those of other machines are none of this one's business.
    for (const char* name : {"f.part-el-not-this-one-7-1", "f.part-el--7-1", "f.part-el-7-1"}) others.emplace_back(name);
    for (const std::string& name : others) std::ofstream(folder.path / name) << "kept";
    fs::create_symlink("g", folder.path / (mine + "-8-1"));
    fs::create_directory(folder.path / (mine + "-8-2"));
    REQUIRE(::mkfifo((folder.path / (mine + "-8-3")).c_str(), 0600) == 0);
    std::ofstream(folder.path / (mine + "-8-4")) << "stale";
    write_file(file, [](std::ostream& out) { out << "whole"; });
    CHECK(content(file) == "whole");
    CHECK_FALSE(fs::exists(folder.path / (mine + "-8-4")));
    CHECK(folder.files() == 2 + others.size() + 3);
    for (const std::string& name : others) CHECK(content(folder.path / name) == "kept");
}

TEST_CASE("what a process still writes is not taken for a stale one") {
    const scratch_folder folder;
    const std::string file = (folder.path / "f").string();
    int begun[2];
    int go_on[2];
    REQUIRE(::pipe(begun) == 0);
    REQUIRE(::pipe(go_on) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(go_on[1]); // it ends if the parent fails
        int status = 0;
        try {
            write_file(file, [&](std::ostream& out) {
                char byte = 'x';
                if (::write(begun[1], &byte, 1) != 1 || ::read(go_on[0], &byte, 1) != 1) status = 1;
                out << "of the child";
            });
        } catch (...) {
            status = 2;
        }
        ::_exit(status);
    }
    char byte = 'x';
    REQUIRE(::read(begun[0], &byte, 1) == 1);
    write_file(file, [&](std::ostream& out) {
        out << "outer";
        write_file(file, [](std::ostream& inner) { inner << "inner"; }); // nor what the same process writes
        CHECK(folder.files() == 3);
    });
    CHECK(content(file) == "outer");
    CHECK(folder.files() == 2);
    REQUIRE(::write(go_on[1], &byte, 1) == 1);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(content(file) == "of the child");
    CHECK(folder.files() == 1);
    for (int end : {begun[0], begun[1], go_on[0], go_on[1]}) ::close(end);
}

TEST_CASE("hosts' names are short and plain, and differ where whole names do") {
    CHECK(detail::short_host("").empty());
    CHECK(detail::short_host("Node-7") == "Node-7");
    CHECK(detail::short_host("a23456789-123456") == "a23456789-123456");
    const std::vector<std::string> names{"a23456789-1234567",
                                         "a23456789-1234568",
                                         "node-1.example.org",
                                         "node-1.example.com",
                                         "a.b",
                                         "a/b",
                                         "ab",
                                         "\xC3\xA9",
                                         "..",
                                         "/"};
    std::vector<std::string> shorts;
    for (const std::string& name : names) {
        shorts.push_back(detail::short_host(name));
        CAPTURE(shorts.back());
        CHECK(shorts.back().size() <= 16);
        CHECK(shorts.back().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
    }
    CHECK(shorts[0].starts_with("a234567-"));
    CHECK(shorts[8] == "-a3d4a70d"); // FNV-1a of ".."
    std::sort(shorts.begin(), shorts.end());
    CHECK(std::adjacent_find(shorts.begin(), shorts.end()) == shorts.end());
}

TEST_CASE("a temporary file that is gone again and again is an error, one that is gone at first is none") {
    const scratch_folder folder;
    const std::string file = (folder.path / "f").string();
    CHECK_THROWS_WITH_AS(detail::part_file(file, "F", [](const std::string&, int) { return false; }),
                         "F: cannot be written: its temporary file cannot be kept", format_error);
    CHECK(folder.files() == 0);
    static int looks = 0;
    looks = 0;
    {
        const detail::part_file part(file, "F", [](const std::string&, int) { return ++looks == 100; });
        CHECK(looks == 100);
        CHECK(folder.files() == 1);
        CHECK(fs::exists(part.path()));
    }
    CHECK(folder.files() == 0);
}
