// SPDX-License-Identifier: MIT
// Everything in election/models: which elections come up, who lies, and what they send.
#pragma once

#include <election/models/liars.hpp>
#include <election/models/messages.hpp>
