// SPDX-License-Identifier: MIT
// Found instead of the library where a program must not need it.
#pragma once
#error "this program must not need <boost/math/special_functions/beta.hpp>"
