#include "journal/recovery.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>

#include "base/log.h"
#include "base/text.h"
#include "journal/file_io.h"
#include "journal/ring.h"

namespace sightglass::journal {
namespace {

constexpr unsigned kEpochShift = 20;

/// The whole file, bounded by what a segment or ring can be.
Result<std::string> ReadHead(const Path& path, std::size_t bytes_max) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.Valid()) {
        return ErrnoError("cannot open", path, errno);
    }
    std::string bytes(bytes_max, '\0');
    SG_ASSIGN_OR_RETURN(
        const std::size_t size,
        ReadAt(file.get(), path, 0, bytes.data(), bytes.size())
    );
    bytes.resize(size);
    return bytes;
}

Status SetAside(const Path& path) {
    Path aside = path;
    aside += ".damaged";
    if (::rename(path.c_str(), aside.c_str()) != 0) {
        return ErrnoError("cannot rename", path, errno);
    }
    Log(LogLevel::kError,
        "journal",
        path.string() + " has no readable header; set aside as " + aside.string());
    return {};
}

Status Delete(const Path& path) {
    return ::unlink(path.c_str()) == 0 ? Status{} : ErrnoError("cannot delete", path, errno);
}

/// The segment that holds a stream's end, and where in it.
struct StreamEnd {
    std::shared_ptr<Segment> segment;
    std::uint64_t offset = kFileHeaderBytes;
    std::uint64_t position = 0;
};

class Recovery {
public:
    explicit Recovery(const Path& directory) : directory_(directory) {}

    Result<Recovered> Run() {
        SG_TRY(List());
        for (const Path& path : segment_files_) {
            SG_TRY(OpenSegment(path));
        }
        SG_TRY(ChooseNumber());
        for (const Path& path : ring_files_) {
            SG_TRY(TakeInRing(path));
        }
        SG_TRY(SyncDirectory(directory_));
        for (auto& [number, segment] : segments_) {
            recovered_.segments.push_back(std::move(segment));
        }
        return std::move(recovered_);
    }

private:
    Status List() {
        std::error_code error;
        for (auto entry = std::filesystem::directory_iterator(directory_, error);
             !error && entry != std::filesystem::directory_iterator();
             entry.increment(error)) {
            const Path& path = entry->path();
            if (path.extension() == ".seg") {
                segment_files_.push_back(path);
            } else if (path.extension() == ".ring") {
                ring_files_.push_back(path);
            }
        }
        if (error) {
            return ErrnoError("cannot list", directory_, error.value());
        }
        return {};
    }

    Status OpenSegment(const Path& path) {
        SG_ASSIGN_OR_RETURN(const std::string head, ReadHead(path, kFileHeaderBytes));
        auto header = DecodeSegmentHeader(head);
        if (!header) {
            // A power cut may leave a file without its first block: nothing in it can be told.
            if (head.find_first_not_of('\0') == std::string::npos) {
                return Delete(path);
            }
            ++recovered_.damaged_files;
            return SetAside(path);
        }
        std::error_code error;
        const std::uint64_t bytes = std::filesystem::file_size(path, error);
        if (error) {
            return ErrnoError("cannot measure", path, error.value());
        }
        const std::uint64_t number = header->number;
        segments_[number] = std::make_shared<Segment>(path, std::move(*header), bytes);
        return {};
    }

    Status TakeInRing(const Path& path) {
        SG_ASSIGN_OR_RETURN(const std::string head, ReadHead(path, kFileHeaderBytes));
        const auto header = DecodeRingHeader(head);
        if (!header || header->number == 0 || header->number > kPayloadBytesMax + 1) {
            return Delete(path);  // The process died while it made the file, or power was cut.
        }
        SG_ASSIGN_OR_RETURN(
            std::string content,
            ReadHead(path, kRingDataOffset + static_cast<std::size_t>(header->number))
        );
        content.resize(kRingDataOffset + static_cast<std::size_t>(header->number));
        SG_ASSIGN_OR_RETURN(StreamEnd end, FindEnd(header->stream));
        if (end.position < header->first_position) {
            end = {.segment = nullptr, .position = header->first_position};
        }
        const std::string records =
            RecordsFrom(std::string_view(content).substr(kRingDataOffset), *header, end.position);
        if (!records.empty()) {
            SG_TRY(Extend(end, *header, records));
        }
        return Delete(path);
    }

