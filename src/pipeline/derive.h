// Derive: what needs the text of an exchange, off the response path: decode, count, hash, whatever the capture policy is; and
// assemble, redact, keep, where it says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/secret.h"
#include "base/uuid.h"
#include "codec/stream_events.h"
#include "journal/journal.h"
#include "pipeline/capture_policy.h"
#include "pipeline/deriver.h"
#include "pipeline/exchange.h"
#include "redact/known_secrets.h"
#include "redact/placeholders.h"

namespace sightglass::pipeline {

/// A bounded copy of one exchange, as it passed.
struct Exchange {
    Uuid call_id;
    std::string dialect;
    std::string model;
    std::string request_content_type;
    std::string request_encoding;
    std::string request_body;
    std::string response_content_type;
    std::string response_encoding;  ///< Content-Encoding: gzip, br, zstd, deflate or empty.
    std::string response_body;      ///< De-chunked, still encoded.
    /// How its events are told apart, where the media type alone does not say it.
    codec::StreamFormat response_format = codec::StreamFormat::kNone;
    bool truncated = false;  ///< Either body.
    bool request_truncated = false;
    bool response_truncated = false;
    DeriveWork work;
    CaptureChoice capture;         ///< What is kept of it; by default nothing.
    redact::KnownSecrets secrets;  ///< The keys that it showed: they are no content.
    /// What placeholders are made under: the tenant's, of this day.
    std::optional<redact::PlaceholderKey> placeholder_key;
};

/// All that a view shows, in memory of its own.
/// Thread-safety: pure.
Exchange CopyOf(const ExchangeView& view);

struct DeriveStats {
    std::uint64_t derived = 0;  ///< Exchanges.
    std::uint64_t dropped_queue_full = 0;
    std::uint64_t dropped_journal_full = 0;
};

/// A worker's own way into derive, for exchanges whose content is not kept: without a lock or an allocation where they are of
/// ordinary size.
/// Thread-safety: one thread at a time.
class DerivePort {
public:
    virtual ~DerivePort() = default;

    /// True: a derived record of it will follow. False: it is dropped, and counted. Never waits.
    virtual bool Offer(const ExchangeView& exchange) noexcept = 0;

    /// The same, for a request body that is all of `memory`: a large one is not copied, its memory is taken, and `memory` is
    /// then another string, empty, with the capacity of one that was taken before where there is any.
    virtual bool Offer(const ExchangeView& exchange, std::string& memory) noexcept = 0;

    /// Counts one that could not be offered: there was no memory for its copy.
    virtual void CountDropped() noexcept = 0;
};

struct DeriveOptions {
    std::size_t queue_bytes_max = 0;  ///< Of copies that wait.
    int threads = 1;
    std::shared_ptr<const PublishedScenarios> scenarios = nullptr;  ///< Null: none is told.
};

/// Thread-safety: safe for concurrent use.
class Derive {
public:
    /// Starts threads named derive-N, each with a journal Writer of its own. `secret` is what
    /// messages are hashed under. The journal and the book must outlive it.
    static Result<std::unique_ptr<Derive>> Start(
        journal::Journal& journal,
        const CaptureBook& capture,
        const Secret& secret,
        DeriveOptions options
    );

    virtual ~Derive() = default;

    /// What is kept of which calls now: as CaptureBook::Now.
    virtual const CaptureSettings& Capture() const noexcept = 0;

    /// Must go before this does.
    virtual std::unique_ptr<DerivePort> NewPort() = 0;

    /// Takes the exchange or counts it as dropped: false. Never waits. A derived record of it will follow where `work` asks for
    /// one, and its content where `capture` says so.
    virtual bool Offer(Exchange exchange) noexcept = 0;

    virtual DeriveStats GetStats() const = 0;

    /// Finishes what is queued and stops the threads.
    virtual void Stop() = 0;
};

}  // namespace sightglass::pipeline
