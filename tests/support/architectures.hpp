// SPDX-License-Identifier: MIT
// The architectures that kernels are tested on.
#pragma once

#include <tuple>
#include <type_traits>

#include <doctest/doctest.h>
#include <election/bits/bit_block.hpp>

namespace election_test {

/// Tags that this test program tests, for TEST_CASE_TEMPLATE_APPLY: the best one that its flags allow, and with it, where
/// that is every processor's, the plain words. The same tests are compiled once for each set of flags, so that all have a turn.
using enabled_architectures = std::conditional_t<
    std::is_same_v<election::default_arch, election::arch::word64>, std::tuple<election::arch::word64>,
    std::conditional_t<std::is_same_v<election::default_arch, election::arch::sse2> ||
                           std::is_same_v<election::default_arch, election::arch::neon>,
                       std::tuple<election::arch::word64, election::default_arch>, std::tuple<election::default_arch>>>;
static_assert(election::is_enabled<election::default_arch>);

} // namespace election_test

TYPE_TO_STRING(election::arch::word64);
TYPE_TO_STRING(election::arch::sse2);
TYPE_TO_STRING(election::arch::avx2);
TYPE_TO_STRING(election::arch::avx512);
TYPE_TO_STRING(election::arch::neon);
