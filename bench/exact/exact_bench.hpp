// SPDX-License-Identifier: MIT
// The benchmarks of this layer, beside those of the file with main().
#pragma once

namespace election::bench {

void register_tabu_search();

} // namespace election::bench
