// Where imported Calls enter the journal.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "access/key_fingerprint.h"
#include "base/mutex.h"
#include "base/result.h"
#include "call/call.h"
#include "journal/journal.h"
#include "pipeline/capture_policy.h"

namespace sightglass::capture::files {

/// Thread-safety: safe for concurrent use; one batch at a time is taken.
class ImportPort {
public:
    /// All of them must outlive it. Personal data is taken out of who called where the capture policy is `redacted`. Its Writer is
    /// made when it is first needed.
    ImportPort(
        journal::Journal& journal,
        const pipeline::CaptureBook& capture,
        const access::Fingerprinter& fingerprinter
    ) noexcept
        : journal_(journal), capture_(capture), fingerprinter_(fingerprinter) {}

    /// Takes a batch (call/batch.h): on return it is on stable storage. How many Calls it held.
    /// kInvalidArgument, and nothing taken, where it is no batch of Calls that have an id and a
    /// start; kUnavailable where the store is too far behind, or the disk is full: parts of it may
    /// have been taken, and to send it again adds nothing.
    Result<std::uint64_t> Take(std::string_view batch);

    /// The same for one Call of this process, which waits for room, and not for the disk: Sync does.
    /// kUnavailable where there is no room for long.
    Status Append(const Call& call);
    Status Sync();

private:
    struct Appending {
        std::unique_ptr<journal::Writer> writer;
        Call scratch;
        std::uint64_t appended = 0;
    };

    bool IsBehind() const;
    Status NeedWriter(Appending& appending) const;
    Result<std::uint64_t> TakeWith(Appending& appending, std::string_view batch) const;
    Status AppendWith(Appending& appending, const Call& call) const;
    bool MayRedact() const noexcept;
    void RedactAsChosen(Call& call) const;
    bool AppendRedacted(Appending& appending, std::string_view call) const;

    journal::Journal& journal_;
    const pipeline::CaptureBook& capture_;
    const access::Fingerprinter& fingerprinter_;
    Guarded<Appending> appending_;
};

}  // namespace sightglass::capture::files
