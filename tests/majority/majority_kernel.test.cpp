// SPDX-License-Identifier: MIT
#include <election/majority/majority_kernel.hpp>

#include <cstdint>

#include <doctest/doctest.h>
#include <support/architectures.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("a kernel has the name of its architecture and all its functions", Arch, table) {
    constexpr majority_kernel kernel = majority_kernel_for<Arch>();
    static_assert(kernel.arch == Arch::name);
    static_assert(kernel.at_least == &detail::at_least_loops<Arch>::at_least);
    static_assert(kernel.add == &detail::counter_loops<Arch>::add);
    static_assert(kernel.add_lines == &detail::counter_loops<Arch>::add_lines);
    static_assert(kernel.subtract == &detail::counter_loops<Arch>::subtract);
    static_assert(kernel.add_ternary == &detail::counter_loops<Arch>::add_ternary);
    static_assert(kernel.subtract_ternary == &detail::counter_loops<Arch>::subtract_ternary);
    static_assert(kernel.add_counters == &detail::counter_loops<Arch>::add_counters);
    static_assert(kernel.compare == &detail::counter_loops<Arch>::compare);
    static_assert(kernel.read8 == &detail::counter_loops<Arch>::read8);
    static_assert(kernel.read16 == &detail::counter_loops<Arch>::read16);
    static_assert(kernel.differences == &detail::agreement_loops<Arch>::differences);
    static_assert(kernel.copy == &detail::copy_loops<Arch>::copy);
    CHECK(kernel.arch == Arch::name);
}
TEST_CASE_TEMPLATE_APPLY(table, election_test::enabled_architectures);
