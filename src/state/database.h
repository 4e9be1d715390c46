// DIR/state.db: what operators decide and do, kept by SOCI over SQLite. Exceptions of SOCI end
// inside this room.
#pragma once

#include <functional>
#include <memory>

#include "base/files.h"
#include "base/result.h"

namespace soci {
class session;
}

namespace sightglass::state {

/// The open database, with its schema brought up to date.
/// Thread-safety: safe for concurrent use; statements run one at a time.
class Database {
public:
    /// Opens the file (mode 0600) or makes it. kCorrupt when a later version of Sightglass wrote
    /// it, or it is no database.
    static Result<std::unique_ptr<Database>> Open(const Path& file);

    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs `work` with the session under the lock; what SOCI throws becomes an Error. For this
    /// room's files.
    Status Run(const std::function<void(soci::session&)>& work) const;

private:
    struct Impl;

    explicit Database(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::state
