# Language, warnings, sanitizers, compiler cache and linker: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(SIGHTGLASS_CCACHE ccache)
if(SIGHTGLASS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # The sloppiness is what lets the cache hold units that use a precompiled header.
    set(launcher env CCACHE_SLOPPINESS=pch_defines,time_macros "${SIGHTGLASS_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_program(SIGHTGLASS_MOLD mold)
if(SIGHTGLASS_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

set(SIGHTGLASS_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize=")
if(SIGHTGLASS_SANITIZE)
    add_compile_options(-fsanitize=${SIGHTGLASS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SIGHTGLASS_SANITIZE})
endif()

# For our own targets only; rooms link it privately.
add_library(sightglass_warnings INTERFACE)
target_compile_options(sightglass_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(sightglass_warnings INTERFACE -Wthread-safety)
else()
    # GCC 12 reports paths through std::variant, std::string (its bug 105651) and coroutine frames that cannot be taken.
    target_compile_options(sightglass_warnings INTERFACE -fcoroutines -Wno-maybe-uninitialized 
        -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
