// SPDX-License-Identifier: MIT
// The architectures that kernels are tested on: all that this test program's compiler flags enable.
#pragma once

#include <tuple>
#include <type_traits>

#include <doctest/doctest.h>
#include <election/bits/bit_block.hpp>

namespace election_test {

/// Keeps the enabled ones.
template <class Kept, class... Archs>
struct enabled_of {
    using type = Kept;
};
template <class... Kept, class First, class... Rest>
struct enabled_of<std::tuple<Kept...>, First, Rest...> {
    using type = typename std::conditional_t<election::is_enabled<First>, enabled_of<std::tuple<Kept..., First>, Rest...>,
                                             enabled_of<std::tuple<Kept...>, Rest...>>::type;
};

/// Tags whose instructions this test program may use, for TEST_CASE_TEMPLATE_APPLY.
using enabled_architectures = enabled_of<std::tuple<>, election::arch::word64, election::arch::sse2, election::arch::neon,
                                         election::arch::avx2, election::arch::avx512>::type;

} // namespace election_test

TYPE_TO_STRING(election::arch::word64);
TYPE_TO_STRING(election::arch::sse2);
TYPE_TO_STRING(election::arch::avx2);
TYPE_TO_STRING(election::arch::avx512);
TYPE_TO_STRING(election::arch::neon);
