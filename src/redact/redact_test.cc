#include "redact/redact.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "redact/checks.h"
#include "redact/document.h"

namespace sightglass::redact {
namespace {

std::string Secrets(std::string text) {
    RemoveSecrets(text);
    return text;
}

std::string Personal(std::string text) {
    RemovePersonalData(text);
    return text;
}

/// Text of random look that no scanner for real keys takes for one.
std::string Filler(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += "a1B2c3D4e5F6g7H8"[i % 16];
    }
    return text;
}

TEST(RedactTest, RemovesKeysOfEveryProvider) {
    for (const std::string& key : std::vector<std::string>{
             "sk-" + Filler(48),
             "sk-proj-" + Filler(74),
             "sk-svcacct-" + Filler(30) + "_-x",
             "sk-admin-" + Filler(40),
             "sk-ant-api03-" + Filler(93) + "AA",
             "sk-or-v1-" + Filler(64),
             "sk-helicone-" + Filler(24),
             "sk-lf-" + Filler(36),
             "ek_" + Filler(30),
             "gsk_" + Filler(52),
             "hf_" + Filler(34),
             "xai-" + Filler(80),
             "whsec_" + Filler(32),
             "pplx-" + Filler(48),
             "nvapi-" + Filler(60),
             "AIza" + Filler(35),
             "AKIAABCDEFGHIJ012345",
             "ghp_" + Filler(36),
             "github_pat_" + Filler(60),
             "glpat-" + Filler(20),
             "xoxb-" + Filler(30),
             "sk_live_" + Filler(24),
             "npm_" + Filler(36),
             "r8_" + Filler(37)}) {
        EXPECT_EQ(Secrets("use " + key + ", please"), "use [secret], please") << key;
        EXPECT_EQ(Secrets("key=" + key), "key=[secret]") << key;
        EXPECT_EQ(Secrets("\"" + key + "\""), "\"[secret]\"") << key;
    }
}

TEST(RedactTest, RemovesWhatStandsWhereASecretStands) {
    EXPECT_EQ(Secrets("Authorization: Bearer abcDEF123456ghij"), "Authorization: Bearer [secret]");
    EXPECT_EQ(Secrets("authorization: basic dXNlcjpwYXNz1234"), "authorization: basic [secret]");
    EXPECT_EQ(
        Secrets("realtime, openai-insecure-api-key.xyz, v1"),
        "realtime, openai-insecure-api-key.[secret], v1"
    );
    EXPECT_EQ(Secrets("postgres://app:hunter2@db:5432/x"), "postgres://app:[secret]@db:5432/x");
    EXPECT_EQ(Secrets("GET /v1/x?a=1&key=abcdef123&b=2"), "GET /v1/x?a=1&key=[secret]&b=2");
    EXPECT_EQ(Secrets("password: \"correct9horse\""), "password: \"[secret]\"");
    EXPECT_EQ(Secrets("client_secret='abcd1234efgh'"), "client_secret='[secret]'");
    const std::string jwt =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
    EXPECT_EQ(Secrets("token " + jwt + "."), "token [secret].");
    EXPECT_EQ(
        Secrets("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb"),
        "a\n[secret]\nb"
    );
    EXPECT_EQ(Secrets("-----BEGIN PRIVATE KEY-----\ncut of"), "[secret]");
}

TEST(RedactTest, LeavesWhatOnlyLooksLikeASecret) {
    for (const std::string text :
         {"the task-force met",
          "bearer certificates are rare",
          "sk-short",
          "a basic understanding of it",
          "https://example.com:8080/path@version",
          "password: required",
          "desk-1234567890123456789",
          "see https://user.example.org/a",
          "token count: 512",
          "risk-adjusted-returns-of-2024"}) {
        EXPECT_EQ(Secrets(text), text);
    }
    std::string untouched = "nothing here";
    EXPECT_FALSE(RemoveSecrets(untouched));
    EXPECT_FALSE(RemovePersonalData(untouched));
}

TEST(RedactTest, RemovesPersonalData) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"mail jan.de-vries+x@example.co.uk now", "mail [email] now"},
        {"\xE5\xBC\xA0@\xE4\xBE\x8B\xE5\xAD\x90.\xE4\xB8\xAD\xE5\x9B\xBD", "[email]"},
        {"card 4111 1111 1111 1111 exp", "card [card] exp"},
        {"card 5555-5555-5555-4444", "card [card]"},
        {"amex 378282246310005.", "amex [card]."},
        {"order 12 4111111111111111", "order 12 [card]"},
        {"IBAN NL91 ABNA 0417 1643 00 OR THIS", "IBAN [iban] OR THIS"},
        {"DE89370400440532013000", "[iban]"},
        {"id 11010519491231002X ok", "id [national_id] ok"},
        {"ssn 078-05-1120", "ssn [national_id]"},
        {"BSN: 111222333", "BSN: [national_id]"},
        {"burgerservicenummer is 1112.22.333", "burgerservicenummer is [national_id]"},
        {"bel +31 6 12345678 even", "bel [phone] even"},
        {"call (415) 555-2671 or 415-555-2671", "call [phone] or [phone]"},
        {"\xE7\x94\xB5\xE8\xAF\x9D 13800138000", "\xE7\x94\xB5\xE8\xAF\x9D [phone]"},
        {"06-12345678", "[phone]"},
        {"from 203.0.113.7 to http://198.51.100.2:80/", "from [ip] to http://[ip]:80/"},
        {"at 2001:db8::8a2e:370:7334 and fe80:0:0:0:1:2:3:4", "at [ip] and [ip]"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(Personal(text), expected);
    }
}

