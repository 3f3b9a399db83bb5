// SPDX-License-Identifier: MIT
// The layer exact: everything in it.
#pragma once

#include <election/exact/certificate.hpp>
#include <election/exact/certificate_check.hpp>
#include <election/exact/certificate_lines.hpp>
#include <election/exact/cover_problem.hpp>
#include <election/exact/cover_reference.hpp>
#include <election/exact/exact_model.hpp>
