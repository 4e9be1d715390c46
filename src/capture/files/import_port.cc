#include "capture/files/import_port.h"

#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "call/batch.h"
#include "call/encoding.h"
#include "capture/clean_text.h"

namespace sightglass::capture::files {
namespace {

/// What the store may be behind before no more is taken: the journal's room is for traffic first.
constexpr std::uint64_t kUnreadBytesMax = std::uint64_t{128} << 20;
constexpr auto kRoomPause = std::chrono::milliseconds(1);
constexpr int kRoomPausesMax = 60'000;

bool AppendBytes(journal::Writer& writer, std::string_view bytes) {
    return writer.Append(journal::RecordType::kCallEnd, bytes.size(), [bytes](char* out) {
        std::memcpy(out, bytes.data(), bytes.size());
    });
}

Status CheckCall(std::string_view bytes, Call& scratch) {
    if (!DecodeCall(bytes, scratch).Ok()) {
        return Error{ErrorCode::kInvalidArgument, "what the batch holds are no Calls"};
    }
    if (scratch.call_id.IsNil() || !scratch.started_at || !scratch.source) {
        return Error{
            ErrorCode::kInvalidArgument,
            "a Call of the batch has no call_id, started_at or source"};
    }
    return {};
}

}  // namespace

bool ImportPort::IsBehind() const {
    return journal_.GetStats().unread_bytes > kUnreadBytesMax;
}

Status ImportPort::NeedWriter(Appending& appending) const {
    if (appending.writer == nullptr) {
        SG_ASSIGN_OR_RETURN(appending.writer, journal_.NewWriter("import"));
    }
    return {};
}

Result<std::uint64_t> ImportPort::Take(std::string_view batch) {
    if (IsBehind()) {
        return Error{
            ErrorCode::kUnavailable,
            "the store is behind with what was imported; try again in a moment"};
    }
    return appending_.With([this, batch](Appending& appending) {
        return TakeWith(appending, batch);
    });
}

Result<std::uint64_t> ImportPort::TakeWith(Appending& appending, std::string_view batch) const {
    SG_TRY(NeedWriter(appending));
    std::uint64_t count = 0;
    for (std::string_view rest = batch; !rest.empty(); ++count) {
        auto call = TakeFromBatch(rest);
        if (!call.Ok()) {
            return Error{ErrorCode::kInvalidArgument, std::move(call).error().message};
        }
        SG_TRY(CheckCall(*call, appending.scratch));
    }
    for (std::string_view rest = batch; !rest.empty();) {
        SG_ASSIGN_OR_RETURN(const std::string_view call, TakeFromBatch(rest));
        const bool appended =
            MayRedact() ? AppendRedacted(appending, call) : AppendBytes(*appending.writer, call);
        if (!appended) {
            return Error{ErrorCode::kUnavailable, "the journal has no room; try again in a moment"};
        }
    }
    if (const Status synced = appending.writer->Sync(); !synced.Ok()) {
        return Error{ErrorCode::kUnavailable, synced.error().message};
    }
    return count;
}

/// Whether there are calls whose callers' personal data is not kept.
bool ImportPort::MayRedact() const noexcept {
    const pipeline::CaptureSettings& capture = capture_.Now();
    return !capture.rules.empty() || capture.others.policy == pipeline::CapturePolicy::kRedacted;
}

void ImportPort::RedactAsChosen(Call& call) const {
    const pipeline::CaptureSettings& capture = capture_.Now();
    if (capture.ChoiceOf(call).policy == pipeline::CapturePolicy::kRedacted) {
        RedactWho(call, fingerprinter_, capture.patterns.get());
    }
}

bool ImportPort::AppendRedacted(Appending& appending, std::string_view call) const {
    if (!DecodeCall(call, appending.scratch).Ok()) {
        return false;
    }
    RedactAsChosen(appending.scratch);
    std::string bytes(EncodedSize(appending.scratch), '\0');
    EncodeCall(appending.scratch, bytes.data());
    return AppendBytes(*appending.writer, bytes);
}

Status ImportPort::Append(const Call& call) {
    return appending_.With([this, &call](Appending& appending) {
        if (!MayRedact()) {
            return AppendWith(appending, call);
        }
        appending.scratch = call;
        RedactAsChosen(appending.scratch);
        return AppendWith(appending, appending.scratch);
    });
}

Status ImportPort::AppendWith(Appending& appending, const Call& call) const {
    constexpr std::uint64_t kCallsBetweenLooks = 4'096;
    SG_TRY(NeedWriter(appending));
    if (++appending.appended % kCallsBetweenLooks == 0) {
        for (int pauses = 0; IsBehind() && pauses < kRoomPausesMax; ++pauses) {
            std::this_thread::sleep_for(kRoomPause);
        }
    }
    const std::size_t size = EncodedSize(call);
    const auto fill = [&call](char* out) { EncodeCall(call, out); };
    for (int pauses = 0; pauses < kRoomPausesMax; ++pauses) {
        if (appending.writer->Append(journal::RecordType::kCallEnd, size, fill)) {
            return {};
        }
        std::this_thread::sleep_for(kRoomPause);
    }
    return Error{ErrorCode::kUnavailable, "the journal has no room: is the disk full?"};
}

Status ImportPort::Sync() {
    return appending_.With([](Appending& appending) {
        return appending.writer == nullptr ? Status() : appending.writer->Sync();
    });
}

}  // namespace sightglass::capture::files
