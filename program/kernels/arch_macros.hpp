// SPDX-License-Identifier: MIT
// Names that carry an architecture, and something to do for every architecture that was built.
#pragma once

#define ELECTION_CONCAT_AGAIN(a, b) a##b
/// One name of two parts, which may be macros: `ELECTION_CONCAT(kernels_, ELECTION_KERNEL_ARCH)`.
#define ELECTION_CONCAT(a, b) ELECTION_CONCAT_AGAIN(a, b)

#ifdef ELECTION_WITH_neon
#define ELECTION_IF_neon(macro) macro(neon)
#else
#define ELECTION_IF_neon(macro)
#endif
#ifdef ELECTION_WITH_sse2
#define ELECTION_IF_sse2(macro) macro(sse2)
#else
#define ELECTION_IF_sse2(macro)
#endif
#ifdef ELECTION_WITH_avx2
#define ELECTION_IF_avx2(macro) macro(avx2)
#else
#define ELECTION_IF_avx2(macro)
#endif
#ifdef ELECTION_WITH_avx512
#define ELECTION_IF_avx512(macro) macro(avx512)
#else
#define ELECTION_IF_avx512(macro)
#endif
/// `macro(ARCH)` for every architecture whose objects election_add_arch_objects() made, narrowest first.
#define ELECTION_FOR_BUILT(macro)                                                                                           \
    macro(word64) ELECTION_IF_neon(macro) ELECTION_IF_sse2(macro) ELECTION_IF_avx2(macro) ELECTION_IF_avx512(macro)
