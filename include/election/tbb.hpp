// SPDX-License-Identifier: MIT
// Everything that needs oneTBB; optional, and no part of election.hpp.
#pragma once

#include <election/tbb/tbb_executor.hpp>
