// Writing JSON: appends to a string, puts commas and escapes in. Nesting is the caller's.
//
//   JsonWriter json;
//   json.BeginObject().Key("calls").Int(3).EndObject();
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sightglass::codec {

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string& out);

/// Thread-safety: one thread at a time.
class JsonWriter {
public:
    JsonWriter() { text_.reserve(kUsualBytes); }

    JsonWriter& BeginObject();
    JsonWriter& EndObject();
    JsonWriter& BeginArray();
    JsonWriter& EndArray();
    JsonWriter& Key(std::string_view key);
    /// Bytes that are not UTF-8 become U+FFFD; `<`, `>` and `&` stay as they are.
    JsonWriter& String(std::string_view text);

    /// Null where it is empty, which is unknown.
    JsonWriter& StringOrNull(std::string_view text) { return text.empty() ? Null() : String(text); }

    JsonWriter& Int(std::int64_t number);
    /// Shortest text that reads back equal; null where it is not finite.
    JsonWriter& Double(double number);
    JsonWriter& Bool(bool value);
    JsonWriter& Null();
    /// Text that is JSON already.
    JsonWriter& Raw(std::string_view json);

    const std::string& text() const noexcept { return text_; }

    std::string Take() noexcept { return std::move(text_); }

private:
    static constexpr std::size_t kUsualBytes = 256;

    void Separate();

    std::string text_;
    bool need_comma_ = false;
};

}  // namespace sightglass::codec
