// SPDX-License-Identifier: MIT
#include "environment.hpp"

#include <election/core/error.hpp>

#include "kernels/kernels.hpp"
#include "options.hpp"

namespace election::program {

arch_id environment_arch() {
    try {
        return chosen_arch();
    } catch (const parameter_error& failure) {
        throw bad_use(failure.parameter() + ": " + shown_word(failure.value()) + " " + failure.rule());
    }
}

} // namespace election::program
