#include "base/result.h"

namespace sightglass {

std::string_view ToString(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kInvalidArgument:
            return "invalid_argument";
        case ErrorCode::kNotFound:
            return "not_found";
        case ErrorCode::kConflict:
            return "conflict";
        case ErrorCode::kDenied:
            return "denied";
        case ErrorCode::kCorrupt:
            return "corrupt";
        case ErrorCode::kTooLarge:
            return "too_large";
        case ErrorCode::kFull:
            return "full";
        case ErrorCode::kIo:
            return "io";
        case ErrorCode::kTimeout:
            return "timeout";
        case ErrorCode::kUnavailable:
            return "unavailable";
        case ErrorCode::kInternal:
            return "internal";
    }
    return "internal";
}

Error Error::In(std::string_view context) && {
    std::string outer(context);
    outer += ": ";
    outer += message;
    return Error{code, std::move(outer)};
}

}  // namespace sightglass
