#include "notify/robot_answer.h"

#include <algorithm>

#include "codec/json.h"
#include "notify/digest.h"

namespace sightglass::notify {

Verdict ReadRobotAnswer(const Answer& answer, const RobotCodes& codes) {
    constexpr std::size_t kWhyBytesMax = 200;
    Verdict verdict = ReadHttpAnswer(answer);
    if (verdict.outcome != Outcome::kDelivered) {
        return verdict;
    }
    codec::JsonParser parser;
    const auto root = parser.Parse(answer.body);
    auto code = root.Ok() ? root->Get(codes.code).Int() : std::nullopt;
    if (!code && root.Ok() && !codes.older_code.empty()) {
        code = root->Get(codes.older_code).Int();
    }
    if (!code) {
        return {Outcome::kRetry, {}, "an answer without " + std::string(codes.code)};
    }
    if (*code == 0) {
        return verdict;
    }
    const std::string_view said = root->Get(codes.message).String().value_or("");
    std::string why =
        std::string(codes.code) + " " + std::to_string(*code) + ": " + Shorten(said, kWhyBytesMax);
    if (std::find(codes.later.begin(), codes.later.end(), *code) != codes.later.end()) {
        return {Outcome::kRetry, codes.wait, std::move(why)};
    }
    return {Outcome::kRefused, {}, std::move(why)};
}

}  // namespace sightglass::notify
