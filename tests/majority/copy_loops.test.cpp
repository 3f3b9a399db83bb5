// SPDX-License-Identifier: MIT
#include <election/majority/copy_loops.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>
#include <support/architectures.hpp>
#include <support/random_signs.hpp>
#include <support/seed.hpp>

using namespace election;

TEST_CASE_TEMPLATE_DEFINE("any number of words, to and from any place, through the caches and past them", Arch, copying) {
    CAPTURE(election_test::seed());
    for (std::size_t count = 0; count <= 40; ++count) {
        const election_test::guarded_words from(count);
        election_test::fill_random(from.data(), count, election_test::seed() + count);
        for (std::size_t shift = 0; shift < 9; ++shift) {
            for (bool stream : {false, true}) {
                std::vector<std::uint64_t> to(count + shift + 1, 7);
                detail::copy_loops<Arch>::copy(to.data() + shift, from.data(), count, stream);
                std::atomic_thread_fence(std::memory_order_seq_cst);
                bool right = to.back() == 7;
                for (std::size_t w = 0; w < shift; ++w) right = right && to[w] == 7;
                for (std::size_t w = 0; w < count; ++w) right = right && to[shift + w] == from.data()[w];
                CAPTURE(count);
                CAPTURE(shift);
                CHECK(right);
            }
        }
    }
}
TEST_CASE_TEMPLATE_APPLY(copying, election_test::enabled_architectures);
