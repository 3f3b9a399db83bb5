// SPDX-License-Identifier: MIT
// Data sets, their files, and how they are shared out over partitions.
#pragma once

#include <election/data/dataset.hpp>
