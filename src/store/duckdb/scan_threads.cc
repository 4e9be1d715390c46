#include "store/duckdb/scan_threads.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/thread.h"

namespace sightglass::store {
namespace {

/// A thread that waits for work leaves at once; one at a task needs not be waited for, because it
/// takes no other afterwards.
constexpr auto kLeaveMax = std::chrono::milliseconds(20);

}  // namespace

ScanThreads::ScanThreads(duckdb_database database, int count)
    : database_(database), inside_(static_cast<std::size_t>(count), nullptr) {
    for (std::size_t slot = 0; slot < inside_.size(); ++slot) {
        threads_.push_back(StartThread(
            "scan-" + std::to_string(slot),
            Priority::kBackground,
            [this, slot](const std::stop_token&) { Run(slot); }
        ));
    }
}

ScanThreads::~ScanThreads() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        CallBack();
    }
    changed_.notify_all();
    threads_.clear();
}

void ScanThreads::Run(std::size_t slot) {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        if (held_) {
            changed_.wait(lock);
            continue;
        }
        const duckdb_task_state state = duckdb_create_task_state(database_);
        inside_[slot] = state;
        lock.unlock();
        duckdb_execute_tasks_state(state);
        lock.lock();
        inside_[slot] = nullptr;
        duckdb_destroy_task_state(state);
        changed_.notify_all();
    }
}

void ScanThreads::CallBack() {
    for (const duckdb_task_state state : inside_) {
        if (state != nullptr) {
            duckdb_finish_execution(state);
        }
    }
}

void ScanThreads::Hold() {
    std::unique_lock lock(mutex_);
    held_ = true;
    CallBack();
    changed_.wait_for(lock, kLeaveMax, [&] {
        return std::all_of(inside_.begin(), inside_.end(), [](duckdb_task_state state) {
            return state == nullptr;
        });
    });
}

void ScanThreads::Release() {
    {
        const std::lock_guard lock(mutex_);
        held_ = false;
    }
    changed_.notify_all();
}

}  // namespace sightglass::store
