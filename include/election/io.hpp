// SPDX-License-Identifier: MIT
// Everything about matrix files.
#pragma once

#include <election/io/alist.hpp>
#include <election/io/atomic_file.hpp>
#include <election/io/csv.hpp>
#include <election/io/file_lock.hpp>
#include <election/io/format.hpp>
#include <election/io/matrix_file.hpp>
#include <election/io/mtx.hpp>
#include <election/io/npy.hpp>
#include <election/io/source.hpp>
#include <election/io/text.hpp>