TEST(RedactTest, LeavesNumbersThatFailTheirChecks) {
    for (const std::string text :
         {"card 4111 1111 1111 1112",
          "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
          "NL91ABNA0417164301",
          "icon@2x.png",
          "110105194912310021",
          "order 111222333",
          "078-00-1120",
          "666-12-1234",
          "v1.2.3.4",
          "Chrome/120.0.0.0",
          "1.2.3.4.5",
          "127.0.0.1",
          "0.0.0.0",
          "12:34:56",
          "std::vector<int> a::b",
          "::1",
          "2026-11-22T01:37:44.123456Z",
          "3.14159265358979",
          "chatcmpl-1234567890123",
          "@app.route",
          "git@github.com:a/b",
          "0000 0000 0000 0000",
          "1763775464123456789012345"}) {
        EXPECT_EQ(Personal(text), text);
    }
}

TEST(RedactTest, WordsNearbyTellWhatANumberIs) {
    EXPECT_EQ(Personal("phone: 555-0199"), "phone: [phone]");
    EXPECT_EQ(Personal("555-0199 is a part number"), "555-0199 is a part number");
    EXPECT_EQ(Personal("SSN 078051120"), "SSN [national_id]");
    EXPECT_EQ(Personal("order 078051120"), "order 078051120");
    EXPECT_EQ(Personal("111222333 (BSN)"), "[national_id] (BSN)");
    EXPECT_EQ(Secrets("my password is hunter2hunter2."), "my password is [secret].");
    EXPECT_EQ(
        RedactDocument(
            R"({"bsn":"111222333","nr":"111222333","phone":[5550199],"password":"a1b2c3d4"})"
        ),
        R"({"bsn":"[national_id]","nr":"111222333","phone":["[phone]"],"password":"[secret]"})"
    );
}

TEST(RedactTest, PlaceholdersAreEqualForEqualValuesUnderOneKey) {
    const auto marked = [](std::string text, std::uint64_t key) {
        Redact(text, {.scope = Scope::kAll, .key = PlaceholderKey{key, 7}, .patterns = nullptr});
        return text;
    };
    const std::string one = marked("a@example.org", 1);
    EXPECT_EQ(one.size(), std::string("[email:7f3a9c]").size());
    EXPECT_TRUE(one.starts_with("[email:"));
    EXPECT_EQ(marked("A@Example.org", 1), one);
    EXPECT_NE(marked("b@example.org", 1), one);
    EXPECT_NE(marked("a@example.org", 2), one);
    EXPECT_EQ(marked("4111 1111 1111 1111", 1), marked("4111111111111111", 1));
    EXPECT_EQ(marked(one, 1), one) << "and are left as they are";
}

