#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "base/bounded_queue.h"
#include "base/files.h"
#include "base/money.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/uuid.h"

namespace sightglass {
namespace {

Result<int> Half(int number) {
    if (number % 2 != 0) {
        return Error{ErrorCode::kInvalidArgument, std::to_string(number) + " is odd"};
    }
    return number / 2;
}

Result<int> Quarter(int number) {
    SG_ASSIGN_OR_RETURN(const int half, Half(number));
    return Half(half);
}

TEST(ResultTest, PassesTheFirstErrorOutward) {
    EXPECT_EQ(*Quarter(12), 3);
    EXPECT_EQ(Quarter(7).error().message, "7 is odd");
    EXPECT_EQ(Quarter(6).error().message, "3 is odd");
    EXPECT_EQ(Quarter(6).error().code, ErrorCode::kInvalidArgument);
}

TEST(ResultTest, ContextStandsBeforeTheMessage) {
    EXPECT_EQ((Error{ErrorCode::kIo, "no"}.In("reading x").message), "reading x: no");
}

TEST(MoneyTest, SumsSaturateInsteadOfWrapping) {
    const Money most = Money::FromNanoUsd(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(most + Money::FromNanoUsd(1), most);
    const Money least = Money::FromNanoUsd(std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(least + Money::FromNanoUsd(-1), least);
}

TEST(MoneyTest, FormatsExactly) {
    EXPECT_EQ(FormatUsd(Money::FromNanoUsd(1'234'567)), "0.001234567");
    EXPECT_EQ(FormatUsd(Money::FromNanoUsd(-2'500'000'000)), "-2.5");
    EXPECT_EQ(FormatUsd(Money()), "0");
    EXPECT_EQ(
        FormatUsd(Money::FromNanoUsd(std::numeric_limits<std::int64_t>::min())),
        "-9223372036.854775808"
    );
}

TEST(UuidTest, IdsOfOneSourceIncreaseAlsoWithinAMillisecond) {
    UuidSource source(7);
    Uuid last;
    for (int i = 0; i < 20'000; ++i) {
        const Uuid next = source.Next(TimeFromMicros(1'700'000'000'000'000 + i / 100));
        EXPECT_LT(last, next);
        last = next;
    }
}

TEST(UuidTest, CarriesVersionVariantAndTime) {
    UuidSource source;
    const Uuid uuid = source.Next(TimeFromMicros(1'700'000'000'000'000));
    const std::string text = ToString(uuid);
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
    EXPECT_EQ(text.substr(0, 13), "018bcfe5-6800");
}

TEST(UuidTest, ReadsBothSpellingsAndNothingElse) {
    const std::string text = "018bcfe5-6800-7abc-8def-0123456789ab";
    EXPECT_EQ(ToString(ParseUuid(text).value()), text);
    EXPECT_EQ(ToString(ParseUuid("018BCFE568007ABC8DEF0123456789AB").value()), text);
    for (const char* bad :
         {"",
          "018bcfe5",
          "018bcfe5-6800-7abc-8def-0123456789ag",
          "018bcfe5x6800-7abc-8def-0123456789ab"}) {
        EXPECT_FALSE(ParseUuid(bad).Ok()) << bad;
    }
}

TEST(SecretTest, ComparesWholeTexts) {
    EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
    EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
    EXPECT_FALSE(EqualInConstantTime("abc", "abcd"));
}

TEST(TextTest, EscapesWhatSteersATerminal) {
    EXPECT_EQ(EscapeForDisplay("a\x1b[31mb\n"), "a\\x1b[31mb\\x0a");
    EXPECT_EQ(EscapeForDisplay("caf\xc3\xa9 \xff"), "caf\xc3\xa9 \\xff");
    EXPECT_EQ(
        EscapeForDisplay("\xc2\x9b"
                         "31m"),
        "\\xc2\\x9b31m"
    );
}

TEST(TextTest, RepairsWhatIsNotUtf8) {
    std::string good = "na\xc3\xafve \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80";
    EXPECT_FALSE(MakeValidUtf8(good));
    for (std::string bad :
         {"\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "abc\xe4\xbd", "\x80"}) {
        EXPECT_TRUE(MakeValidUtf8(bad));
        std::string again = bad;
        EXPECT_FALSE(MakeValidUtf8(again)) << "repaired text must be valid";
        EXPECT_NE(bad.find("\xef\xbf\xbd"), std::string::npos);
    }
}

TEST(TextTest, NumbersMustBeTheWholeText) {
    EXPECT_EQ(ParseInt("-12"), -12);
    EXPECT_EQ(ParseInt("12 "), std::nullopt);
    EXPECT_EQ(ParseInt(""), std::nullopt);
    EXPECT_EQ(ParseInt("9223372036854775808"), std::nullopt);
    EXPECT_EQ(ParseDouble("1.5"), 1.5);
    EXPECT_EQ(ParseDouble("1.5x"), std::nullopt);
}

TEST(TextTest, HexAndBase64UrlMatchRfc4648) {
    const std::uint8_t bytes[] = {0xfb, 0xef, 0xff, 0x00};
    EXPECT_EQ(ToHex(bytes), "fbefff00");
    EXPECT_EQ(ToBase64Url(bytes), "--__AA");
    EXPECT_EQ(Split("a,,b", ',').size(), 3U);
    EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
}

TEST(BoundedQueueTest, RefusesBeyondItsCapacityAndDrainsAfterClose) {
    BoundedQueue<int> queue(2);
    EXPECT_TRUE(queue.TryPush(1));
    EXPECT_TRUE(queue.TryPush(2));
    EXPECT_FALSE(queue.TryPush(3));
    queue.Close();
    EXPECT_FALSE(queue.TryPush(4));
    EXPECT_EQ(queue.Pop(), 1);
    EXPECT_EQ(queue.Pop(), 2);
    EXPECT_EQ(queue.Pop(), std::nullopt);
}

TEST(BoundedQueueTest, HandsEveryItemToExactlyOneThread) {
    constexpr int kItems = 10'000;
    BoundedQueue<int> queue(64);
    std::set<int> seen[2];
    std::thread readers[2];
    for (int i = 0; i < 2; ++i) {
        readers[i] = std::thread([&queue, &mine = seen[i]] {
            while (const auto item = queue.Pop()) {
                mine.insert(*item);
            }
        });
    }
    for (int i = 0; i < kItems;) {
        if (queue.TryPush(i)) {
            ++i;
        } else {
            std::this_thread::yield();
        }
    }
    queue.Close();
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(seen[0].size() + seen[1].size(), static_cast<std::size_t>(kItems));
}

class FilesTest : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/sightglass-files-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        directory_ = name;
    }

    void TearDown() override { std::filesystem::remove_all(directory_); }

    Path directory_;
};

TEST_F(FilesTest, ReplacesAFileWithTheModeAsked) {
    const Path file = directory_ / "token";
    ASSERT_TRUE(WriteFileAtomically(file, "one", 0600).Ok());
    ASSERT_TRUE(WriteFileAtomically(file, "two", 0600).Ok());
    EXPECT_EQ(*ReadFile(file), "two");

    struct stat info {};

    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(FilesTest, NamesTheMissingFile) {
    const auto content = ReadFile(directory_ / "absent");
    ASSERT_FALSE(content.Ok());
    EXPECT_EQ(content.error().code, ErrorCode::kNotFound);
    EXPECT_NE(content.error().message.find("absent"), std::string::npos);
}

TEST_F(FilesTest, MakesNestedDirectoriesForTheOwnerAlone) {
    const Path nested = directory_ / "a" / "b";
    ASSERT_TRUE(EnsurePrivateDirectory(nested).Ok());

    struct stat info {};

    ASSERT_EQ(::stat(nested.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(FilesTest, ALockIsHeldOnce) {
    const auto first = LockFile(directory_ / "lock");
    ASSERT_TRUE(first.Ok());
    const auto second = LockFile(directory_ / "lock");
    ASSERT_FALSE(second.Ok());
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace sightglass
