# Learns the model of the default scenarios from the project's examples, and puts both into sg_classify
# (docs/formats/scenario-model.md).
add_executable(pack_scenarios classify/pack/main.cc)
target_link_libraries(pack_scenarios PRIVATE sg_classify_train sightglass_warnings)

set(scenario_examples)
foreach(language en zh nl)
    set(examples "${CMAKE_CURRENT_SOURCE_DIR}/classify/examples/${language}.txt")
    list(APPEND scenario_examples "${examples}")
    sightglass_embed(sg_classify scenario_examples_${language} "${examples}")
endforeach()
set(model "${CMAKE_CURRENT_BINARY_DIR}/scenarios.model")
add_custom_command(
    OUTPUT "${model}"
    COMMAND pack_scenarios "${model}" ${scenario_examples}
    DEPENDS pack_scenarios ${scenario_examples}
    COMMENT "Learning the default scenarios"
    VERBATIM)
sightglass_embed(sg_classify scenario_model "${model}")
