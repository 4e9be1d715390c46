// TLS towards upstreams: verified, with SNI and session resumption. OpenSSL stays behind this
// header.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace sightglass::net {

struct SslDeleter {
    void operator()(ssl_ctx_st* context) const noexcept;
    void operator()(ssl_st* connection) const noexcept;
    void operator()(ssl_session_st* session) const noexcept;
};

/// What connections to upstreams share: trusted authorities and the least version, TLS 1.2.
/// Thread-safety: one thread (each worker has its own).
class TlsContext {
public:
    /// `ca_file`: PEM bundle to trust instead of the system's; empty: the system's. kIo where it
    /// cannot be read.
    static Result<TlsContext> Create(const std::string& ca_file);

    ssl_ctx_st* get() const noexcept { return context_.get(); }

private:
    explicit TlsContext(ssl_ctx_st* context) noexcept : context_(context) {}

    std::unique_ptr<ssl_ctx_st, SslDeleter> context_;
};

/// The last session with one host, to resume.
/// Thread-safety: one thread.
struct TlsSession {
    std::unique_ptr<ssl_session_st, SslDeleter> session;
};

/// A client connection over `fd` that verifies the certificate against `host` (a name or an IP
/// literal) and offers `session`, which is replaced as the server sends new ones and must outlive
/// the connection. Null on lack of memory.
std::unique_ptr<ssl_st, SslDeleter>
NewTlsClient(const TlsContext& context, int fd, const std::string& host, TlsSession& session);

/// What went wrong with a connection, for a person: "certificate verify failed: self-signed
/// certificate".
std::string TlsErrorText(const ssl_st* connection);

}  // namespace sightglass::net
