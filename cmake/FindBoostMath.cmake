# SPDX-License-Identifier: MIT
# Finds the headers of Boost.Math, which need no library: target BoostMath::BoostMath.
find_path(BoostMath_INCLUDE_DIR boost/math/special_functions/beta.hpp)
mark_as_advanced(BoostMath_INCLUDE_DIR)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(BoostMath REQUIRED_VARS BoostMath_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian: apt-get install libboost-math-dev")
if(BoostMath_FOUND AND NOT TARGET BoostMath::BoostMath)
  add_library(BoostMath::BoostMath INTERFACE IMPORTED)
  set_target_properties(BoostMath::BoostMath PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${BoostMath_INCLUDE_DIR}")
endif()
