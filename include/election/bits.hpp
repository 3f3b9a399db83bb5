// SPDX-License-Identifier: MIT
// Everything about packed bits: aligned memory, blocks of bits, adders, signs and votes, their bytes and xtensor views.
#pragma once

#include <election/bits/aligned.hpp>
#include <election/bits/bit_block.hpp>
#include <election/bits/byte_lanes.hpp>
#include <election/bits/carry_save.hpp>
#include <election/bits/index_iterator.hpp>
#include <election/bits/short_lanes.hpp>
#include <election/bits/sign_bytes.hpp>
#include <election/bits/sign_matrix.hpp>
#include <election/bits/sign_span.hpp>
#include <election/bits/sign_vector.hpp>
#include <election/bits/sign_xtensor.hpp>
#include <election/bits/ternary.hpp>
#include <election/bits/ternary_matrix.hpp>
