#include "state/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/mutex.h"

namespace sightglass::state {

struct Database::Impl {
    Path file;
    mutable Mutex mutex;
    std::unique_ptr<soci::session> session SG_GUARDED_BY(mutex);
};

namespace {

/// Step N brings a database of version N to N + 1. Steps are never changed once released; new ones
/// are added at the end.
constexpr std::array<const char*, 17> kMigrations{
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at_us INTEGER NOT NULL,"
    " actor TEXT NOT NULL,"
    " action TEXT NOT NULL,"
    " object TEXT NOT NULL,"
    " detail TEXT NOT NULL)",
    "CREATE TABLE login_session ("
    " token_hash TEXT PRIMARY KEY,"
    " how TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " last_used_us INTEGER NOT NULL)",
    "CREATE TABLE gateway_key ("
    " id TEXT PRIMARY KEY,"
    " hash TEXT NOT NULL UNIQUE,"
    " previous_hash TEXT NOT NULL,"
    " previous_until_us INTEGER NOT NULL,"
    " hint TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " owner TEXT NOT NULL,"
    " team TEXT NOT NULL,"
    " service TEXT NOT NULL,"
    " models TEXT NOT NULL,"
    " limits TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " rotated_us INTEGER NOT NULL,"
    " expires_us INTEGER NOT NULL,"
    " revoked_us INTEGER NOT NULL)",
    "CREATE TABLE channel ("
    " id TEXT PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " enabled INTEGER NOT NULL,"
    " rate_per_minute INTEGER NOT NULL,"
    " settings TEXT NOT NULL,"
    " secrets TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " changed_us INTEGER NOT NULL)",
    "CREATE TABLE delivery ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " channel_id TEXT NOT NULL,"
    " idempotency_key TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " next_us INTEGER NOT NULL,"
    " ended_us INTEGER NOT NULL,"
    " status INTEGER NOT NULL,"
    " error TEXT NOT NULL,"
    " notices TEXT NOT NULL,"
    " UNIQUE (channel_id, idempotency_key))",
    "CREATE INDEX delivery_by_state ON delivery (state, id)",
    "CREATE INDEX delivery_by_channel ON delivery (channel_id, id)",
    "CREATE TABLE alert_record ("
    " kind TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " text TEXT NOT NULL,"
    " PRIMARY KEY (kind, name))",
    "CREATE TABLE alert_state ("
    " alert_key TEXT PRIMARY KEY,"
    " text TEXT NOT NULL)",
    "CREATE TABLE alert_event ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at_us INTEGER NOT NULL,"
    " monitor_id TEXT NOT NULL,"
    " alert_key TEXT NOT NULL,"
    " what TEXT NOT NULL,"
    " text TEXT NOT NULL)",
    "CREATE INDEX alert_event_by_monitor ON alert_event (monitor_id, id)",
    "CREATE TABLE people_text ("
    " name TEXT PRIMARY KEY,"
    " text TEXT NOT NULL)",
    "CREATE TABLE follow_up ("
    " id TEXT PRIMARY KEY,"
    " state TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " rule TEXT NOT NULL,"
    " opened_us INTEGER NOT NULL,"
    " due_us INTEGER NOT NULL,"
    " closed_us INTEGER NOT NULL,"
    " text TEXT NOT NULL)",
    "CREATE INDEX follow_up_by_subject ON follow_up (subject, opened_us)",
    "CREATE TABLE scenario ("
    " id TEXT PRIMARY KEY,"
    " text TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " changed_us INTEGER NOT NULL)",
    "CREATE TABLE annotation ("
    " id TEXT PRIMARY KEY,"
    " at_us INTEGER NOT NULL,"
    " text TEXT NOT NULL,"
    " created_us INTEGER NOT NULL,"
    " changed_us INTEGER NOT NULL)",
    "CREATE INDEX annotation_by_time ON annotation (at_us)",
};

/// What every SQLite file begins with, its final zero included. See sqlite.org/fileformat.html.
constexpr std::string_view kMagic("SQLite format 3\0", 16);

/// SQLite makes its files with the process's umask; ours is private from its first byte.
Status PrepareFile(const Path& file) {
    const FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!made.Valid()) {
        return ErrnoError("open", file, errno);
    }
    if (::fchmod(made.get(), 0600) != 0) {
        return ErrnoError("set the permissions of", file, errno);
    }
    // Looked at here, because a session that cannot be opened is never freed by SOCI.
    std::array<char, kMagic.size()> start{};
    const ssize_t got = ::pread(made.get(), start.data(), start.size(), 0);
    if (got < 0) {
        return ErrnoError("read", file, errno);
    }
    if (got > 0 && std::string_view(start.data(), static_cast<std::size_t>(got)) != kMagic) {
        return Error{ErrorCode::kCorrupt, file.string() + " is not a SQLite database"};
    }
    return {};
}

int ReadVersion(soci::session& session) {
    int version = 0;
    session << "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)";
    session << "SELECT coalesce(max(version), 0) FROM schema_version", soci::into(version);
    return version;
}

void Migrate(soci::session& session, int version) {
    for (auto step = static_cast<std::size_t>(version); step < kMigrations.size(); ++step) {
        const int reached = static_cast<int>(step) + 1;
        soci::transaction transaction(session);
        session << kMigrations[step];
        session << "DELETE FROM schema_version";
        session << "INSERT INTO schema_version (version) VALUES (:version)", soci::use(reached);
        transaction.commit();
    }
}

std::string Quoted(const Path& file) {
    // SOCI splits its connection string at spaces, and takes double quotes around a value.
    return '"' + file.string() + '"';
}

}  // namespace

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(const Path& file) {
    SG_TRY(PrepareFile(file));
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    int version = 0;
    try {
        const MutexLock lock(impl->mutex);
        impl->session = std::make_unique<soci::session>(
            soci::sqlite3,
            "db=" + Quoted(file) + " timeout=5 synchronous=normal"
        );
        *impl->session << "PRAGMA journal_mode = WAL";
        version = ReadVersion(*impl->session);
        Migrate(*impl->session, version);
    } catch (const std::exception& failure) {
        return Error{ErrorCode::kCorrupt, "open " + file.string() + ": " + failure.what()};
    }
    if (version > static_cast<int>(kMigrations.size())) {
        return Error{
            ErrorCode::kCorrupt,
            file.string() + " has schema version " + std::to_string(version) +
                ", and this program knows " + std::to_string(kMigrations.size()) +
                ": a later version of Sightglass wrote it"};
    }
    return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Status Database::Run(const std::function<void(soci::session&)>& work) const {
    const MutexLock lock(impl_->mutex);
    try {
        work(*impl_->session);
    } catch (const std::exception& failure) {
        return Error{ErrorCode::kIo, impl_->file.string() + ": " + failure.what()};
    }
    return {};
}

}  // namespace sightglass::state
