// SPDX-License-Identifier: MIT
#include <election/models/sampling_kernel.hpp>

#include <doctest/doctest.h>
#include <support/architectures.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("a kernel is a constant and holds every loop", Arch, complete) {
    static constexpr sampling_kernel kernel = sampling_kernel_for<Arch>();
    CHECK(kernel.arch == Arch::name);
    CHECK((kernel.random_words != nullptr && kernel.keep != nullptr));
    CHECK((kernel.transpose != nullptr && kernel.bernoulli != nullptr));
}
TEST_CASE_TEMPLATE_APPLY(complete, election_test::enabled_architectures);
