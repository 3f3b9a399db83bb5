// SPDX-License-Identifier: MIT
// Training by majority votes of signs.
#pragma once

