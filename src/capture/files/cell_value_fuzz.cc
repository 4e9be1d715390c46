// Any text as a number, an amount, a flag and a time: what is taken for a time is written and read
// again as the same one, and whole numbers are what ParseInt says they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "capture/files/cell_value.h"

namespace {

using namespace sightglass::capture::files;
using sightglass::FormatTime;
using sightglass::ParseInt;

constexpr std::int64_t kYear3000Us = 32'503'680'000'000'000;

void Check(bool good) {
    if (!good) {
        std::abort();
    }
}

void CheckTime(const Cell& cell) {
    const auto time = TimeOf(cell);
    if (time && sightglass::ToMicros(*time) >= 0 && sightglass::ToMicros(*time) < kYear3000Us) {
        const std::string text = FormatTime(*time);
        Check(TimeOf({CellKind::kText, text, {}}) == time);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const CellKind kind : {CellKind::kText, CellKind::kNumber, CellKind::kBool}) {
        const Cell cell{kind, text, {}};
        CheckTime(cell);
        static_cast<void>(IntOf(cell));
        static_cast<void>(UsdOf(cell));
        static_cast<void>(BoolOf(cell));
    }
    for (int digits = 0; digits <= 9; ++digits) {
        static_cast<void>(ScaledDecimal(text, digits));
    }
    if (const auto whole = ParseInt(text)) {
        Check(ScaledDecimal(text, 0) == whole);
    }
    return 0;
}
