#include "pipeline/thread_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "call/encoded_input.h"
#include "call/encoded_output.h"
#include "codec/crc32c.h"

namespace sightglass::pipeline {
namespace {

constexpr unsigned kMode = 0600;

std::string PieceOf(std::string_view records) {
    std::string piece;
    PutNumber(static_cast<std::uint32_t>(records.size()), piece);
    PutNumber(codec::Crc32c(records), piece);
    piece += records;
    return piece;
}

Status Append(const Path& file, std::string_view bytes) {
    const FileDescriptor opened(
        ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kMode)
    );
    if (!opened.Valid()) {
        return ErrnoError("cannot open", file, errno);
    }
    while (!bytes.empty()) {
        const ssize_t written = ::write(opened.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return ErrnoError("cannot write", file, errno);
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

void ThreadFile::Recall(Threads& threads) {
    if (file_.empty()) {
        return;
    }
    const Result<std::string> read = ReadFile(file_);
    if (!read.Ok()) {
        return;  // There is none yet.
    }
    EncodedInput input(*read);
    bool whole = true;
    while (whole && !input.AtEnd()) {
        const auto size = input.TakeNumber<std::uint32_t>();
        const auto checksum = input.TakeNumber<std::uint32_t>();
        const std::string_view records = input.Take(size);
        whole = !input.Damaged() && codec::Crc32c(records) == checksum && threads.Recall(records);
    }
    bytes_ = read->size();
    if (!whole) {
        WriteAnew(threads);
    }
}

void ThreadFile::Keep(Threads& threads) {
    std::string records;
    threads.WriteNew(records);
    if (file_.empty() || records.empty()) {
        return;
    }
    const std::string piece = PieceOf(records);
    if (failed_ || bytes_ + piece.size() > kBytesMax) {
        WriteAnew(threads);
        return;
    }
    const Status appended = Append(file_, piece);
    bytes_ += appended.Ok() ? piece.size() : 0;
    NoteFailure(appended);
}

void ThreadFile::WriteAnew(const Threads& threads) {
    std::string records;
    threads.WriteAll(records);
    const std::string piece = records.empty() ? records : PieceOf(records);
    const Status written = WriteFileAtomically(file_, piece, kMode);
    bytes_ = written.Ok() ? piece.size() : bytes_;
    NoteFailure(written);
}

void ThreadFile::NoteFailure(const Status& status) {
    if (!status.Ok() && !failed_) {
        Log(LogLevel::kWarn,
            "pipeline",
            "conversations under way will not be known after a restart: " + status.error().message);
    }
    failed_ = !status.Ok();
}

}  // namespace sightglass::pipeline
