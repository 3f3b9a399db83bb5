// SPDX-License-Identifier: MIT
#include <election/train/trainer_state.hpp>

#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <election/codes/deterministic.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <support/toy_trainer.hpp>

using namespace election;

namespace {

trainer_state some_state() {
    trainer_state state;
    state.step = 7;
    state.skipped = 2;
    state.common = std::string("a\0b", 3);
    state.workers.emplace(3, "w");
    state.partitions.emplace(0, "");
    state.lies.emplace(0, "l");
    state.partitions.emplace(9, std::string(3'000'000, 'x'));
    return state;
}

std::string bytes_of(const trainer_state& state) {
    std::ostringstream to;
    state.write(to);
    return std::move(to).str();
}

} // namespace

TEST_CASE("what is written is read back") {
    const trainer_state state = some_state();
    std::istringstream from(bytes_of(state));
    CHECK(trainer_state::read(from) == state);
}

TEST_CASE("what is cut short or something else is refused") {
    trainer_state state = some_state();
    state.partitions.erase(9);
    const std::string bytes = bytes_of(state);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::istringstream from(bytes.substr(0, size));
        CHECK_THROWS_AS(static_cast<void>(trainer_state::read(from)), error);
    }
    std::istringstream other(detail::joined({"ETRAIN1\n", bytes.substr(8)}));
    CHECK_THROWS_WITH_AS(static_cast<void>(trainer_state::read(other)),
                         "election::trainer_state: this is no saved state of a trainer", error);
    // A length that would need all memory.
    std::string huge = bytes;
    for (std::size_t i = 24; i < 32; ++i) huge[i] = '\x7F';
    std::istringstream from(huge);
    CHECK_THROWS_WITH_AS(static_cast<void>(trainer_state::read(from)),
                         "election::trainer_state: the saved state ends too early", error);
}

TEST_CASE("who skipped fewest steps counts, then the first") {
    trainer_state a, b, c;
    a.skipped = 5;
    a.partitions = {{0, "a0"}, {1, "a1"}};
    b.skipped = 2;
    b.partitions = {{1, "b1"}, {2, "b2"}};
    b.workers = {{4, "b"}};
    c.skipped = 2;
    c.partitions = {{0, "c0"}, {2, "c2"}};
    c.workers = {{5, "c"}};
    const trainer_state whole = merge_states({a, b, c});
    CHECK(whole.partitions == (std::map<std::size_t, std::string>{{0, "c0"}, {1, "b1"}, {2, "b2"}}));
    CHECK(whole.workers == (std::map<std::size_t, std::string>{{4, "b"}, {5, "c"}}));
    CHECK(whole.skipped == 2);
    b.step = 1;
    CHECK_THROWS_WITH_AS(static_cast<void>(merge_states({a, b})), "election::merge_states: step = 0 must be the same, 1",
                         parameter_error);
    CHECK_THROWS_AS(static_cast<void>(merge_states({})), parameter_error);
}

TEST_CASE_TEMPLATE("a trainer goes on exactly", Form, binary_form, abstaining_form, ternary_form) {
    const packed_allocation code(deterministic(5, 1));
    auto whole = election_test::make_toy<Form>(code, 100, local_transport<Form>(5));
    for (int i = 0; i < 30; ++i) whole.step();
    std::stringstream file;
    auto first = election_test::make_toy<Form>(code, 100, local_transport<Form>(5));
    for (int i = 0; i < 13; ++i) first.step();
    first.save(file);
    auto second = election_test::make_toy<Form>(code, 100, local_transport<Form>(5));
    second.step();
    second.load(file);
    CHECK(second.steps() == 13);
    CHECK(second.state() == first.state());
    for (int i = 13; i < 30; ++i) second.step();
    CHECK(std::ranges::equal(whole.parameters(), second.parameters()));
    CHECK(whole.state() == second.state());

    auto larger = election_test::make_toy<Form>(code, 101, local_transport<Form>(5));
    CHECK_THROWS_AS(larger.restore(first.state()), error);
    trainer_state empty = first.state();
    empty.common = std::string(8, '\0');
    CHECK_THROWS_WITH_AS(second.restore(empty), "election::election_trainer: the saved state is of another model", error);
}

TEST_CASE("what liars remember of a partition is that of the process that skipped fewest steps") {
    trainer_state late;
    late.skipped = 3;
    late.lies.emplace(0, "old");
    late.lies.emplace(1, "only");
    trainer_state early;
    early.lies.emplace(0, "new");
    const trainer_state whole = merge_states({late, early});
    CHECK(whole.lies.at(0) == "new");
    CHECK(whole.lies.at(1) == "only");
}
