// SPDX-License-Identifier: MIT
// Training by majority votes of signs.
#pragma once

#include <election/train/ballot_box.hpp>
#include <election/train/election_trainer.hpp>
#include <election/train/gradient_signs.hpp>
#include <election/train/lies.hpp>
#include <election/train/sign_source.hpp>
#include <election/train/step_schedule.hpp>
#include <election/train/thread_transport.hpp>
#include <election/train/trainer_state.hpp>
#include <election/train/transport.hpp>
#include <election/train/vote_form.hpp>
#include <election/train/wire.hpp>
#include <election/train/workers_of_rank.hpp>
