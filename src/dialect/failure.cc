#include "dialect/failure.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "dialect/call_fields.h"

namespace sightglass::dialect {
namespace {

/// What an HTML page calls itself.
std::string_view TitleOf(std::string_view page) noexcept {
    constexpr std::size_t kSearchedBytes = 4096;
    page = page.substr(0, kSearchedBytes);
    const std::size_t start = page.find("<title>");
    if (start == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = page.substr(start + 7);
    return Trim(rest.substr(0, rest.find('<')));
}

}  // namespace

std::optional<ErrorType>
FindErrorWord(std::span<const ErrorWord> words, std::string_view text) noexcept {
    const auto found = std::find_if(words.begin(), words.end(), [text](const ErrorWord& word) {
        return EqualsIgnoreCase(word.first, text);
    });
    return found == words.end() ? std::nullopt : std::optional<ErrorType>(found->second);
}

std::optional<ErrorType> ErrorOfStatus(int http_status) noexcept {
    switch (http_status) {
        case 401:
        case 403:
            return ErrorType::kProviderAuth;
        case 402:
            return ErrorType::kProviderBilling;
        case 408:
        case 504:
        case 524:
            return ErrorType::kProviderTimeout;
        case 413:
            return ErrorType::kCallerTooLarge;
        case 429:
            return ErrorType::kProviderRateLimited;
        case 503:
        case 529:
            return ErrorType::kProviderOverloaded;
        default:
            break;
    }
    if (http_status >= 500 && http_status < 600) {
        return ErrorType::kProviderServerError;
    }
    if (http_status >= 400 && http_status < 500) {
        return ErrorType::kCallerInvalidRequest;
    }
    return std::nullopt;
}

void MarkFailed(ErrorType type, int http_status, Call& call) {
    call.status = CallStatus::kError;
    call.error_type = type;
    if (!call.http_status.has_value() && http_status > 0) {
        call.http_status = http_status;
    }
}

void ReadErrorMessage(std::string_view body, Call& call) {
    constexpr std::size_t kTextBytesMax = 300;
    const std::string_view text = Trim(body);
    Assign(call.error_message, text.starts_with('<') ? TitleOf(text) : text, kTextBytesMax);
}

}  // namespace sightglass::dialect
