#include "pipeline/threads.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "call/encoded_input.h"
#include "call/encoded_output.h"

namespace sightglass::pipeline {
namespace {

constexpr int kSameKeyMax = 32;  ///< Conversations that began alike, and are looked at.

/// What a key is made of.
enum class KeyKind : std::uint64_t {
    kAnswered = 1,
    kRequest,
    kAnswer,
    kResponse,
    kConversation,
    kCacheKey,
    kSession
};

std::uint64_t Mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

std::uint64_t KeyOf(KeyKind kind, std::uint64_t scope, std::uint64_t value) noexcept {
    return Mix(Mix(scope + 0x9e3779b97f4a7c15 * static_cast<std::uint64_t>(kind)) ^ value);
}

std::uint64_t HashText(std::string_view text) noexcept {
    return std::hash<std::string_view>()(text);
}

/// Who speaks: only calls of one scope can be one conversation.
std::uint64_t ScopeOf(const Call& call) noexcept {
    std::uint64_t scope = 1;
    for (const std::string* const part :
         {&call.organization, &call.project, &call.api_key, &call.user}) {
        scope = Mix(scope ^ HashText(*part)) + 1;
    }
    return scope;
}

Time EndOf(const Call& call) {
    return call.ended_at.value_or(call.started_at.value_or(Time()));
}

bool Failed(const Call& call) noexcept {
    return call.status && call.status != CallStatus::kOk;
}

/// The name of a conversation that nobody named: its first call's.
std::string MakeId(const Call& call) {
    std::string id = "thr_";
    for (const char c : ToString(call.call_id)) {
        id += c == '-' ? "" : std::string(1, c);
    }
    return id;
}

}  // namespace

Threads::Entry* Threads::Find(Number number) {
    return number >= first_ && number < first_ + entries_.size() ? &entries_[number - first_]
                                                                 : nullptr;
}

bool Threads::IsOpen(const Session& session, const Call& call) const {
    return call.started_at.value_or(Time()) - session.last_at <= options_.idle_gap;
}

/// Of conversations that began alike, the oldest that nothing goes on from yet; then one that goes on from there with the same
/// words, which are sent again; then the newest.
Threads::Number Threads::ParentUnder(std::uint64_t key, const ThreadKeys& keys, const Call& call) {
    Number childless = 0;
    Number repeated = 0;
    Number newest = 0;
    Number at = newest_.Get(key);
    for (int i = 0; i < kSameKeyMax; ++i) {
        const Entry* const entry = Find(at);
        if (entry == nullptr) {
            break;
        }
        if (IsOpen(*entry->session, call)) {
            const Entry* const child = Find(entry->child);
            const bool repeats = child != nullptr && child->request == keys.request;
            childless = child == nullptr ? at : childless;
            repeated = repeats && repeated == 0 ? at : repeated;
            newest = newest == 0 ? at : newest;
        }
        at = entry->older;
    }
    return childless != 0 ? childless : repeated != 0 ? repeated : newest;
}

Threads::Number Threads::FindParent(const ThreadKeys& keys, std::uint64_t scope, const Call& call) {
    for (const std::uint64_t prefix : keys.prefixes) {
        const std::uint64_t key = KeyOf(KeyKind::kAnswered, scope, prefix);
        if (const Number parent = ParentUnder(key, keys, call)) {
            return parent;
        }
    }
    return 0;
}

/// A call with the same request that this one repeats: a conversation's later turn, one that failed, or one of a known user. Two
/// strangers may well begin with the same words.
Threads::Number Threads::FindSame(const ThreadKeys& keys, std::uint64_t scope, const Call& call) {
    const Number found = newest_.Get(KeyOf(KeyKind::kRequest, scope, keys.request));
    const Entry* const entry = Find(found);
    const bool repeats = entry != nullptr && keys.request != 0 && IsOpen(*entry->session, call) &&
                         (entry->turn > 1 || entry->failed || !call.user.empty());
    return repeats ? found : 0;
}

/// Names go before messages: what the client says of a call's place is so.
Threads::Origin Threads::FindOrigin(const ThreadKeys& keys, std::uint64_t scope, const Call& call) {
    Origin origin;
    origin.parent = FindParent(keys, scope, call);
    origin.same = FindSame(keys, scope, call);
    const auto go_on = [&](Number from, bool is_named) {
        const Entry* const entry = Find(from);
        if (entry != nullptr && (is_named || IsOpen(*entry->session, call))) {
            origin.session = entry->session;
        }
    };
    if (!call.session_id.empty()) {
        go_on(newest_.Get(KeyOf(KeyKind::kSession, 0, HashText(call.session_id))), true);
    } else if (!keys.conversation_id.empty()) {
        const std::uint64_t id = HashText(keys.conversation_id);
        go_on(newest_.Get(KeyOf(KeyKind::kConversation, scope, id)), true);
    } else if (!keys.previous_response_id.empty()) {
        const std::uint64_t id = HashText(keys.previous_response_id);
        const Number previous = newest_.Get(KeyOf(KeyKind::kResponse, scope, id));
        origin.parent = previous != 0 ? previous : origin.parent;
        go_on(origin.parent, true);
    } else if (origin.parent != 0 || origin.same != 0) {
        go_on(origin.parent != 0 ? origin.parent : origin.same, false);
    } else if (keys.cache_key != 0) {
        go_on(newest_.Get(KeyOf(KeyKind::kCacheKey, scope, keys.cache_key)), false);
    } else if (keys.last_answer != 0) {
        origin.parent = newest_.Get(KeyOf(KeyKind::kAnswer, scope, keys.last_answer));
        go_on(origin.parent, false);
    }
    return origin;
}

/// A repeated request is the turn that it repeats; another one than that which went on from the same answer, a branch, has the
/// number of that one; and results of tools belong to the turn that asked for them.
void Threads::CountTurn(const ThreadKeys& keys, const Origin& origin, Call& call) {
    const Entry* const same = Find(origin.same);
    if (same != nullptr && same->session == origin.session) {
        call.turn = same->turn;
        call.retry_of = call.retry_of.empty() ? ToString(same->call_id) : call.retry_of;
        return;
    }
    Entry* const parent = Find(origin.parent);
    const bool has_parent = parent != nullptr && parent->session == origin.session;
    const std::int64_t before = has_parent ? parent->turn : origin.session->turns;
    const bool asks = keys.asks || keys.request == 0;
    call.turn = std::max<std::int64_t>(1, before + (asks ? 1 : 0));
    if (has_parent && Find(parent->child) == nullptr) {
        parent->child = first_ + entries_.size();  // The number that this call gets.
    }
}

bool Threads::Place(const ThreadKeys& keys, Call& call) {
    const bool is_named = !call.session_id.empty();
    const bool says_something = keys.request != 0 || !keys.previous_response_id.empty() ||
                                !keys.conversation_id.empty() || is_named;
    if (!says_something || !call.started_at) {
        return false;
    }
    const std::uint64_t scope = ScopeOf(call);
    Origin origin = FindOrigin(keys, scope, call);
    if (origin.session == nullptr) {
        origin.session = std::make_shared<Session>();
        origin.session->id = is_named                       ? call.session_id
                             : keys.conversation_id.empty() ? MakeId(call)
                                                            : keys.conversation_id;
    }
    CountTurn(keys, origin, call);
    Session& session = *origin.session;
    call.session_id = session.id;
    session.turns = std::max(session.turns, *call.turn);
    session.last_at = std::max(session.last_at, EndOf(call));
    Entry& entry = Add(origin.session);
    entry.call_id = call.call_id;
    entry.turn = *call.turn;
    entry.request = keys.request;
    entry.failed = Failed(call);
    AddKeys(keys, scope, call);
    return !is_named;
}

void Threads::Write(Number number, std::size_t first_key, std::string& records) const {
    const Entry& entry = entries_[number - first_];
    PutUuid(entry.call_id, records);
    PutNumber(entry.turn, records);
    PutNumber(entry.request, records);
    PutNumber(static_cast<std::uint8_t>(entry.failed ? 1 : 0), records);
    PutText(entry.session->id, records);
    PutNumber(entry.session->turns, records);
    PutTime(entry.session->last_at, records);
    PutNumber(static_cast<std::uint8_t>(entry.keys), records);
    for (std::size_t i = 0; i < entry.keys; ++i) {
        PutNumber(keys_[first_key + i], records);
    }
}

void Threads::WriteAll(std::string& records) const {
    std::size_t key = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        Write(first_ + i, key, records);
        key += entries_[i].keys;
    }
}

