// SPDX-License-Identifier: MIT
// Everything about allocation codes: the concept, packed form, metrics, and all families.
#pragma once

#include <election/codes/allocation.hpp>
#include <election/codes/bernoulli.hpp>
#include <election/codes/code.hpp>
#include <election/codes/code_name.hpp>
#include <election/codes/cyclic.hpp>
#include <election/codes/deterministic.hpp>
#include <election/codes/families.hpp>
#include <election/codes/full.hpp>
#include <election/codes/galois_field.hpp>
#include <election/codes/metrics.hpp>
#include <election/codes/packed_allocation.hpp>
#include <election/codes/paley.hpp>
#include <election/codes/plane.hpp>
#include <election/codes/regular.hpp>
#include <election/codes/repetition.hpp>
#include <election/codes/systematic.hpp>
#include <election/codes/uncoded.hpp>
