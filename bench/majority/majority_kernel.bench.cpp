// SPDX-License-Identifier: MIT
// The benchmarks of the majority layer, one file an operator.
#include <election/majority/majority_kernel.hpp>

#include "majority/row_contest.hpp"
#include "support/context.hpp"

int main(int argc, char** argv) {
    election::bench::register_majority();
    election::bench::register_counts();
    election::bench::register_tally();
    election::bench::register_agreement();
    election::bench::register_encoder();
    election::bench::register_elect();
    return election::bench::run(argc, argv);
}
