// What an append costs the thread that serves traffic, at a steady rate of calls, while everything
// is made durable every few milliseconds: ours beside write(2) to a file, beside a segment that is
// mapped and appended to directly, and beside a copy in memory that survives nothing.
//
// JOURNAL_BENCH_SECONDS sets for how long each runs (3).
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/thread.h"
#include "codec/crc32c.h"
#include "journal/file_io.h"
#include "journal/journal.h"
#include "journal/test_directory.h"

namespace sightglass::journal {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kRecordBytes = 704;
constexpr std::size_t kPayloadBytes = 696;
constexpr std::size_t kFileBytes = std::size_t{1} << 30;
constexpr auto kSyncInterval = std::chrono::milliseconds(10);

std::int64_t Seconds() {
    const char* const text = std::getenv("JOURNAL_BENCH_SECONDS");  // NOLINT(concurrency-mt-unsafe)
    return text != nullptr ? std::max(1, std::atoi(text)) : 3;
}

void Abort(const char* what) {
    std::perror(what);
    std::abort();
}

/// On the disk that the build is on, not on a temporary file system.
class Scratch {
public:
    Scratch() {
        std::string pattern = (std::filesystem::current_path() / "journal_bench_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }

    ~Scratch() { std::filesystem::remove_all(path_); }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const Path& path() const { return path_; }

private:
    Path path_;
};

/// Calls `append` at the benchmark's rate, and reports how long each call took.
void RunPaced(benchmark::State& state, const std::function<void()>& append) {
    const std::int64_t rate = state.range(0);
    const std::int64_t total = rate * Seconds();
    std::vector<std::uint32_t> nanoseconds;
    nanoseconds.reserve(static_cast<std::size_t>(total));
    for (auto _ : state) {
        const auto start = SteadyClock::now();
        for (std::int64_t i = 0; i < total; ++i) {
            const auto due = start + std::chrono::nanoseconds(i * 1'000'000'000 / rate);
            while (SteadyClock::now() < due) {
                std::this_thread::yield();
            }
            const auto before = SteadyClock::now();
            append();
            const auto took = SteadyClock::now() - before;
            nanoseconds.push_back(static_cast<std::uint32_t>(
                std::min<std::int64_t>(took.count(), std::int64_t{4} << 30)
            ));
        }
    }
    double sum = 0;
    for (const std::uint32_t one : nanoseconds) {
        sum += one;
    }
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const auto quantile = [&](double q) {
        return nanoseconds[static_cast<std::size_t>(q * static_cast<double>(total - 1))];
    };
    state.counters["mean_ns"] = sum / static_cast<double>(total);
    state.counters["p50_ns"] = quantile(0.5);
    state.counters["p99_ns"] = quantile(0.99);
    state.counters["p999_ns"] = quantile(0.999);
    state.counters["p9999_ns"] = quantile(0.9999);
    state.counters["max_us"] = nanoseconds.back() / 1000.0;
}

/// Runs fdatasync on a file every ten milliseconds while it lives.
class Syncing {
public:
    explicit Syncing(int fd)
        : thread_(StartThread("sync", Priority::kNormal, [fd](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  const auto next = SteadyClock::now() + kSyncInterval;
                  ::fdatasync(fd);
                  std::this_thread::sleep_until(next);
              }
          })) {}

private:
    std::jthread thread_;
};

FileDescriptor MakeFile(const Path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.Valid() || !AllocateFile(file.get(), path, kFileBytes).Ok()) {
        Abort("cannot make the file");
    }
    return file;
}

/// What stands in for a call: bytes that differ each time, with a checksum.
std::uint32_t FillPayload(char* out, std::uint64_t number) {
    std::memset(out, static_cast<int>(number), kPayloadBytes);
    return codec::Crc32c({out, kPayloadBytes});
}

void BmAppend(benchmark::State& state) {
    const Scratch scratch;
    auto journal = Journal::Open(scratch.path(), Options()).value();
    auto writer = journal->NewWriter("worker-0").value();
    const auto reader = journal->NewReader();
    std::atomic<bool> done = false;
    std::jthread tail([&] {
        while (!done) {
            (void)reader->Poll([](const Record&) { return true; });
            std::vector<std::uint64_t> finished;
            for (const SegmentInfo& segment : reader->Segments()) {
                finished.push_back(segment.number);
            }
            (void)reader->Release(finished);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    });
    std::uint64_t number = 0;
    RunPaced(state, [&] {
        writer->Append(RecordType::kCallEnd, kPayloadBytes, [&](char* out) {
            std::memset(out, static_cast<int>(++number), kPayloadBytes);
        });
    });
    done = true;
    tail.join();
    state.counters["refused"] = static_cast<double>(journal->GetStats().refused_records);
}

void BmAppendWithWriteCall(benchmark::State& state) {
    const Scratch scratch;
    const FileDescriptor file = MakeFile(scratch.path() / "file");
    const Syncing syncing(file.get());
    std::vector<char> record(kRecordBytes);
    std::uint64_t number = 0;
    RunPaced(state, [&] {
        benchmark::DoNotOptimize(FillPayload(record.data(), number));
        const auto offset = static_cast<off_t>(number++ * kRecordBytes % (kFileBytes / 2));
        if (::pwrite(file.get(), record.data(), record.size(), offset) < 0) {
            Abort("cannot write");
        }
    });
}

void BmAppendToMappedSegment(benchmark::State& state) {
    const Scratch scratch;
    const FileDescriptor file = MakeFile(scratch.path() / "file");
    void* const mapped =
        ::mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (mapped == MAP_FAILED) {
        Abort("cannot map");
    }
    {
        const Syncing syncing(file.get());
        std::uint64_t number = 0;
        RunPaced(state, [&] {
            char* const at =
                static_cast<char*>(mapped) + number++ * kRecordBytes % (kFileBytes / 2);
            benchmark::DoNotOptimize(FillPayload(at, number));
        });
    }
    ::munmap(mapped, kFileBytes);
}

void BmCopyInMemory(benchmark::State& state) {
    std::vector<char> memory(8U << 20);
    std::uint64_t number = 0;
    RunPaced(state, [&] {
        char* const at = memory.data() + number++ * kRecordBytes % (memory.size() / 2);
        benchmark::DoNotOptimize(FillPayload(at, number));
    });
}

// 40,000 calls a second are what one worker is meant to carry at most.
BENCHMARK(BmAppend)->Arg(40'000)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BmAppendWithWriteCall)->Arg(40'000)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BmAppendToMappedSegment)->Arg(40'000)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BmCopyInMemory)->Arg(40'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sightglass::journal
