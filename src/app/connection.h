// How a command asks: the server that has the data directory open, or, where none runs, the store itself, through a
// server of the command's own that serves nothing but the API at a free port of loopback.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/server.h"
#include "base/files.h"
#include "base/result.h"
#include "base/secret.h"

namespace sightglass::app {

enum class Need : std::uint8_t {
    kData,    ///< Whoever serves it.
    kServer,  ///< What happens now: only a server that runs can say.
    kFiles,  ///< Many Calls in or out, by whomever: a server of the command's own takes little memory.
};

/// Thread-safety: one thread at a time.
class Connection {
public:
    /// Reads DIR/server.json, and asks whom it names; opens the directory where nobody answers there. kNotFound when there
    /// is no such directory, kUnavailable where a server is needed and none runs.
    static Result<Connection> Open(const Path& data_dir, Need need = Need::kData);

    /// The body of a GET on the API. Answers of 400 and more become Errors with the problem's own words.
    Result<std::string> Get(const std::string& target);

    /// The body of the answer to a change: POST or DELETE, with a JSON body or none. Errors as of Get.
    Result<std::string>
    Change(const std::string& method, const std::string& target, const std::string& json);

    /// Hands a batch of Calls (call/batch.h) over; on return it is on stable storage. Waits and tries
    /// again where the server is busy.
    Status SendCalls(const std::string& batch);

    /// A page of Calls, and the cursor of the next; an empty cursor on the last one.
    struct CallBatch {
        std::string calls;
        std::string next;
    };

    Result<CallBatch> GetCalls(const std::string& target);

    /// The server of this command's own; null where another one runs.
    Server* OwnServer() noexcept { return own_server_.get(); }

    /// The body piece by piece, until it ends or `consume` returns false.
    Status Follow(const std::string& target, const std::function<bool(std::string_view)>& consume);

private:
    Connection(std::string host, std::uint16_t port, Secret token);

    std::unique_ptr<Server> own_server_;
    std::string host_;
    std::uint16_t port_ = 0;
    Secret token_;
};

/// A text as one part of a path.
/// Thread-safety: pure.
std::string PathPart(std::string_view text);

/// Builds "/api/v1/query?metrics=calls&filter=a%3Ab" parameter by parameter.
/// Thread-safety: one thread at a time.
class TargetBuilder {
public:
    explicit TargetBuilder(std::string path) : target_(std::move(path)) {}

    /// Leaves an empty value out.
    TargetBuilder& Add(std::string_view name, std::string_view value);

    const std::string& target() const noexcept { return target_; }

private:
    std::string target_;
};

}  // namespace sightglass::app
