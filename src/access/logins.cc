#include "access/logins.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"

namespace sightglass::access {
namespace {

constexpr Duration kFailureWindow = std::chrono::minutes(1);
/// Uses that follow each other faster than this are not written down one by one.
constexpr Duration kTouchInterval = std::chrono::minutes(5);

std::string RandomToken() {
    std::array<std::uint8_t, 32> bytes{};
    FillRandom(bytes);
    return ToBase64Url(bytes);
}

/// SHA-256 of a purpose and a secret, hexadecimal. The secrets are random and long: no salt, no
/// stretching needed.
std::string Hash(std::string_view purpose, std::string_view secret) {
    std::string text(purpose);
    text += ':';
    text += secret;
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(
        digest.data(),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size()
    );
    return ToHex(digest);
}

void WarnUnless(const Status& status) {
    if (!status.Ok()) {
        Log(LogLevel::kWarn,
            "access",
            "a login is not kept over a restart: " + status.error().message);
    }
}

}  // namespace

Logins::Logins(
    Secret admin_token,
    state::LoginSessions& stored,
    const Clock& clock,
    LoginOptions options
)
    : admin_token_(std::move(admin_token)), stored_(stored), clock_(clock), options_(options) {
    WarnUnless(stored_.RemoveUnusedSince(clock_.Now() - options_.session_idle_max));
    auto all = stored_.All();
    if (!all.Ok()) {
        WarnUnless(all.error());
        return;
    }
    state_.With([&all](State& state) {
        for (state::LoginSession& session : *all) {
            std::string hash = session.token_hash;
            state.sessions.emplace(std::move(hash), std::move(session));
        }
    });
}

bool Logins::IsAdminToken(std::string_view token) const noexcept {
    return !admin_token_.empty() &&
           EqualInConstantTime(token, admin_token_.Reveal());  // To compare.
}

std::string Logins::NewCode() {
    const Time now = clock_.Now();
    std::string code = RandomToken();
    state_.With([&](State& state) {
        std::erase_if(state.codes, [now](const auto& entry) { return entry.second <= now; });
        if (state.codes.size() >= options_.codes_max) {
            const auto oldest = std::min_element(
                state.codes.begin(),
                state.codes.end(),
                [](const auto& a, const auto& b) { return a.second < b.second; }
            );
            state.codes.erase(oldest);
        }
        state.codes[Hash("code", code)] = now + options_.code_lifetime;
    });
    return code;
}

Status Logins::CheckBrake(std::string_view client_ip) {
    const Time now = clock_.Now();
    return state_.With([&](State& state) -> Status {
        const auto entry = state.failures.find(std::string(client_ip));
        if (entry == state.failures.end() || now - entry->second.since >= kFailureWindow) {
            return {};
        }
        if (entry->second.count < options_.failures_per_minute_max) {
            return {};
        }
        return Error{ErrorCode::kUnavailable, "Too many failed logins. Wait a minute."};
    });
}

Error Logins::CountFailure(std::string_view client_ip, std::string_view what) {
    const Time now = clock_.Now();
    state_.With([&](State& state) {
        if (state.failures.size() >= options_.clients_max) {
            std::erase_if(state.failures, [now](const auto& entry) {
                return now - entry.second.since >= kFailureWindow;
            });
        }
        if (state.failures.size() >= options_.clients_max) {
            state.failures.erase(state.failures.begin());
        }
        State::Failures& failures = state.failures[std::string(client_ip)];
        if (now - failures.since >= kFailureWindow) {
            failures = State::Failures{now, 0};
        }
        ++failures.count;
    });
    return Error{ErrorCode::kDenied, std::string(what)};
}

NewLogin Logins::Begin(std::string_view how) {
    const Time now = clock_.Now();
    NewLogin login{RandomToken(), std::string(how)};
    const state::LoginSession session{Hash("session", login.token), login.how, now, now};
    std::string removed;
    state_.With([&](State& state) {
        if (state.sessions.size() >= options_.sessions_max) {
            const auto oldest = std::min_element(
                state.sessions.begin(),
                state.sessions.end(),
                [](const auto& a, const auto& b) {
                    return a.second.last_used_at < b.second.last_used_at;
                }
            );
            removed = oldest->first;
            state.sessions.erase(oldest);
        }
        state.sessions.emplace(session.token_hash, session);
    });
    if (!removed.empty()) {
        WarnUnless(stored_.Remove(removed));
    }
    WarnUnless(stored_.Put(session));
    return login;
}

Result<NewLogin> Logins::LogInWithToken(std::string_view token, std::string_view client_ip) {
    SG_TRY(CheckBrake(client_ip));
    if (!IsAdminToken(token)) {
        return CountFailure(client_ip, "The token is wrong.");
    }
    return Begin("token");
}

Result<NewLogin> Logins::LogInWithCode(std::string_view code, std::string_view client_ip) {
    SG_TRY(CheckBrake(client_ip));
    const Time now = clock_.Now();
    const std::string hash = Hash("code", code);
    const bool good = state_.With([&](State& state) {
        const auto entry = state.codes.find(hash);
        if (entry == state.codes.end()) {
            return false;
        }
        const bool in_time = now < entry->second;
        state.codes.erase(entry);
        return in_time;
    });
    if (!good) {
        return CountFailure(
            client_ip,
            "The code is wrong, was used already, or is older than ten minutes."
        );
    }
    return Begin("code");
}

std::optional<Login> Logins::Find(std::string_view session_token) {
    const Time now = clock_.Now();
    const std::string hash = Hash("session", session_token);
    std::optional<Login> login;
    std::optional<state::LoginSession> touched;
    bool ended = false;
    state_.With([&](State& state) {
        const auto entry = state.sessions.find(hash);
        if (entry == state.sessions.end()) {
            return;
        }
        state::LoginSession& session = entry->second;
        const Duration idle = now - session.last_used_at;
        if (idle >= options_.session_idle_max) {
            state.sessions.erase(entry);
            ended = true;
            return;
        }
        if (idle >= kTouchInterval) {
            session.last_used_at = now;
            touched = session;
        }
        login = Login{Hash("csrf", session_token), session.how};
    });
    if (ended) {
        WarnUnless(stored_.Remove(hash));
    }
    if (touched) {
        WarnUnless(stored_.Put(*touched));
    }
    return login;
}

void Logins::LogOut(std::string_view session_token) {
    const std::string hash = Hash("session", session_token);
    state_.With([&hash](State& state) { state.sessions.erase(hash); });
    WarnUnless(stored_.Remove(hash));
}

}  // namespace sightglass::access
