#include "pipeline/undo_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/test_directory.h"

namespace sightglass::pipeline {
namespace {

class UndoFileTest : public ::testing::Test {
protected:
    Path File() const { return directory_.path() / "undo"; }

    void Append(const std::string& page) {
        auto file = UndoFile::Open(File());
        ASSERT_TRUE(file.Ok()) << file.error().message;
        ASSERT_TRUE(file->Append(page).Ok());
    }

    /// Its pages, the last first; "damaged" for one that is.
    std::vector<std::string> Pages() const {
        auto file = UndoFile::Open(File());
        EXPECT_TRUE(file.Ok());
        std::vector<std::string> pages;
        while (true) {
            auto page = file->TakeLast();
            if (!page.Ok()) {
                EXPECT_EQ(page.error().code, ErrorCode::kCorrupt);
                pages.emplace_back("damaged");
                return pages;
            }
            if (!*page) {
                return pages;
            }
            pages.push_back(**page);
        }
    }

    std::string Bytes() const {
        std::ifstream in(File(), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    void Write(const std::string& bytes) {
        std::ofstream(File(), std::ios::binary | std::ios::trunc) << bytes;
    }

    journal::TestDirectory directory_;
};

TEST_F(UndoFileTest, GivesItsPagesBackTheLastFirst) {
    EXPECT_TRUE(Pages().empty());
    Append("one");
    Append(std::string(100'000, 'x'));
    Append("three");
    EXPECT_EQ(Pages(), (std::vector<std::string>{"three", std::string(100'000, 'x'), "one"}));
}

TEST_F(UndoFileTest, LeavesOutAPageThatWasTornAndWritesOverIt) {
    Append("one");
    const std::string one = Bytes();
    Append("page two");
    const std::string two = Bytes();
    for (std::size_t size = one.size() + 1; size < two.size(); ++size) {
        Write(two.substr(0, size));
        EXPECT_EQ(Pages(), std::vector<std::string>{"one"}) << size;
        Write(two.substr(0, size) + std::string(two.size() - size, '\0'));  // After a power cut.
        EXPECT_EQ(Pages(), std::vector<std::string>{"one"}) << size;
        Append("new");
        EXPECT_EQ(Pages(), (std::vector<std::string>{"new", "one"})) << size;
    }
}

TEST_F(UndoFileTest, SaysWhereAnEarlierPageIsDamaged) {
    Append("one");
    Append("two");
    std::string bytes = Bytes();
    bytes[8] = 'O';
    Write(bytes);
    EXPECT_EQ(Pages(), (std::vector<std::string>{"two", "damaged"}));
}

TEST_F(UndoFileTest, NeedsItsDirectory) {
    EXPECT_FALSE(UndoFile::Open(directory_.path() / "absent" / "undo").Ok());
}

}  // namespace
}  // namespace sightglass::pipeline
