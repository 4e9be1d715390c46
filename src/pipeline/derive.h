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
#include "pipeline/exchange.h"
#include "redact/custom_patterns.h"
#include "redact/known_secrets.h"
#include "redact/placeholders.h"

namespace sightglass::pipeline {

/// What is kept of what was said.
enum class CapturePolicy : std::uint8_t { kNone, kRedacted, kFull };

struct CaptureSettings {
    CapturePolicy policy = CapturePolicy::kNone;
    std::shared_ptr<const redact::CustomPatterns> patterns;  ///< Redacted as well; may be null.
    std::size_t text_bytes_max = std::size_t{1} << 20;  ///< Input and output are each cut to this.
};

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

    /// Counts one that could not be offered: there was no memory for its copy.
    virtual void CountDropped() noexcept = 0;
};

/// Thread-safety: safe for concurrent use.
class Derive {
public:
    /// Starts `threads` threads named derive-N, each with a journal Writer of its own. `queue_bytes_max` bounds the copies
    /// waiting. `secret` is what messages are hashed under.
    static Result<std::unique_ptr<Derive>> Start(
        journal::Journal& journal,
        CaptureSettings capture,
        const Secret& secret,
        std::size_t queue_bytes_max,
        int threads
    );

    virtual ~Derive() = default;

    /// Whether content is kept.
    virtual CapturePolicy Policy() const noexcept = 0;

    /// What is redacted beside what the detectors know; may be null.
    virtual const redact::CustomPatterns* Patterns() const noexcept { return nullptr; }

    /// Must go before this does.
    virtual std::unique_ptr<DerivePort> NewPort() = 0;

    /// Takes the exchange or counts it as dropped: false. Never waits. A derived record of it will follow where `work` asks for
    /// one, and its content where the policy says so.
    virtual bool Offer(Exchange exchange) noexcept = 0;

    virtual DeriveStats GetStats() const = 0;

    /// Finishes what is queued and stops the threads.
    virtual void Stop() = 0;
};

}  // namespace sightglass::pipeline
