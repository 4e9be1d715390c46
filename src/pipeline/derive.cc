#include "pipeline/derive.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/thread.h"
#include "call/encoding.h"
#include "pipeline/content.h"
#include "pipeline/deriver.h"
#include "pipeline/exchange_ring.h"

namespace sightglass::pipeline {
namespace {

/// How long exchanges may lie in a ring before somebody looks.
constexpr auto kPause = std::chrono::milliseconds(20);

std::size_t BytesOf(const Exchange& exchange) noexcept {
    return sizeof exchange + exchange.request_body.capacity() + exchange.response_body.capacity();
}

/// First in, first out, bounded by the bytes that wait.
/// Thread-safety: safe for concurrent use.
class ExchangeQueue {
public:
    explicit ExchangeQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    bool TryPush(Exchange exchange) {
        const std::size_t bytes = BytesOf(exchange);
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || bytes_ + bytes > bytes_max_) {
                return false;
            }
            bytes_ += bytes;
            waiting_.push_back(std::move(exchange));
        }
        return true;
    }

    /// Waits for one, at most so long; nothing where none came.
    std::optional<Exchange> PopWithin(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, time, [this] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) {
            return std::nullopt;
        }
        Exchange exchange = std::move(waiting_.front());
        waiting_.pop_front();
        bytes_ -= BytesOf(exchange);
        return exchange;
    }

    bool Closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

    void Close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

private:
    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Exchange> waiting_;
    std::size_t bytes_ = 0;
    bool closed_ = false;
};

ExchangeView ViewOf(const Exchange& exchange) {
    return {
        .call_id = exchange.call_id,
        .dialect = exchange.dialect,
        .model = exchange.model,
        .request_encoding = exchange.request_encoding,
        .request_body = exchange.request_body,
        .response_content_type = exchange.response_content_type,
        .response_encoding = exchange.response_encoding,
        .response_body = exchange.response_body,
        .response_format = exchange.response_format,
        .request_truncated = exchange.request_truncated,
        .response_truncated = exchange.response_truncated,
        .work = exchange.work};
}

using Rings = std::vector<std::shared_ptr<ExchangeRing>>;

/// Thread-safety: as Derive.
class QueuedDerive final : public Derive {
public:
    QueuedDerive(CaptureSettings capture, const Secret& secret, std::size_t queue_bytes_max)
        : capture_(std::move(capture)), hasher_(secret), queue_(queue_bytes_max) {}

    ~QueuedDerive() override { Stop(); }

    QueuedDerive(const QueuedDerive&) = delete;
    QueuedDerive& operator=(const QueuedDerive&) = delete;

    Status StartThreads(journal::Journal& journal, int threads) {
        rings_.With([threads](auto& rings) { rings.resize(static_cast<std::size_t>(threads)); });
        for (int i = 0; i < threads; ++i) {
            const std::string name = "derive-" + std::to_string(i);
            SG_ASSIGN_OR_RETURN(
                std::shared_ptr<journal::Writer> writer,
                journal.NewWriter(name, journal::Share::kHalf)
            );
            const auto place = static_cast<std::size_t>(i);
            threads_.push_back(StartThread(
                name,
                Priority::kBackground,
                [this, place, writer = std::move(writer)](const std::stop_token&) {
                    Run(place, *writer);
                }
            ));
        }
        return {};
    }

    CapturePolicy Policy() const noexcept override { return capture_.policy; }

    const redact::CustomPatterns* Patterns() const noexcept override {
        return capture_.patterns.get();
    }

    std::unique_ptr<DerivePort> NewPort() override;
    bool Offer(Exchange exchange) noexcept override;
    DeriveStats GetStats() const override;
    void Stop() override;

    void CountDropped() noexcept { dropped_queue_full_.fetch_add(1, std::memory_order_relaxed); }

private:
    struct Thread {
        journal::Writer& writer;
        Deriver deriver;
        std::string bytes;
    };

    void Run(std::size_t place, journal::Writer& writer);
    bool DrainRings(const Rings& rings, Thread& thread);
    bool Append(journal::RecordType type, Thread& thread);
    bool AppendDerived(const ExchangeView& exchange, Thread& thread);
    void Work(const Exchange& exchange, Thread& thread);
    void Count(bool appended) noexcept;

    const CaptureSettings capture_;
    const MessageHasher hasher_;
    ExchangeQueue queue_;
    Guarded<std::vector<Rings>> rings_;  // By thread.
    std::atomic<std::size_t> ring_count_ = 0;
    std::atomic<std::uint64_t> derived_ = 0;
    std::atomic<std::uint64_t> dropped_queue_full_ = 0;
    std::atomic<std::uint64_t> dropped_journal_full_ = 0;
    std::vector<std::jthread> threads_;
};

/// Thread-safety: as DerivePort.
class RingPort final : public DerivePort {
public:
    RingPort(QueuedDerive& derive, std::shared_ptr<ExchangeRing> ring)
        : derive_(derive), ring_(std::move(ring)) {}

