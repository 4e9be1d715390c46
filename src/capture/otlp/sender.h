// Who sends: whether a request shows a Sightglass key or the admin token, where one is needed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/key_table.h"
#include "access/published.h"
#include "capture/otlp/otlp.h"

namespace sightglass::capture {

/// What a request shows; empty where absent.
/// Thread-safety: plain value of views.
struct ShownCredentials {
    std::string_view
        authorization;         ///< Bearer, or Basic: then either half of the pair may be the key.
    std::string_view api_key;  ///< x-api-key, or x-sightglass-key.
};

/// Thread-safety: plain value.
struct Sender {
    std::shared_ptr<const access::KeyRecord> key;  ///< Null where it showed none.
    std::string_view refusal;                      ///< Empty where it may send.
};

/// Where no key is needed, credentials that are not ours are not looked at: exporters send those of
/// other collectors. One of ours must be valid everywhere.
/// Thread-safety: one thread at a time.
class SenderCheck {
public:
    explicit SenderCheck(const OtlpParts& parts) : parts_(parts), keys_(parts.keys) {}

    Sender Check(const ShownCredentials& shown, bool need_key);

private:
    std::optional<Sender> Try(std::string_view credential);

    const OtlpParts& parts_;
    access::Reader<access::KeyTable> keys_;
};

}  // namespace sightglass::capture