TEST(RedactTest, KeyedHashIsSipHash) {
    // The first vectors of its authors: key 00..0f, messages of nothing and of 00..07.
    const PlaceholderKey key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
    EXPECT_EQ(KeyedHash(key, ""), 0x726fdb47dd0e0e31U);
    EXPECT_EQ(KeyedHash(key, std::string_view("\0\1\2\3\4\5\6\7", 8)), 0x93f5f5799a932462U);
}

TEST(RedactTest, PatternsOfOnesOwnHaveTheirNames) {
    const auto patterns =
        CustomPatterns::Create({{"employee", "E[0-9]{6}"}, {"project", "project (\\w+)"}});
    ASSERT_TRUE(patterns.Ok());
    const Redaction how{.scope = Scope::kAll, .key = {}, .patterns = patterns->get()};
    EXPECT_EQ(
        RedactDocument(R"({"x":"E123456 of project Heron, E12, a@b.org"})", how),
        R"({"x":"[employee] of project [project], E12, [email]"})"
    );
    std::string overlapping = "mail E123456@example.org";
    Redact(overlapping, how);
    EXPECT_EQ(overlapping, "mail [email]");
}

TEST(RedactTest, PatternsThatCannotBeUsedAreRefused) {
    for (const CustomPattern& pattern : std::vector<CustomPattern>{
             {"a", "("},
             {"a", "x*"},
             {"A b", "x"},
             {"", "x"},
             {"a", "(a)\\1"}}) {
        EXPECT_FALSE(CustomPatterns::Create({pattern}).Ok()) << pattern.name << pattern.regex;
    }
}

TEST(RedactTest, AddressesEndWhereAnotherScriptBegins) {
    EXPECT_EQ(
        Personal("\xE5\x8F\x91\xE5\x88\xB0zhang@example.com\xE8\xB0\xA2\xE8\xB0\xA2"),
        "\xE5\x8F\x91\xE5\x88\xB0[email]\xE8\xB0\xA2\xE8\xB0\xA2"
    );
    EXPECT_EQ(Personal("x=jan%40example.org&y"), "x=[email]&y");
    EXPECT_EQ(Personal("lodash@4.17.21 'jan@x.example'"), "lodash@4.17.21 '[email]'");
}

TEST(RedactTest, SecretsAloneAreReplacedWhereThatIsAsked) {
    EXPECT_EQ(
        RedactDocument(
            R"({"to":"a@b.org","key":"sk-proj-a1B2c3D4e5F6g7H8"})",
            {.scope = Scope::kSecrets, .key = {}, .patterns = nullptr}
        ),
        R"({"to":"a@b.org","key":"[secret]"})"
    );
}

TEST(RedactTest, DocumentsKeepTheirShape) {
    EXPECT_EQ(
        RedactDocument(
            R"( {"a@b.com" : "to: x\u0040example.org\n", "n": 13800138000, "m": [1.5, true, null, "\u00e9"]} )"
        ),
        R"( {"a@b.com" : "to: [email]\n", "n": "[phone]", "m": [1.5, true, null, "\u00e9"]} )"
    );
    EXPECT_EQ(
        RedactDocument(R"({"k":"sk-proj-a1B2c3D4e5F6g7H8","s":"\/plain\/"})"),
        R"({"k":"[secret]","s":"\/plain\/"})"
    );
    EXPECT_EQ(RedactDocument(R"({"sk-proj-a1B2c3D4e5F6g7H8":1})"), R"({"[secret]":1})");
    EXPECT_EQ(RedactDocument("mail a@example.org"), "mail [email]");
    EXPECT_EQ(RedactDocument(" "), " ");
}

