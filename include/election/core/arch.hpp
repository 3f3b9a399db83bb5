// SPDX-License-Identifier: MIT
// Architecture tags: which instructions a kernel is written for, which ones this build and this processor have.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// glibc asks the processor at the start of every process. To ask again, as the compiler's built-in does, takes as long as many a
// verification on a virtual machine, which emulates the instruction. (clang does not take this header in C++.)
#if defined(__x86_64__) && !defined(__clang__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif

#include <election/core/error.hpp>

namespace election {

/// Tags that name an instruction set. Kernels are templates over a tag; a tag always exists, while a kernel for it can be
/// instantiated only where the compiler's flags allow its instructions (see election/bits/bit_block.hpp).
namespace arch {

/// Plain 64-bit words: works everywhere, and is the portable reference of every vector kernel.
struct word64 {
    static constexpr std::string_view name = "word64"; ///< in options and results
    static constexpr std::size_t bits = 64;            ///< of a register
};
/// x86-64's base instructions.
struct sse2 {
    static constexpr std::string_view name = "sse2"; ///< in options and results
    static constexpr std::size_t bits = 128;         ///< of a register
};
/// AVX2 with BMI, BMI2 and POPCNT.
struct avx2 {
    static constexpr std::string_view name = "avx2"; ///< in options and results
    static constexpr std::size_t bits = 256;         ///< of a register
};
/// AVX-512 F, CD, BW, DQ and VL, with all of avx2.
struct avx512 {
    static constexpr std::string_view name = "avx512"; ///< in options and results
    static constexpr std::size_t bits = 512;           ///< of a register
};
/// 64-bit Arm's base vector instructions.
struct neon {
    static constexpr std::string_view name = "neon"; ///< in options and results
    static constexpr std::size_t bits = 128;         ///< of a register
};

} // namespace arch

/// The best instruction set that this translation unit's compiler flags allow, a tag of election::arch.
///
/// Every kernel that depends on it has the tag in its type or template arguments, so that translation units with different
/// flags link together.
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512CD__)
#define ELECTION_DEFAULT_ARCH ::election::arch::avx512
#elif defined(__AVX2__)
#define ELECTION_DEFAULT_ARCH ::election::arch::avx2
#elif defined(__SSE2__)
#define ELECTION_DEFAULT_ARCH ::election::arch::sse2
#elif defined(__aarch64__) && defined(__ARM_NEON)
#define ELECTION_DEFAULT_ARCH ::election::arch::neon
#else
#define ELECTION_DEFAULT_ARCH ::election::arch::word64
#endif

/// The best architecture tag that the flags of this translation unit allow; the default of every kernel's template
/// parameter.
using default_arch = ELECTION_DEFAULT_ARCH;

/// An instruction set as a value, for choosing at run time; named as the tags of election::arch.
enum class arch_id : std::uint8_t { word64, sse2, avx2, avx512, neon };

/// The name that options and results use: "word64", "sse2", "avx2", "avx512" or "neon".
[[nodiscard]] constexpr std::string_view name_of(arch_id id) noexcept {
    constexpr std::array<std::string_view, 5> names{arch::word64::name, arch::sse2::name, arch::avx2::name,
                                                    arch::avx512::name, arch::neon::name};
    return names[static_cast<std::size_t>(id)];
}

/// The instruction set of that name, or nothing.
[[nodiscard]] constexpr std::optional<arch_id> arch_named(std::string_view name) noexcept {
    for (auto id : {arch_id::word64, arch_id::sse2, arch_id::avx2, arch_id::avx512, arch_id::neon}) {
        if (name_of(id) == name) return id;
    }
    return std::nullopt;
}

/// \cond
#if defined(__x86_64__) || defined(__i386__)
#ifdef CPU_FEATURE_ACTIVE
#define ELECTION_PROCESSOR_HAS(feature, name) CPU_FEATURE_ACTIVE(feature)
#else
#define ELECTION_PROCESSOR_HAS(feature, name) (__builtin_cpu_supports(name) != 0)
#endif
#endif
/// \endcond

/// Whether this processor has the instructions and the operating system keeps their registers.
///
/// xsimd's own look at CPUID does not ask the latter; glibc and the compiler's built-in do. Where glibc is asked, its environment variable
/// GLIBC_TUNABLES (glibc.cpu.hwcaps) can take instruction sets away.
[[nodiscard]] inline bool is_available(arch_id id) noexcept {
    switch (id) {
    case arch_id::word64:
        return true;
#if defined(__x86_64__) || defined(__i386__)
    case arch_id::sse2:
        return ELECTION_PROCESSOR_HAS(SSE2, "sse2");
    case arch_id::avx2:
        return ELECTION_PROCESSOR_HAS(AVX2, "avx2") && ELECTION_PROCESSOR_HAS(BMI1, "bmi") &&
               ELECTION_PROCESSOR_HAS(BMI2, "bmi2") && ELECTION_PROCESSOR_HAS(POPCNT, "popcnt");
    case arch_id::avx512:
        return is_available(arch_id::avx2) && ELECTION_PROCESSOR_HAS(AVX512F, "avx512f") &&
               ELECTION_PROCESSOR_HAS(AVX512BW, "avx512bw") && ELECTION_PROCESSOR_HAS(AVX512DQ, "avx512dq") &&
               ELECTION_PROCESSOR_HAS(AVX512VL, "avx512vl") && ELECTION_PROCESSOR_HAS(AVX512CD, "avx512cd");
#elif defined(__aarch64__)
    case arch_id::neon:
        return true;
#endif
    default:
        return false;
    }
}
#undef ELECTION_PROCESSOR_HAS

/// The widest available instruction set.
[[nodiscard]] inline arch_id best_available_arch() noexcept {
    for (auto id : {arch_id::avx512, arch_id::avx2, arch_id::neon, arch_id::sse2}) {
        if (is_available(id)) return id;
    }
    return arch_id::word64;
}

/// The instruction set that a user asked for by name.
/// \param name  the value of ELECTION_ARCH; null or empty for the best available one
/// \returns one that this processor has
/// \throws parameter_error  unknown, or not available on this processor; the message lists those that are
///
/// \code
/// assert(election::requested_arch("word64") == election::arch_id::word64);
/// assert(election::requested_arch(nullptr) == election::best_available_arch());
/// \endcode
[[nodiscard]] inline arch_id requested_arch(const char* name) {
    if (name == nullptr || *name == '\0') return best_available_arch();
    std::string available;
    for (auto id : {arch_id::word64, arch_id::sse2, arch_id::avx2, arch_id::avx512, arch_id::neon}) {
        if (is_available(id)) available += (available.empty() ? "" : ", ") + std::string(name_of(id));
    }
    auto id = arch_named(name);
    detail::require(id.has_value() && is_available(*id), "requested_arch", "ELECTION_ARCH", name,
                    "must be one that this processor has: " + available);
    return *id;
}

} // namespace election
