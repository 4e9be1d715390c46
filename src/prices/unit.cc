#include "prices/unit.h"

#include <algorithm>

namespace sightglass::prices {
namespace {

// family: t tokens, d durations, p pages, c characters, x pixels, m messages, r requests, k rerank, w tool calls, i images,
//         l the call's own duration, s sessions of tools
// direction: i input, o output; modality: t text, a audio, i image, v video
// type: r read from a cache (input) or reasoning (output), w written to a cache, t tool, c citation; lifetime: 5, 1 hour
constexpr std::array<Unit, kUnitCount> kUnits = {{
    {"audio_seconds", "audio_hours", Per::kHour, "d-a---"},
    {"cache_audio_read_tokens", "cache_audio_read_mtok", Per::kMillion, "tiar--"},
    {"cache_audio_write_1h_tokens", "cache_audio_write_1h_mtok", Per::kMillion, "tiaw1-"},
    {"cache_audio_write_5m_tokens", "cache_audio_write_5m_mtok", Per::kMillion, "tiaw5-"},
    {"cache_audio_write_tokens", "cache_audio_write_mtok", Per::kMillion, "tiaw--"},
    {"cache_image_read_tokens", "cache_image_read_mtok", Per::kMillion, "tiir--"},
    {"cache_image_write_1h_tokens", "cache_image_write_1h_mtok", Per::kMillion, "tiiw1-"},
    {"cache_image_write_5m_tokens", "cache_image_write_5m_mtok", Per::kMillion, "tiiw5-"},
    {"cache_image_write_tokens", "cache_image_write_mtok", Per::kMillion, "tiiw--"},
    {"cache_read_tokens", "cache_read_mtok", Per::kMillion, "ti-r--"},
    {"cache_text_read_tokens", "cache_text_read_mtok", Per::kMillion, "titr--"},
    {"cache_text_write_1h_tokens", "cache_text_write_1h_mtok", Per::kMillion, "titw1-"},
    {"cache_text_write_5m_tokens", "cache_text_write_5m_mtok", Per::kMillion, "titw5-"},
    {"cache_text_write_tokens", "cache_text_write_mtok", Per::kMillion, "titw--"},
    {"cache_video_read_tokens", "cache_video_read_mtok", Per::kMillion, "tivr--"},
    {"cache_video_write_1h_tokens", "cache_video_write_1h_mtok", Per::kMillion, "tivw1-"},
    {"cache_video_write_5m_tokens", "cache_video_write_5m_mtok", Per::kMillion, "tivw5-"},
    {"cache_video_write_tokens", "cache_video_write_mtok", Per::kMillion, "tivw--"},
    {"cache_write_1h_tokens", "cache_write_1h_mtok", Per::kMillion, "ti-w1-"},
    {"cache_write_5m_tokens", "cache_write_5m_mtok", Per::kMillion, "ti-w5-"},
    {"cache_write_tokens", "cache_write_mtok", Per::kMillion, "ti-w--"},
    {"code_executions", "code_executions_kcount", Per::kThousand, "w----c"},
    {"input_annotated_document_pages", "input_annotated_document_kpages", Per::kThousand, "pi---a"},
    {"input_audio_seconds", "input_audio_hours", Per::kHour, "dia---"},
    {"input_audio_tokens", "input_audio_mtok", Per::kMillion, "tia---"},
    {"input_audio_tool_tokens", "input_audio_tool_mtok", Per::kMillion, "tiat--"},
    {"input_characters", "input_mchars", Per::kMillion, "ci----"},
    {"input_document_pages", "input_document_kpages", Per::kThousand, "pi----"},
    {"input_image_tokens", "input_image_mtok", Per::kMillion, "tii---"},
    {"input_image_tool_tokens", "input_image_tool_mtok", Per::kMillion, "tiit--"},
    {"input_pixels", "input_gpixels", Per::kBillion, "xi----"},
    {"input_text_messages", "input_text_messages_kcount", Per::kThousand, "mit---"},
    {"input_text_tokens", "input_text_mtok", Per::kMillion, "tit---"},
    {"input_text_tool_tokens", "input_text_tool_mtok", Per::kMillion, "titt--"},
    {"input_tokens", "input_mtok", Per::kMillion, "ti----"},
    {"input_tool_tokens", "input_tool_mtok", Per::kMillion, "ti-t--"},
    {"input_video_tokens", "input_video_mtok", Per::kMillion, "tiv---"},
    {"input_video_tool_tokens", "input_video_tool_mtok", Per::kMillion, "tivt--"},
    {"output_audio_citation_tokens", "output_audio_citation_mtok", Per::kMillion, "toac--"},
    {"output_audio_reasoning_tokens", "output_audio_reasoning_mtok", Per::kMillion, "toar--"},
    {"output_audio_seconds", "output_audio_hours", Per::kHour, "doa---"},
    {"output_audio_tokens", "output_audio_mtok", Per::kMillion, "toa---"},
    {"output_citation_tokens", "output_citation_mtok", Per::kMillion, "to-c--"},
    {"output_image_citation_tokens", "output_image_citation_mtok", Per::kMillion, "toic--"},
    {"output_image_reasoning_tokens", "output_image_reasoning_mtok", Per::kMillion, "toir--"},
    {"output_image_tokens", "output_image_mtok", Per::kMillion, "toi---"},
    {"output_reasoning_tokens", "output_reasoning_mtok", Per::kMillion, "to-r--"},
    {"output_text_citation_tokens", "output_text_citation_mtok", Per::kMillion, "totc--"},
    {"output_text_reasoning_tokens", "output_text_reasoning_mtok", Per::kMillion, "totr--"},
    {"output_text_tokens", "output_text_mtok", Per::kMillion, "tot---"},
    {"output_tokens", "output_mtok", Per::kMillion, "to----"},
    {"output_video_citation_tokens", "output_video_citation_mtok", Per::kMillion, "tovc--"},
    {"output_video_reasoning_tokens", "output_video_reasoning_mtok", Per::kMillion, "tovr--"},
    {"output_video_tokens", "output_video_mtok", Per::kMillion, "tov---"},
    {"requests", "requests_kcount", Per::kThousand, "r-----"},
    {"rerank_searches", "rerank_searches_kcount", Per::kThousand, "k-----"},
    {"social_searches", "social_searches_kcount", Per::kThousand, "w----o"},
    {"storage_searches", "storage_searches_kcount", Per::kThousand, "w----s"},
    {"web_searches", "web_searches_kcount", Per::kThousand, "w----w"},
    // Ours.
    {"call_seconds", "call_hours", Per::kHour, "l-----"},
    {"code_sessions", "code_sessions_kcount", Per::kThousand, "s-----"},
    {"images", "images_kcount", Per::kThousand, "i-----"},
    {"output_video_seconds", "output_video_hours", Per::kHour, "dov---"},
}};

template <typename Matches>
std::optional<UnitNumber> FindWhere(Matches&& matches) noexcept {
    const auto* const found = std::find_if(kUnits.begin(), kUnits.end(), matches);
    return found == kUnits.end()
               ? std::nullopt
               : std::optional<UnitNumber>(static_cast<UnitNumber>(found - kUnits.begin()));
}

}  // namespace

std::span<const Unit, kUnitCount> Units() noexcept {
    return kUnits;
}

std::optional<UnitNumber> FindUnit(std::string_view name) noexcept {
    return FindWhere([name](const Unit& unit) { return unit.name == name; });
}

std::optional<UnitNumber> FindUnitOfPrice(std::string_view price_name) noexcept {
    return FindWhere([price_name](const Unit& unit) { return unit.price_name == price_name; });
}

bool Holds(const Unit& outer, const Unit& inner) noexcept {
    for (std::size_t i = 0; i < outer.kind.size(); ++i) {
        if (outer.kind[i] != '-' && outer.kind[i] != inner.kind[i]) {
            return false;
        }
    }
    return outer.kind != inner.kind;
}

int Depth(const Unit& unit) noexcept {
    return static_cast<int>(unit.kind.size()) -
           static_cast<int>(std::count(unit.kind.begin(), unit.kind.end(), '-'));
}

Part PartOf(const Unit& unit) noexcept {
    const char direction = unit.kind[1];
    const char type = unit.kind[3];
    if (direction == 'o') {
        return Part::kOutput;
    }
    if (direction != 'i') {
        return Part::kOther;
    }
    if (type == 'r') {
        return Part::kCached;
    }
    return type == 'w' ? Part::kCacheWrite : Part::kInput;
}

}  // namespace sightglass::prices
