// The prices of a data directory: the list that came with the program or a newer one, and somebody's own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/mutex.h"
#include "base/result.h"
#include "prices/price_book.h"

namespace sightglass::prices {

/// Keeps DIR/list.txt and DIR/own.txt (docs/formats/price-book.md), each of which may be absent. A text that cannot be read is never
/// kept. Another process may put files there as well: Refresh sees them.
/// Thread-safety: safe for concurrent use.
class PriceShelf {
public:
    /// What cannot be read is logged, and the program's own list holds instead, with no own prices. `directory` is made when
    /// something is kept.
    explicit PriceShelf(Path directory);

    /// What holds now.
    std::shared_ptr<const PriceBook> Get() const;

    /// Own prices and discounts as they were written; empty where there are none.
    std::string OwnText() const;

    /// Whether the list is a newer one than the program's.
    bool HasOwnList() const;

    /// Whether SetOwn would take it: kInvalidArgument names the line that is wrong.
    Status CheckOwn(const std::string& text) const;

    /// The same for SetList.
    Status CheckList(const std::string& text) const;

    /// Checks, keeps and uses it; an empty text is none. kInvalidArgument names the line that is wrong, and nothing has changed.
    Status SetOwn(const std::string& text);

    /// As SetOwn, for the list prices; an empty text goes back to the program's.
    Status SetList(const std::string& text);

    /// Reads the files again where they have changed. True where prices are others now; an error where a file cannot be read, and
    /// nothing has changed.
    Result<bool> Refresh();

private:
    struct Texts {
        std::string own;
        std::string list;  ///< Empty: the program's.
    };

    struct State {
        Texts texts;
        std::shared_ptr<const PriceBook> book;
    };

    Result<Texts> ReadTexts() const;
    Status Check(std::string Texts::*which, const std::string& text) const;
    Status Set(std::string Texts::*which, std::string_view file, const std::string& text);
    static Result<std::shared_ptr<const PriceBook>> MakeBook(const Texts& texts);

    const Path directory_;
    Guarded<State> state_;
};

}  // namespace sightglass::prices
