// A stream: what one Writer appends, on its way from the ring to segments.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "journal/format.h"
#include "journal/ring.h"
#include "journal/segment.h"

namespace sightglass::journal {

/// Thread-safety: Reserve and Publish from the Writer's thread; CopyOut and Finish from one thread
/// at a time, beside it; the rest from any.
class Stream {
public:
    Stream(
        std::unique_ptr<Ring> ring,
        FileHeader header,
        SegmentTable& segments,
        const Options& options,
        Share share
    );

    /// Room for a payload, or null.
    char* Reserve(std::size_t payload_bytes) noexcept;
    void Publish(RecordType type, std::size_t payload_bytes) noexcept;

    /// Copies what was published into segments. On an error, what is left stays in the ring.
    Status CopyOut();

    /// After the last CopyOut: ends the segment and deletes the ring.
    void Finish() noexcept;

    std::uint64_t Published() const noexcept { return head_.load(std::memory_order_acquire); }

    std::uint64_t Copied() const noexcept { return tail_.load(std::memory_order_acquire); }

    std::uint64_t AppendedRecords() const noexcept {
        return appended_.load(std::memory_order_relaxed);
    }

    std::uint64_t RefusedRecords() const noexcept {
        return refused_.load(std::memory_order_relaxed);
    }

private:
    Status FinishSegment();
    Status NewSegment();
    std::size_t WholeRecordsWithin(std::size_t bytes_max) const noexcept;

    const std::unique_ptr<Ring> ring_;
    const FileHeader header_;
    const RecordCodec codec_;
    const std::size_t payload_bytes_max_;
    const Share share_;
    SegmentTable& segments_;

    // The Writer's.
    alignas(64) std::atomic<std::uint64_t> head_ = 0;
    std::uint64_t known_tail_ = 0;
    std::atomic<std::uint64_t> appended_ = 0;
    std::atomic<std::uint64_t> refused_ = 0;

    // Whose thread copies.
    alignas(64) std::atomic<std::uint64_t> tail_ = 0;
    std::shared_ptr<Segment> segment_;
};

}  // namespace sightglass::journal
