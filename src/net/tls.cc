#include "net/tls.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/socket.h"

namespace sightglass::net {
namespace {

std::string QueuedErrors() {
    std::string text;
    while (const unsigned long code = ::ERR_get_error()) {
        const char* const reason = ::ERR_reason_error_string(code);
        text += text.empty() ? "" : "; ";
        text += reason != nullptr ? reason : "unknown TLS error";
    }
    return text;
}

/// Keeps the newest session of a host. Returning 1 takes ownership.
int KeepSession(SSL* connection, SSL_SESSION* session) {
    auto* const slot = static_cast<TlsSession*>(SSL_get_app_data(connection));
    if (slot == nullptr) {
        return 0;
    }
    slot->session.reset(session);
    return 1;
}

constexpr unsigned char kAlpn[] = "\x08http/1.1";

}  // namespace

void SslDeleter::operator()(ssl_ctx_st* context) const noexcept {
    ::SSL_CTX_free(context);
}

void SslDeleter::operator()(ssl_st* connection) const noexcept {
    if (::SSL_in_init(connection) == 0) {
        ::SSL_shutdown(connection);  // A session whose connection was not shut down is not resumed.
    }
    ::SSL_free(connection);
}

void SslDeleter::operator()(ssl_session_st* session) const noexcept {
    ::SSL_SESSION_free(session);
}

Result<TlsContext> TlsContext::Create(const std::string& ca_file) {
    TlsContext context(::SSL_CTX_new(::TLS_client_method()));
    SSL_CTX* const raw = context.get();
    if (raw == nullptr) {
        return Error{ErrorCode::kInternal, "TLS: " + QueuedErrors()};
    }
    ::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    ::SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    ::SSL_CTX_set_mode(
        raw,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
            SSL_MODE_RELEASE_BUFFERS
    );
    ::SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    ::SSL_CTX_sess_set_new_cb(raw, KeepSession);
    ::SSL_CTX_set_alpn_protos(raw, kAlpn, sizeof(kAlpn) - 1);
    const int trusted = ca_file.empty()
                            ? ::SSL_CTX_set_default_verify_paths(raw)
                            : ::SSL_CTX_load_verify_locations(raw, ca_file.c_str(), nullptr);
    if (trusted != 1) {
        return Error{ErrorCode::kIo, "certificate authorities " + ca_file + ": " + QueuedErrors()};
    }
    return context;
}

std::unique_ptr<ssl_st, SslDeleter>
NewTlsClient(const TlsContext& context, int fd, const std::string& host, TlsSession& session) {
    std::unique_ptr<ssl_st, SslDeleter> connection(::SSL_new(context.get()));
    SSL* const raw = connection.get();
    if (raw == nullptr || ::SSL_set_fd(raw, fd) != 1) {
        return nullptr;
    }
    SSL_set_app_data(raw, &session);
    if (ParseAddress(host, 0).Ok()) {
        ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(raw), host.c_str());
    } else {
        ::SSL_ctrl(
            raw,
            SSL_CTRL_SET_TLSEXT_HOSTNAME,
            TLSEXT_NAMETYPE_host_name,
            const_cast<char*>(host.c_str())
        );
        ::SSL_set1_host(raw, host.c_str());
    }
    if (session.session != nullptr) {
        ::SSL_set_session(raw, session.session.get());
    }
    ::SSL_set_connect_state(raw);
    return connection;
}

std::string TlsErrorText(const ssl_st* connection) {
    const int error_number = errno;
    const long verified = ::SSL_get_verify_result(connection);
    std::string text = QueuedErrors();
    if (verified != X509_V_OK) {
        return "certificate verify failed: " +
               std::string(::X509_verify_cert_error_string(verified));
    }
    if (text.empty()) {
        text = error_number != 0 ? std::generic_category().message(error_number)
                                 : "the connection was closed during the handshake";
    }
    return text;
}

}  // namespace sightglass::net
