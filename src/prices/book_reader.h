// Reading the text of a price book. Format: docs/formats/price-book.md.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "base/result.h"
#include "prices/book.h"

namespace sightglass::prices {

/// kInvalidArgument names the line that cannot be read; kTooLarge beyond 16 MiB or 200,000 lines.
Result<Book> ReadBook(std::string_view text);

}  // namespace sightglass::prices
