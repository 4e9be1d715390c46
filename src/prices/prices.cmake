# Makes the built-in price book from the published data that scripts/setup fetched, and puts it into sg_prices, beside what
# service tiers cost (service_tiers.txt).
find_program(SIGHTGLASS_NODE node HINTS "${CMAKE_SOURCE_DIR}/.deps/bin" REQUIRED)
set(price_book "${CMAKE_CURRENT_BINARY_DIR}/price_book.txt")
set(price_data "${CMAKE_SOURCE_DIR}/.deps/genai-prices")
add_custom_command(
    OUTPUT "${price_book}"
    COMMAND "${SIGHTGLASS_NODE}" "${CMAKE_SOURCE_DIR}/scripts/convert-prices.mjs" "${price_data}" > "${price_book}.new"
    COMMAND "${CMAKE_COMMAND}" -E rename "${price_book}.new" "${price_book}"
    DEPENDS "${CMAKE_SOURCE_DIR}/scripts/convert-prices.mjs" "${price_data}/dist/index.js"
    COMMENT "Converting prices"
    VERBATIM)
sightglass_embed(sg_prices price_book "${price_book}")
sightglass_embed(sg_prices price_tiers "${CMAKE_CURRENT_SOURCE_DIR}/prices/service_tiers.txt")
