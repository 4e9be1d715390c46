// What `sightglass top` shows, without the terminal that shows it: rows, their order, keys.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sightglass::app {

/// How a metric is shown.
enum class TopUnit : std::uint8_t { kPerMinute, kPercent, kTokens, kDollars, kMilliseconds };

struct TopColumn {
    std::string_view title;
    std::string_view metric;  ///< Of the catalogue.
    TopUnit unit;
};

const std::vector<TopColumn>& TopColumns();
const std::vector<std::string_view>& TopDimensions();
const std::vector<std::string_view>& TopWindows();

/// What the reader has chosen.
/// Thread-safety: plain value.
struct TopView {
    std::string by = "model";
    std::string window = "1m";
    std::size_t sort = 0;  ///< Of TopColumns.
    bool ascending = false;
    bool paused = false;
    bool done = false;
};

/// An unknown value is none.
/// Thread-safety: plain value.
struct TopRow {
    std::string name;
    std::vector<std::optional<double>> values;
};

/// Thread-safety: plain value.
struct TopData {
    std::string at;  ///< When it was asked, as text.
    std::vector<TopRow> rows;
    TopRow all;
    std::int64_t in_flight = 0;
    std::int64_t firing = 0;
    std::string trouble;  ///< Why there is nothing newer; empty: there is.
};

/// Rows of an answer of /api/v1/query: of each the name, where `has_names`, and TopColumns' metrics.
Result<std::vector<TopRow>> ReadTopRows(std::string_view answer, bool has_names);

/// Largest first, or smallest; what is not known last.
void SortRows(const TopView& view, std::vector<TopRow>& rows);

struct TopSize {
    std::size_t columns = 80;
    std::size_t lines = 24;
};

/// At most so many lines of so many characters. Of a terminal the head stands out and the last line says what keys
/// do; elsewhere (nothing as `size`) it is all rows, as plain text.
std::string FormatTop(const TopView& view, const TopData& data, const std::optional<TopSize>& size);

/// What a reader typed does to the view. Unknown keys do nothing.
void TakeKeys(std::string_view typed, TopView& view);

}  // namespace sightglass::app
