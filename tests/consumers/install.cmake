# SPDX-License-Identifier: MIT
# Installs election's headers and CMake package from SOURCE into an empty PREFIX, as a packager would.
file(REMOVE_RECURSE "${BUILD}" "${PREFIX}")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${BUILD}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_INSTALL_PREFIX=${PREFIX}" -DELECTION_BUILD_CLI=OFF -DELECTION_BUILD_TESTS=OFF -DELECTION_BUILD_BENCH=OFF
  -DELECTION_BUILD_EXAMPLES=OFF COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE headers RELATIVE "${SOURCE}/include" "${SOURCE}/include/*.hpp")
foreach(header IN LISTS headers)
  if(NOT EXISTS "${PREFIX}/include/${header}")
    message(FATAL_ERROR "${header} was not installed")
  endif()
endforeach()
