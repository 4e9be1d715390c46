// Whatever a file holds, every row is a call, rejected or passed over; calls have ids and times; and
// what is exported of them is read back as the same calls.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "call/batch.h"
#include "call/encoding.h"
#include "capture/files/call_text.h"
#include "capture/files/file_import.h"

namespace {

using sightglass::Call;
using sightglass::Status;
using sightglass::capture::files::FileImport;
using sightglass::capture::files::ImportOptions;
using sightglass::capture::files::Rejected;

constexpr std::uint64_t kCallsMax = 2'000;

void Check(bool good) {
    if (!good) {
        std::abort();
    }
}

std::vector<Call> Import(std::string_view text, bool& any) {
    std::vector<Call> calls;
    const ImportOptions options;
    auto file = FileImport::OfBytes(text, options);
    any = file.Ok();
    if (!any) {
        return calls;
    }
    const auto counts = (*file)->Run({
        .call = [&calls](const Call& call) -> Status {
            calls.push_back(call);
            if (calls.size() > kCallsMax) {  // A row may stand for millions.
                return sightglass::Error{sightglass::ErrorCode::kTooLarge, "enough"};
            }
            return {};
        },
        .reject =
            [](const Rejected& rejected) {
                Check(!rejected.reason.empty() && rejected.line > 0);
                return Status();
            },
        .progress = {},
    });
    Check(!counts.Ok() || counts->calls == calls.size());
    return calls;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    bool any = false;
    const std::vector<Call> calls = Import(text, any);
    std::string exported;
    for (const Call& call : calls) {
        Check(!call.call_id.IsNil() && call.started_at.has_value() && call.source.has_value());
        std::string batch;
        sightglass::AppendToBatch(call, batch);
        std::string_view rest = batch;
        const auto encoded = sightglass::TakeFromBatch(rest);
        Check(encoded.Ok() && rest.empty());
        const auto decoded = sightglass::DecodeCall(*encoded);
        Check(decoded.Ok() && *decoded == call);
        sightglass::capture::files::AppendJsonLine(call, exported);
    }
    return 0;
}
