// Who is logged in: the admin token, one-time codes, sessions with their CSRF tokens, and a brake
// on guessing.
//
// A session's token is random and kept as a hash; its CSRF token is computed from it, so that
// nothing that is stored lets anybody in. Sessions outlive a restart (state/login_sessions.h) and
// end after 12 hours without a request.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "state/login_sessions.h"

namespace sightglass::access {

struct LoginOptions {
    Duration session_idle_max = std::chrono::hours(12);
    Duration code_lifetime = std::chrono::minutes(10);
    std::size_t sessions_max = 1'000;
    std::size_t codes_max = 100;
    int failures_per_minute_max = 10;  ///< Of one client address.
    std::size_t clients_max = 1'024;   ///< Addresses whose failures are remembered.
};

/// A login just made. `token` goes into the cookie and nowhere else.
struct NewLogin {
    std::string token;
    std::string how;  ///< "token" or "code".
};

/// Somebody who is logged in.
struct Login {
    std::string csrf;
    std::string how;
};

/// Thread-safety: safe for concurrent use.
class Logins {
public:
    /// `stored` and `clock` must outlive this. Sessions that cannot be read or written are a
    /// warning in the log: they then last until the process ends.
    Logins(
        Secret admin_token,
        state::LoginSessions& stored,
        const Clock& clock,
        LoginOptions options = {}
    );

    bool IsAdminToken(std::string_view token) const noexcept;

    /// A code that logs in once, within ten minutes. Only its hash is remembered.
    std::string NewCode();

    /// kDenied when it is wrong; kUnavailable when this address has failed too often within the
    /// last minute, whatever it brings.
    Result<NewLogin> LogInWithToken(std::string_view token, std::string_view client_ip);
    Result<NewLogin> LogInWithCode(std::string_view code, std::string_view client_ip);

    /// The session of a cookie's token, which this use keeps alive.
    std::optional<Login> Find(std::string_view session_token);

    void LogOut(std::string_view session_token);

private:
    struct State {
        std::map<std::string, state::LoginSession> sessions;  ///< By hash of the token.
        std::map<std::string, Time> codes;                    ///< Hash of the code → its end.

        struct Failures {
            Time since;
            int count = 0;
        };

        std::map<std::string, Failures> failures;  ///< By client address.
    };

    Status CheckBrake(std::string_view client_ip);
    Error CountFailure(std::string_view client_ip, std::string_view what);
    NewLogin Begin(std::string_view how);

    const Secret admin_token_;
    state::LoginSessions& stored_;
    const Clock& clock_;
    const LoginOptions options_;
    Guarded<State> state_;
};

}  // namespace sightglass::access
