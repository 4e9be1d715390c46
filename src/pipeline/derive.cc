#include "pipeline/derive.h"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/thread.h"
#include "call/encoding.h"
#include "pipeline/content.h"

namespace sightglass::pipeline {
namespace {

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
        ready_.notify_one();
        return true;
    }

    /// Waits; nothing once the queue is closed and empty.
    std::optional<Exchange> Pop() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) {
            return std::nullopt;
        }
        Exchange exchange = std::move(waiting_.front());
        waiting_.pop_front();
        bytes_ -= BytesOf(exchange);
        return exchange;
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
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Exchange> waiting_;
    std::size_t bytes_ = 0;
    bool closed_ = false;
};

/// Thread-safety: as Derive.
class QueuedDerive final : public Derive {
public:
    QueuedDerive(CaptureSettings capture, std::size_t queue_bytes_max)
        : capture_(std::move(capture)), queue_(queue_bytes_max) {}

    ~QueuedDerive() override { Stop(); }

    QueuedDerive(const QueuedDerive&) = delete;
    QueuedDerive& operator=(const QueuedDerive&) = delete;

    Status StartThreads(journal::Journal& journal, int threads) {
        for (int i = 0; i < threads; ++i) {
            const std::string name = "derive-" + std::to_string(i);
            SG_ASSIGN_OR_RETURN(
                std::shared_ptr<journal::Writer> writer,
                journal.NewWriter(name, journal::Share::kHalf)
            );
            threads_.push_back(StartThread(
                name,
                Priority::kBackground,
                [this, writer = std::move(writer)](const std::stop_token&) { Run(*writer); }
            ));
        }
        return {};
    }

    CapturePolicy Policy() const noexcept override { return capture_.policy; }

    const redact::CustomPatterns* Patterns() const noexcept override {
        return capture_.patterns.get();
    }

    void Offer(Exchange exchange) noexcept override;
    DeriveStats GetStats() const override;
    void Stop() override;

private:
    void Run(journal::Writer& writer);

    const CaptureSettings capture_;
    ExchangeQueue queue_;
    std::atomic<std::uint64_t> derived_ = 0;
    std::atomic<std::uint64_t> dropped_queue_full_ = 0;
    std::atomic<std::uint64_t> dropped_journal_full_ = 0;
    std::vector<std::jthread> threads_;
};

void QueuedDerive::Offer(Exchange exchange) noexcept {
    if (capture_.policy == CapturePolicy::kNone) {
        return;
    }
    if (!queue_.TryPush(std::move(exchange))) {
        dropped_queue_full_.fetch_add(1, std::memory_order_relaxed);
    }
}

void QueuedDerive::Run(journal::Writer& writer) {
    while (const std::optional<Exchange> exchange = queue_.Pop()) {
        const std::string bytes = EncodeContent(MakeContent(*exchange, capture_));
        const bool appended =
            writer.Append(journal::RecordType::kContent, bytes.size(), [&](char* out) {
                std::memcpy(out, bytes.data(), bytes.size());
            });
        (appended ? derived_ : dropped_journal_full_).fetch_add(1, std::memory_order_relaxed);
    }
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

Result<std::unique_ptr<Derive>> Derive::Start(
    journal::Journal& journal,
    CaptureSettings capture,
    std::size_t queue_bytes_max,
    int threads
) {
    const bool keeps = capture.policy != CapturePolicy::kNone;
    auto derive = std::make_unique<QueuedDerive>(std::move(capture), queue_bytes_max);
    if (keeps) {
        SG_TRY(derive->StartThreads(journal, threads));
    }
    return std::unique_ptr<Derive>(std::move(derive));
}

}  // namespace sightglass::pipeline
