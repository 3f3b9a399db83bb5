// SPDX-License-Identifier: MIT
// The one place that knows where xtensor keeps its headers: they moved into folders with release 0.26.
#pragma once

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#elif __has_include(<xtensor/xtensor.hpp>)
#include <xtensor/xtensor.hpp>
#else
#error "election needs xtensor (Debian: libxtensor-dev)"
#endif
