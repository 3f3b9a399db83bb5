// SPDX-License-Identifier: MIT
// The only source that includes nauty's headers, which define macros and types without a namespace.
#include "symmetries.hpp"

#ifdef ELECTION_WITH_NAUTY
#include <election/nauty.hpp>
#endif

namespace election::program {

symmetry_finder all_symmetries() {
#ifdef ELECTION_WITH_NAUTY
    return {"nauty", [](const cover_problem& problem) { return nauty_symmetries(problem).generators; }};
#else
    return {};
#endif
}

} // namespace election::program
