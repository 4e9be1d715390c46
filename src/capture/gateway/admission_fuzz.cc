// Any request head: whoever passes where a key is needed has shown the one key that there is; where the caller's own credential
// would reach the provider, no Sightglass key stands in its place; and asking twice gives the same answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "capture/gateway/admission.h"
#include "capture/gateway/attribution.h"

namespace {

using namespace sightglass;
using namespace sightglass::capture;

constexpr std::string_view kKey = "sg-fuzz";

void Check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// A gateway's keys and limits: one key, one limit.
class Access {
public:
    Access() {
        auto key = std::make_shared<access::KeyRecord>();
        key->fingerprint = "f";
        key->hash = hasher_.Of(kKey);
        key->models = {"gpt-4o*"};
        key->series = std::make_shared<access::LimitSeries>();
        keys_.Set(std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{key}));
        access::LimitRule rule;
        rule.name = "all";
        rule.values[access::Quantity::kConcurrent] = 1;
        limiter_.Publish(limiter_.Prepare({rule}));
    }

    Admission& admission() noexcept { return admission_; }

private:
    access::KeyHasher hasher_{Secret(std::string(64, 's'))};
    access::Published<access::KeyTable> keys_{
        std::make_shared<access::KeyTable>(hasher_, access::KeyTable::Records{})};
    access::Limiter limiter_{keys_};
    GatewayAccess access_{.keys = &keys_, .limiter = &limiter_};
    Admission admission_{access_, Clock::System()};
};

/// Whether the head lets its sender pass.
bool Passes(Admission& admission, const net::RequestHead& head, TargetKeys targets) {
    Call call;
    call.started_at = TimeFromMicros(1);
    Admitted admitted;
    const bool passes = !admission.CheckKey(head, targets, call, admitted).has_value();
    Check(!passes || targets == TargetKeys::kNone || admitted.key != nullptr);
    Check((admitted.key != nullptr) == (call.api_key == "f"));
    Check(admission.NeedsBody(head, admitted));
    admission.CheckBody({.method = head.method, .path = head.target}, "openai", call, admitted);
    const bool allowed = !admission.CheckLimits(call, admitted).has_value();
    const bool fits = admitted.claim.model.starts_with("gpt-4o");
    const bool named = admitted.claim.naming == dialect::ModelNaming::kOne;
    Check(!allowed || admitted.key == nullptr || !named || fits);
    Admission::Settle(call, admitted);
    return passes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Access access;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::size_t scanned = 0;
    net::RequestHead head;
    if (net::ParseRequestHead(text, 64U << 10, scanned, head).status !=
        net::HeadStatus::kComplete) {
        return 0;
    }
    const bool keyed = Passes(access.admission(), head, TargetKeys::kAll);
    Check(keyed == Passes(access.admission(), head, TargetKeys::kAll));
    Check(
        !keyed || text.find("fuzz") != std::string_view::npos ||
        text.find('%') != std::string_view::npos
    );
    const bool open = Passes(access.admission(), head, TargetKeys::kNone);
    Check(!open || !access::LooksLikeSightglassKey(ProviderKeyOf(head)));
    return 0;
}
