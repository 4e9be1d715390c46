// Which entry of the books is meant by the names that a call has.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prices/book.h"

namespace sightglass::prices {

struct Found {
    const Book* book = nullptr;
    const Provider* provider = nullptr;
    const Model* model = nullptr;
};

/// Other names under which the same model may stand in a book, the most exact first, all lower case: without "ft:" and what
/// follows the base model, without "maker/", "gpt-35-" as "gpt-3.5-", without a date at its end.
std::vector<std::string> NamesOf(std::string_view model);

/// What any of the books has under the most exact name; of two that have it under the same one, the earlier book. A provider
/// that no book has models of gets the price of whoever made the model. Null pointers where there is none.
Found Find(std::span<const Book> books, std::string_view provider, std::string_view model);

std::string LowerCase(std::string_view text);

}  // namespace sightglass::prices
