// Reads the records of one segment file, piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/segment.h"

namespace sightglass::journal {

/// Where one segment's reading stands. Buffers are the caller's, so that many can be open at once.
/// Thread-safety: one thread at a time.
class SegmentReader {
public:
    explicit SegmentReader(std::shared_ptr<Segment> segment);

    /// Hands on the records that are there, until `consume` returns false. `buffer` keeps its
    /// capacity between calls.
    Status Read(std::string& buffer, const Reader::Consume& consume);

    /// Everything was read, and nothing will follow.
    bool AtEnd() const noexcept;

    /// There were bytes that are no record.
    bool FoundDamage() const noexcept { return damaged_; }

    const std::shared_ptr<Segment>& segment() const noexcept { return segment_; }

private:
    Status Load(std::string& buffer, std::size_t bytes);
    bool ReadLoaded(std::string_view loaded, const Reader::Consume& consume);
    Status Stop(RecordCodec::Verdict verdict, std::string& buffer);

    std::shared_ptr<Segment> segment_;
    RecordCodec codec_;
    FileDescriptor file_;
    std::uint64_t offset_ = kFileHeaderBytes;
    std::size_t chunk_bytes_;
    RecordCodec::Verdict last_verdict_ = RecordCodec::Verdict::kRecord;
    bool stopped_ = false;
    bool damaged_ = false;
};

}  // namespace sightglass::journal
