#include "journal/stream.h"

#include <algorithm>

namespace sightglass::journal {
namespace {

/// A counter with one writer needs no locked instruction.
void AddOne(std::atomic<std::uint64_t>& counter) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

Stream::Stream(
    std::unique_ptr<Ring> ring,
    FileHeader header,
    SegmentTable& segments,
    const Options& options,
    Share share
)
    : ring_(std::move(ring)),
      header_(std::move(header)),
      codec_(header_.stream),
      payload_bytes_max_(std::min(
          {options.ring_bytes / 2 - 2 * kRecordHeaderBytes,
           options.segment_bytes / 2,
           kPayloadBytesMax}
      )),
      share_(share),
      segments_(segments) {}

char* Stream::Reserve(std::size_t payload_bytes) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::size_t needed = RecordBytes(payload_bytes);
    if (payload_bytes > payload_bytes_max_) {
        AddOne(refused_);
        return nullptr;
    }
    if (head + needed - known_tail_ > ring_->bytes()) {
        known_tail_ = tail_.load(std::memory_order_acquire);
        if (head + needed - known_tail_ > ring_->bytes()) {
            AddOne(refused_);
            return nullptr;
        }
    }
    return ring_->At(head) + kRecordHeaderBytes;
}

void Stream::Publish(RecordType type, std::size_t payload_bytes) noexcept {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    codec_.Seal(ring_->At(head), head, static_cast<std::uint8_t>(type), payload_bytes);
    AddOne(appended_);
    head_.store(head + RecordBytes(payload_bytes), std::memory_order_release);
}

Status Stream::CopyOut() {
    const std::uint64_t head = Published();
    std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    while (tail < head) {
        if (segment_ == nullptr) {
            SG_TRY(NewSegment());
        }
        std::size_t bytes = head - tail;
        if (bytes > segment_->Room()) {
            bytes = WholeRecordsWithin(segment_->Room());
        }
        if (bytes == 0) {
            SG_TRY(FinishSegment());
            continue;
        }
        SG_TRY(segment_->Append({ring_->At(tail), bytes}));
        tail += bytes;
        tail_.store(tail, std::memory_order_release);
    }
    ring_->Prepare(head);
    return {};
}

std::size_t Stream::WholeRecordsWithin(std::size_t bytes_max) const noexcept {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    std::size_t bytes = 0;
    for (;;) {
        const std::size_t next = bytes + SealedRecordBytes(ring_->At(tail + bytes));
        if (next > bytes_max) {
            return bytes;
        }
        bytes = next;
    }
}

/// A full segment is finished before there is another one: where the bound is reached, its deletion
/// may be what makes room.
Status Stream::FinishSegment() {
    SG_TRY(ring_->NoteCopied(tail_.load(std::memory_order_relaxed)));
    segment_->Finish();
    segment_ = nullptr;
    return {};
}

Status Stream::NewSegment() {
    FileHeader header = header_;
    header.first_position = tail_.load(std::memory_order_relaxed);
    SG_ASSIGN_OR_RETURN(segment_, segments_.NewSegment(std::move(header), share_));
    return {};
}

void Stream::Finish() noexcept {
    // The ring goes first: recovery reads one that has no segment any more from its beginning.
    ring_->Remove();
    if (segment_ != nullptr) {
        segment_->Finish();
        segment_ = nullptr;
    }
}

}  // namespace sightglass::journal
