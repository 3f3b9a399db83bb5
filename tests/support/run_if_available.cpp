// SPDX-License-Identifier: MIT
// Runs a test program if this processor has the instructions that it is compiled for, else skips it (status 77). A program of
// its own, since one with the wrong instructions could fail before its main function.
// Usage: run_if_available ARCHITECTURE PROGRAM [argument...]
#include <cstdio>

#include <unistd.h>

#include <election/core/arch.hpp>

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const auto arch = election::arch_named(argv[1]);
    if (!arch) return 2;
    if (!election::is_available(*arch)) {
        std::printf("skipped: this processor has no %s\n", argv[1]);
        return 77;
    }
    ::execv(argv[2], argv + 2);
    std::perror(argv[2]);
    return 2;
}
