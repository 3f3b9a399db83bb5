// SPDX-License-Identifier: MIT
// Models that are trained: losses, gradients, predictions, and how good they are.
#pragma once

#include <election/learners/batch.hpp>
#include <election/learners/convolution.hpp>
#include <election/learners/dense_layer.hpp>
#include <election/learners/finite_difference.hpp>
#include <election/learners/learner.hpp>
#include <election/learners/losses.hpp>
#include <election/learners/metrics.hpp>
#include <election/learners/perceptron.hpp>
#include <election/learners/product.hpp>
#include <election/learners/product_kernel.hpp>
#include <election/learners/softmax.hpp>
#include <election/learners/sparse_logistic.hpp>
