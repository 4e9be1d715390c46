#include "journal/journal.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "base/thread.h"
#include "journal/file_io.h"
#include "journal/reader.h"
#include "journal/recovery.h"
#include "journal/stream.h"

namespace sightglass::journal {
namespace {

constexpr std::size_t kRingBytesMax = 16U << 20;

Status CheckOptions(const Options& options) {
    if (options.ring_bytes == 0 || options.ring_bytes % kRingDataOffset != 0 ||
        options.ring_bytes > kRingBytesMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            "the journal's ring_bytes is " + std::to_string(options.ring_bytes) +
                "; allowed are multiples of 65536 up to 16777216"};
    }
    if (options.segment_bytes < 4096 || options.total_bytes_max < options.segment_bytes) {
        return Error{
            ErrorCode::kInvalidArgument,
            "the journal's segment_bytes must be 4096 or more, and total_bytes_max no less than "
            "it"};
    }
    return {};
}

/// Thread-safety: safe for concurrent use. Locks: copying_, then syncing_, then what is inside the
/// table.
class FileJournal final : public Journal {
public:
    FileJournal(FileDescriptor lock, Path directory, const Options& options, Recovered recovered)
        : lock_(std::move(lock)),
          options_(options),
          table_(std::move(directory), options, recovered.next_number),
          damaged_(recovered.damaged_files) {
        for (std::shared_ptr<Segment>& segment : recovered.segments) {
            table_.Add(std::move(segment));
        }
        sync_thread_ = StartThread("sync", Priority::kNormal, [this](const std::stop_token& stop) {
            RunSync(stop);
        });
        copy_thread_ =
            StartThread("journal", Priority::kNormal, [this](const std::stop_token& stop) {
                RunCopy(stop);
            });
    }

    ~FileJournal() override {
        sync_thread_.request_stop();
        copy_thread_.request_stop();  // The last thing it does is to wake the other.
        copy_thread_.join();
        sync_thread_.join();
        if (auto status = Sync(); !status.Ok()) {
            Log(LogLevel::kError, "journal", status.error().message);
        }
    }

    Result<std::unique_ptr<Writer>> NewWriter(std::string name, Share share) override;
    std::unique_ptr<Reader> NewReader() override;
    Status Sync() override;
    Stats GetStats() const override;

    /// The Writer has gone: empties its ring, now or when there is room.
    void Close(const std::shared_ptr<Stream>& stream);
    Status SyncStream(Stream& stream);

private:
    struct Streams {
        std::vector<std::shared_ptr<Stream>> open;
        std::vector<std::shared_ptr<Stream>> closed;  // Their Writers have gone.
    };

    void RunCopy(const std::stop_token& stop);
    void RunSync(const std::stop_token& stop);
    Status CopyOut();
    Status CopyStreams(Streams& streams);
    void FinishClosed(Streams& streams);
    Status SyncSegments();
    void Note(std::string_view what, const Status& status, std::atomic<bool>& failing);

    const FileDescriptor lock_;
    const Options options_;
    SegmentTable table_;
    Guarded<Streams> streams_;  // Held while copying.
    Guarded<int> syncing_{0};   // Held while syncing.

    std::atomic<std::uint64_t> damaged_;
    std::atomic<std::uint64_t> gone_records_ = 0;  // Of streams that have gone.
    std::atomic<std::uint64_t> gone_bytes_ = 0;
    std::atomic<std::uint64_t> gone_refused_ = 0;
    std::atomic<std::uint64_t> failed_writes_ = 0;
    std::atomic<bool> copy_failing_ = false;
    std::atomic<bool> sync_failing_ = false;
    std::atomic<bool> unsynced_ = false;  // Something was copied since the last sync was wanted.
    std::counting_semaphore<> sync_wanted_{0};

    std::jthread copy_thread_;
    std::jthread sync_thread_;
};

/// Thread-safety: as Writer.
class StreamWriter final : public Writer {
public:
    StreamWriter(FileJournal& journal, std::shared_ptr<Stream> stream)
        : journal_(journal), stream_(std::move(stream)) {}

