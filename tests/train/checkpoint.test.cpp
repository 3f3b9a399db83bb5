// SPDX-License-Identifier: MIT
#include <election/train/checkpoint.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <election/codes/families.hpp>
#include <election/core/random.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/run_log.hpp>
#include <support/seed.hpp>
#include <support/temporary_folder.hpp>
#include <support/toy_model.hpp>

using namespace election;
using election_test::bytes_of;
using election_test::temporary_folder;
using election_test::write_bytes;

namespace {

const auto example_run = run_identity().set("code", "uncoded:n=3").set("seed", 1);

void write_example(const std::string& path, const std::string& state, std::uint64_t step = 7) {
    write_checkpoint(path, example_run, step, [&](std::ostream& to) { to << state; });
}

std::string state_of(const std::string& path, const run_identity& identity = example_run) {
    std::string state;
    (void)read_checkpoint(path, identity, [&](std::istream& from) {
        // The length is not stored apart: it is what the run expects.
        state.resize(11);
        from.read(state.data(), 11);
    });
    return state;
}

using saved_trainer = election_test::toy_model_trainer<binary_form>;

saved_trainer trainer_at_start(std::size_t parameters = 40, double worker_momentum = 0.5) {
    const election_test::toy_model model{parameters};
    std::vector<float> start(parameters);
    election_test::toy_model::initialize(start, 3);
    election_test::toy_model_signs<binary> source(model, election_test::toy_samples(60, parameters, 4), {5, 60, 4},
                                                  {.momentum = 0.9});
    trainer_options options;
    options.step = 0.01;
    options.ties = tie_policy::coin;
    options.worker_momentum = worker_momentum;
    return {cyclic(5, 5, 2), std::move(source), start, local_transport<binary_form>(5), {}, options};
}

} // namespace

TEST_CASE("what was written is read") {
    const temporary_folder folder;
    const std::string path = folder / "run.checkpoint";
    write_example(path, "hello world", 123456789012345U);
    CHECK(state_of(path) == "hello world");
    CHECK(read_checkpoint_head(path).step == 123456789012345U);
    CHECK(read_checkpoint_head(path).identity == example_run);
    write_example(path, "HELLO WORLD", 8);
    CHECK(state_of(path) == "HELLO WORLD");
    CHECK(read_checkpoint_head(path).step == 8);
    CHECK(bytes_of(path).find("code=uncoded:n=3\nseed=1\n") != std::string::npos);
    CHECK(folder.files() == 1);
}

TEST_CASE("the checksum is that of all bytes, however they were cut") {
    CAPTURE(election_test::seed());
    const counter_random random(election_test::seed());
    std::string bytes;
    for (std::uint64_t i = 0; i < 100; ++i) bytes += static_cast<char>(random(i));
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        detail::running_checksum whole;
        whole.add(bytes.data(), size);
        for (std::uint64_t round = 0; round < 20; ++round) {
            detail::running_checksum parts;
            for (std::size_t at = 0; at < size;) {
                const std::size_t part = std::min<std::size_t>(size - at, 1 + random.below(12, 1000 * round + at + 101));
                parts.add(bytes.data() + at, part);
                at += part;
            }
            REQUIRE(parts.value() == whole.value());
        }
    }
    // Zeros count too.
    detail::running_checksum none;
    detail::running_checksum one;
    one.add("", 1);
    CHECK(none.value() != one.value());
}

TEST_CASE("of another run") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    write_example(path, "hello world");
    auto other = example_run;
    other.set("seed", 2);
    CHECK_THROWS_WITH_AS((void)state_of(path, other), (path + ": is of another run: there seed is '1', not '2'").c_str(),
                         format_error);
    other = example_run;
    other.set("liars", 1);
    CHECK_THROWS_WITH_AS((void)state_of(path, other),
                         (path + ": is of another run: there liars is left out, not '1'").c_str(), format_error);
    bool called = false;
    CHECK_THROWS_AS((void)read_checkpoint(path, other, [&](std::istream&) { called = true; }), format_error);
    CHECK_FALSE(called);
}

TEST_CASE("a state that is read too far or not far enough") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    const std::string message = path + ": has a state of another length than this run's";
    for (std::size_t length : {0U, 10U, 12U, 19U, 30U}) {
        write_example(path, std::string(length, 'x'));
        CHECK_THROWS_WITH_AS((void)state_of(path), message.c_str(), format_error);
    }
}

TEST_CASE("cut off at any byte, or lengthened") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    write_example(path, "hello world");
    const std::string whole = bytes_of(path);
    const std::string damaged =
        path + ": is cut off or damaged: its checksum is wrong; take an earlier checkpoint or start anew";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        write_bytes(path, whole.substr(0, length));
        const std::string message = length == 0 ? path + ": is no checkpoint" : damaged;
        REQUIRE_THROWS_WITH_AS((void)state_of(path), message.c_str(), format_error);
        REQUIRE_THROWS_WITH_AS((void)read_checkpoint_head(path), message.c_str(), format_error);
    }
    for (const char* more : {"\n", "xxxxxxxx", "a longer tail"}) {
        write_bytes(path, whole + more);
        REQUIRE_THROWS_WITH_AS((void)state_of(path), damaged.c_str(), format_error);
    }
    write_bytes(path, whole);
    CHECK(state_of(path) == "hello world");
}

