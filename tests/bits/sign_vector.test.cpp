// SPDX-License-Identifier: MIT
#include <election/bits/sign_vector.hpp>

#include <cstdint>
#include <sstream>
#include <unordered_set>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("all -1 at first, equal by signs, hashable, printable") {
    sign_vector a(70);
    CHECK(to_string(a) == std::string(70, '-'));
    a.set(69, true);
    const sign_vector b = a;
    CHECK(a == b);
    CHECK_FALSE(a == sign_vector(70));
    CHECK_FALSE(sign_vector(3) == sign_vector(4));
    const std::unordered_set<sign_vector> known{a, b, sign_vector(70)};
    CHECK(known.size() == 2);
    std::ostringstream out;
    out << sign_vector(2);
    CHECK(out.str() == "--");
    CHECK(reinterpret_cast<std::uintptr_t>(a.view().data()) % alignment_bytes == 0);
}

TEST_CASE("a copy of a view has clean padding") {
    const std::uint64_t words[] = {~std::uint64_t{0}};
    const sign_vector copy(sign_view(words, 3));
    CHECK(copy.view().data()[0] == 7);
    CHECK(equal(copy, sign_view(words, 3)));
}
