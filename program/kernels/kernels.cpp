// SPDX-License-Identifier: MIT
#include "kernels/kernels.hpp"

#include <cstdlib>
#include <string>
#include <utility>

#include "kernels/arch_macros.hpp"

namespace election::program {

#define ELECTION_DECLARE(arch) extern const kernel_set kernels_##arch;
ELECTION_FOR_BUILT(ELECTION_DECLARE)

namespace {

using built_kernels_of = std::pair<arch_id, const kernel_set*>;

/// Narrowest first.
const std::vector<built_kernels_of>& built_kernels() {
#define ELECTION_ROW(arch) {arch_id::arch, &kernels_##arch},
    static const std::vector<built_kernels_of> kernels{ELECTION_FOR_BUILT(ELECTION_ROW)};
    return kernels;
}

} // namespace

std::vector<arch_id> usable_architectures() {
    std::vector<arch_id> usable;
    for (const auto& [arch, kernels] : built_kernels()) {
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

const kernel_set& kernels_of(arch_id arch) {
    for (const auto& [built, kernels] : built_kernels()) {
        if (built == arch) return *kernels;
    }
    throw parameter_error("kernels_of", "arch", name_of(arch), "must be one that this program was built with");
}

const exhaustive_kernel& kernel_of(arch_id arch) { return kernels_of(arch).exhaustive; }

const majority_kernel& majority_kernel_of(arch_id arch) { return kernels_of(arch).majority; }

const packing_kernel& packing_kernel_of(arch_id arch) { return kernels_of(arch).packing; }

const product_kernel& product_kernel_of(arch_id arch) { return kernels_of(arch).product; }

enumerate_kernel enumerate_kernel_of(arch_id arch) {
    const majority_kernel& kernel = majority_kernel_of(arch);
    return {kernel.arch, kernel.add, kernel.read16};
}

exact_kernels exact_kernels_of(arch_id arch) {
    const kernel_set& kernels = kernels_of(arch);
    return {kernels.cover, kernels.exhaustive};
}

verdict verify(const packed_allocation& code, const verify_options& options, arch_id arch) {
    return verify_exhaustive(code, options, kernel_of(arch));
}

double estimated_seconds(const packed_allocation& code, const verify_options& options, arch_id arch) {
    return estimate_exhaustive_seconds(code, options, kernel_of(arch));
}

} // namespace election::program
