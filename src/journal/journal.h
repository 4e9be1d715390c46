// The journal: an append-only log of opaque records. The only place where durability is promised.
//
// A Journal is a directory. Each writing thread has a Writer of its own, so that appending takes no
// lock and makes no system call: a record is copied into memory that is mapped from a file, which
// holds all its blocks before use. From there the thread `journal` copies it into the writer's
// segment, and the thread `sync` runs fdatasync. A record that Append returned true for survives
// `kill -9` (it is in the page cache); it survives a power cut once a sync has run after it. One
// Reader tails all segments, oldest first, and deletes those that are no longer needed.
//
// Format: docs/formats/journal.md. Torn or damaged tails are found by checksum and end a segment;
// what was read before stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/time.h"

namespace sightglass::journal {

struct Options {
    std::size_t segment_bytes = 16U << 20;  ///< A record is at most half of it.
    std::size_t total_bytes_max = std::size_t{4}
                                  << 30;  ///< All segments together; beyond it, Append refuses.

    /// What a Writer may be ahead of the disk. A record is at most half of it. A multiple of
    /// 64 KiB, at most 16 MiB.
    std::size_t ring_bytes = 8U << 20;

    Duration copy_interval = std::chrono::milliseconds(8);  ///< A sync follows each copy at once.
};

/// What a record is. 0 is reserved for the zeros of a place that was not written yet.
enum class RecordType : std::uint8_t {
    kCallBegin = 1,
    kCallEnd = 2,
    kContent = 3,
    kCallCarried = 4,  ///< The pipeline's notes to itself: see pipeline/open_calls.h.
    kCallClosed = 5,
    kSpan = 6,            ///< A step of a run that is no call (call/span_encoding.h).
    kFeedback = 7,        ///< What somebody said of an answer (call/feedback_encoding.h).
    kDerived = 8,         ///< What was worked out of an exchange's text (pipeline/derived.h).
    kCallEndDerived = 9,  ///< As kCallEnd; a kDerived of the same call comes before or after.
};

/// Where a record stands. Order is by segment, then offset; segments are numbered in the order of
/// their making, and no number is ever used again.
struct Position {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;

    friend auto operator<=>(const Position&, const Position&) noexcept = default;
};

struct Record {
    RecordType type;
    std::string_view payload;  ///< Valid within the call of Poll's `consume`.
    Position position;         ///< Of its first byte.
    Position next;  ///< Where its successor starts: what a consumer stores as "read so far".
};

/// How much of Options::total_bytes_max a Writer may see used before it is refused a new segment.
enum class Share : std::uint8_t {
    kAll,
    kHalf,    ///< Content: so that it never takes the room of calls.
    kExempt,  ///< Who needs room in order to make room.
};

/// Appends records from one thread.
/// Thread-safety: one thread at a time appends; Sync from any, beside it. Different Writers are independent.
class Writer {
public:
    virtual ~Writer() = default;

    /// Makes room for a payload of `size` bytes, lets `fill` write it in place, and publishes the
    /// record. False when there is no room (the disk or the journal's bound is full) or it is too
    /// large: nothing was written, and Stats::refused_records counts it. Never waits for the disk.
    template <typename Fill>
    bool Append(RecordType type, std::size_t size, Fill&& fill) noexcept {
        return AppendUpTo(type, size, [&](char* payload) {
            fill(payload);
            return size;
        });
    }

    /// The same where only a bound of the size is known: `fill` returns what it wrote.
    template <typename Fill>
    bool AppendUpTo(RecordType type, std::size_t size_max, Fill&& fill) noexcept {
        char* payload = Reserve(size_max);
        if (payload == nullptr) {
            return false;
        }
        Publish(type, fill(payload));
        return true;
    }

    /// Returns once everything that this Writer appended is on stable storage. kFull where there is
    /// no room for it yet.
    virtual Status Sync() = 0;

protected:
    virtual char* Reserve(std::size_t size) noexcept = 0;
    virtual void Publish(RecordType type, std::size_t size) noexcept = 0;
};

/// A segment, and whose it is.
struct SegmentInfo {
    std::uint64_t number = 0;
    std::uint64_t stream = 0;  ///< Equal for all segments of one Writer's life.
};

/// Reads every segment's records, in order within a segment.
/// Thread-safety: one thread at a time, beside any number of Writers.
class Reader {
public:
    virtual ~Reader() = default;

    /// Called with each record; false means: no more for now.
    using Consume = std::function<bool(const Record&)>;

    /// Hands each record published since the last call to `consume`; segments in the order of their
    /// numbers. Returns how many. kIo when a segment cannot be read: a later call tries again.
    virtual Result<std::size_t> Poll(const Consume& consume) = 0;

    /// True once every record of this segment was read and no Writer appends to it any more. True
    /// for a segment that does not exist.
    virtual bool Finished(std::uint64_t segment) const = 0;

    /// Deletes segments whose records were consumed for good; passes over those that are not
    /// finished. Durable on return: they do not come back after a power cut.
    virtual Status Release(const std::vector<std::uint64_t>& segments) = 0;

    /// Every segment that there is, in order.
    virtual std::vector<SegmentInfo> Segments() const = 0;
};

struct Stats {
    std::uint64_t appended_records = 0;
    std::uint64_t appended_bytes = 0;
    std::uint64_t refused_records = 0;  ///< No room, or too large.
    std::uint64_t segments = 0;
    std::uint64_t bytes_on_disk = 0;    ///< Segments; rings not counted.
    std::uint64_t unread_bytes = 0;     ///< Published and not yet read: the lag in bytes.
    std::uint64_t damaged_records = 0;  ///< Tails that failed their checksum.
    std::uint64_t failed_writes = 0;    ///< Copies and syncs that the operating system refused.
};

/// The directory. Opens what an earlier process left, and runs the threads `journal` and `sync`.
/// Writers and the Reader must go before it does.
/// Thread-safety: safe for concurrent use.
class Journal {
public:
    /// kConflict when another process has it open, kInvalidArgument for options that contradict
    /// each other, kIo and kFull from the file system.
    static Result<std::unique_ptr<Journal>> Open(const Path& directory, const Options& options);

    virtual ~Journal() = default;

    /// A Writer whose segments are named after `name` ("worker-0": 1 to 23 of a-z 0-9 -).
    virtual Result<std::unique_ptr<Writer>>
    NewWriter(std::string name, Share share = Share::kAll) = 0;

    /// The one Reader, starting at the oldest record there is.
    virtual std::unique_ptr<Reader> NewReader() = 0;

    /// Returns once everything appended before the call is on stable storage (fdatasync). kFull
    /// where there is no room for it yet.
    virtual Status Sync() = 0;

    virtual Stats GetStats() const = 0;
};

}  // namespace sightglass::journal
