# sightglass_embed(target symbol file): puts a file's bytes into a target as sightglass_<symbol>_begin and _end.
function(sightglass_embed target symbol file)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.S")
    file(GENERATE OUTPUT "${source}" CONTENT
".section .rodata
.balign 64
.global sightglass_${symbol}_begin
.global sightglass_${symbol}_end
sightglass_${symbol}_begin:
.incbin \"${file}\"
sightglass_${symbol}_end:
.byte 0
.section .note.GNU-stack,\"\",@progbits
")
    set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${file}" GENERATED TRUE)
    target_sources(${target} PRIVATE "${source}")
endfunction()
