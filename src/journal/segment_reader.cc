#include "journal/segment_reader.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "journal/file_io.h"

namespace sightglass::journal {
namespace {

constexpr std::size_t kChunkBytes = 1U << 20;

}  // namespace

SegmentReader::SegmentReader(std::shared_ptr<Segment> segment)
    : segment_(std::move(segment)), codec_(segment_->header().stream), chunk_bytes_(kChunkBytes) {}

bool SegmentReader::AtEnd() const noexcept {
    return stopped_ || (segment_->Finished() && offset_ >= segment_->Size());
}

Status SegmentReader::Read(std::string& buffer, const Reader::Consume& consume) {
    bool more = true;
    while (more && !stopped_ && offset_ < segment_->Size()) {
        const std::uint64_t available = segment_->Size() - offset_;
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(available, chunk_bytes_));
        SG_TRY(Load(buffer, wanted));
        if (buffer.empty()) {
            SG_TRY(Stop(RecordCodec::Verdict::kPartial, buffer));  // Somebody cut the file.
            break;
        }
        const std::uint64_t before = offset_;
        more = ReadLoaded(buffer, consume);
        segment_->read_to.store(offset_, std::memory_order_relaxed);
        if (last_verdict_ == RecordCodec::Verdict::kPartial && wanted < available) {
            if (offset_ == before) {
                chunk_bytes_ *= 2;  // One record is larger than the chunk; at most 16 MiB.
            }
        } else if (last_verdict_ != RecordCodec::Verdict::kRecord) {
            SG_TRY(Stop(last_verdict_, buffer));
        }
    }
    if (AtEnd()) {
        file_.Close();
    }
    return {};
}

Status SegmentReader::Load(std::string& buffer, std::size_t bytes) {
    if (!file_.Valid()) {
        file_ = FileDescriptor(::open(segment_->path().c_str(), O_RDONLY | O_CLOEXEC));
        if (!file_.Valid()) {
            return ErrnoError("cannot open", segment_->path(), errno);
        }
    }
    buffer.resize(bytes);
    SG_ASSIGN_OR_RETURN(
        const std::size_t size,
        ReadAt(file_.get(), segment_->path(), offset_, buffer.data(), bytes)
    );
    buffer.resize(size);
    return {};
}

bool SegmentReader::ReadLoaded(std::string_view loaded, const Reader::Consume& consume) {
    const FileHeader& header = segment_->header();
    bool more = true;
    last_verdict_ = RecordCodec::Verdict::kRecord;
    while (more && !loaded.empty()) {
        RecordCodec::Parsed parsed;
        const std::uint64_t position = header.first_position + offset_ - kFileHeaderBytes;
        last_verdict_ = codec_.Parse(loaded, position, parsed);
        if (last_verdict_ != RecordCodec::Verdict::kRecord) {
            break;
        }
        const std::uint64_t next = offset_ + parsed.record_bytes;
        more = consume(Record{
            .type = static_cast<RecordType>(parsed.type),
            .payload = parsed.payload,
            .position = {.segment = header.number, .offset = offset_},
            .next = {.segment = header.number, .offset = next}});
        offset_ = next;
        loaded.remove_prefix(parsed.record_bytes);
    }
    return more;
}

Status SegmentReader::Stop(RecordCodec::Verdict verdict, std::string& buffer) {
    stopped_ = true;
    damaged_ = verdict != RecordCodec::Verdict::kEnd;
    // Zeros, and then something else: a part before it never reached the disk.
    while (!damaged_ && offset_ < segment_->Size()) {
        const auto bytes = static_cast<std::size_t>(
            std::min<std::uint64_t>(segment_->Size() - offset_, kChunkBytes)
        );
        SG_TRY(Load(buffer, bytes));
        damaged_ = buffer.find_first_not_of('\0') != std::string::npos;
        offset_ += buffer.size();
        if (buffer.empty()) {
            break;
        }
    }
    offset_ = segment_->Size();
    segment_->read_to.store(offset_, std::memory_order_relaxed);
    return {};
}

}  // namespace sightglass::journal
