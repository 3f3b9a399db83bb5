// SPDX-License-Identifier: MIT
// Everything in election/models: which elections come up, who lies, what they send, and batches of them at random.
#pragma once

#include <election/models/draw_liars.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/fixed_weight_messages.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>
#include <election/models/random_stream.hpp>
#include <election/models/sampling_kernel.hpp>
#include <election/models/sampling_loops.hpp>
