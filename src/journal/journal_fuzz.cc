// Any bytes as a segment file, and as a ring beside it: recovery and the Reader must end, and hand
// on only what passes its checksum.

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "base/log.h"
#include "journal/format.h"
#include "journal/journal.h"
#include "journal/test_directory.h"

namespace {

using namespace sightglass::journal;  // NOLINT(google-build-using-namespace): one small program.

constexpr std::size_t kRingBytes = 64U << 10;

void WriteFile(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// The first byte says how the rest is dressed: raw, behind a good header, or as sealed records of
/// which one byte is then changed.
std::string Dress(std::string_view input, const FileHeader& header) {
    if (input.empty()) {
        return {};
    }
    const int kind = input[0] % 3;
    input.remove_prefix(1);
    if (kind == 0) {
        return std::string(input);
    }
    std::string bytes = EncodeSegmentHeader(header);
    if (kind == 1) {
        return bytes.append(input);
    }
    const RecordCodec codec(header.stream);
    const std::size_t changed = input.empty() ? 0 : static_cast<unsigned char>(input[0]);
    while (!input.empty()) {
        const std::size_t size = static_cast<unsigned char>(input[0]) % 40U;
        const std::string_view payload = input.substr(0, size);
        std::string record(RecordBytes(payload.size()), '\0');
        record.replace(kRecordHeaderBytes, payload.size(), payload);
        codec.Seal(record.data(), bytes.size() - kFileHeaderBytes, 1, payload.size());
        bytes += record;
        input.remove_prefix(std::max<std::size_t>(1, payload.size()));
    }
    bytes[changed % bytes.size()] = static_cast<char>(bytes[changed % bytes.size()] ^ 1);
    return bytes;
}

void Check(bool condition) {
    if (!condition) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sightglass::SetLogLevel(sightglass::LogLevel::kError);
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const TestDirectory directory;
    const FileHeader header{.stream = 7, .number = 1, .first_position = 0, .name = "worker-0"};
    const std::string segment = Dress(input.substr(0, size / 2), header);
    WriteFile(directory.path() / "0000000000000001-worker-0.seg", segment);

    const FileHeader ring_header{.stream = 7, .number = kRingBytes, .name = "worker-0"};
    std::string ring = EncodeRingHeader(ring_header);
    ring.resize(kRingDataOffset);
    ring += Dress(input.substr(size / 2), header).substr(0, kRingBytes);
    WriteFile(directory.path() / "0000000000000007-worker-0.ring", ring);

    Options options;
    options.ring_bytes = kRingBytes;
    auto journal = Journal::Open(directory.path(), options);
    Check(journal.Ok());
    std::size_t records = 0;
    const auto reader = (*journal)->NewReader();
    const auto read = reader->Poll([&](const Record& record) {
        Check(record.next.offset == record.position.offset + RecordBytes(record.payload.size()));
        ++records;
        return true;
    });
    Check(read.Ok() && *read == records);
    Check(*reader->Poll([](const Record&) { return true; }) == 0);
    return 0;
}
