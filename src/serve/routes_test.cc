// The table of routes and api/openapi.yaml say the same.
#include "serve/routes.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/files.h"
#include "codec/json.h"
#include "serve/api/openapi.h"

namespace sightglass::serve {
namespace {

using codec::JsonValue;

std::string Upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return upper;
}

class RoutesTest : public ::testing::Test {
protected:
    RoutesTest() : document_(OpenApiJson()), root_(parser_.Parse(document_).value()) {}

    JsonValue Resolve(const JsonValue& value) const {
        const auto reference = value.Get("$ref").String();
        if (!reference) {
            return value;
        }
        return root_.Get("components")
            .Get("parameters")
            .Get(reference->substr(reference->rfind('/') + 1));
    }

    std::set<std::string> QueryParameters(const JsonValue& operation) const {
        std::set<std::string> names;
        operation.Get("parameters").ForEach([&](std::string_view, const JsonValue& element) {
            const JsonValue parameter = Resolve(element);
            if (parameter.Get("in").String() == "query") {
                names.emplace(parameter.Get("name").String().value_or(""));
            }
            return true;
        });
        return names;
    }

    codec::JsonParser parser_;
    const std::string document_;
    const JsonValue root_;
};

TEST_F(RoutesTest, EachOperationOfTheDocumentHasItsRoute) {
    std::set<std::string> documented;
    root_.Get("paths").ForEach([&](std::string_view path, const JsonValue& item) {
        item.ForEach([&](std::string_view method, const JsonValue&) {
            documented.insert(Upper(method) + " " + std::string(path));
            return true;
        });
        return true;
    });
    std::set<std::string> served;
    for (const Route& route : Routes()) {
        served.insert(std::string(route.method) + " " + std::string(route.path));
    }
    EXPECT_EQ(served, documented);
    EXPECT_GE(served.size(), 16U);
}

TEST_F(RoutesTest, PermissionsAndParametersAreAsDocumented) {
    for (const Route& route : Routes()) {
        std::string method(route.method);
        for (char& c : method) {
            c = static_cast<char>(c + 32);
        }
        const JsonValue operation = root_.Get("paths").Get(route.path).Get(method);
        EXPECT_EQ(operation.Get("x-permission").String(), route.permission) << route.path;
        const std::set<std::string> served(route.parameters.begin(), route.parameters.end());
        EXPECT_EQ(served, QueryParameters(operation)) << route.path;
    }
}

TEST_F(RoutesTest, TheDocumentAsJsonKeepsItsTypes) {
    EXPECT_EQ(root_.Get("openapi").String(), "3.1.0");
    EXPECT_EQ(root_.Get("info").Get("version").String(), "0.1.0");
    const JsonValue query = root_.Get("paths").Get("/api/v1/query").Get("get");
    EXPECT_EQ(query.Get("parameters").At(0).Get("required").Bool(), true);
    EXPECT_EQ(query.Get("parameters").At(2).Get("example").String(), "1h");
    EXPECT_EQ(
        root_.Get("components")
            .Get("schemas")
            .Get("Problem")
            .Get("properties")
            .Get("status")
            .Get("minimum")
            .Int(),
        400
    );
    const JsonValue text_or_null =
        root_.Get("components").Get("schemas").Get("NullableText").Get("type");
    EXPECT_EQ(text_or_null.At(1).String(), "null");
    const JsonValue vocabulary = root_.Get("components")
                                     .Get("schemas")
                                     .Get("CallSummary")
                                     .Get("properties")
                                     .Get("status")
                                     .Get("enum");
    EXPECT_TRUE(vocabulary.At(vocabulary.Size() - 1).IsNull());
}

TEST_F(RoutesTest, FindsTheValueInAPath) {
    const RouteMatch match = FindRoute("GET", "/api/v1/calls/a%2Fb");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.path_value, "a/b");
    EXPECT_TRUE(FindRoute("GET", "/api/v1/calls/").methods.empty());
    EXPECT_TRUE(FindRoute("GET", "/api/v1/calls/a/b").methods.empty());
    EXPECT_TRUE(FindRoute("GET", "/api/v1/calls%2Fa").methods.empty());
    EXPECT_EQ(FindRoute("PUT", "/api/v1/session").route, nullptr);
    EXPECT_EQ(FindRoute("PUT", "/api/v1/session").methods.size(), 3U);
    EXPECT_NE(FindRoute("HEAD", "/metrics").route, nullptr);
}

}  // namespace
}  // namespace sightglass::serve
