#include "app/connection.h"

#include <unistd.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/text.h"
#include "call/batch.h"
#include "codec/json.h"
#include "net/http_client.h"

namespace sightglass::app {
namespace {

Result<Secret> ReadToken(const Path& data_dir) {
    const char* given = std::getenv("SIGHTGLASS_ADMIN_TOKEN");  // NOLINT(concurrency-mt-unsafe)
    if (given != nullptr && *given != '\0') {
        return Secret(given);
    }
    SG_ASSIGN_OR_RETURN(const std::string text, ReadFile(data_dir / "admin-token"));
    return Secret(std::string(Trim(text)));
}

/// What the store and the window of the last calls may hold while files are read or written.
constexpr std::size_t kFilesMemoryBytes = std::size_t{112} << 20;
constexpr std::size_t kFilesGroupRows = store::kGroupRows / 2;
constexpr std::size_t kFilesWindowBytes = std::size_t{16} << 20;

/// "127.0.0.1:8080" taken apart.
Address SplitAddress(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, colon);
    if (!host.empty() && host.front() == '[') {
        host = host.substr(1, host.size() - 2);
    }
    const auto port =
        ParseInt(text.substr(colon == std::string_view::npos ? text.size() : colon + 1));
    return Address{std::string(host), static_cast<std::uint16_t>(port.value_or(0))};
}

/// Who server.json names, if somebody answers there.
Result<Address> FindServer(const Path& data_dir) {
    // A file that a killed server left may name a port that is a stranger's by now, who must not get the token.
    if (LockFile(data_dir / "lock").Ok()) {
        return Error{ErrorCode::kUnavailable, "no server has " + data_dir.string() + " open"};
    }
    SG_ASSIGN_OR_RETURN(const std::string text, ReadFile(data_dir / "server.json"));
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue file, parser.Parse(text));
    const Address address = SplitAddress(file.Get("http").String().value_or(""));
    net::HttpClient client(address.host, address.port);
    SG_ASSIGN_OR_RETURN(const net::HttpClientResponse answer, client.Send({.target = "/healthz"}));
    if (answer.status != 200) {
        return Error{ErrorCode::kUnavailable, "the server at " + address.host + " is not well"};
    }
    return address;
}

/// FindServer, which is asked again while somebody has the directory open and does not answer: a server that starts, or that
/// was killed a moment ago.
Result<Address> AwaitServer(const Path& data_dir) {
    constexpr auto kPatience = std::chrono::seconds(10);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    auto found = FindServer(data_dir);
    while (!found.Ok() && !LockFile(data_dir / "lock").Ok() &&
           std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        found = FindServer(data_dir);
    }
    return found;
}

ErrorCode CodeOf(int status) noexcept {
    switch (status) {
        case 400:
            return ErrorCode::kInvalidArgument;
        case 401:
        case 403:
            return ErrorCode::kDenied;
        case 404:
            return ErrorCode::kNotFound;
        case 409:
            return ErrorCode::kConflict;
        case 413:
            return ErrorCode::kTooLarge;
        case 429:
        case 503:
            return ErrorCode::kUnavailable;
        default:
            return ErrorCode::kInternal;
    }
}

/// What a problem document says, or the status where it is none.
Error ProblemOf(int status, std::string_view body) {
    codec::JsonParser parser;
    std::string message = "the server answered " + std::to_string(status);
    const auto problem = parser.Parse(body);
    if (problem.Ok() && problem->Get("detail").String()) {
        message = *problem->Get("detail").String();
    }
    return Error{CodeOf(status), std::move(message)};
}

}  // namespace

Connection::Connection(std::string host, std::uint16_t port, Secret token)
    : host_(std::move(host)), port_(port), token_(std::move(token)) {}

Result<Connection> Connection::Open(const Path& data_dir, Need need) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(data_dir, ignored)) {
        return Error{
            ErrorCode::kNotFound,
            "there is no data directory " + data_dir.string() + "; name it with --data-dir"};
    }
    const auto running = AwaitServer(data_dir);
    if (running.Ok()) {
        SG_ASSIGN_OR_RETURN(Secret token, ReadToken(data_dir));
        return Connection(running->host, running->port, std::move(token));
    }
    if (!LockFile(data_dir / "lock").Ok()) {
        return Error{
            ErrorCode::kUnavailable,
            "the server that has " + data_dir.string() +
                " open does not answer: it may still be starting; try again in a moment"};
    }
    if (need == Need::kServer) {
        return Error{
            ErrorCode::kUnavailable,
            "no server runs on " + data_dir.string() + "; start one with sightglass serve"};
    }
    Config config;
    config.data_dir = data_dir;
    config.log_level = LogLevel::kWarn;
    if (need == Need::kFiles) {
        config.store.memory_bytes_max = kFilesMemoryBytes;
        config.store.group_rows = kFilesGroupRows;
        config.store.connections = 1;
        config.window_bytes_max = kFilesWindowBytes;
    }
    SG_TRY(CheckConfig(config));
    SG_ASSIGN_OR_RETURN(auto server, Server::Start(config, {.listening = Listening::kApiOnly}));
    SG_ASSIGN_OR_RETURN(Secret token, ReadToken(data_dir));
    const Address address = SplitAddress(server->HttpAddress());
    Connection connection(address.host, address.port, std::move(token));
    connection.own_server_ = std::move(server);
    return connection;
}

