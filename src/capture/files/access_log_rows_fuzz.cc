// Any bytes as a web server's log.
#include "capture/files/access_log_rows.h"
#include "capture/files/fuzz_rows.h"

namespace files = sightglass::capture::files;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    files::CheckRows(text, [](files::ByteWindow& window) {
        return sightglass::Result<std::unique_ptr<files::RowReader>>(files::ReadAccessLog(window));
    });
    return 0;
}
