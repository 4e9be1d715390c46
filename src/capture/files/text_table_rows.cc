#include "capture/files/text_table_rows.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "capture/files/json_rows.h"

namespace sightglass::capture::files {
namespace {

class TextTableRows final : public RowReader {
public:
    explicit TextTableRows(std::unique_ptr<store::TextRows> table) : table_(std::move(table)) {}

    const std::vector<std::string>& Columns() const noexcept override { return table_->Columns(); }

    void Bind(const std::vector<std::string>& columns) override {
        bound_.clear();
        for (const std::string& column : columns) {
            bound_.push_back(BoundOf(column));
        }
    }

    Result<bool> Next(Row& row) override {
        SG_ASSIGN_OR_RETURN(const bool more, table_->Next(values_));
        if (!more) {
            return false;
        }
        row.line = ++line_;
        row.broken = {};
        raw_.clear();
        for (const auto& value : values_) {
            raw_.append(value.value_or("")).append(1, '\x1f');
        }
        row.raw = raw_;
        row.cells.assign(bound_.size(), Cell{});
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            row.cells[i] = CellFor(bound_[i]);
        }
        return true;
    }

private:
    /// A column, and the path within its JSON where one is asked for.
    struct Bound {
        std::size_t place = kNowhere;
        std::optional<JsonPath> path;
        codec::JsonParser parser;
    };

    static constexpr std::size_t kNowhere = ~std::size_t{0};

    std::size_t PlaceOf(std::string_view name) const {
        const auto found = std::find(Columns().begin(), Columns().end(), name);
        return found == Columns().end() ? kNowhere
                                        : static_cast<std::size_t>(found - Columns().begin());
    }

    Bound BoundOf(std::string_view column) const {
        Bound bound;
        bound.place = PlaceOf(column);
        const std::size_t dot = column.find('.');
        if (bound.place == kNowhere && dot != std::string_view::npos) {
            bound.place = PlaceOf(column.substr(0, dot));
            bound.path.emplace(column.substr(dot + 1));
        }
        return bound;
    }

    Cell CellFor(Bound& bound) const {
        if (bound.place >= values_.size() || !values_[bound.place]) {
            return {};
        }
        const std::string_view text = *values_[bound.place];
        if (!bound.path) {
            return text.empty() ? Cell{} : Cell{CellKind::kText, text, {}};
        }
        const auto parsed = bound.parser.Parse(text);
        return parsed.Ok() ? CellOf(bound.path->In(*parsed)) : Cell{};
    }

    const std::unique_ptr<store::TextRows> table_;
    std::vector<Bound> bound_;
    std::vector<std::optional<std::string_view>> values_;
    std::string raw_;
    std::uint64_t line_ = 0;
};

}  // namespace

std::unique_ptr<RowReader> ReadTextTable(std::unique_ptr<store::TextRows> table) {
    return std::make_unique<TextTableRows>(std::move(table));
}

}  // namespace sightglass::capture::files
