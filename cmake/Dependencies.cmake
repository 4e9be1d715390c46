# Everything that is not ours, as imported targets. Installed by scripts/setup.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(brotlidec REQUIRED IMPORTED_TARGET libbrotlidec)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
# Its -pthread would keep users from sharing the precompiled header; Threads::Threads is linked everywhere.
set_property(TARGET PkgConfig::re2 PROPERTY INTERFACE_COMPILE_OPTIONS "")
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)

find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE3 soci_sqlite3 REQUIRED)
add_library(soci INTERFACE)
target_link_libraries(soci INTERFACE ${SOCI_SQLITE3} ${SOCI_CORE} PkgConfig::sqlite3)
target_include_directories(soci SYSTEM INTERFACE /usr/include/soci)

# DuckDB: an installed library is preferred; otherwise the one that scripts/setup fetched, kept beside the binary.
find_library(DUCKDB_LIBRARY duckdb)
find_path(DUCKDB_INCLUDE duckdb.h)
if(NOT DUCKDB_LIBRARY OR NOT DUCKDB_INCLUDE)
    set(DUCKDB_INCLUDE "${CMAKE_SOURCE_DIR}/.deps/duckdb-header/src/duckdb/src/include" CACHE PATH "" FORCE)
    set(DUCKDB_LIBRARY "${CMAKE_BINARY_DIR}/libduckdb.so" CACHE FILEPATH "" FORCE)
    file(COPY_FILE "${CMAKE_SOURCE_DIR}/.deps/duckdb-library/libduckdb.so" "${DUCKDB_LIBRARY}" ONLY_IF_DIFFERENT)
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION "${DUCKDB_LIBRARY}" IMPORTED_NO_SONAME ON)
target_include_directories(duckdb SYSTEM INTERFACE "${DUCKDB_INCLUDE}")
set(CMAKE_BUILD_RPATH "\$ORIGIN;${CMAKE_BINARY_DIR}")
set(CMAKE_INSTALL_RPATH "\$ORIGIN;\$ORIGIN/../lib")

# Boost is header-only here. No Boost.Date_Time, no deprecated names, and Asio's errors as values.
add_library(boost INTERFACE)
target_link_libraries(boost INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(boost INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
