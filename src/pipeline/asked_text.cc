#include "pipeline/asked_text.h"

#include <string_view>

#include "base/text.h"

namespace sightglass::pipeline {
namespace {

/// "Yes, please": what it is about was said before.
constexpr std::size_t kFewBytes = 24;
/// Of what was said before, so that it does not cover the reply.
constexpr std::size_t kBeforeBytesMax = 600;

bool IsUsers(const RequestMessage& message) noexcept {
    return message.role == "user" && !message.is_tool_result && !Trim(message.content).empty();
}

bool IsSystems(const RequestMessage& message) noexcept {
    return message.role == "system" || message.role == "developer";
}

}  // namespace

std::optional<classify::AskedText>
AskedTextOf(const RequestMessages& request, std::string& buffer) {
    classify::AskedText asked;
    const RequestMessage* last = nullptr;
    const RequestMessage* before = nullptr;
    for (auto message = request.messages.rbegin(); message != request.messages.rend(); ++message) {
        if (IsUsers(*message)) {
            (last == nullptr ? last : before) = &*message;
            if (before != nullptr) {
                break;
            }
        }
    }
    for (const RequestMessage& message : request.messages) {
        if (IsSystems(message)) {
            asked.setting = message.content;
            break;
        }
    }
    if (last == nullptr) {
        return std::nullopt;
    }
    asked.ask = last->content;
    if (before != nullptr && last->content.size() < kFewBytes) {
        buffer.assign(before->content, 0, kBeforeBytesMax);
        buffer.append("\n").append(last->content);
        asked.ask = buffer;
    }
    return asked;
}

bool EndsWithToolResult(const RequestMessages& request) {
    return !request.messages.empty() &&
           (request.messages.back().is_tool_result || request.messages.back().role == "tool");
}

}  // namespace sightglass::pipeline
