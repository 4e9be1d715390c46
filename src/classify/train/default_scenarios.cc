#include "classify/train/default_scenarios.h"

#include <array>

namespace sightglass::classify {
namespace {

constexpr auto kDefaults = std::to_array<DefaultScenario>({
    {"information", "Looking up facts, explanations and advice; answers from a given text."},
    {"writing", "Writing, continuing, rewriting and correcting texts that are no business mail."},
    {"translation", "From one language into another."},
    {"coding", "Writing, explaining and mending programs, queries and configuration."},
    {"data_analysis", "Extracting, classifying, counting and interpreting given data or text."},
    {"summarising", "Making a text shorter: summaries, key points, minutes, headlines."},
    {"customer_service", "Customers' questions about orders, accounts, bills and faults."},
    {"business", "Mail, notices, proposals and presentations at work."},
    {"learning", "Exercises, mathematics and logic worked through, tutoring, quizzes."},
    {"brainstorming", "Ideas, suggestions, plans and what-ifs."},
    {"roleplay", "Play-acting, small talk and company."},
    {"agent", "Steps of agents and pipelines: tools, plans, routing, judging."},
    {"other", "Tests, and what says too little."},
});

}  // namespace

std::span<const DefaultScenario> DefaultScenarios() noexcept {
    return kDefaults;
}

}  // namespace sightglass::classify
