// Reading JSON. The only room that includes simdjson; this header does not.
//
//   JsonParser parser;                         // keeps its buffers: one a thread
//   auto document = parser.Parse(body);
//   if (document.Ok()) { auto model = document->Get("model").String(); }
//
// Values are views into the parser's buffers: valid until its next Parse. Depth is bounded (256).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace sightglass::codec {

class JsonWriter;

/// One value of a parsed document. A value that is absent, or of another type than asked for,
/// answers nothing, so that lookups chain: `root.Get("usage").Get("prompt_tokens").Int()`.
/// Thread-safety: plain value over immutable data.
class JsonValue {
public:
    JsonValue() = default;

    bool Exists() const noexcept { return document_ != nullptr; }

    bool IsNull() const noexcept;
    bool IsObject() const noexcept;
    bool IsArray() const noexcept;
    bool IsString() const noexcept;

    /// Member of an object; absent where there is none.
    JsonValue Get(std::string_view key) const noexcept;
    /// Element of an array; absent where there is none.
    JsonValue At(std::size_t index) const noexcept;
    /// Elements of an array or members of an object; 0 otherwise.
    std::size_t Size() const noexcept;

    std::optional<std::string_view> String() const noexcept;
    /// An integer, or a number without a fraction that fits.
    std::optional<std::int64_t> Int() const noexcept;
    std::optional<double> Double() const noexcept;
    std::optional<bool> Bool() const noexcept;

    /// Calls visit(key, value) for each member of an object, or visit("", value) for each element
    /// of an array, until it returns false.
    template <typename Visit>
    void ForEach(Visit&& visit) const {
        auto call = [](void* context, std::string_view key, JsonValue value) {
            return static_cast<bool>((*static_cast<std::remove_reference_t<Visit>*>(context)
            )(key, value));
        };
        Walk(&visit, call);
    }

    /// The value as JSON again, without white space. Strings are escaped anew.
    std::string Text() const;

private:
    friend class JsonParser;
    using Visitor = bool (*)(void* context, std::string_view key, JsonValue value);

    JsonValue(const void* document, std::size_t index) noexcept
        : document_(document), index_(index) {}

    void Walk(void* context, Visitor visitor) const;
    void Write(JsonWriter& json) const;

    const void* document_ = nullptr;  // A simdjson::dom::document, owned by the parser.
    std::size_t index_ = 0;           // On its tape.
};

/// Thread-safety: one thread at a time.
class JsonParser {
public:
    JsonParser();
    ~JsonParser();
    JsonParser(JsonParser&&) noexcept;
    JsonParser& operator=(JsonParser&&) noexcept;

    /// kCorrupt, with what is wrong, where it is not JSON; kTooLarge beyond 64 MiB.
    Result<JsonValue> Parse(std::string_view text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

bool IsValidUtf8(std::string_view text) noexcept;

/// The text of the object that follows the last `"key":` in `text`, or nothing. For the end of a
/// body whose start is gone: within a JSON string that sequence cannot stand, because its quotes
/// would be escaped.
std::optional<std::string_view>
FindLastObject(std::string_view text, std::string_view key) noexcept;

/// The value of the last `"key":"…"` in `text`, still escaped, or nothing.
std::optional<std::string_view>
FindLastString(std::string_view text, std::string_view key) noexcept;

}  // namespace sightglass::codec