Result<std::string> Connection::Get(const std::string& target) {
    net::HttpClient client(host_, port_);
    net::HttpClientRequest request{.target = target};
    request.headers.push_back({"Authorization", "Bearer " + std::string(token_.Reveal())});
    SG_ASSIGN_OR_RETURN(net::HttpClientResponse answer, client.Send(request));
    if (answer.status >= 400) {
        return ProblemOf(answer.status, answer.body);
    }
    return std::move(answer.body);
}

Result<std::string>
Connection::Change(const std::string& method, const std::string& target, const std::string& json) {
    net::HttpClient client(host_, port_);
    net::HttpClientRequest request{.method = method, .target = target};
    request.headers.push_back({"Authorization", "Bearer " + std::string(token_.Reveal())});
    if (!json.empty()) {
        request.headers.push_back({"Content-Type", "application/json"});
        request.body = json;
    }
    SG_ASSIGN_OR_RETURN(net::HttpClientResponse answer, client.Send(request));
    if (answer.status >= 400) {
        return ProblemOf(answer.status, answer.body);
    }
    return std::move(answer.body);
}

Status Connection::SendCalls(const std::string& batch) {
    constexpr int kTriesMax = 600;
    constexpr auto kPause = std::chrono::seconds(1);
    net::HttpClient client(host_, port_);
    net::HttpClientRequest request{.method = "POST", .target = "/api/v1/import"};
    request.headers.push_back({"Authorization", "Bearer " + std::string(token_.Reveal())});
    request.headers.push_back({"Content-Type", std::string(kCallBatchType)});
    request.body = batch;
    for (int tries = 1;; ++tries) {
        SG_ASSIGN_OR_RETURN(const net::HttpClientResponse answer, client.Send(request));
        if (answer.status < 400) {
            return {};
        }
        const bool busy = answer.status == 429 || answer.status == 503;
        if (!busy || tries == kTriesMax) {
            return ProblemOf(answer.status, answer.body);
        }
        std::this_thread::sleep_for(kPause);
    }
}

Result<Connection::CallBatch> Connection::GetCalls(const std::string& target) {
    net::HttpClient client(host_, port_);
    net::HttpClientRequest request{.target = target};
    request.headers.push_back({"Authorization", "Bearer " + std::string(token_.Reveal())});
    SG_ASSIGN_OR_RETURN(net::HttpClientResponse answer, client.Send(request));
    if (answer.status >= 400) {
        return ProblemOf(answer.status, answer.body);
    }
    return CallBatch{std::move(answer.body), std::string(answer.Header("x-next-cursor"))};
}

Status Connection::Follow(
    const std::string& target,
    const std::function<bool(std::string_view)>& consume
) {
    net::HttpClient client(host_, port_);
    net::HttpClientRequest request{.target = target};
    request.headers.push_back({"Authorization", "Bearer " + std::string(token_.Reveal())});
    SG_ASSIGN_OR_RETURN(const net::HttpClientResponse answer, client.Stream(request, consume));
    if (answer.status >= 400) {
        return ProblemOf(answer.status, answer.body);
    }
    return {};
}

TargetBuilder& TargetBuilder::Add(std::string_view name, std::string_view value) {
    if (value.empty()) {
        return *this;
    }
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr char kHexDigits[] = "0123456789ABCDEF";
    target_ += target_.find('?') == std::string::npos ? '?' : '&';
    target_ += name;
    target_ += '=';
    for (const char c : value) {
        if (kPlain.find(c) != std::string_view::npos) {
            target_ += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            target_ += '%';
            target_ += kHexDigits[byte >> 4U];
            target_ += kHexDigits[byte & 15U];
        }
    }
    return *this;
}

std::string PathPart(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.') {
            escaped += c;
        } else {
            escaped += '%';
            escaped += kDigits[static_cast<unsigned char>(c) >> 4U];
            escaped += kDigits[static_cast<unsigned char>(c) & 15U];
        }
    }
    return escaped;
}

}  // namespace sightglass::app
