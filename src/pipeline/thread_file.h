// What Threads remembers, beyond the end of the program: a file that grows by what is new and is written anew when it has grown too
// much. Losing it costs detail: conversations under way then begin again.
#pragma once

#include <cstddef>
#include <string>

#include "base/files.h"
#include "pipeline/threads.h"

namespace sightglass::pipeline {

/// Format: pieces, each its size (u32), the CRC-32C of the rest (u32), and records as Threads writes them.
/// Thread-safety: one thread at a time.
class ThreadFile {
public:
    static constexpr std::size_t kBytesMax = 32U << 20;

    /// An empty path: nothing is kept.
    explicit ThreadFile(Path file) : file_(std::move(file)) {}

    /// Recalls what the file has, up to the first piece that is damaged, and writes it anew without that.
    void Recall(Threads& threads);

    /// Adds what is new. What cannot be written is logged, once, and passed over.
    void Keep(Threads& threads);

private:
    void WriteAnew(const Threads& threads);
    void NoteFailure(const Status& status);

    const Path file_;
    std::size_t bytes_ = 0;
    bool failed_ = false;
};

}  // namespace sightglass::pipeline
