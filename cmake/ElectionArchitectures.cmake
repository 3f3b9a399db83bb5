# SPDX-License-Identifier: MIT
# The instruction sets that this compiler can make kernels for, and the flags of each. The program chooses at run time.
include(CheckCXXCompilerFlag)

set(ELECTION_ARCHITECTURES "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(ELECTION_FLAGS_sse2 "-msse2")
  set(ELECTION_FLAGS_avx2 "-mavx2 -mbmi -mbmi2 -mpopcnt")
  set(ELECTION_FLAGS_avx512 "${ELECTION_FLAGS_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512cd")
  foreach(arch IN ITEMS sse2 avx2 avx512)
    check_cxx_compiler_flag("${ELECTION_FLAGS_${arch}}" ELECTION_COMPILES_${arch})
    if(ELECTION_COMPILES_${arch})
      list(APPEND ELECTION_ARCHITECTURES ${arch})
    endif()
  endforeach()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(ELECTION_FLAGS_neon "")
  list(APPEND ELECTION_ARCHITECTURES neon)
else()
  set(ELECTION_FLAGS_word64 "")
endif()
# Plain 64-bit words work everywhere.
list(PREPEND ELECTION_ARCHITECTURES word64)