    bool Offer(const ExchangeView& exchange) noexcept override {
        return ring_->TryPush(exchange) || derive_.Offer(CopyOf(exchange));
    }

    void CountDropped() noexcept override { derive_.CountDropped(); }

private:
    QueuedDerive& derive_;
    const std::shared_ptr<ExchangeRing> ring_;
};

std::unique_ptr<DerivePort> QueuedDerive::NewPort() {
    auto ring = std::make_shared<ExchangeRing>();
    rings_.With([&](auto& rings) {
        rings[ring_count_ % rings.size()].push_back(ring);
        ring_count_.fetch_add(1, std::memory_order_release);
    });
    return std::make_unique<RingPort>(*this, std::move(ring));
}

bool QueuedDerive::Offer(Exchange exchange) noexcept {
    if (capture_.policy == CapturePolicy::kNone && !exchange.work.Any()) {
        return false;
    }
    const bool taken = queue_.TryPush(std::move(exchange));
    if (!taken) {
        CountDropped();
    }
    return taken;
}

void QueuedDerive::Run(std::size_t place, journal::Writer& writer) {
    Thread thread{.writer = writer, .deriver = Deriver(hasher_), .bytes = {}};
    Rings rings;
    std::size_t rings_known = 0;
    for (;;) {
        const bool closed = queue_.Closed();  // Before the look at what there is.
        if (const std::size_t count = ring_count_.load(std::memory_order_acquire);
            count != rings_known) {
            rings_known = count;
            rings = rings_.With([place](const auto& all) { return all[place]; });
        }
        const bool some = DrainRings(rings, thread);
        const auto wait = some || closed ? std::chrono::milliseconds(0) : kPause;
        const std::optional<Exchange> exchange = queue_.PopWithin(wait);
        if (exchange) {
            Work(*exchange, thread);
        } else if (closed && !some) {
            return;
        }
    }
}

/// Some of each, so that none waits for long. False where there was nothing.
bool QueuedDerive::DrainRings(const Rings& rings, Thread& thread) {
    constexpr int kAtOnce = 64;
    bool some = false;
    for (const auto& ring : rings) {
        for (int i = 0; i < kAtOnce; ++i) {
            const bool popped = ring->Pop([&](const ExchangeView& exchange) {
                Count(AppendDerived(exchange, thread));
            });
            some = some || popped;
            if (!popped) {
                break;
            }
        }
    }
    return some;
}

/// What thread.bytes holds.
bool QueuedDerive::Append(journal::RecordType type, Thread& thread) {
    return thread.writer.Append(type, thread.bytes.size(), [&](char* out) {
        std::memcpy(out, thread.bytes.data(), thread.bytes.size());
    });
}

bool QueuedDerive::AppendDerived(const ExchangeView& exchange, Thread& thread) {
    thread.bytes.clear();
    EncodeDerived(thread.deriver.Derive(exchange), thread.bytes);
    return Append(journal::RecordType::kDerived, thread);
}

void QueuedDerive::Work(const Exchange& exchange, Thread& thread) {
    bool appended = !exchange.work.Any() || AppendDerived(ViewOf(exchange), thread);
    if (capture_.policy != CapturePolicy::kNone) {
        thread.bytes = EncodeContent(MakeContent(exchange, capture_));
        appended = Append(journal::RecordType::kContent, thread) && appended;
    }
    Count(appended);
}

void QueuedDerive::Count(bool appended) noexcept {
    (appended ? derived_ : dropped_journal_full_).fetch_add(1, std::memory_order_relaxed);
}

DeriveStats QueuedDerive::GetStats() const {
    return {
        .derived = derived_,
        .dropped_queue_full = dropped_queue_full_,
        .dropped_journal_full = dropped_journal_full_};
}

void QueuedDerive::Stop() {
    queue_.Close();
    threads_.clear();
}

}  // namespace

Exchange CopyOf(const ExchangeView& view) {
    Exchange exchange;
    exchange.call_id = view.call_id;
    exchange.dialect = view.dialect;
    exchange.model = view.model;
    exchange.request_encoding = view.request_encoding;
    exchange.request_body = view.request_body;
    exchange.response_content_type = view.response_content_type;
    exchange.response_encoding = view.response_encoding;
    exchange.response_body = view.response_body;
    exchange.response_format = view.response_format;
    exchange.request_truncated = view.request_truncated;
    exchange.response_truncated = view.response_truncated;
    exchange.truncated = view.request_truncated || view.response_truncated;
    exchange.work = view.work;
    return exchange;
}

Result<std::unique_ptr<Derive>> Derive::Start(
    journal::Journal& journal,
    CaptureSettings capture,
    const Secret& secret,
    std::size_t queue_bytes_max,
    int threads
) {
    auto derive = std::make_unique<QueuedDerive>(std::move(capture), secret, queue_bytes_max);
    SG_TRY(derive->StartThreads(journal, threads));
    return std::unique_ptr<Derive>(std::move(derive));
}

}  // namespace sightglass::pipeline
