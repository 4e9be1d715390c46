// The file from which a repricing can be undone: pages of calls' money as it was and as it became, the last page first when they
// are read. Format: docs/formats/undo-file.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace sightglass::pipeline {

/// Pages are appended durably, or taken from the end. A page that a crash has torn at the end was never complete, and what it
/// would undo was never done: it is left out.
/// Thread-safety: one thread at a time.
class UndoFile {
public:
    static constexpr std::size_t kPageBytesMax = std::size_t{256} << 20;

    /// Makes the file where there is none. Looks at the heads of its pages alone, and at the last page.
    static Result<UndoFile> Open(Path path);

    /// On return it is on stable storage. kTooLarge where it is larger than kPageBytesMax.
    Status Append(std::string_view page);

    /// The last page that was not taken yet; nothing where there is none. kCorrupt where it is not what was appended.
    Result<std::optional<std::string>> TakeLast();

    /// Whole pages that were not taken yet.
    std::size_t Pages() const noexcept { return starts_.size(); }

private:
    UndoFile(Path path, FileDescriptor file) noexcept
        : path_(std::move(path)), file_(std::move(file)) {}

    Status FindPages();
    Result<std::optional<std::string>> ReadPage(std::uint64_t start);

    Path path_;
    FileDescriptor file_;
    std::vector<std::uint64_t> starts_;
    std::uint64_t end_ = 0;  ///< Of the last whole page.
};

}  // namespace sightglass::pipeline
