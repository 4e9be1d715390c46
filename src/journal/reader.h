// The Reader: tails all segments of a journal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "journal/journal.h"
#include "journal/segment_reader.h"

namespace sightglass::journal {

/// Thread-safety: as Reader.
class SegmentsReader final : public Reader {
public:
    /// `copy_out` brings what Writers appended into the segments; `on_damage` is told of each
    /// segment that ends in bytes that are no record. The table outlives the reader.
    SegmentsReader(
        SegmentTable& table,
        std::function<void()> copy_out,
        std::function<void()> on_damage
    );

    Result<std::size_t> Poll(const Consume& consume) override;
    bool Finished(std::uint64_t segment) const override;
    Status Release(const std::vector<std::uint64_t>& segments) override;
    std::vector<SegmentInfo> Segments() const override;

private:
    SegmentTable& table_;
    std::function<void()> copy_out_;
    std::function<void()> on_damage_;
    std::map<std::uint64_t, SegmentReader> readers_;
    std::string buffer_;
};

}  // namespace sightglass::journal
