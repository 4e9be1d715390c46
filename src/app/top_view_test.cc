#include "app/top_view.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/text.h"

namespace sightglass::app {
namespace {

TopData SomeData() {
    TopData data;
    data.at = "2026-11-23T10:00:00Z";
    auto rows = ReadTopRows(
        R"({"rows":[["gpt-4o",12.5,0.02,34000,0.0123,900,2100.4,null],
            ["o3",40,0,1200000,2.5,null,null,null],["\u001b[31mred",1,null,10,0,5,6,7]]})",
        true
    );
    EXPECT_TRUE(rows.Ok());
    data.rows = std::move(rows).value();
    data.all = data.rows.front();
    return data;
}

TEST(TopViewTest, SortsByAnyColumnWithWhatIsNotKnownLast) {
    TopView view;
    TopData data = SomeData();
    SortRows(view, data.rows);
    EXPECT_EQ(data.rows.front().name, "o3");
    view.sort = 4;
    SortRows(view, data.rows);
    EXPECT_EQ(data.rows.front().name, "gpt-4o");
    EXPECT_EQ(data.rows.back().name, "o3");
    view.ascending = true;
    SortRows(view, data.rows);
    EXPECT_EQ(data.rows.back().name, "o3");
}

TEST(TopViewTest, IsPlainAndWholeWithoutATerminal) {
    const TopView view;
    const std::string text = FormatTop(view, SomeData(), std::nullopt);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("vcalls/min"), std::string::npos);
    EXPECT_NE(text.find("34k"), std::string::npos);
    EXPECT_NE(text.find("1.2M"), std::string::npos);
    EXPECT_NE(text.find("2 %"), std::string::npos);
    EXPECT_NE(text.find("0.0123"), std::string::npos);
    EXPECT_EQ(Split(text, '\n').size(), 6U);  // Summary, head, three rows, and the end.
}

TEST(TopViewTest, FitsTheTerminalWhateverItsSize) {
    const TopView view;
    for (const TopSize size : {TopSize{80, 24}, TopSize{30, 4}, TopSize{10, 1}}) {
        const std::string text = FormatTop(view, SomeData(), size);
        const auto lines = Split(text, '\n');
        EXPECT_LE(lines.size(), std::max<std::size_t>(size.lines, 3));
        for (const std::string_view line : lines) {
            const std::size_t style = line.find('\x1b') == std::string_view::npos ? 0 : 8;
            EXPECT_LE(line.size(), size.columns + style) << line;
        }
    }
}

TEST(TopViewTest, KeysChangeWhatIsShown) {
    TopView view;
    TakeKeys(">>\x1b[C<r", view);
    EXPECT_EQ(view.sort, 2U);
    EXPECT_TRUE(view.ascending);
    TakeKeys("\x1b[D\x1b[D\x1b[D", view);
    EXPECT_EQ(view.sort, TopColumns().size() - 1);
    TakeKeys("gwp?", view);
    EXPECT_EQ(view.by, "service");
    EXPECT_EQ(view.window, "5m");
    EXPECT_TRUE(view.paused);
    EXPECT_FALSE(view.done);
    TakeKeys("\x03", view);
    EXPECT_TRUE(view.done);
}

}  // namespace
}  // namespace sightglass::app
