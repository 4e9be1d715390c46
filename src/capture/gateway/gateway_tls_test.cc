// TLS towards the upstream: verified by name and by authority, or not spoken at all.
#include <stdlib.h>

#include <atomic>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "capture/gateway/gateway_fixture.h"

namespace sightglass::capture {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

/// A certificate of its own authority, for `name` ("DNS:localhost", "IP:127.0.0.1").
Certificate SelfSigned(EVP_PKEY* key, const std::string& name) {
    Certificate certificate(::X509_new());
    X509* const raw = certificate.get();
    ::X509_set_version(raw, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(raw), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(raw), -3600);
    ::X509_gmtime_adj(::X509_getm_notAfter(raw), 3600);
    ::X509_set_pubkey(raw, key);
    const auto* common_name = reinterpret_cast<const unsigned char*>("test upstream");
    X509_NAME* const subject = ::X509_get_subject_name(raw);
    ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    ::X509_set_issuer_name(raw, subject);
    X509_EXTENSION* const names =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    ::X509_add_ext(raw, names, -1);
    ::X509_EXTENSION_free(names);
    ::X509_sign(raw, key, ::EVP_sha256());
    return certificate;
}

/// Speaks TLS on the socket of a TestUpstream's connection.
class TlsPeer {
public:
    TlsPeer(EVP_PKEY* key, X509* certificate) : context_(::SSL_CTX_new(::TLS_server_method())) {
        ::SSL_CTX_use_certificate(context_.get(), certificate);
        ::SSL_CTX_use_PrivateKey(context_.get(), key);
        const unsigned char id = 1;
        ::SSL_CTX_set_session_id_context(context_.get(), &id, 1);
    }

    /// Answers requests over one connection until it ends.
    void Serve(int fd, std::string_view answer) {
        std::unique_ptr<SSL, Freed<SSL_free>> ssl(::SSL_new(context_.get()));
        ::SSL_set_fd(ssl.get(), fd);
        if (::SSL_accept(ssl.get()) != 1) {
            return;
        }
        resumed += ::SSL_session_reused(ssl.get()) == 1 ? 1 : 0;
        const char* const name = ::SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
        server_name = name != nullptr ? name : "";
        std::string request;
        char buffer[4096];
        int got = 0;
        while ((got = ::SSL_read(ssl.get(), buffer, sizeof buffer)) > 0) {
            request.append(buffer, static_cast<std::size_t>(got));
            if (request.ends_with("}")) {
                request.clear();
                ::SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
            }
        }
        ::SSL_shutdown(ssl.get());
    }

    std::atomic<int> resumed = 0;
    std::string server_name;

private:
    std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_;
};

class GatewayTlsTest : public GatewayFixture {
protected:
    ~GatewayTlsTest() override {
        gateway = nullptr;
        upstream = nullptr;
        ::unlink(options.ca_file.c_str());
    }

    /// An upstream with a certificate for `name`, and a gateway that reaches it as `host`.
    void StartTls(const std::string& name, const std::string& host, std::string_view answer) {
        key_ = Key(::EVP_EC_gen("P-256"));
        certificate_ = SelfSigned(key_.get(), name);
        peer_ = std::make_unique<TlsPeer>(key_.get(), certificate_.get());
        if (options.ca_file.empty()) {
            options.ca_file = WriteAuthority(certificate_.get());
        }
        upstream =
            std::make_unique<TestUpstream>([this, answer = std::string(answer)](TestSocket& socket
                                           ) { peer_->Serve(socket.fd(), answer); });
        StartBefore("https://" + host + ":" + std::to_string(upstream->Port()));
    }

    static std::string WriteAuthority(X509* certificate) {
        std::string path = ::testing::TempDir() + "authorityXXXXXX";
        std::FILE* const file = ::fdopen(::mkstemp(path.data()), "w");
        ::PEM_write_X509(file, certificate);
        std::fclose(file);
        return path;
    }

    Key key_;
    Certificate certificate_;
    std::unique_ptr<TlsPeer> peer_;
};

TEST_F(GatewayTlsTest, ReachesAnUpstreamByItsName) {
    const std::string answer = Answer(std::string(200'000, 'x'));
    StartTls("DNS:localhost", "localhost", answer);
    TestSocket client = Connect();
    for (int i = 0; i < 3; ++i) {
        client.Send(ChatRequest());
        EXPECT_EQ(WithoutCallId(client.ReadMessage()), answer);
    }
    EXPECT_EQ(peer_->server_name, "localhost");
    EXPECT_EQ(upstream->Connections(), 1);
    EXPECT_EQ(journal.WaitForEnds(3).back().call.status, CallStatus::kOk);
}

TEST_F(GatewayTlsTest, ReachesAnUpstreamByItsAddress) {
    StartTls("IP:127.0.0.1", "127.0.0.1", Answer("{}"));
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
}

TEST_F(GatewayTlsTest, ResumesSessions) {
    StartTls("DNS:localhost", "localhost", Answer("{}", "Connection: close\r\n"));
    TestSocket client = Connect();
    for (int i = 0; i < 3; ++i) {
        client.Send(ChatRequest());
        EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    }
    EXPECT_EQ(upstream->Connections(), 3);
    EXPECT_EQ(peer_->resumed, 2);
}

TEST_F(GatewayTlsTest, SendsNothingToACertificateForAnotherName) {
    StartTls("DNS:elsewhere.example", "localhost", Answer("{}"));
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 502 "));
    EXPECT_THAT(TheCall().error_message, HasSubstr("certificate verify failed: hostname mismatch"));
    EXPECT_EQ(TheCall().error_type, ErrorType::kProviderUnreachable);
}

TEST_F(GatewayTlsTest, SendsNothingToACertificateOfAnUnknownAuthority) {
    const Key other(::EVP_EC_gen("P-256"));
    options.ca_file = WriteAuthority(SelfSigned(other.get(), "DNS:localhost").get());
    StartTls("DNS:localhost", "localhost", Answer("{}"));
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 502 "));
    EXPECT_THAT(TheCall().error_message, HasSubstr("certificate verify failed"));
}

TEST_F(GatewayTlsTest, AnUpstreamThatDoesNotSpeakTlsIsUnreachable) {
    upstream = std::make_unique<TestUpstream>([](TestSocket& socket) {
        socket.Read(1);
        socket.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    StartBefore("https://127.0.0.1:" + std::to_string(upstream->Port()));
    TestSocket client = Connect();
    client.Send(ChatRequest());
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 502 "));
    EXPECT_THAT(TheCall().error_message, HasSubstr("TLS: "));
}

TEST_F(GatewayTlsTest, AnUnreadableAuthorityFileIsRefusedAtStart) {
    options.ca_file = "/nowhere/ca.pem";
    options.upstreams.push_back({"openai", "https://localhost", "openai", ""});
    const auto started = Gateway::Start(
        options,
        journal,
        derive,
        fingerprinter,
        Clock::System(),
        [](const HandedOver&) {}
    );
    ASSERT_FALSE(started.Ok());
    EXPECT_THAT(started.error().message, HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace sightglass::capture
