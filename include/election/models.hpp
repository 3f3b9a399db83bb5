// SPDX-License-Identifier: MIT
// Everything in election/models: which elections come up, who lies, what they send, and batches of them at random.
#pragma once

#include <election/models/alie_attack.hpp>
#include <election/models/any_model.hpp>
#include <election/models/collude_attack.hpp>
#include <election/models/corrupted_messages.hpp>
#include <election/models/draw_liars.hpp>
#include <election/models/draw_messages.hpp>
#include <election/models/election_batch.hpp>
#include <election/models/fixed_weight_messages.hpp>
#include <election/models/gaussian_gradients.hpp>
#include <election/models/gradient_noise_attack.hpp>
#include <election/models/gradient_votes.hpp>
#include <election/models/ipm_attack.hpp>
#include <election/models/liars.hpp>
#include <election/models/messages.hpp>
#include <election/models/mimic_attack.hpp>
#include <election/models/plane_counter.hpp>
#include <election/models/random_stream.hpp>
#include <election/models/reverse_partition_attack.hpp>
#include <election/models/sampling_kernel.hpp>
#include <election/models/sampling_loops.hpp>
#include <election/models/scaling_attack.hpp>
#include <election/models/stealth_attack.hpp>
#include <election/models/zero_sum_attack.hpp>
