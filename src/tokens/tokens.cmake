# Packs the published ranks that scripts/setup fetched, and puts each image into sg_tokens (docs/formats/token-image.md).
add_executable(pack_vocabulary tokens/pack/main.cc)
target_link_libraries(pack_vocabulary PRIVATE sg_tokens_pack sightglass_warnings)

# The SHA-256 of the files as openai/tiktoken publishes them.
set(o200k_base_sha256 446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d)
set(cl100k_base_sha256 223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7)
set(p50k_base_sha256 94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069)
set(r50k_base_sha256 306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930)

foreach(encoding o200k_base cl100k_base p50k_base r50k_base)
    set(ranks "${CMAKE_SOURCE_DIR}/.deps/gpt-tokenizer/data/${encoding}.tiktoken")
    file(SHA256 "${ranks}" found)
    if(NOT found STREQUAL ${encoding}_sha256)
        message(FATAL_ERROR "${ranks} is not the published file: its SHA-256 is ${found}")
    endif()
    set(image "${CMAKE_CURRENT_BINARY_DIR}/${encoding}.tokens")
    add_custom_command(
        OUTPUT "${image}"
        COMMAND pack_vocabulary "${ranks}" "${image}"
        DEPENDS pack_vocabulary "${ranks}"
        COMMENT "Packing ${encoding}"
        VERBATIM)
    sightglass_embed(sg_tokens ${encoding} "${image}")
endforeach()