void Threads::WriteNew(std::string& records) {
    const Number next = first_ + entries_.size();
    std::size_t key = keys_.size();
    for (Number number = std::max(written_, first_); number < next; ++number) {
        key -= entries_[number - first_].keys;
    }
    for (Number number = std::max(written_, first_); number < next; ++number) {
        Write(number, key, records);
        key += entries_[number - first_].keys;
    }
    written_ = next;
}

bool Threads::Recall(std::string_view records) {
    EncodedInput input(records);
    while (!input.AtEnd()) {
        Entry read;
        read.call_id = input.TakeUuid();
        read.turn = input.TakeNumber<std::int64_t>();
        read.request = input.TakeNumber<std::uint64_t>();
        read.failed = input.TakeNumber<std::uint8_t>() != 0;
        const std::string_view id = input.TakeText();
        const auto turns = input.TakeNumber<std::int64_t>();
        const Time last_at = input.TakeTime().value_or(Time());
        const auto count = input.TakeNumber<std::uint8_t>();
        const std::string_view keys = input.Take(count * sizeof(std::uint64_t));
        if (input.Damaged() || count == 0) {
            return false;
        }
        const std::uint64_t session_key = KeyOf(KeyKind::kSession, 0, HashText(id));
        const Entry* const earlier = Find(newest_.Get(session_key));
        auto session = earlier != nullptr ? earlier->session : std::make_shared<Session>();
        session->id = id;
        session->turns = std::max(session->turns, turns);
        session->last_at = std::max(session->last_at, last_at);
        Entry& entry = Add(std::move(session));
        entry.call_id = read.call_id;
        entry.turn = read.turn;
        entry.request = read.request;
        entry.failed = read.failed;
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t key = 0;
            std::memcpy(&key, keys.data() + i * sizeof key, sizeof key);
            AddKey(key);
        }
    }
    written_ = first_ + entries_.size();
    return true;
}

