#include "pipeline/undo_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "codec/crc32c.h"
#include "journal/file_io.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kHeadBytes = 8;

/// Size and checksum of a page, least significant byte first.
struct Head {
    std::uint32_t size = 0;
    std::uint32_t checksum = 0;
};

std::string EncodeHead(const Head& head) {
    std::string bytes;
    for (const std::uint32_t number : {head.size, head.checksum}) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>(number >> shift);
        }
    }
    return bytes;
}

std::uint32_t NumberAt(const char* bytes) noexcept {
    std::uint32_t number = 0;
    for (unsigned i = 0; i < 4; ++i) {
        number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return number;
}

/// Nothing where the file ends before.
Result<std::optional<Head>>
ReadHead(const FileDescriptor& file, const Path& path, std::uint64_t at) {
    std::array<char, kHeadBytes> bytes{};
    SG_ASSIGN_OR_RETURN(
        const std::size_t read,
        journal::ReadAt(file.get(), path, at, bytes.data(), bytes.size())
    );
    if (read < bytes.size()) {
        return std::optional<Head>();
    }
    return std::optional(Head{NumberAt(bytes.data()), NumberAt(bytes.data() + 4)});
}

}  // namespace

Result<UndoFile> UndoFile::Open(Path path) {
    std::error_code ignored;
    const bool is_new = !std::filesystem::exists(path, ignored);
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.Valid()) {
        return ErrnoError("cannot open", path, errno);
    }
    if (is_new) {
        SG_TRY(journal::SyncDirectory(path.parent_path()));
    }
    UndoFile undo(std::move(path), std::move(file));
    SG_TRY(undo.FindPages());
    return undo;
}

Status UndoFile::FindPages() {
    const off_t bytes = ::lseek(file_.get(), 0, SEEK_END);
    if (bytes < 0) {
        return ErrnoError("cannot measure", path_, errno);
    }
    const auto size = static_cast<std::uint64_t>(bytes);
    while (true) {
        SG_ASSIGN_OR_RETURN(const std::optional<Head> head, ReadHead(file_, path_, end_));
        if (!head || head->size == 0 || head->size > kPageBytesMax ||
            end_ + kHeadBytes + head->size > size) {
            break;
        }
        starts_.push_back(end_);
        end_ += kHeadBytes + head->size;
    }
    if (starts_.empty()) {
        return {};
    }
    SG_ASSIGN_OR_RETURN(const std::optional<std::string> last, ReadPage(starts_.back()));
    if (!last) {
        end_ = starts_.back();
        starts_.pop_back();
    }
    return {};
}

/// Nothing where the checksum says that it is not what was written.
Result<std::optional<std::string>> UndoFile::ReadPage(std::uint64_t start) {
    SG_ASSIGN_OR_RETURN(const std::optional<Head> head, ReadHead(file_, path_, start));
    std::string page(head ? head->size : 0, '\0');
    SG_ASSIGN_OR_RETURN(
        const std::size_t read,
        journal::ReadAt(file_.get(), path_, start + kHeadBytes, page.data(), page.size())
    );
    if (!head || read < page.size() || codec::Crc32c(page) != head->checksum) {
        return std::optional<std::string>();
    }
    return std::optional(std::move(page));
}

Status UndoFile::Append(std::string_view page) {
    if (page.empty()) {
        return {};
    }
    if (page.size() > kPageBytesMax) {
        return Error{ErrorCode::kTooLarge, "a page of an undo file is too large"};
    }
    const Head head{static_cast<std::uint32_t>(page.size()), codec::Crc32c(page)};
    SG_TRY(journal::WriteAt(file_.get(), path_, end_, EncodeHead(head).append(page)));
    // What was torn there before may have been longer.
    const std::uint64_t end = end_ + kHeadBytes + page.size();
    if (::ftruncate(file_.get(), static_cast<off_t>(end)) != 0 || ::fdatasync(file_.get()) != 0) {
        return ErrnoError("cannot keep", path_, errno);
    }
    starts_.push_back(end_);
    end_ = end;
    return {};
}

Result<std::optional<std::string>> UndoFile::TakeLast() {
    if (starts_.empty()) {
        return std::optional<std::string>();
    }
    SG_ASSIGN_OR_RETURN(std::optional<std::string> page, ReadPage(starts_.back()));
    if (!page) {
        return Error{
            ErrorCode::kCorrupt,
            path_.string() + " is damaged at byte " + std::to_string(starts_.back())};
    }
    end_ = starts_.back();
    starts_.pop_back();
    return page;
}

}  // namespace sightglass::pipeline
