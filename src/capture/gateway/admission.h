// Who may pass: the caller's Sightglass key, the models it may use, and the limits that the call
// falls under. Where no key was ever issued, none is asked for and nothing is limited, a call pays
// for two loads and no more.
//
// A Sightglass key is given in x-sightglass-key, or where the provider's key would stand; what is
// given there is let through only to targets that have a key of their own, which takes its place.
// So a Sightglass key never reaches a provider.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "access/key_table.h"
#include "access/limiter.h"
#include "call/call.h"
#include "capture/gateway/answers.h"
#include "capture/gateway/gateway.h"
#include "dialect/model_claim.h"
#include "net/http1.h"

namespace sightglass::capture {

/// How many of the targets that a call may go to have a key of their own. Where only some have, a
/// caller without a Sightglass key goes to the others, and one with nothing else only to those
/// (balancer.h).
enum class TargetKeys : std::uint8_t { kNone, kSome, kAll };

/// The tokens that a call may take, from above: every four bytes of its request one, and all the
/// output that it asks for.
std::int64_t EstimateTokens(const Call& call, std::int64_t bytes);

/// What was decided about one call. Used again for the next one.
/// Thread-safety: the worker's thread.
struct Admitted {
    std::shared_ptr<const access::KeyRecord> key;  ///< Null where the caller showed none.
    bool key_only = false;  ///< The key stands where a provider's would: the caller shows none.
    access::Reservation reservation;
    dialect::ModelClaim claim;    ///< The model that the request is for. Unclear until CheckBody.
    bool needs_body = false;      ///< What the body says decides: it is read before it is sent.
    bool websocket = false;       ///< It opens one.
    bool read_two_ways = false;   ///< Its head leaves open how the body is to be read.
    std::int64_t body_bytes = 0;  ///< As the head says, or as they were read: the larger.
};

/// One worker's view of keys and limits.
/// Thread-safety: the worker's thread.
class Admission {
public:
    /// `clock` must outlive this.
    Admission(const GatewayAccess& access, const Clock& clock);

    /// Whether the caller may call at all, by the request's head. Writes whose key it is into the
    /// call, over what its headers claim. Where all targets have keys a Sightglass key is needed;
    /// where any has, it may stand in the place of the provider's.
    std::optional<Failure>
    CheckKey(const net::RequestHead& head, TargetKeys targets, Call& call, Admitted& admitted);

    /// Whether what the body says decides about anything, after CheckKey.
    bool NeedsBody(const net::RequestHead& head, Admitted& admitted);

    /// Looks for the model that the provider would use, in a request whose body was read, or is too
    /// large for that (then it is `truncated`), and makes it the call's.
    void CheckBody(
        const dialect::RequestView& request,
        std::string_view dialect,
        Call& call,
        Admitted& admitted
    ) const;

    /// Whether the call may use its model and keeps within the limits; it takes its part of them.
    /// The call says what its request said.
    std::optional<Failure> CheckLimits(Call& call, Admitted& admitted);

    /// The call goes nowhere: it gives back what it took of the limits.
    static void Cancel(Admitted& admitted) noexcept;

    /// The call has ended, and says what it used.
    static void Settle(const Call& call, Admitted& admitted) noexcept;

private:
    const GatewayAccess& access_;
    const Clock& clock_;
    std::optional<access::Reader<access::KeyTable>> keys_;
    std::optional<access::Reader<access::RuleSet>> rules_;
};

}  // namespace sightglass::capture
