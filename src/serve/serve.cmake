# What is built into the control server besides its code: the OpenAPI document, and the dashboard's files as one archive
# (docs/formats/asset-archive.md). Without the dashboard the archive is empty, and /ui/ says how to build it.
sightglass_embed(sg_serve openapi "${CMAKE_SOURCE_DIR}/api/openapi.yaml")

set(dashboard "${CMAKE_SOURCE_DIR}/dashboard")
if(SIGHTGLASS_DASHBOARD AND EXISTS "${dashboard}/package.json")
    set(dashboard_archive "${CMAKE_CURRENT_BINARY_DIR}/dashboard.assets")
    file(GLOB_RECURSE dashboard_sources CONFIGURE_DEPENDS
        "${dashboard}/src/*" "${dashboard}/public/*" "${dashboard}/locales/*")
    file(GLOB dashboard_settings CONFIGURE_DEPENDS
        "${dashboard}/index.html" "${dashboard}/package*.json" "${dashboard}/tsconfig*.json" "${dashboard}/*.config.*")
    # Its own Node.js first: Debian's is older than the build needs.
    set(with_node ${CMAKE_COMMAND} -E env "PATH=${CMAKE_SOURCE_DIR}/.deps/bin:$ENV{PATH}")
    add_custom_command(
        OUTPUT "${dashboard_archive}"
        COMMAND ${with_node} npm run --silent build
        COMMAND ${with_node} node "${CMAKE_SOURCE_DIR}/scripts/pack-assets.mjs" dist "${dashboard_archive}"
        DEPENDS ${dashboard_sources} ${dashboard_settings}
            "${CMAKE_SOURCE_DIR}/scripts/pack-assets.mjs" "${CMAKE_SOURCE_DIR}/api/openapi.yaml"
        WORKING_DIRECTORY "${dashboard}"
        COMMENT "Building the dashboard"
        VERBATIM)
else()
    set(dashboard_archive "${CMAKE_CURRENT_BINARY_DIR}/no-dashboard.assets")
    file(WRITE "${dashboard_archive}.new" "sightglass-assets 1\n\n")
    file(COPY_FILE "${dashboard_archive}.new" "${dashboard_archive}" ONLY_IF_DIFFERENT)
endif()
sightglass_embed(sg_serve dashboard "${dashboard_archive}")
