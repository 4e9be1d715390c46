#include "capture/gateway/stream_usage.h"

#include "base/text.h"
#include "capture/gateway/json_member.h"

namespace sightglass::capture {
namespace {

constexpr std::string_view kInclude = R"("include_usage":true)";

void Replace(std::string_view text, TextRange range, std::string_view with, std::string& out) {
    out.assign(text.substr(0, range.begin));
    out.append(with).append(text.substr(range.begin + range.size));
}

/// Where the event at the start of `text` ends, behind its empty line; npos while that has not come.
std::size_t EndOfEvent(std::string_view text) noexcept {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
        std::size_t next = at + 1;
        next += next < text.size() && text[next] == '\r' ? 1 : 0;
        if (next < text.size() && text[next] == '\n') {
            return next + 1;
        }
    }
    return std::string_view::npos;
}

bool IsUsageChunk(std::string_view event) noexcept {
    constexpr std::string_view kData = "data:";
    if (!event.starts_with(kData)) {
        return false;
    }
    const std::string_view data = Trim(event.substr(kData.size()));
    if (data.find('\n') != std::string_view::npos) {
        return false;
    }
    const auto choices = FindMember(data, "choices");
    if (!choices || choices->In(data).front() != '[' ||
        !Trim(choices->In(data).substr(1)).starts_with(']')) {
        return false;
    }
    const auto usage = FindMember(data, "usage");
    return usage && usage->In(data).front() == '{';
}

}  // namespace

bool AskForUsage(std::string_view body, std::string& out) {
    const auto options = FindMember(body, "stream_options");
    if (!options) {
        const auto first = FirstMember(body);
        const bool named = body.find("\"stream_options\"") != std::string_view::npos;
        if (named || !first || body[*first] == '}') {
            return false;
        }
        Replace(body, {*first, 0}, R"("stream_options":{"include_usage":true},)", out);
        return true;
    }
    const std::string_view text = options->In(body);
    if (text == "null") {
        Replace(body, *options, R"({"include_usage":true})", out);
        return true;
    }
    const auto first = FirstMember(text);
    const auto include = FindMember(text, "include_usage");
    if (!first || (include && include->In(text) == "true")) {
        return false;
    }
    if (include) {
        Replace(body, {options->begin + include->begin, include->size}, "true", out);
        return true;
    }
    const std::string comma = text[*first] == '}' ? "" : ",";
    Replace(body, {options->begin + *first, 0}, std::string(kInclude) + comma, out);
    return true;
}

void UsageChunkFilter::Pass(std::string_view event, std::string& out) {
    if (!long_ && !found_ && event.size() <= kHeldBytesMax && IsUsageChunk(event)) {
        found_ = true;
        return;
    }
    long_ = false;
    out.append(event);
}

void UsageChunkFilter::Feed(std::string_view bytes, std::string& out) {
    held_.append(bytes);
    std::size_t passed = 0;
    while (true) {
        const std::string_view rest = std::string_view(held_).substr(passed);
        const std::size_t end = EndOfEvent(rest);
        if (end == std::string_view::npos) {
            break;
        }
        Pass(rest.substr(0, end), out);
        passed += end;
    }
    held_.erase(0, passed);
    // A line end may be half of the empty line that ends the event: the last bytes stay.
    constexpr std::size_t kEndBytes = 3;
    if (held_.size() > kHeldBytesMax) {
        long_ = true;
        out.append(held_, 0, held_.size() - kEndBytes);
        held_.erase(0, held_.size() - kEndBytes);
    }
}

void UsageChunkFilter::Finish(std::string& out) {
    if (!held_.empty()) {
        Pass(held_, out);
    }
    Reset();
}

void UsageChunkFilter::Reset() noexcept {
    held_ = std::string();
    found_ = false;
    long_ = false;
}

}  // namespace sightglass::capture
