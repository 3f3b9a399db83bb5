// SPDX-License-Identifier: MIT
// train --grid: every point of a grid of experiments, one run after the other, a row of results each.
#pragma once

#include "options.hpp"

namespace election::program {

/// Adds the options --grid, --output, --curves and --dry-run to the command train.
void declare_grid(command_line& line);
/// The chapter of the command's help on grids.
void describe_grid(command_line& line);

/// Refuses the options of a grid where there is none. \throws bad_use
void refuse_grid_options(const command_line& line);

/// Holds the runs of `--grid FILE`.
/// \param line  the command's options: those of a run are what points have where the file says nothing else
/// \returns done; bad_use where points failed; stopped where a signal came
/// \throws bad_use       options that say nothing of a grid, no file for results
/// \throws format_error  a grid or results file that is malformed
[[nodiscard]] status run_grid(const command_line& line);

} // namespace election::program
