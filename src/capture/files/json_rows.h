// Rows of JSON: one object a line, or the elements of an array, or objects that follow each other
// over several lines. Where an object is an envelope, as an API's page is, its rows are the elements
// of the array that it holds.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/files/byte_source.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// The texts of JSON values in a stream, one after another.
/// Thread-safety: one thread at a time.
class JsonTexts {
public:
    /// The window must outlive it.
    explicit JsonTexts(ByteWindow& window) noexcept : window_(window) {}

    /// The next text, or why it is none; false at the end. Valid until the next call.
    Result<bool> Next(std::string_view& text, std::uint64_t& line, std::string_view& broken);

private:
    enum class Layout : std::uint8_t {
        kUnknown,
        kLines,     ///< A value a line: a broken one ends with its line.
        kElements,  ///< Told apart by their brackets.
    };

    Result<Layout> FindLayout();
    Result<bool> NextLine(std::string_view& text, std::string_view& broken);
    Result<bool> NextElement(std::string_view& text, std::string_view& broken);
    Result<bool> SkipToElement();
    Result<bool> SkipLine();
    void Consume(std::size_t bytes);

    ByteWindow& window_;
    Layout layout_ = Layout::kUnknown;
    std::size_t consume_ = 0;
    std::uint64_t line_ = 1;
};

/// A value within an object by its path, taken apart once.
/// Thread-safety: plain value.
class JsonPath {
public:
    /// "usage.prompt_tokens"
    explicit JsonPath(std::string_view path);

    codec::JsonValue In(const codec::JsonValue& object) const noexcept;

private:
    std::string whole_;  // A member may have a point in its name.
    std::vector<std::string> keys_;
};

/// The window must outlive the reader.
Result<std::unique_ptr<RowReader>> ReadJson(ByteWindow& window);

}  // namespace sightglass::capture::files
