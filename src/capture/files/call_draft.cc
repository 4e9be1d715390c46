#include "capture/files/call_draft.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <type_traits>

#include "call/field_table.h"
#include "capture/clean_text.h"

namespace sightglass::capture::files {
namespace {

constexpr std::string_view kRepairedTime = "line_time";

/// One time alone says when a call was, and not how long it took.
void CompleteTimes(CallDraft& draft) {
    Call& call = draft.call;
    if (!call.ended_at) {
        call.ended_at = draft.logged_at;
    }
    if (!call.started_at && call.ended_at) {
        call.started_at = *call.ended_at - Duration(call.latency_us.value_or(0));
        if (!call.latency_us) {
            call.ended_at.reset();
        }
    }
    if (call.started_at && call.latency_us && !call.ended_at) {
        call.ended_at = *call.started_at + Duration(*call.latency_us);
    }
    if (call.started_at && call.ttft_us && !call.first_token_at) {
        call.first_token_at = *call.started_at + Duration(*call.ttft_us);
    }
}

/// Which it stays at every import, whenever that is, is for its id to say.
std::string_view RepairStart(CallDraft& draft) {
    constexpr Time kEarliest = std::chrono::sys_days(std::chrono::January / 1 / 2000);
    constexpr Time kLatest = std::chrono::sys_days(std::chrono::January / 1 / 2200);
    Call& call = draft.call;
    if (*call.started_at >= kEarliest && *call.started_at < kLatest) {
        return {};
    }
    if (!draft.rules->read_at || draft.requests) {
        return "started_at: no such time";
    }
    call.started_at = draft.rules->read_at;
    call.first_token_at.reset();
    call.ended_at.reset();
    call.repairs += call.repairs.empty() ? kRepairedTime : "," + std::string(kRepairedTime);
    draft.is_time_absurd = true;
    return {};
}

std::int64_t CachedAndWritten(const Call& call) {
    std::int64_t sum = 0;
    for (const OptionalInt& part :
         {call.cached_input_tokens,
          call.cache_write_5m_tokens,
          call.cache_write_30m_tokens,
          call.cache_write_1h_tokens,
          call.cache_write_12h_tokens}) {
        sum += std::max<std::int64_t>(0, part.value_or(0));
    }
    return sum;
}

void CompleteTokens(CallDraft& draft) {
    Call& call = draft.call;
    OptionalInt& input = draft.input_tokens;
    if (draft.total_tokens && !input && !call.fresh_input_tokens && call.output_tokens) {
        input = std::max<std::int64_t>(0, *draft.total_tokens - *call.output_tokens);
    }
    if (draft.total_tokens && !call.output_tokens && input) {
        call.output_tokens = std::max<std::int64_t>(0, *draft.total_tokens - *input);
    }
    if (input && !call.fresh_input_tokens) {
        // Where more was cached than there was input, the source counts the cached apart.
        const std::int64_t apart = CachedAndWritten(call);
        call.fresh_input_tokens = *input >= apart ? *input - apart : *input;
    }
}

/// What a line does not say went well: it is a record of something that was answered.
void CompleteOutcome(Call& call) {
    if (call.status || call.error_type || call.http_status) {
        return;
    }
    call.status = call.error_message.empty() ? CallStatus::kOk : CallStatus::kError;
}

/// What no text of a Call is meant to hold; refine keeps less of most. JSON that is cut is none.
void BoundTexts(Call& call) {
    constexpr std::size_t kTextBytesMax = 8U << 10;
    constexpr std::size_t kJsonBytesMax = 64U << 10;
    ForEachField([&call](auto place, auto member) {
        if constexpr (std::is_same_v<decltype(member), std::string Call::*>) {
            std::string& text = call.*member;
            const bool json = kFieldTable[place].role == FieldRole::kJson;
            if (text.size() > (json ? kJsonBytesMax : kTextBytesMax)) {
                text.resize(json ? 0 : kTextBytesMax);
            }
        }
    });
    constexpr std::size_t kTagsMax = 64;
    call.tags.resize(std::min(call.tags.size(), kTagsMax));
    constexpr std::size_t kTagBytesMax = 1U << 10;
    for (auto& [name, value] : call.tags) {
        name.resize(std::min(name.size(), kTagBytesMax));
        value.resize(std::min(value.size(), kTagBytesMax));
    }
}

}  // namespace

void CallDraft::Clear(const ReadingRules& given) {
    call.Clear();
    input_tokens.reset();
    total_tokens.reset();
    logged_at.reset();
    bucket_end.reset();
    requests.reset();
    passed_over = false;
    ids_known = false;
    is_time_absurd = false;
    refused = {};
    rules = &given;
}

std::string_view CallDraft::Finish() {
    if (!refused.empty()) {
        return refused;
    }
    CompleteTimes(*this);
    if (!call.started_at) {
        return "started_at: the line names no time";
    }
    if (const std::string_view wrong = RepairStart(*this); !wrong.empty()) {
        return wrong;
    }
    CompleteTokens(*this);
    CompleteOutcome(call);
    if (!call.source) {
        call.source = requests ? Source::kProviderUsage : Source::kImport;
    }
    if (call.cost && !call.cost_source) {
        call.cost_source = CostSource::kProvider;
    }
    BoundTexts(call);
    CleanRequest(call);
    CleanAnswer(call);
    return {};
}

}  // namespace sightglass::capture::files