TEST(RedactTest, ArgumentsInsideAStringAreADocumentToo) {
    EXPECT_EQ(
        RedactDocument(R"({"arguments":"{\"to\":\"x\\u0040example.org\",\"a@b.c\":1}"})"),
        R"({"arguments":"{\"to\":\"[email]\",\"a@b.c\":1}"})"
    );
}

TEST(RedactTest, CutAndBrokenDocumentsAreStillRedacted) {
    EXPECT_EQ(
        RedactDocument(R"({"a":"x@example.org and y\u0040exam)"),
        R"({"a":"[email] and y@exam)"
    );
    EXPECT_EQ(RedactDocument(R"({name} write to x@example.org)"), R"({name} write to [email])");
    EXPECT_EQ(RedactDocument(R"({"a":1} {"b":"x@example.org"})"), R"({"a":1} {"b":"[email]"})");
    EXPECT_EQ(
        RedactDocument(R"(["x@example.org", oops "y@example.org"])"),
        R"(["[email]", oops "[email]"])"
    );
}

TEST(RedactTest, LongBase64BecomesItsSize) {
    const std::string payload = Filler(1998) + "==";
    EXPECT_EQ(
        RedactDocument(R"({"url":"data:image/png;base64,)" + payload + R"("})"),
        R"({"url":"data:image/png;base64,[binary 1498 bytes]"})"
    );
    EXPECT_EQ(RedactDocument(Filler(1023)), Filler(1023));
    EXPECT_EQ(RedactDocument("x " + Filler(1024) + " y"), "x [binary 768 bytes] y");
}

TEST(RedactTest, UnescapeReadsEveryEscape) {
    EXPECT_EQ(
        Unescape(R"(\"\\\/\b\f\n\r\t\u0041\ud83d\ude00\ud83d\u00)"),
        "\"\\/\b\f\n\r\tA\xF0\x9F\x98\x80\xEF\xBF\xBD\\u00"
    );
    EXPECT_EQ(Unescape("\\q\\"), "\\q\\");
    EXPECT_EQ(Unescape(Escape("a\"\\\n\x01\xC3\xA9")), "a\"\\\n\x01\xC3\xA9");
}

TEST(RedactTest, ChecksumsAreThoseOfTheirStandards) {
    EXPECT_TRUE(IsCardNumber("6011111111111117"));
    EXPECT_FALSE(IsCardNumber("6011111111111118"));
    EXPECT_TRUE(IsChineseId("11010519491231002x"));
    EXPECT_FALSE(IsChineseId("11010519491331002X")) << "month 13";
    EXPECT_TRUE(IsDutchId("123456782"));
    EXPECT_FALSE(IsDutchId("123456789"));
    EXPECT_EQ(IbanLength("GB82 WEST 1234 5698 7654 32"), 27U);
    EXPECT_EQ(IbanLength("GB82 WEST 1234 5698 7654 33"), 0U);
    EXPECT_EQ(IbanLength("XX82WEST12345698765432"), 0U);
}

TEST(RedactTest, HostileTextTakesLinearTime) {
    const auto repeated = [](std::string_view unit, std::size_t bytes) {
        std::string text;
        while (text.size() < bytes) {
            text += unit;
        }
        return text;
    };
    for (const std::string_view unit :
         {"a.",
          "1",
          "1 ",
          "a@",
          "sk-",
          "://",
          "a:",
          "::",
          "-----BEGIN PRIVATE KEY-----",
          "password=",
          "NL91 ",
          "\\",
          "\"",
          "[{\"",
          "+1 ",
          "eyJ.",
          "1.1.1.1.",
          "eyJaaaaaaaa-",
          "-eyJ",
          "sk-a",
          "A1@",
          "06 ",
          "AIza-",
          "password=a",
          "?key=",
          "\xEF\xBC\x9A",
          "12:AA",
          "%40",
          "-----BEGIN "}) {
        const std::string text = repeated(unit, 1'000'000);
        std::string copy = text + "@b.png";
        RemovePersonalData(copy);
        RedactDocument("[" + text);
    }
}

}  // namespace
}  // namespace sightglass::redact