    ~StreamWriter() override { journal_.Close(stream_); }

    StreamWriter(const StreamWriter&) = delete;
    StreamWriter& operator=(const StreamWriter&) = delete;

    Status Sync() override { return journal_.SyncStream(*stream_); }

protected:
    char* Reserve(std::size_t size) noexcept override { return stream_->Reserve(size); }

    void Publish(RecordType type, std::size_t size) noexcept override {
        stream_->Publish(type, size);
    }

private:
    FileJournal& journal_;
    std::shared_ptr<Stream> stream_;
};

/// Waits for `interval` or until the thread shall stop.
void Pause(const std::stop_token& stop, Duration interval) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, interval, [] { return false; });
}

Result<std::unique_ptr<Writer>> FileJournal::NewWriter(std::string name, Share share) {
    if (!IsWriterName(name)) {
        return Error{
            ErrorCode::kInvalidArgument,
            "a journal writer cannot be named \"" + name + "\"; allowed are 1 to 23 of a-z 0-9 -"};
    }
    FileHeader header;
    header.name = std::move(name);
    FillRandom({reinterpret_cast<std::uint8_t*>(&header.stream), sizeof header.stream});
    header.number = options_.ring_bytes;
    SG_ASSIGN_OR_RETURN(std::unique_ptr<Ring> ring, Ring::Create(table_.directory(), header));
    auto stream =
        std::make_shared<Stream>(std::move(ring), std::move(header), table_, options_, share);
    streams_.With([&](Streams& streams) { streams.open.push_back(stream); });
    return std::unique_ptr<Writer>(std::make_unique<StreamWriter>(*this, std::move(stream)));
}

std::unique_ptr<Reader> FileJournal::NewReader() {
    return std::make_unique<SegmentsReader>(
        table_,
        [this] { (void)CopyOut(); },
        [this] { damaged_.fetch_add(1); }
    );
}

void FileJournal::Close(const std::shared_ptr<Stream>& stream) {
    streams_.With([&](Streams& streams) {
        std::erase(streams.open, stream);
        streams.closed.push_back(stream);
    });
    (void)CopyOut();
}

Status FileJournal::SyncStream(Stream& stream) {
    Status copied = streams_.With([&](Streams&) { return stream.CopyOut(); });
    if (!copied.Ok()) {
        failed_writes_.fetch_add(1, std::memory_order_relaxed);
        return copied;
    }
    return SyncSegments();
}

Status FileJournal::Sync() {
    const Status copied = CopyOut();
    SG_TRY(SyncSegments());
    return copied;
}

Status FileJournal::CopyOut() {
    Status status = streams_.With([&](Streams& streams) {
        Status copied = CopyStreams(streams);
        FinishClosed(streams);
        return copied;
    });
    Note("cannot copy appended records into segments", status, copy_failing_);
    return status;
}

/// Tries every stream, whatever becomes of the others.
Status FileJournal::CopyStreams(Streams& streams) {
    Status first;
    for (const auto* list : {&streams.open, &streams.closed}) {
        for (const std::shared_ptr<Stream>& stream : *list) {
            if (stream->Copied() < stream->Published()) {
                unsynced_.store(true);
            }
            Status status = stream->CopyOut();
            if (!status.Ok() && first.Ok()) {
                first = std::move(status);
            }
        }
    }
    return first;
}

void FileJournal::FinishClosed(Streams& streams) {
    std::erase_if(streams.closed, [this](const std::shared_ptr<Stream>& stream) {
        if (stream->Copied() < stream->Published()) {
            return false;
        }
        stream->Finish();
        unsynced_.store(true);
        gone_records_.fetch_add(stream->AppendedRecords());
        gone_bytes_.fetch_add(stream->Published());
        gone_refused_.fetch_add(stream->RefusedRecords());
        return true;
    });
}

