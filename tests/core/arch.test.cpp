// SPDX-License-Identifier: MIT
#include <election/core/arch.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace election;

TEST_CASE("architectures have names that read back, and the tags have the same") {
    for (arch_id id : {arch_id::word64, arch_id::sse2, arch_id::avx2, arch_id::avx512, arch_id::neon}) {
        CHECK(arch_named(name_of(id)) == id);
    }
    CHECK(name_of(arch_id::word64) == arch::word64::name);
    CHECK(name_of(arch_id::sse2) == arch::sse2::name);
    CHECK(name_of(arch_id::avx2) == arch::avx2::name);
    CHECK(name_of(arch_id::avx512) == arch::avx512::name);
    CHECK(name_of(arch_id::neon) == arch::neon::name);
    CHECK_FALSE(arch_named("avx").has_value());
}

TEST_CASE("plain words work everywhere, and the best is available") {
    CHECK(is_available(arch_id::word64));
    CHECK(is_available(best_available_arch()));
    CHECK(is_available(*arch_named(default_arch::name)));
    CHECK(requested_arch(nullptr) == best_available_arch());
    CHECK(requested_arch("") == best_available_arch());
    CHECK(requested_arch("word64") == arch_id::word64);
}

#if defined(__x86_64__)
TEST_CASE("what the processor has is what the compiler's own look at it says") {
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
                      __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                        __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                        __builtin_cpu_supports("avx512cd") != 0;
    CHECK(is_available(arch_id::sse2));
    CHECK(is_available(arch_id::avx2) == avx2);
    CHECK(is_available(arch_id::avx512) == avx512);
    CHECK_FALSE(is_available(arch_id::neon));
}
#endif

TEST_CASE("an unknown architecture is refused with the list of those that are there") {
    try {
        (void)requested_arch("mmx");
        FAIL("must throw");
    } catch (const parameter_error& failure) {
        const std::string text = failure.what();
        CHECK(text.starts_with("election::requested_arch: ELECTION_ARCH = mmx must be one that this processor has: word64"));
    }
}
