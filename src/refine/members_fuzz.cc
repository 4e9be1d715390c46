// Any text as what Call::joined says: it has members that were not joined, and those of different
// ids make a Call whose members are the same again. Input: a document, or one record's bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "call/encoding.h"
#include "codec/base64.h"
#include "refine/members.h"

namespace {

using sightglass::Call;

void Check(bool good) {
    if (!good) {
        std::abort();
    }
}

/// NaN compares unequal to itself; its bits do not.
std::vector<std::string> EncodedOf(const std::vector<Call>& calls) {
    std::vector<std::string> all;
    for (const Call& call : calls) {
        std::string& encoded = all.emplace_back(sightglass::EncodedSize(call), '\0');
        sightglass::EncodeCall(call, encoded.data());
    }
    std::sort(all.begin(), all.end());
    return all;
}

void CheckMembers(std::string joined) {
    Call call;
    call.call_id.bytes.fill(7);
    call.source = sightglass::Source::kGateway;
    call.started_at = sightglass::TimeFromMicros(1'795'305'700'000'000);
    call.model = "gpt-4o";
    call.joined = std::move(joined);
    std::vector<Call> members = sightglass::refine::MembersOf(call);
    Check(!members.empty());
    std::vector<Call> different;
    for (Call& member : members) {
        Check(member.joined.empty());
        const bool is_new =
            std::none_of(different.begin(), different.end(), [&](const Call& other) {
                return other.call_id == member.call_id;
            });
        const bool can_merge = member.tags.size() + member.attempts.size() < 16;
        if (is_new && can_merge && different.size() < 8) {
            different.push_back(std::move(member));
        }
    }
    if (!different.empty()) {
        const std::vector<std::string> before = EncodedOf(different);
        Check(
            before == EncodedOf(sightglass::refine::MembersOf(sightglass::refine::Merge(different)))
        );
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    CheckMembers(text);
    const std::string record = "{\"record\":\"" + sightglass::codec::EncodeBase64(text) + "\"}";
    CheckMembers("[" + record + "]");
    const std::string half = text.substr(0, size / 2);
    const std::string other = "{\"record\":\"" + sightglass::codec::EncodeBase64(half) + "\"}";
    CheckMembers("[" + record + "," + other + "]");
    return 0;
}
