#include "capture/files/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace sightglass::capture::files {
namespace {

constexpr std::size_t kBlockBytes = 256U << 10;
constexpr std::size_t kNamesMax = 1'000;
constexpr zip_int64_t kEntriesMax = 100'000;

struct ArchiveDeleter {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};

struct EntryDeleter {
    void operator()(zip_file_t* entry) const noexcept { zip_fclose(entry); }
};

using ArchiveHandle = std::unique_ptr<zip_t, ArchiveDeleter>;
using EntryHandle = std::unique_ptr<zip_file_t, EntryDeleter>;

Error ErrorOf(int code, const std::string& path) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    const bool absent = code == ZIP_ER_NOENT;
    const bool unreadable = code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK;
    return {
        absent       ? ErrorCode::kNotFound
        : unreadable ? ErrorCode::kIo
                     : ErrorCode::kCorrupt,
        "cannot read " + path + ": " + text};
}

std::string_view BaseName(std::string_view name) noexcept {
    return name.substr(name.rfind('/') + 1);
}

bool IsConversations(std::string_view name) noexcept {
    const std::string_view base = BaseName(name);
    return base.starts_with("conversations") && base.ends_with(".json");
}

/// What may be rows of something. Archives of macOS hold a shadow of each file.
bool MayBeRows(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 7> kEndings =
        {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".log", ".txt"};
    const bool shadow = name.starts_with("__MACOSX/") || BaseName(name).starts_with("._");
    return !shadow && std::any_of(kEndings.begin(), kEndings.end(), [name](std::string_view end) {
        return name.size() > end.size() &&
               EqualsIgnoreCase(name.substr(name.size() - end.size()), end);
    });
}

/// Thread-safety: one thread at a time; BytesRead from any.
class EntryBytes final : public ByteSource {
public:
    EntryBytes(std::shared_ptr<ZipArchive> archive, EntryHandle entry, std::string name)
        : archive_(std::move(archive)), entry_(std::move(entry)), name_(std::move(name)) {}

    Result<bool> Read(std::string& out) override {
        const std::size_t before = out.size();
        out.resize(before + kBlockBytes);
        const zip_int64_t got = zip_fread(entry_.get(), out.data() + before, kBlockBytes);
        out.resize(before + static_cast<std::size_t>(std::max<zip_int64_t>(got, 0)));
        if (got < 0) {
            return Error{
                ErrorCode::kCorrupt,
                "cannot unpack " + name_ + ": " + zip_file_strerror(entry_.get())};
        }
        bytes_read_ += static_cast<std::uint64_t>(got);
        return got > 0;
    }

    std::uint64_t BytesRead() const noexcept override { return bytes_read_; }

    std::uint64_t BytesTotal() const noexcept override { return 0; }

private:
    const std::shared_ptr<ZipArchive> archive_;  // Outlives its entry.
    const EntryHandle entry_;
    const std::string name_;
    std::atomic<std::uint64_t> bytes_read_ = 0;
};

class LibzipArchive final : public ZipArchive, public std::enable_shared_from_this<LibzipArchive> {
public:
    LibzipArchive(ArchiveHandle archive, std::string path)
        : archive_(std::move(archive)), path_(std::move(path)) {}

    Status FindNames() {
        const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
        if (count > kEntriesMax) {
            return Error{ErrorCode::kInvalidArgument, path_ + " holds too many files"};
        }
        for (zip_int64_t i = 0; i < count; ++i) {
            const char* const name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
            if (name != nullptr && MayBeRows(name)) {
                names_.emplace_back(name);
            }
        }
        if (std::any_of(names_.begin(), names_.end(), IsConversations)) {
            std::erase_if(names_, [](const std::string& name) { return !IsConversations(name); });
        }
        std::sort(names_.begin(), names_.end());
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        if (names_.empty() || names_.size() > kNamesMax) {
            return Error{
                ErrorCode::kInvalidArgument,
                names_.empty()
                    ? path_ + " holds no file that could be imported"
                    : path_ + " holds more than 1000 files that could be imported; unpack it"};
        }
        return {};
    }

    const std::vector<std::string>& Names() const noexcept override { return names_; }

    Result<std::unique_ptr<ByteSource>> OpenEntry(const std::string& name) override {
        EntryHandle entry(zip_fopen(archive_.get(), name.c_str(), 0));
        if (entry == nullptr) {
            return Error{
                ErrorCode::kCorrupt,
                "cannot unpack " + name + ": " + zip_strerror(archive_.get())};
        }
        return std::unique_ptr<ByteSource>(
            std::make_unique<EntryBytes>(shared_from_this(), std::move(entry), name)
        );
    }

private:
    const ArchiveHandle archive_;
    const std::string path_;
    std::vector<std::string> names_;
};

}  // namespace

bool ZipArchive::IsOne(const std::string& path) {
    std::array<char, 4> start{};
    std::ifstream file(path, std::ios::binary);
    file.read(start.data(), start.size());
    return file.gcount() == start.size() &&
           std::string_view(start.data(), start.size()) == "PK\x03\x04";
}

Result<std::shared_ptr<ZipArchive>> ZipArchive::Open(const std::string& path) {
    int code = 0;
    ArchiveHandle opened(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (opened == nullptr) {
        return ErrorOf(code, path);
    }
    auto archive = std::make_shared<LibzipArchive>(std::move(opened), path);
    SG_TRY(archive->FindNames());
    return std::shared_ptr<ZipArchive>(std::move(archive));
}

}  // namespace sightglass::capture::files
