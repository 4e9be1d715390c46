// Any bytes as a table of text.
#include "capture/files/csv_rows.h"
#include "capture/files/fuzz_rows.h"

namespace files = sightglass::capture::files;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    files::CheckRows(text, [](files::ByteWindow& window) { return files::ReadCsv(window); });
    return 0;
}
