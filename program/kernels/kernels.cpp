// SPDX-License-Identifier: MIT
#include "kernels/kernels.hpp"

#include <cstdlib>
#include <string>
#include <utility>

namespace election::program {

extern const exhaustive_kernel exhaustive_kernel_word64;
extern const exhaustive_kernel exhaustive_kernel_sse2;
extern const exhaustive_kernel exhaustive_kernel_avx2;
extern const exhaustive_kernel exhaustive_kernel_avx512;
extern const exhaustive_kernel exhaustive_kernel_neon;

namespace {

using built_kernel = std::pair<arch_id, const exhaustive_kernel*>;

/// Narrowest first.
const std::vector<built_kernel>& built_kernels() {
    static const std::vector<built_kernel> kernels{
        {arch_id::word64, &exhaustive_kernel_word64},
#ifdef ELECTION_WITH_neon
        {arch_id::neon, &exhaustive_kernel_neon},
#endif
#ifdef ELECTION_WITH_sse2
        {arch_id::sse2, &exhaustive_kernel_sse2},
#endif
#ifdef ELECTION_WITH_avx2
        {arch_id::avx2, &exhaustive_kernel_avx2},
#endif
#ifdef ELECTION_WITH_avx512
        {arch_id::avx512, &exhaustive_kernel_avx512},
#endif
    };
    return kernels;
}

} // namespace

std::vector<arch_id> usable_architectures() {
    std::vector<arch_id> usable;
    for (const auto& [arch, kernel] : built_kernels()) {
        if (is_available(arch)) usable.push_back(arch);
    }
    return usable;
}

arch_id chosen_arch() {
    const std::vector<arch_id> usable = usable_architectures();
    const char* name = std::getenv("ELECTION_ARCH");
    if (name == nullptr || *name == '\0') return usable.back();
    std::string names;
    for (arch_id arch : usable) {
        if (name_of(arch) == name) return arch;
        names += (names.empty() ? "" : ", ") + std::string(name_of(arch));
    }
    throw parameter_error("chosen_arch", "ELECTION_ARCH", name, "must be one that this processor has: " + names);
}

const exhaustive_kernel& kernel_of(arch_id arch) {
    for (const auto& [built, kernel] : built_kernels()) {
        if (built == arch) return *kernel;
    }
    throw parameter_error("kernel_of", "arch", name_of(arch), "must be one that this program was built with");
}

verdict verify(const packed_allocation& code, const verify_options& options, arch_id arch) {
    return verify_exhaustive(code, options, kernel_of(arch));
}

double estimated_seconds(const packed_allocation& code, const verify_options& options, arch_id arch) {
    return estimate_exhaustive_seconds(code, options, kernel_of(arch));
}

} // namespace election::program
