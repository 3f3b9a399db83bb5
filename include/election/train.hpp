// SPDX-License-Identifier: MIT
// Training by majority votes of signs.
#pragma once

#include <election/train/checkpoint.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/expected_failures.hpp>
#include <election/train/experiment_grid.hpp>
#include <election/train/gradient_agreement.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/grid_results.hpp>
#include <election/train/lies.hpp>
#include <election/train/observer.hpp>
#include <election/train/run_identity.hpp>
#include <election/train/run_log.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/vote_record.hpp>
#include <election/train/wire.hpp>
