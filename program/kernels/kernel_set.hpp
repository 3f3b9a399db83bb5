// SPDX-License-Identifier: MIT
// kernel_set: the kernels that one architecture's object holds.
#pragma once

#include <election/exact/cover_kernel.hpp>
#include <election/learners/product_kernel.hpp>
#include <election/majority/majority_kernel.hpp>
#include <election/models/sampling_kernel.hpp>
#include <election/packing/packing_kernel.hpp>
#include <election/train/aggregation_kernel.hpp>
#include <election/verify/exhaustive_kernel.hpp>

namespace election::program {

/// All kernels of an architecture.
struct kernel_set {
    exhaustive_kernel exhaustive;
    majority_kernel majority;
    packing_kernel packing;
    product_kernel product;
    sampling_kernel sampling;
    aggregation_kernel aggregation;
    cover_kernel cover;
};

} // namespace election::program
