// What `sightglass export` writes: every field of the Call by its own name.
#include <array>

#include "call/field_table.h"
#include "capture/files/format.h"

namespace sightglass::capture::files {
namespace {

constexpr std::array<std::string_view, 4> kTold = {
    "call_id",
    "started_at",
    "source",
    "token_source"};

/// Of a time its exact text, of the rest the value as it is kept.
constexpr auto kMappings = [] {
    std::array<ColumnMapping, kFieldTable.size()> mappings{};
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        mappings[i] = {kFieldTable[i].name, kFieldTable[i].name};
    }
    return mappings;
}();

}  // namespace

constexpr Format kSightglassFormat{
    .name = "sightglass",
    .title = "Sightglass export",
    .told_by = kTold,
    .columns = kMappings,
    .identity = Identity::kKey,
};

}  // namespace sightglass::capture::files
