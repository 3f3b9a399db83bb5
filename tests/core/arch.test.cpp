// SPDX-License-Identifier: MIT
#include <election/core/arch.hpp>

#include <array>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

using namespace election;

namespace {

constexpr std::array<arch_id, 5> all_ids{arch_id::word64, arch_id::sse2, arch_id::avx2, arch_id::avx512, arch_id::neon};

/// The message of the error that a request for this architecture throws.
std::string refusal_of(const char* name) {
    try {
        (void)requested_arch(name);
    } catch (const parameter_error& failure) {
        return failure.what();
    }
    return "no error";
}

/// The available architectures as error messages list them.
std::string available_names() {
    std::string names;
    for (arch_id id : all_ids) {
        if (is_available(id)) names += (names.empty() ? "" : ", ") + std::string(name_of(id));
    }
    return names;
}

template <class... Archs>
constexpr bool bits_are_words = ((Archs::bits % 64 == 0 && Archs::bits >= 64) && ...);

} // namespace

static_assert(bits_are_words<arch::word64, arch::sse2, arch::avx2, arch::avx512, arch::neon>);
static_assert(arch::sse2::bits < arch::avx2::bits && arch::avx2::bits < arch::avx512::bits);
#if defined(__x86_64__) && !defined(__AVX2__)
static_assert(std::is_same_v<default_arch, arch::sse2>);
#endif

TEST_CASE("name_of and arch_named are inverse, and agree with the tags") {
    for (arch_id id : all_ids) {
        CAPTURE(name_of(id));
        CHECK(arch_named(name_of(id)) == id);
    }
    CHECK(name_of(arch_id::word64) == arch::word64::name);
    CHECK(name_of(arch_id::sse2) == arch::sse2::name);
    CHECK(name_of(arch_id::avx2) == arch::avx2::name);
    CHECK(name_of(arch_id::avx512) == arch::avx512::name);
    CHECK(name_of(arch_id::neon) == arch::neon::name);
}

TEST_CASE("arch_named knows no other names") {
    for (const char* name : {"", "AVX2", "avx", "avx512bw", " sse2", "native"}) {
        CAPTURE(name);
        CHECK_FALSE(arch_named(name).has_value());
    }
}

TEST_CASE("availability follows from the processor") {
    CHECK(is_available(arch_id::word64));
#if defined(__x86_64__)
    CHECK(is_available(arch_id::sse2));
    CHECK_FALSE(is_available(arch_id::neon));
    if (is_available(arch_id::avx512)) CHECK(is_available(arch_id::avx2));
#elif defined(__aarch64__)
    CHECK(is_available(arch_id::neon));
    CHECK_FALSE(is_available(arch_id::sse2));
#endif
    // What the compiler was allowed to use for this very program must be there.
    CHECK(is_available(arch_named(default_arch::name).value()));
}

TEST_CASE("the best available architecture is available and none that is available is wider") {
    const arch_id best = best_available_arch();
    CHECK(is_available(best));
    for (arch_id id : {arch_id::sse2, arch_id::avx2, arch_id::avx512}) { // ordered by width
        if (is_available(id)) CHECK(static_cast<int>(best) >= static_cast<int>(id));
    }
}

TEST_CASE("no request means the best, a name means that one") {
    CHECK(requested_arch(nullptr) == best_available_arch());
    CHECK(requested_arch("") == best_available_arch());
    for (arch_id id : all_ids) {
        const std::string name(name_of(id));
        CAPTURE(name);
        if (is_available(id)) CHECK(requested_arch(name.c_str()) == id);
    }
}

TEST_CASE("an unknown or unavailable architecture is refused with the list of what there is") {
    const std::string rule = " must be one that this processor has: " + available_names();
    CHECK(refusal_of("avx1024") == "election::requested_arch: ELECTION_ARCH = avx1024" + rule);
    for (arch_id id : all_ids) {
        if (is_available(id)) continue;
        const std::string name(name_of(id));
        CHECK(refusal_of(name.c_str()) == "election::requested_arch: ELECTION_ARCH = " + name + rule);
    }
}
