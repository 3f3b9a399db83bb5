// SPDX-License-Identifier: MIT
// Data sets, their files, and how they are shared out over partitions.
#pragma once

#include <election/data/amazon.hpp>
#include <election/data/batches.hpp>
#include <election/data/csv_table.hpp>
#include <election/data/data_file.hpp>
#include <election/data/dataset.hpp>
#include <election/data/idx.hpp>
#include <election/data/label_classes.hpp>
#include <election/data/libsvm.hpp>
#include <election/data/narrowed.hpp>
#include <election/data/number_field.hpp>
#include <election/data/partitioner.hpp>
#include <election/data/random_sequence.hpp>
#include <election/data/row_range.hpp>
#include <election/data/synthetic.hpp>
