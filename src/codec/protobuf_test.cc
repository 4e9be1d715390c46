#include "codec/protobuf.h"

#include <string>

#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

namespace sightglass::codec {
namespace {

using std::string_literals::operator""s;

TEST(WireReaderTest, ReadsWhatProtozeroWrites) {
    std::string bytes;
    protozero::pbf_writer writer(bytes);
    writer.add_uint64(1, 300);
    writer.add_string(2, "text");
    writer.add_fixed64(3, 0x0102030405060708U);
    writer.add_double(400, 1.5);
    writer.add_fixed32(5, 7);
    writer.add_int64(6, -1);

    WireReader reader(bytes);
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Field(), 1U);
    EXPECT_EQ(reader.Number(), 300U);
    EXPECT_TRUE(reader.Bytes().empty());
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Bytes(), "text");
    EXPECT_EQ(reader.Number(), 0U);
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Number(), 0x0102030405060708U);
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Field(), 400U);
    EXPECT_EQ(reader.Double(), 1.5);
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.Number(), 7U);
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(static_cast<std::int64_t>(reader.Number()), -1);
    EXPECT_FALSE(reader.Next());
    EXPECT_FALSE(reader.Failed());
}

TEST(WireReaderTest, EveryCutIsFoundOrEndsAtAField) {
    std::string bytes;
    AppendWireNumber(1, 300, bytes);
    const std::size_t first = bytes.size();
    AppendWireBytes(2, "abc", bytes);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        WireReader reader(std::string_view(bytes).substr(0, cut));
        while (reader.Next()) {
        }
        EXPECT_EQ(reader.Failed(), cut != first) << cut;
    }
}

TEST(WireReaderTest, RefusesWhatIsNoWireFormat) {
    for (const std::string& bytes : {
             "\x00"s,                                          // Field 0.
             "\x0b"s,                                          // A group.
             "\x0f"s,                                          // No wire type.
             "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s,  // A varint without end.
             "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s,      // A length beyond everything.
         }) {
        WireReader reader(bytes);
        EXPECT_FALSE(reader.Next());
        EXPECT_TRUE(reader.Failed());
        EXPECT_FALSE(reader.Next());
    }
}

}  // namespace
}  // namespace sightglass::codec
