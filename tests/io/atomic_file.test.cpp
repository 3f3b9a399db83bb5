// SPDX-License-Identifier: MIT
#include <election/io/atomic_file.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
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
