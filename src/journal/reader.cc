#include "journal/reader.h"

#include "base/log.h"

namespace sightglass::journal {

SegmentsReader::SegmentsReader(
    SegmentTable& table,
    std::function<void()> copy_out,
    std::function<void()> on_damage
)
    : table_(table), copy_out_(std::move(copy_out)), on_damage_(std::move(on_damage)) {}

Result<std::size_t> SegmentsReader::Poll(const Consume& consume) {
    copy_out_();
    for (std::shared_ptr<Segment>& segment : table_.All()) {
        const std::uint64_t number = segment->header().number;
        readers_.try_emplace(number, std::move(segment));
    }
    std::size_t count = 0;
    bool more = true;
    const Consume counting = [&](const Record& record) {
        ++count;
        more = consume(record);
        return more;
    };
    for (auto& [number, reader] : readers_) {
        if (!more) {
            break;
        }
        const bool damaged_before = reader.FoundDamage();
        SG_TRY(reader.Read(buffer_, counting));
        if (!damaged_before && reader.FoundDamage()) {
            on_damage_();
            Log(LogLevel::kWarn,
                "journal",
                reader.segment()->path().string() +
                    " ends in bytes that are no record; what stands before them was read");
        }
    }
    return count;
}

bool SegmentsReader::Finished(std::uint64_t segment) const {
    const auto found = readers_.find(segment);
    return found != readers_.end() ? found->second.AtEnd() : table_.Find(segment) == nullptr;
}

Status SegmentsReader::Release(const std::vector<std::uint64_t>& segments) {
    std::vector<std::shared_ptr<Segment>> finished;
    for (const std::uint64_t number : segments) {
        const auto found = readers_.find(number);
        if (found != readers_.end() && found->second.AtEnd()) {
            finished.push_back(found->second.segment());
        }
    }
    SG_TRY(table_.Remove(finished));
    for (const std::shared_ptr<Segment>& segment : finished) {
        readers_.erase(segment->header().number);
    }
    return {};
}

std::vector<SegmentInfo> SegmentsReader::Segments() const {
    std::vector<SegmentInfo> infos;
    for (const std::shared_ptr<Segment>& segment : table_.All()) {
        infos.push_back({segment->header().number, segment->header().stream});
    }
    return infos;
}

}  // namespace sightglass::journal
