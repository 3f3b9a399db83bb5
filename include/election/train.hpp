// SPDX-License-Identifier: MIT
// Training by majority votes of signs.
#pragma once

#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregation_reference.hpp>
#include <election/train/aggregator.hpp>
#include <election/train/any_lies.hpp>
#include <election/train/attack_needs.hpp>
#include <election/train/ballot_box.hpp>
#include <election/train/centred_clipping_aggregator.hpp>
#include <election/train/checkpoint.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/geometric_median_aggregator.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/krum_aggregator.hpp>
#include <election/train/label_flip_lies.hpp>
#include <election/train/liar_placement.hpp>
#include <election/train/lie_schedule.hpp>
#include <election/train/lies.hpp>
#include <election/train/mean_aggregator.hpp>
#include <election/train/median_aggregator.hpp>
#include <election/train/observer.hpp>
#include <election/train/run_identity.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/silent_lies.hpp>
#include <election/train/sorting_network.hpp>
#include <election/train/sparse_signs.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/thread_transport.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/trimmed_mean_aggregator.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/vote_lies.hpp>
#include <election/train/wire.hpp>
#include <election/train/workers_of_rank.hpp>
#include <election/train/workspace_pool.hpp>
