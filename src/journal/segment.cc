#include "journal/segment.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>

#include "journal/file_io.h"

namespace sightglass::journal {

std::string SegmentFileName(const FileHeader& header) {
    return fmt::format("{:016x}-{}.seg", header.number, header.name);
}

Result<std::shared_ptr<Segment>>
Segment::Create(const Path& directory, FileHeader header, std::size_t segment_bytes) {
    const Path path = directory / SegmentFileName(header);
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.Valid()) {
        return ErrnoError("cannot make", path, errno);
    }
    Status status = AllocateFile(file.get(), path, segment_bytes);
    if (status.Ok()) {
        status = WriteAt(file.get(), path, 0, EncodeSegmentHeader(header));
    }
    if (!status.Ok()) {
        ::unlink(path.c_str());
        return std::move(status).error();
    }
    auto segment = std::make_shared<Segment>(path, std::move(header), segment_bytes);
    segment->file_ = std::move(file);
    segment->size_ = kFileHeaderBytes;
    segment->finished_ = false;
    return segment;
}

Segment::Segment(Path path, FileHeader header, std::uint64_t file_bytes)
    : path_(std::move(path)),
      header_(std::move(header)),
      size_(file_bytes),
      disk_bytes_(file_bytes),
      finished_(true) {}

Status Segment::Append(std::string_view records) {
    const std::uint64_t size = size_.load(std::memory_order_relaxed);
    SG_TRY(WriteAt(file_.get(), path_, size, records));
    size_.store(size + records.size(), std::memory_order_release);
    return {};
}

void Segment::Finish() noexcept {
    const std::uint64_t size = size_.load(std::memory_order_relaxed);
    if (::ftruncate(file_.get(), static_cast<off_t>(size)) == 0) {
        disk_bytes_ = size;
    }
    finished_.store(true, std::memory_order_release);
}

void Segment::StartSync() noexcept {
    if (file_.Valid()) {
        ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }
}

Status Segment::Sync() {
    if (!file_.Valid()) {
        return {};
    }
    const bool finished = Finished();
    const std::uint64_t size = Size();
    if (::fdatasync(file_.get()) != 0) {
        return ErrnoError("cannot sync", path_, errno);
    }
    synced_ = size;
    if (finished) {
        file_.Close();
    }
    return {};
}

SegmentTable::SegmentTable(Path directory, const Options& options, std::uint64_t first_number)
    : directory_(std::move(directory)),
      segment_bytes_(options.segment_bytes),
      total_bytes_max_(options.total_bytes_max),
      next_number_(first_number) {}

bool SegmentTable::HasRoom(Share share) const {
    if (share == Share::kExempt) {
        return true;
    }
    const std::size_t bound = share == Share::kHalf ? total_bytes_max_ / 2 : total_bytes_max_;
    return DiskBytes() + segment_bytes_ <= bound;
}

Result<std::shared_ptr<Segment>> SegmentTable::NewSegment(FileHeader header, Share share) {
    if (!HasRoom(share)) {
        return Error{
            ErrorCode::kFull,
            fmt::format(
                "the journal {} has reached its bound of {} bytes; the store does not keep up",
                directory_.string(),
                total_bytes_max_
            )};
    }
    header.number = next_number_.fetch_add(1);
    SG_ASSIGN_OR_RETURN(
        std::shared_ptr<Segment> segment,
        Segment::Create(directory_, std::move(header), segment_bytes_)
    );
    directory_changed_ = true;
    Add(segment);
    return segment;
}

void SegmentTable::Add(std::shared_ptr<Segment> segment) {
    segments_.With([&](ByNumber& all) {
        const std::uint64_t number = segment->header().number;
        all.emplace(number, std::move(segment));
    });
}

Status SegmentTable::Remove(const std::vector<std::shared_ptr<Segment>>& segments) {
    for (const std::shared_ptr<Segment>& segment : segments) {
        if (::unlink(segment->path().c_str()) != 0 && errno != ENOENT) {
            return ErrnoError("cannot delete", segment->path(), errno);
        }
        segments_.With([&](ByNumber& all) { all.erase(segment->header().number); });
    }
    return segments.empty() ? Status{} : SyncDirectory(directory_);
}

std::shared_ptr<Segment> SegmentTable::Find(std::uint64_t number) const {
    return segments_.With([&](const ByNumber& all) {
        const auto found = all.find(number);
        return found != all.end() ? found->second : nullptr;
    });
}

std::vector<std::shared_ptr<Segment>> SegmentTable::All() const {
    return segments_.With([](const ByNumber& all) {
        std::vector<std::shared_ptr<Segment>> list;
        list.reserve(all.size());
        for (const auto& [number, segment] : all) {
            list.push_back(segment);
        }
        return list;
    });
}

std::uint64_t SegmentTable::DiskBytes() const {
    return segments_.With([](const ByNumber& all) {
        std::uint64_t bytes = 0;
        for (const auto& [number, segment] : all) {
            bytes += segment->DiskBytes();
        }
        return bytes;
    });
}

}  // namespace sightglass::journal
