// SPDX-License-Identifier: MIT
// From gradients to packed signs and back: packing, momentum, unpacking, updates.
#pragma once

#include <election/packing/float_lanes.hpp>
#include <election/packing/momentum.hpp>
#include <election/packing/numbers.hpp>
#include <election/packing/pack.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/packing/policies.hpp>
#include <election/packing/reference.hpp>
#include <election/packing/unpack.hpp>
#include <election/packing/update.hpp>
