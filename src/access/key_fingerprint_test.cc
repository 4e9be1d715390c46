#include "access/key_fingerprint.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "access/admin_token.h"
#include "base/text.h"

namespace sightglass::access {
namespace {

/// OpenSSL's own HMAC, as the independent word on what is right.
std::string OpensslHmac(const std::string& secret, const std::string& key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    ::HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        reinterpret_cast<const unsigned char*>(key.data()),
        key.size(),
        digest.data(),
        &size
    );
    return ToHex(std::span(digest).first(16));
}

TEST(FingerprinterTest, IsHmacSha256UnderTheSecret) {
    for (const std::size_t secret_size : {1U, 32U, 64U, 65U, 200U}) {
        const std::string secret(secret_size, 's');
        const Fingerprinter fingerprinter{Secret(secret)};
        for (const std::size_t key_size : {0U, 1U, 55U, 56U, 64U, 164U, 5'000U}) {
            const std::string key(key_size, 'k');
            EXPECT_EQ(fingerprinter.Of(key).fingerprint, OpensslHmac(secret, key))
                << secret_size << " " << key_size;
        }
    }
}

TEST(FingerprinterTest, LabelsShowTheVendorsPartAndTheLastFour) {
    const Fingerprinter fingerprinter{Secret("secret")};
    const std::string dots = "\xE2\x80\xA6";
    const auto label = [&](std::string_view key) { return fingerprinter.Of(key).label; };
    EXPECT_EQ(label("sk-proj-AbCdEfGhIjKlMnOpQrSt1234"), "sk-proj-" + dots + "1234");
    EXPECT_EQ(label("sk-AbCdEfGhIjKlMnOpQrSt1234"), "sk-" + dots + "1234");
    EXPECT_EQ(label("sk-ant-api03-AbCdEfGhIjKlMnOp-AAAA"), "sk-ant-api03-" + dots + "AAAA");
    EXPECT_EQ(label("gsk_AbCdEfGhIjKlMnOpQrSt1234"), "gsk_" + dots + "1234");
    EXPECT_EQ(label("AIzaSyAbCdEfGhIjKlMnOp1234"), dots + "1234");
    EXPECT_EQ(label("0123456789abcdef0123456789abcdef"), dots + "cdef");
}

TEST(FingerprinterTest, LabelsOfShortKeysGiveNothingAway) {
    const Fingerprinter fingerprinter{Secret("secret")};
    const std::string dots = "\xE2\x80\xA6";
    EXPECT_EQ(fingerprinter.Of("").label, dots);
    EXPECT_EQ(fingerprinter.Of("hunter2").label, dots);
    EXPECT_EQ(fingerprinter.Of("sk-12345678").label, dots);
    // Long enough for its end, too short for its start as well.
    EXPECT_EQ(fingerprinter.Of("sk-proj-1234").label, dots + "1234");
}

TEST(FingerprinterTest, LabelsHoldNoControlCharacters) {
    const Fingerprinter fingerprinter{Secret("secret")};
    EXPECT_EQ(fingerprinter.Of("abcdefgh12345\x1b[2J").label, "\xE2\x80\xA6?[2J");
    EXPECT_EQ(fingerprinter.Of("abcdefgh12345\xff\xfe\n\x7f").label, "\xE2\x80\xA6????");
}

class SecretFileTest : public ::testing::Test {
protected:
    SecretFileTest() {
        std::string name = (std::filesystem::temp_directory_path() / "sightglass-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    static unsigned ModeOf(const Path& file) {
        struct stat info {};

        EXPECT_EQ(::stat(file.c_str(), &info), 0);
        return info.st_mode & 0777U;
    }

    Path folder_;
};

TEST_F(SecretFileTest, MakesASecretOnceAndKeepsIt) {
    const Path file = folder_ / "secret";
    const auto made = LoadOrCreateSecret(file);
    ASSERT_TRUE(made.Ok());
    EXPECT_EQ(made->Reveal().size(), 64U);
    EXPECT_EQ(ModeOf(file), 0600U);
    EXPECT_EQ(LoadOrCreateSecret(file)->Reveal(), made->Reveal());
    EXPECT_NE(LoadOrCreateSecret(folder_ / "other")->Reveal(), made->Reveal());
}

TEST_F(SecretFileTest, RefusesAFileThatOthersCanRead) {
    const Path file = folder_ / "secret";
    ASSERT_TRUE(LoadOrCreateSecret(file).Ok());
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    const auto refused = LoadOrCreateSecret(file);
    ASSERT_FALSE(refused.Ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
    EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(SecretFileTest, RefusesAFileThatWasCutOff) {
    const Path file = folder_ / "secret";
    ASSERT_TRUE(WriteFileAtomically(file, "short\n", 0600).Ok());
    EXPECT_EQ(LoadOrCreateSecret(file).error().code, ErrorCode::kCorrupt);
}

TEST_F(SecretFileTest, TheEnvironmentsTokenComesFirst) {
    const Path file = folder_ / "admin-token";
    EXPECT_EQ(LoadOrCreateAdminToken(file, " 0123456789abcdef ")->Reveal(), "0123456789abcdef");
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(LoadOrCreateAdminToken(file, "short")->Reveal(), "short");
    const auto generated = LoadOrCreateAdminToken(file, "");
    ASSERT_TRUE(generated.Ok());
    EXPECT_EQ(ModeOf(file), 0600U);
    EXPECT_EQ(LoadOrCreateAdminToken(file, "")->Reveal(), generated->Reveal());
}

}  // namespace
}  // namespace sightglass::access