    /// The stream's last valid record, by its newest segment.
    Result<StreamEnd> FindEnd(std::uint64_t stream) const {
        StreamEnd end;
        for (const auto& [number, segment] : segments_) {
            if (segment->header().stream == stream) {
                end.segment = segment;
            }
        }
        if (end.segment == nullptr) {
            return end;
        }
        SG_ASSIGN_OR_RETURN(
            const std::string content,
            ReadHead(end.segment->path(), static_cast<std::size_t>(end.segment->Size()))
        );
        const RecordCodec codec(stream);
        end.position = end.segment->header().first_position;
        RecordCodec::Parsed parsed;
        while (codec.Parse(std::string_view(content).substr(end.offset), end.position, parsed) ==
               RecordCodec::Verdict::kRecord) {
            end.offset += parsed.record_bytes;
            end.position += parsed.record_bytes;
        }
        return end;
    }

    /// The run of valid records that stands in a ring from `position` on.
    std::string
    RecordsFrom(std::string_view ring, const FileHeader& header, std::uint64_t position) {
        std::string unrolled(ring.substr(position % ring.size()));
        unrolled += ring.substr(0, position % ring.size());
        const RecordCodec codec(header.stream);
        std::size_t size = 0;
        RecordCodec::Parsed parsed;
        while (codec.Parse(std::string_view(unrolled).substr(size), position + size, parsed) ==
               RecordCodec::Verdict::kRecord) {
            size += parsed.record_bytes;
            ++recovered_.rescued_records;
        }
        unrolled.resize(size);
        return unrolled;
    }

    /// Writes records where the stream ends. The segment may become longer than others.
    Status Extend(const StreamEnd& end, const FileHeader& ring, std::string_view records) {
        FileHeader header = end.segment != nullptr ? end.segment->header() : ring;
        if (end.segment == nullptr) {
            header.number = recovered_.next_number++;
            header.first_position = end.position;
        }
        const Path path =
            end.segment != nullptr ? end.segment->path() : directory_ / SegmentFileName(header);
        const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!file.Valid()) {
            return ErrnoError("cannot open", path, errno);
        }
        SG_TRY(WriteAt(file.get(), path, 0, EncodeSegmentHeader(header)));
        SG_TRY(WriteAt(file.get(), path, end.offset, records));
        if (::fdatasync(file.get()) != 0) {
            return ErrnoError("cannot sync", path, errno);
        }
        const std::uint64_t before = end.segment != nullptr ? end.segment->Size() : 0;
        segments_[header.number] = std::make_shared<Segment>(
            path,
            header,
            std::max<std::uint64_t>(before, end.offset + records.size())
        );
        return {};
    }

    std::uint64_t HighestNumber() const {
        return segments_.empty() ? 0 : segments_.rbegin()->first;
    }

    Status ChooseNumber() {
        const Path path = directory_ / "epoch";
        std::uint64_t last = 0;
        if (auto text = ReadFile(path); text.Ok()) {
            last = static_cast<std::uint64_t>(
                std::max<std::int64_t>(0, ParseInt(Trim(*text)).value_or(0))
            );
        }
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch()
        );
        const std::uint64_t epoch = std::max(last + 1, static_cast<std::uint64_t>(now.count()));
        SG_TRY(WriteFileAtomically(path, std::to_string(epoch) + "\n", 0600));
        recovered_.next_number = std::max(epoch << kEpochShift, HighestNumber() + 1);
        return SyncDirectory(directory_);
    }

    const Path& directory_;
    std::vector<Path> segment_files_;
    std::vector<Path> ring_files_;
    std::map<std::uint64_t, std::shared_ptr<Segment>> segments_;
    Recovered recovered_;
};

}  // namespace

Result<Recovered> Recover(const Path& directory) {
    return Recovery(directory).Run();
}

}  // namespace sightglass::journal
