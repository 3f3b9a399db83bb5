// SPDX-License-Identifier: MIT
// Everything that needs nauty; optional, and no part of election.hpp.
#pragma once

#include <election/nauty/nauty_symmetries.hpp>
