#include "serve/dashboard/dashboard.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "serve/dashboard/asset_archive.h"

namespace sightglass::serve {
namespace {

struct PackedFile {
    std::string path;
    std::string identity;
    std::string gzip;
    std::string brotli;
};

/// An archive as scripts/pack-assets.mjs makes it.
std::string Pack(const std::vector<PackedFile>& files) {
    std::string index = "sightglass-assets 1\n";
    std::string content;
    const auto append = [&content](const std::string& bytes) {
        const std::string place =
            std::to_string(content.size()) + "\t" + std::to_string(bytes.size());
        content += bytes;
        return place;
    };
    for (const PackedFile& file : files) {
        index += file.path + "\ttext/plain\thash-of-" + file.path + "\t" + append(file.identity);
        index += "\t" + append(file.gzip) + "\t" + append(file.brotli) + "\n";
    }
    return index + "\n" + content;
}

net::HttpRequest NewRequest(std::string target, std::vector<net::HttpHeader> headers = {}) {
    net::HttpRequest request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers = std::move(headers);
    return request;
}

std::string Header(const net::HttpResponse& response, std::string_view name) {
    for (const net::HttpHeader& header : response.headers) {
        if (header.name == name) {
            return header.value;
        }
    }
    return "";
}

class DashboardTest : public ::testing::Test {
protected:
    net::HttpResponse Get(std::string target, std::vector<net::HttpHeader> headers = {}) const {
        return dashboard_.Serve(NewRequest(std::move(target), std::move(headers)));
    }

    const std::string bytes_ = Pack({
        {"assets/app-1.js", "identity bytes", "gzip bytes", "brotli bytes"},
        {"assets/a b.css", "plain", "", ""},
        {"index.html", "<html>__CSP_NONCE__ and __CSP_NONCE__</html>", "", ""},
    });
    const Dashboard dashboard_{AssetArchive::Read(bytes_).value()};
};

TEST_F(DashboardTest, LeadsToItsPages) {
    EXPECT_EQ(Get("/").status, 302);
    EXPECT_EQ(Header(Get("/"), "Location"), "/ui/");
    EXPECT_EQ(Get("/ui").status, 302);
    EXPECT_EQ(Get("/ui/calls/018f?filter=model:x").status, 200);
}

TEST_F(DashboardTest, GivesEachPageANonceOfItsOwn) {
    const auto one = Get("/ui/");
    const auto two = Get("/ui/");
    EXPECT_EQ(one.body.find("__CSP_NONCE__"), std::string::npos);
    EXPECT_NE(one.body, two.body);
    const std::string policy = Header(one, "Content-Security-Policy");
    const std::string nonce = one.body.substr(6, one.body.find(' ') - 6);
    EXPECT_NE(policy.find("style-src-elem 'self' 'nonce-" + nonce + "'"), std::string::npos)
        << policy;
    EXPECT_EQ(policy.find("script-src 'self' 'unsafe"), std::string::npos);
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(Header(one, "Cache-Control"), "no-cache");
}

TEST_F(DashboardTest, ServesAssetsInTheBestEncodingThatTheClientTakes) {
    const auto brotli = Get("/assets/app-1.js", {{"Accept-Encoding", "gzip, deflate, br, zstd"}});
    EXPECT_EQ(brotli.static_body, "brotli bytes");
    EXPECT_EQ(Header(brotli, "Content-Encoding"), "br");
    EXPECT_EQ(Header(brotli, "Vary"), "Accept-Encoding");
    EXPECT_NE(Header(brotli, "Cache-Control").find("immutable"), std::string::npos);
    EXPECT_EQ(Get("/assets/app-1.js", {{"Accept-Encoding", "gzip"}}).static_body, "gzip bytes");
    EXPECT_EQ(
        Get("/assets/app-1.js", {{"Accept-Encoding", "br;q=0, gzip;q=0.5"}}).static_body,
        "gzip bytes"
    );
    EXPECT_EQ(Get("/assets/app-1.js").static_body, "identity bytes");
    EXPECT_EQ(Get("/assets/a%20b.css", {{"Accept-Encoding", "br"}}).static_body, "plain");
}

TEST_F(DashboardTest, AnswersKnownAssetsWithoutABody) {
    const auto answer = Get("/assets/app-1.js", {{"If-None-Match", "\"hash-of-assets/app-1.js\""}});
    EXPECT_EQ(answer.status, 304);
    EXPECT_TRUE(answer.static_body.empty());
}

TEST_F(DashboardTest, ServesNothingBesideItsAssets) {
    for (const char* target :
         {"/assets/",
          "/assets/none.js",
          "/assets/../index.html",
          "/assets/%2e%2e/index.html",
          "/assets/%zz"}) {
        EXPECT_EQ(Get(target).status, 404) << target;
    }
}

TEST(AssetArchiveTest, WithoutFilesTheDashboardSaysHowToBuildIt) {
    const Dashboard dashboard(AssetArchive::Read("sightglass-assets 1\n\n").value());
    const auto answer = dashboard.Serve(NewRequest("/ui/"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.static_body.find("make build"), std::string_view::npos);
}

TEST(AssetArchiveTest, RefusesWhatDoesNotFollowTheFormat) {
    const std::vector<std::string> broken{
        "",
        "sightglass-assets 2\n\n",
        "sightglass-assets 1\n",
        "sightglass-assets 1\na\tb\tc\n\n",
        "sightglass-assets 1\na\tb\tc\t0\t1\t0\t0\t0\t0\n\n",
        "sightglass-assets 1\na\tb\tc\t-1\t1\t0\t0\t0\t0\n\nx",
        "sightglass-assets 1\na\tb\tc\t9223372036854775807\t9223372036854775807\t0\t0\t0\t0\n\nx",
    };
    for (const std::string& bytes : broken) {
        EXPECT_FALSE(AssetArchive::Read(bytes).Ok()) << bytes;
    }
    EXPECT_TRUE(AssetArchive::Read("sightglass-assets 1\na\tb\tc\t0\t1\t1\t0\t1\t0\n\nx").Ok());
}

TEST(AcceptsEncodingTest, ReadsWeights) {
    EXPECT_TRUE(AcceptsEncoding("gzip, br", "br"));
    EXPECT_TRUE(AcceptsEncoding("BR;q=0.1", "br"));
    EXPECT_FALSE(AcceptsEncoding("br;q=0", "br"));
    EXPECT_FALSE(AcceptsEncoding("br; q=0.000", "br"));
    EXPECT_FALSE(AcceptsEncoding("brotli", "br"));
    EXPECT_FALSE(AcceptsEncoding("", "br"));
}

}  // namespace
}  // namespace sightglass::serve
