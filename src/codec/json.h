// Reading JSON. A body is indexed once, and read where somebody asks (json_index.h).
//
//   JsonParser parser;                         // keeps its buffers: one a thread
//   auto document = parser.Parse(body);
//   if (document.Ok()) { auto model = document->Get("model").String(); }
//
// Values are views into the parser's buffers: valid until its next Parse. Depth (256) and the number
// of values (4 Mi) are bounded. What is read as RFC 8259 has it: syntax, UTF-8, numbers; within strings
// control characters are let through, and escapes are checked where a string is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "codec/json_index.h"

namespace sightglass::codec {

/// One value of a parsed document. A value that is absent, or of another type than asked for,
/// answers nothing, so that lookups chain: `root.Get("usage").Get("prompt_tokens").Int()`.
/// Thread-safety: as the parser that it came from.
class JsonValue {
public:
    JsonValue() = default;

    bool Exists() const noexcept { return index_ != nullptr; }

    bool IsNull() const noexcept { return Is(JsonType::kNull); }

    bool IsObject() const noexcept { return Is(JsonType::kObject); }

    bool IsArray() const noexcept { return Is(JsonType::kArray); }

    bool IsString() const noexcept { return Is(JsonType::kString); }

    /// Member of an object; absent where there is none.
    JsonValue Get(std::string_view key) const noexcept {
        // Only an object has bits. Most keys that are asked for are not there.
        const bool may_be_there = Exists() && (entry().key_bits & KeyBit(key)) != 0;
        return may_be_there ? Find(key) : JsonValue();
    }

    /// Element of an array; absent where there is none.
    JsonValue At(std::size_t index) const noexcept;
    /// Elements of an array or members of an object; 0 otherwise.
    std::size_t Size() const noexcept;

    /// Without its escapes; empty where they are wrong.
    std::optional<std::string_view> String() const noexcept;
    /// An integer, or a number without a fraction that fits.
    std::optional<std::int64_t> Int() const noexcept;
    std::optional<double> Double() const noexcept;
    /// A number as it is written; empty for anything else.
    std::string_view NumberText() const noexcept;
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

    /// The value as JSON again, as it was written but without white space.
    std::string Text() const;

private:
    friend class JsonParser;
    using Visitor = bool (*)(void* context, std::string_view key, JsonValue value);

    JsonValue(JsonIndex* index, std::uint32_t place) noexcept : index_(index), place_(place) {}

    const JsonEntry& entry() const noexcept { return (*index_)[place_]; }

    std::string_view Raw() const noexcept { return index_->Raw(entry()); }

    bool Is(JsonType type) const noexcept { return Exists() && entry().type == type; }

    JsonValue Find(std::string_view key) const noexcept;
    void Walk(void* context, Visitor visitor) const;
    void AppendTo(std::string& out) const;

    JsonIndex* index_ = nullptr;  // The parser's.
    std::uint32_t place_ = 0;     // Among its entries.
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
