// The threads that take part in queries which other threads ask.
//
// Included by this folder's .cc files only.
#pragma once

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
/// Thread-safety: safe for concurrent use; one thread at a time pauses.
class ScanThreads {
public:
    /// Starts `count` threads named scan-N. The database outlives this.
    ScanThreads(duckdb_database database, int count);
    ~ScanThreads();

    ScanThreads(const ScanThreads&) = delete;
    ScanThreads& operator=(const ScanThreads&) = delete;

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
    void Hold();
    void Release();
    /// What all threads that enter DuckDB at a time enter it with, and are sent out of it with. One
    /// of each thread would not do: whoever waits may take the signal that was meant for another,
    /// find itself not meant, and wait on, with the other.
    class Shift;

    duckdb_database database_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;  ///< Guarded by mutex_, as are the next three.
    bool stopped_ = false;
    std::shared_ptr<Shift> shift_;
    int inside_ = 0;  ///< Threads that are in DuckDB.
    std::vector<std::jthread> threads_;
};

}  // namespace sightglass::store
