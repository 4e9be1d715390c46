// Which conversation a call is a turn of, where its client does not say so: a chat's request repeats what was said before, so that
// one whose messages begin with an earlier call's messages and its answer goes on from there. Only hashes are known here
// (message_hash.h), and nothing is ever joined across users, keys or organisations. docs/sessions.md tells users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "call/call.h"
#include "pipeline/derived.h"
#include "pipeline/number_table.h"

namespace sightglass::pipeline {

/// Thread-safety: plain value.
struct ThreadOptions {
    /// A conversation that was silent for so long has ended: what continues it begins another one. Not where the client names it.
    Duration idle_gap = std::chrono::minutes(30);
    /// Calls that are remembered, the last ones: some 400 bytes each.
    std::size_t calls_max = 100'000;
};

/// Thread-safety: one thread at a time.
class Threads {
public:
    explicit Threads(const ThreadOptions& options) : options_(options) {}

    /// Gives the call its place: session_id where it has none, turn, and retry_of where it repeats one. Then remembers it. Calls
    /// come in the order of their ends. True where it had no session_id.
    bool Place(const ThreadKeys& keys, Call& call);

    /// Appends what Recall reads: of the calls that were placed since this was asked last, or of all that are remembered.
    void WriteNew(std::string& records);
    void WriteAll(std::string& records) const;

    /// Remembers what an earlier program wrote. Stops where that is damaged: false.
    bool Recall(std::string_view records);

    std::size_t size() const noexcept { return entries_.size(); }

private:
    using Number = std::uint64_t;  // Of an entry, since the start; 0 is none.

    struct Session {
        std::string id;
        std::int64_t turns = 0;
        Time last_at;
    };

    struct Entry {
        std::shared_ptr<Session> session;
        Uuid call_id;
        std::int64_t turn = 0;
        std::uint64_t request = 0;
        bool failed = false;
        Number older = 0;      ///< With the same answered key.
        Number child = 0;      ///< The first that goes on from here.
        std::size_t keys = 0;  ///< How many of keys_ are its.
    };

    /// What a call goes on from, or repeats.
    struct Origin {
        std::shared_ptr<Session> session;
        Number parent = 0;
        Number same = 0;  ///< With the same request.
    };

    Entry* Find(Number number);
    bool IsOpen(const Session& session, const Call& call) const;
    Number FindParent(const ThreadKeys& keys, std::uint64_t scope, const Call& call);
    Number ParentUnder(std::uint64_t key, const ThreadKeys& keys, const Call& call);
    Number FindSame(const ThreadKeys& keys, std::uint64_t scope, const Call& call);
    Origin FindOrigin(const ThreadKeys& keys, std::uint64_t scope, const Call& call);
    void CountTurn(const ThreadKeys& keys, const Origin& origin, Call& call);
    void Write(Number number, std::size_t first_key, std::string& records) const;
    Entry& Add(std::shared_ptr<Session> session);
    void AddKey(std::uint64_t key);
    void AddKeys(const ThreadKeys& keys, std::uint64_t scope, const Call& call);
    void DropOldest();

    ThreadOptions options_;
    std::deque<Entry> entries_;
    Number first_ = 1;                // Of entries_.
    Number written_ = 1;              // Those before it were, by WriteNew.
    std::deque<std::uint64_t> keys_;  // Of all entries, in their order.
    NumberTable newest_;              // By key.
};

}  // namespace sightglass::pipeline
