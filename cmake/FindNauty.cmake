# SPDX-License-Identifier: MIT
# Finds the library nauty: target Nauty::nauty, and Nauty_STATIC_LIBRARY if it is there in this form, too.
find_path(Nauty_INCLUDE_DIR nauty/nausparse.h)
find_library(Nauty_LIBRARY nauty)
find_library(Nauty_STATIC_LIBRARY libnauty.a)
mark_as_advanced(Nauty_INCLUDE_DIR Nauty_LIBRARY Nauty_STATIC_LIBRARY)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Nauty REQUIRED_VARS Nauty_LIBRARY Nauty_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian: apt-get install libnauty2-dev")
if(Nauty_FOUND AND NOT TARGET Nauty::nauty)
  add_library(Nauty::nauty UNKNOWN IMPORTED)
  set_target_properties(Nauty::nauty PROPERTIES IMPORTED_LOCATION "${Nauty_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Nauty_INCLUDE_DIR}")
endif()
