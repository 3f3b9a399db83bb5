// SPDX-License-Identifier: MIT
// Training by majority votes of signs.
#pragma once

#include <election/train/aggregation_kernel.hpp>
#include <election/train/aggregation_reference.hpp>
#include <election/train/aggregator.hpp>
#include <election/train/centred_clipping_aggregator.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/geometric_median_aggregator.hpp>
#include <election/train/gradient_lies.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/gradient_trainer.hpp>
#include <election/train/krum_aggregator.hpp>
#include <election/train/lies.hpp>
#include <election/train/mean_aggregator.hpp>
#include <election/train/median_aggregator.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/sorting_network.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/transport.hpp>
#include <election/train/trimmed_mean_aggregator.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>