Threads::Entry& Threads::Add(std::shared_ptr<Session> session) {
    while (entries_.size() >= std::max<std::size_t>(1, options_.calls_max)) {
        DropOldest();
    }
    Entry& entry = entries_.emplace_back();
    entry.session = std::move(session);
    return entry;
}

/// Of the last entry; its first key is that by which it is gone on from, where it has one.
void Threads::AddKey(std::uint64_t key) {
    Entry& entry = entries_.back();
    const Number older = newest_.Set(key, first_ + entries_.size() - 1);
    if (entry.keys == 0) {
        entry.older = older;
    }
    keys_.push_back(key);
    ++entry.keys;
}

void Threads::AddKeys(const ThreadKeys& keys, std::uint64_t scope, const Call& call) {
    if (keys.answered != 0) {
        AddKey(KeyOf(KeyKind::kAnswered, scope, keys.answered));
    }
    if (keys.request != 0) {
        AddKey(KeyOf(KeyKind::kRequest, scope, keys.request));
    }
    if (keys.answer != 0) {
        AddKey(KeyOf(KeyKind::kAnswer, scope, keys.answer));
    }
    if (!call.provider_response_id.empty()) {
        AddKey(KeyOf(KeyKind::kResponse, scope, HashText(call.provider_response_id)));
    }
    if (!keys.conversation_id.empty()) {
        AddKey(KeyOf(KeyKind::kConversation, scope, HashText(keys.conversation_id)));
    }
    if (keys.cache_key != 0) {
        AddKey(KeyOf(KeyKind::kCacheKey, scope, keys.cache_key));
    }
    AddKey(KeyOf(KeyKind::kSession, 0, HashText(call.session_id)));
}

void Threads::DropOldest() {
    for (std::size_t i = 0; i < entries_.front().keys; ++i) {
        if (newest_.Get(keys_.front()) == first_) {
            newest_.Erase(keys_.front());
        }
        keys_.pop_front();
    }
    entries_.pop_front();
    ++first_;
}

}  // namespace sightglass::pipeline
