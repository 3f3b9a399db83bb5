// SPDX-License-Identifier: MIT
#include <election/io/file_lock.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <election/core/error.hpp>
#include <support/temporary_folder.hpp>

using election::detail::file_lock;
using election::detail::link_target;
namespace fs = std::filesystem;

TEST_CASE("file_lock: one at a time, and nothing is left") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "f";
    std::atomic<int> holders = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> crew;
    for (int thread = 0; thread < 4; ++thread) {
        crew.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const file_lock lock(file);
                const int now = ++holders;
                if (now > most) most = now;
                std::this_thread::yield();
                --holders;
            }
        });
    }
    for (std::thread& thread : crew) thread.join();
    CHECK(most == 1);
    CHECK(folder.files() == 0);
}

TEST_CASE("file_lock: one that somebody died with holds nobody up") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "f";
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const file_lock lock(file);
        ::_exit(0); // no destructor runs
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(fs::exists(file + ".lock"));
    { const file_lock lock(file); }
    CHECK(folder.files() == 0);
    CHECK_THROWS_WITH_AS(file_lock(folder / "no/f"),
                         ((folder / "no/f") + ": cannot be locked: No such file or directory").c_str(),
                         election::format_error);
}

TEST_CASE("file_lock: a lock file that is never where it was opened is an error, those that others removed are none") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "f";
    const auto elsewhere = [](const std::string&, int) { return file_lock::place::elsewhere; };
    CHECK_THROWS_WITH_AS(file_lock(file, elsewhere), (file + ": cannot be locked: its lock file cannot be kept").c_str(),
                         election::format_error);
    static int looks = 0;
    looks = 0;
    const auto removed = [](const std::string&, int) {
        return ++looks < 1000 ? file_lock::place::removed : file_lock::place::here;
    };
    { const file_lock lock(file, removed); }
    CHECK(looks == 1000);
    CHECK(folder.files() == 0);
}

TEST_CASE("file_lock: where a file is that is open") {
    const election_test::temporary_folder folder;
    const std::string file = folder / "f";
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    REQUIRE(handle >= 0);
    CHECK(file_lock::place_of(file, handle) == file_lock::place::here);
    fs::rename(file, folder / "g");
    CHECK(file_lock::place_of(file, handle) == file_lock::place::elsewhere);
    election_test::write_bytes(file, "another");
    CHECK(file_lock::place_of(file, handle) == file_lock::place::elsewhere);
    fs::remove(folder / "g");
    CHECK(file_lock::place_of(file, handle) == file_lock::place::removed);
    ::close(handle);
    CHECK(file_lock::place_of(file, -1) == file_lock::place::elsewhere);
}

TEST_CASE("link_target: where links lead, of files that are not there, too, and of links in a circle some name") {
    const election_test::temporary_folder folder;
    fs::create_symlink("two", folder / "one");
    fs::create_symlink(folder / "three", folder / "two");
    CHECK(link_target(folder / "one") == folder / "three");
    CHECK(link_target(folder / "three") == folder / "three");
    fs::create_symlink("one", folder / "three");
    CHECK(link_target(folder / "one").parent_path() == fs::path(folder / "one").parent_path());
}
