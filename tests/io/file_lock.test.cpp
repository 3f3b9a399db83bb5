// SPDX-License-Identifier: MIT
#include <election/io/file_lock.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

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

TEST_CASE("link_target: where links lead, of files that are not there, too, and of links in a circle some name") {
    const election_test::temporary_folder folder;
    fs::create_symlink("two", folder / "one");
    fs::create_symlink(folder / "three", folder / "two");
    CHECK(link_target(folder / "one") == folder / "three");
    CHECK(link_target(folder / "three") == folder / "three");
    fs::create_symlink("one", folder / "three");
    CHECK(link_target(folder / "one").parent_path() == fs::path(folder / "one").parent_path());
}