TEST_CASE("any bit turned") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    write_example(path, "hello world");
    const std::string whole = bytes_of(path);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        CAPTURE(bit);
        std::string bytes = whole;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        write_bytes(path, bytes);
        REQUIRE_THROWS_AS((void)state_of(path), format_error);
    }
}

TEST_CASE("of another version, and what is no checkpoint") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    write_example(path, "hello world");
    std::string bytes = bytes_of(path);
    bytes[detail::checkpoint_magic.size()] = 2;
    write_bytes(path, bytes);
    CHECK_THROWS_WITH_AS((void)state_of(path), (path + ": is a checkpoint of version 2, not 1; or it is damaged").c_str(),
                         format_error);
    write_bytes(path, "iteration,epoch,seconds\n");
    CHECK_THROWS_WITH_AS((void)state_of(path), (path + ": is no checkpoint").c_str(), format_error);
    CHECK_THROWS_WITH_AS((void)state_of(folder / "none"),
                         ((folder / "none") + ": cannot be read: No such file or directory").c_str(), format_error);
    CHECK_THROWS_WITH_AS((void)state_of(folder / "."),
                         ((folder / ".") + ": is a folder; a checkpoint must be given").c_str(), format_error);
}

TEST_CASE("a writer that fails leaves the last checkpoint") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    write_example(path, "hello world");
    CHECK_THROWS_WITH_AS(write_checkpoint(path, example_run, 9,
                                          [](std::ostream& to) {
                                              to << "half";
                                              throw error("no more");
                                          }),
                         "no more", error);
    CHECK_THROWS_AS(write_checkpoint(path, example_run, 9, [](std::ostream& to) { to.setstate(std::ios::badbit); }),
                    format_error);
    CHECK(state_of(path) == "hello world");
    CHECK(folder.files() == 1);
    CHECK_THROWS_AS(write_example(folder / "none/c", "x"), format_error);
}

TEST_CASE("a trainer goes on as if it had not stopped") {
    const temporary_folder folder;
    const std::string path = folder / "c";
    saved_trainer whole = trainer_at_start();
    for (int t = 0; t < 30; ++t) (void)whole.step();
    for (int stop : {0, 1, 13, 29}) {
        CAPTURE(stop);
        saved_trainer first = trainer_at_start();
        for (int t = 0; t < stop; ++t) (void)first.step();
        save_checkpoint(path, example_run, first);
        saved_trainer second = trainer_at_start();
        CHECK(load_checkpoint(path, example_run, second) == static_cast<std::uint64_t>(stop));
        CHECK(second.steps() == static_cast<std::uint64_t>(stop));
        for (int t = stop; t < 30; ++t) (void)second.step();
        CHECK(std::ranges::equal(second.parameters(), whole.parameters()));
        CHECK(second.decision() == whole.decision());
    }
    saved_trainer other = trainer_at_start(41);
    CHECK_THROWS_AS((void)load_checkpoint(path, example_run, other), error);
}

// The process that trains is killed in the midst of whatever it does, and another one goes on.
TEST_CASE("killed at random moments and resumed: the same parameters and log") {
    CAPTURE(election_test::seed());
    const temporary_folder folder;
    const std::string path = folder / "c";
    constexpr std::uint64_t steps = 4000;
    constexpr int kills = 20;
    const std::string csv = folder / "run.csv";
    const auto train = [&](std::chrono::microseconds rest) {
        saved_trainer trainer = trainer_at_start();
        if (std::filesystem::exists(path)) (void)load_checkpoint(path, example_run, trainer);
        run_log log = run_log::resume(csv, trainer.steps());
        const double before = log.seconds();
        const auto begin = std::chrono::steady_clock::now();
        while (trainer.steps() < steps) {
            run_row row = run_row::of(trainer.step());
            row.epoch = 1;
            row.seconds = before + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            log.add(row);
            if (trainer.steps() % 3 == 0 || trainer.steps() == steps) save_checkpoint(path, example_run, trainer);
            if (rest.count() > 0) std::this_thread::sleep_for(rest);
        }
        log.finish();
    };
    const counter_random random(election_test::seed(), 9);
    int killed = 0;
    std::uint64_t last = 0;
    std::uint64_t gains = 0;
    for (int round = 0; round < kills; ++round) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            try {
                train(std::chrono::microseconds(500));
                ::_exit(0);
            } catch (...) {
                ::_exit(1);
            }
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(30'000, static_cast<std::uint64_t>(round))));
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        if (!std::filesystem::exists(path)) continue;
        const std::uint64_t step = read_checkpoint_head(path).step; // whole, whenever the process died
        CHECK(step >= last);
        gains += step > last ? 1 : 0;
        last = step;
    }
    CHECK(killed == kills);
    CHECK(gains >= 5);
    train(std::chrono::microseconds(0));
    saved_trainer resumed = trainer_at_start();
    REQUIRE(load_checkpoint(path, example_run, resumed) == steps);
    saved_trainer whole = trainer_at_start();
    std::vector<run_row> rows = read_run_log(csv).rows;
    REQUIRE(rows.size() == steps);
    double seconds = 0;
    for (run_row& row : rows) {
        run_row expected = run_row::of(whole.step());
        expected.epoch = 1;
        CHECK(row.seconds >= seconds);
        seconds = row.seconds;
        row.seconds = 0;
        REQUIRE(row == expected);
    }
    CHECK(std::ranges::equal(resumed.parameters(), whole.parameters()));
}
