// SPDX-License-Identifier: MIT
// What the files of mixed_flags report to its main function.
#pragma once

#include <string>

#include <election/election.hpp>

struct report {
    std::string arch;
    int margin;
    std::string witness;
};
