// SPDX-License-Identifier: MIT
#include <election/train/sign_source.hpp>

#include <istream>
#include <ostream>

#include <doctest/doctest.h>
#include <election/train/gradient_signs.hpp>
#include <support/toy_training.hpp>

using namespace election;

namespace {

template <class Signs>
using source = gradient_signs<Signs, election_test::nearest_point<float>, dense_dataset, batches>;

} // namespace

static_assert(sign_source<source<binary>, binary> && sign_source<source<ternary>, ternary>);
static_assert(!sign_source<source<binary>, ternary>);                     // its signs go to binary rows only
static_assert(!sign_source<election_test::nearest_point<float>, binary>); // a model has no partitions

TEST_CASE("the concept is about types alone; sources are tested by their own files") {
    CHECK(sign_source<source<binary>, binary>);
}