Status FileJournal::SyncSegments() {
    Status status = syncing_.With([&](int&) -> Status {
        std::vector<std::shared_ptr<Segment>> dirty = table_.All();
        std::erase_if(dirty, [](const auto& segment) { return !segment->NeedsSync(); });
        if (dirty.size() > 1) {
            for (const std::shared_ptr<Segment>& segment : dirty) {
                segment->StartSync();
            }
        }
        Status first;
        for (const std::shared_ptr<Segment>& segment : dirty) {
            Status synced = segment->Sync();
            if (!synced.Ok() && first.Ok()) {
                first = std::move(synced);
            }
        }
        SG_TRY(std::move(first));
        return table_.TakeDirectoryChanged() ? SyncDirectory(table_.directory()) : Status{};
    });
    if (!status.Ok()) {
        unsynced_.store(true);
    }
    Note("cannot make the journal durable", status, sync_failing_);
    return status;
}

/// Logs when a failure begins and when it is over, not each time.
void FileJournal::Note(std::string_view what, const Status& status, std::atomic<bool>& failing) {
    if (!status.Ok()) {
        failed_writes_.fetch_add(1, std::memory_order_relaxed);
    }
    if (failing.exchange(!status.Ok()) == !status.Ok()) {
        return;
    }
    if (status.Ok()) {
        Log(LogLevel::kInfo, "journal", "there is room again");
    } else {
        Log(LogLevel::kError, "journal", std::string(what) + ": " + status.error().message);
    }
}

void FileJournal::RunCopy(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Pause(stop, options_.copy_interval);
        (void)CopyOut();
        if (unsynced_.exchange(false)) {
            sync_wanted_.release();
        }
    }
    sync_wanted_.release();
}

/// A thread of its own, so that a slow disk does not keep rings from being emptied.
void FileJournal::RunSync(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        sync_wanted_.acquire();
        while (sync_wanted_.try_acquire()) {  // One sync is for all that was copied by now.
        }
        (void)SyncSegments();
    }
}

Stats FileJournal::GetStats() const {
    Stats stats;
    stats.appended_records = gone_records_;
    stats.appended_bytes = gone_bytes_;
    stats.refused_records = gone_refused_;
    stats.damaged_records = damaged_;
    stats.failed_writes = failed_writes_;
    streams_.With([&](const Streams& streams) {
        for (const auto* list : {&streams.open, &streams.closed}) {
            for (const std::shared_ptr<Stream>& stream : *list) {
                stats.appended_records += stream->AppendedRecords();
                stats.appended_bytes += stream->Published();
                stats.refused_records += stream->RefusedRecords();
                stats.unread_bytes += stream->Published() - stream->Copied();
            }
        }
    });
    for (const std::shared_ptr<Segment>& segment : table_.All()) {
        ++stats.segments;
        stats.bytes_on_disk += segment->DiskBytes();
        stats.unread_bytes += segment->Size() - segment->read_to.load(std::memory_order_relaxed);
    }
    return stats;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::Open(const Path& directory, const Options& options) {
    SG_TRY(CheckOptions(options));
    SG_TRY(EnsurePrivateDirectory(directory));
    auto lock = LockFile(directory / "lock");
    if (!lock.Ok()) {
        Error error = std::move(lock).error();
        if (error.code == ErrorCode::kConflict) {
            error.message = "the journal " + directory.string() +
                            " is in use by another process; stop it, or choose another data "
                            "directory";
        }
        return error;
    }
    SG_ASSIGN_OR_RETURN(Recovered recovered, Recover(directory));
    if (recovered.rescued_records > 0) {
        Log(LogLevel::kInfo,
            "journal",
            "took in " + std::to_string(recovered.rescued_records) +
                " records that an earlier process had appended when it ended");
    }
    return std::unique_ptr<Journal>(
        std::make_unique<FileJournal>(std::move(*lock), directory, options, std::move(recovered))
    );
}

}  // namespace sightglass::journal
