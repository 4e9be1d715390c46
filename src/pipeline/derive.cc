#include "pipeline/derive.h"

#include <algorithm>
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
/// Where so large a part of a ring or the queue waits, it is a hurry.
constexpr std::size_t kHurryPart = 8;
/// Request bodies from here on are cheaper to hand over than to copy.
constexpr std::size_t kHandedOverBytesMin = 8U << 10;
/// Memory of such bodies that waits for the next ones: so many, none larger than this.
constexpr std::size_t kSparesMax = 64;
constexpr std::size_t kSpareBytesMax = 128U << 10;

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

    bool FillsUp() const {
        const std::lock_guard lock(mutex_);
        return bytes_ > bytes_max_ / kHurryPart;
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
    QueuedDerive(const CaptureBook& capture, const Secret& secret, DeriveOptions options)
        : capture_(capture),
          hasher_(secret),
          scenarios_(std::move(options.scenarios)),
          queue_(options.queue_bytes_max) {}

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

    const CaptureSettings& Capture() const noexcept override { return capture_.Now(); }

    std::unique_ptr<DerivePort> NewPort() override;
    bool Offer(Exchange exchange) noexcept override;
    DeriveStats GetStats() const override;
    void Stop() override;

    /// Memory for a large body, if there is any to spare; else an empty string.
    std::string TakeSpare() noexcept;

    void CountDropped() noexcept { dropped_queue_full_.fetch_add(1, std::memory_order_relaxed); }

private:
    struct Thread {
        journal::Writer& writer;
        Deriver deriver;
        std::string bytes;
        bool in_hurry = false;
    };

    void Run(std::size_t place, journal::Writer& writer);
    bool DrainRings(const Rings& rings, Thread& thread);
    bool Append(journal::RecordType type, Thread& thread);
    bool AppendDerived(const ExchangeView& exchange, Thread& thread);
    void Work(const Exchange& exchange, Thread& thread);
    void GiveSpare(std::string&& memory) noexcept;
    void Count(bool appended) noexcept;

    const CaptureBook& capture_;
    const MessageHasher hasher_;
    const std::shared_ptr<const PublishedScenarios> scenarios_;
    ExchangeQueue queue_;
    Guarded<std::vector<Rings>> rings_;         // By thread.
    Guarded<std::vector<std::string>> spares_;  // Empty, at most kSparesMax.
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

    bool Offer(const ExchangeView& exchange, std::string& memory) noexcept override {
        if (exchange.request_body.size() < kHandedOverBytesMin) {
            return Offer(exchange);
        }
        ExchangeView rest = exchange;
        rest.request_body = {};
        Exchange handed = CopyOf(rest);
        handed.request_body = std::exchange(memory, derive_.TakeSpare());
        return derive_.Offer(std::move(handed));
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
    if (exchange.capture.policy == CapturePolicy::kNone && !exchange.work.Any()) {
        return false;
    }
    const bool taken = queue_.TryPush(std::move(exchange));
    if (!taken) {
        CountDropped();
    }
    return taken;
}

void QueuedDerive::Run(std::size_t place, journal::Writer& writer) {
    Thread thread{.writer = writer, .deriver = Deriver(hasher_, scenarios_.get()), .bytes = {}};
    Rings rings;
    std::size_t rings_known = 0;
    for (;;) {
        const bool closed = queue_.Closed();  // Before the look at what there is.
        if (const std::size_t count = ring_count_.load(std::memory_order_acquire);
            count != rings_known) {
            rings_known = count;
            rings = rings_.With([place](const auto& all) { return all[place]; });
        }
        thread.in_hurry =
            queue_.FillsUp() || std::any_of(rings.begin(), rings.end(), [](const auto& ring) {
                return ring->Bytes() > ExchangeRing::kBytes / kHurryPart;
            });
        const bool some = DrainRings(rings, thread);
        const auto wait = some || closed ? std::chrono::milliseconds(0) : kPause;
        std::optional<Exchange> exchange = queue_.PopWithin(wait);
        if (exchange) {
            Work(*exchange, thread);
            GiveSpare(std::move(exchange->request_body));
        } else if (closed && !some) {
            return;
        }
    }
}

std::string QueuedDerive::TakeSpare() noexcept {
    return spares_.With([](auto& spares) {
        std::string memory;
        if (!spares.empty()) {
            memory = std::move(spares.back());
            spares.pop_back();
        }
        return memory;
    });
}

void QueuedDerive::GiveSpare(std::string&& memory) noexcept {
    if (memory.capacity() < kHandedOverBytesMin || memory.capacity() > kSpareBytesMax) {
        return;
    }
    memory.clear();
    spares_.With([&memory](auto& spares) {
        if (spares.size() < kSparesMax) {
            spares.push_back(std::move(memory));
        }
    });
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
    EncodeDerived(thread.deriver.Derive(exchange, thread.in_hurry), thread.bytes);
    return Append(journal::RecordType::kDerived, thread);
}

void QueuedDerive::Work(const Exchange& exchange, Thread& thread) {
    bool appended = !exchange.work.Any() || AppendDerived(ViewOf(exchange), thread);
    if (exchange.capture.policy != CapturePolicy::kNone) {
        thread.bytes = EncodeContent(MakeContent(exchange, Capture().patterns.get()));
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
    const CaptureBook& capture,
    const Secret& secret,
    DeriveOptions options
) {
    const int threads = options.threads;
    auto derive = std::make_unique<QueuedDerive>(capture, secret, std::move(options));
    SG_TRY(derive->StartThreads(journal, threads));
    return std::unique_ptr<Derive>(std::move(derive));
}

}  // namespace sightglass::pipeline
