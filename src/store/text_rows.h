// Rows of a table that some engine reads, as text: what a file format that needs an engine looks like
// to those who do not know it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sightglass::store {

/// Thread-safety: one thread at a time.
class TextRows {
public:
    virtual ~TextRows() = default;

    virtual const std::vector<std::string>& Columns() const noexcept = 0;

    /// The next row's values, one a column, nothing for null; false at the end. Lists and structures
    /// are JSON. Valid until the next call.
    virtual Result<bool> Next(std::vector<std::optional<std::string_view>>& values) = 0;
};

}  // namespace sightglass::store
