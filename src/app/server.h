// Sightglass, put together: from the store outwards when it starts, in reverse when it stops.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "access/key_fingerprint.h"
#include "app/config.h"
#include "base/result.h"
#include "base/time.h"
#include "prices/price_book.h"
#include "store/store.h"

namespace sightglass::capture::files {
class ImportPort;
}

namespace sightglass::app {

/// Which traffic a server takes.
enum class Listening : std::uint8_t {
    kGateway,  ///< Calls, API and dashboard at the configured address.
    kApiOnly,  ///< The API alone, at a free port of loopback: how a command asks a store that no server has open.
};

/// What differs between the commands that start a server.
struct ServerExtras {
    Listening listening = Listening::kGateway;
    bool demo = false;  ///< Shows the demo's badge.

    /// Reads all settings again, for a reload; null where there are none to read.
    std::function<Result<Config>()> read_settings = {};

    /// Called with the store before anything else writes to it.
    std::function<Status(store::Store&, const prices::PriceBook&, const access::Fingerprinter&)>
        prepare_store = {};
};

/// Everything of a running Sightglass.
/// Thread-safety: Start, Stop and destruction from one thread; the accessors are safe for
/// concurrent use.
class Server {
public:
    /// Opens the data directory (kConflict when another process has it), takes in what the journal
    /// still holds, and listens.
    static Result<std::unique_ptr<Server>> Start(const Config& config, const ServerExtras& extras);

    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Stops listening, lets calls in flight end within the drain time, commits what the journal
    /// holds.
    void Stop();

    /// Reads the settings again and sends calls by them from now on. What is not allowed changes nothing, and is logged.
    /// `actor` is for the audit log. Only upstreams, times, limits and what is captured change while it runs.
    Status Reload(std::string_view actor);

    /// The one line on standard output: {"event":"ready","http":"127.0.0.1:8080",…}.
    std::string ReadyLine() const;

    /// "127.0.0.1:8080", with the port that was taken.
    const std::string& HttpAddress() const noexcept;
    std::uint16_t HttpPort() const noexcept;

    /// Where Calls that were read from files enter. It lives as long as the server.
    capture::files::ImportPort& Import() noexcept;

    /// "http://127.0.0.1:8080/ui/#code=…": logs in once, within ten minutes. For a terminal only.
    std::string LoginLink();

private:
    struct Parts;

    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

/// What `serve` and `demo` have in common: prints the ready line, reloads on SIGHUP, waits for SIGINT or SIGTERM.
/// Blocks.
void AnnounceAndWait(Server& server);

/// Whether SIGINT or SIGTERM has come since TakeSignals: for long work before AnnounceAndWait.
bool StopRequested();

/// Keeps SIGINT, SIGTERM and SIGHUP for AnnounceAndWait and ignores SIGPIPE. Before any thread is
/// started.
void TakeSignals();

}  // namespace sightglass::app
