// The threads that take part in queries which other threads ask.
//
// Included by this folder's .cc files only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/duckdb/handle.h"

namespace sightglass::store {

/// Runs DuckDB's tasks on threads of our own, at background priority. DuckDB has none
/// ("external_threads"): a checkpoint shares its work with any thread that is there and waits for
/// it in a busy loop, so that one of low priority on a busy machine held the committing thread,
/// and a whole processor, for minutes. Who checkpoints pauses them, and does all of it alone.
///
/// They are in DuckDB only while a reader asks something: one that waits there for work takes part in whatever comes first, and
/// may be a checkpoint's although it was called back a moment ago.
///
/// Thread-safety: safe for concurrent use; one thread at a time pauses.
class ScanThreads {
public:
    /// A thread that waits for work leaves as soon as it gets a processor; one at a task needs not be waited for, because it takes
    /// no other afterwards.
    static constexpr std::chrono::milliseconds kLeaveMax{200};

    /// Starts `count` threads named scan-N. The database outlives this. A pause waits for them at most `leave_max`.
    ScanThreads(
        duckdb_database database,
        int count,
        std::chrono::milliseconds leave_max = kLeaveMax
    );
    ~ScanThreads();

    ScanThreads(const ScanThreads&) = delete;
    ScanThreads& operator=(const ScanThreads&) = delete;

    /// A reader begins to ask: the threads take part, until as many have ended.
    void Begin();
    void End();

    /// While it is held, no thread begins a task; what one is at, it finishes.
    class Pause {
    public:
        explicit Pause(ScanThreads& threads) : threads_(threads) { threads_.Hold(); }

        ~Pause() { threads_.Release(); }

        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        ScanThreads& threads_;
    };

private:
    void Run();
    void BeginShift();
    void EndShift();
    void Hold();
    void Release();
    /// What all threads that enter DuckDB at a time enter it with, and are sent out of it with. One
    /// of each thread would not do: whoever waits may take the signal that was meant for another,
    /// find itself not meant, and wait on, with the other.
    class Shift;

    duckdb_database database_;
    const std::chrono::milliseconds leave_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;  ///< Guarded by mutex_, as are the next four.
    bool stopped_ = false;
    int readers_ = 0;
    std::shared_ptr<Shift> shift_;  ///< Null while there is nothing to do.
    int inside_ = 0;                ///< Threads that are in DuckDB.
    std::vector<std::jthread> threads_;
};

}  // namespace sightglass::store
