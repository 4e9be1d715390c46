// What the requests of one connection have in common: clients keep their connections, and send the same headers over them
// again and again. What the headers and the request line said is remembered, and read anew only where they differ.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/key_fingerprint.h"
#include "call/call.h"
#include "capture/gateway/routing.h"
#include "net/http1.h"
#include "redact/known_secrets.h"

namespace sightglass::capture {

/// Thread-safety: one thread.
class Caller {
public:
    /// Fills everything that a request's headers say about its caller (attribution.h), its key and its recorded headers.
    void ReadHeaders(
        const net::RequestHead& head,
        const access::Fingerprinter& fingerprinter,
        Call& call
    );

    /// What the headers of that request showed to be let in. Valid until the next one is read.
    const redact::KnownSecrets& Secrets() const noexcept { return *secrets_; }

    /// Fills method, operation and endpoint.
    void ReadRequestLine(const net::RequestHead& head, const Route& route, Call& call);

private:
    /// The fields that headers alone decide.
    static constexpr std::size_t kFields = 15;
    static const std::array<std::string Call::*, kFields> kHeaderFields;

    struct Known {
        std::string lines;
        std::array<std::string, kFields> fields;
        Tags tags;
        redact::KnownSecrets secrets;
    };

    struct KnownLine {
        std::string method;
        std::string path;
        const dialect::Dialect* dialect = nullptr;
        std::optional<Operation> operation;
        std::string endpoint;
    };

    bool Remembers(std::string_view before, std::string_view after) const noexcept;

    std::size_t seen_ =
        0;  ///< Hash of the header lines of the request before. What is seen twice is remembered.
    std::unique_ptr<Known> known_;
    redact::KnownSecrets read_secrets_;  ///< Of a request that is not remembered.
    const redact::KnownSecrets* secrets_ = &read_secrets_;
    std::unique_ptr<KnownLine> known_line_;
    std::size_t seen_line_ = 0;
};

}  // namespace sightglass::capture
