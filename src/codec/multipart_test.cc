#include "codec/multipart.h"

#include <string>

#include <gtest/gtest.h>

namespace sightglass::codec {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=----x7MA4YWxk";

std::string Text(const std::vector<MultipartField>& fields) {
    std::string text;
    for (const MultipartField& field : fields) {
        text += std::string(field.name) + "=" + std::string(field.value) + ";";
    }
    return text;
}

std::string Part(std::string_view head, std::string_view value) {
    return "------x7MA4YWxk\r\n" + std::string(head) + "\r\n\r\n" + std::string(value) + "\r\n";
}

std::string Form() {
    return Part("Content-Disposition: form-data; name=\"model\"", "whisper-1") +
           Part(
               "Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
               "Content-Type: audio/mpeg",
               std::string("\0\r\n--\r\n----almost\xFF", 18)
           ) +
           Part("content-disposition: form-data;name=stream", "true") +
           Part("Content-Disposition: form-data; name=\"prompt\"", "two\r\nlines") +
           Part("Content-Disposition: form-data; name=\"empty\"", "") + "------x7MA4YWxk--\r\n";
}

TEST(MultipartTest, GivesTextFieldsAndPassesFilesOver) {
    EXPECT_EQ(
        Text(ReadMultipartFields(kType, Form())),
        "model=whisper-1;stream=true;prompt=two\r\nlines;empty=;"
    );
}

TEST(MultipartTest, ReadsAnyPieceOfABody) {
    const std::string form = Form();
    EXPECT_EQ(
        Text(ReadMultipartFields(kType, std::string_view(form).substr(form.find("almost")))),
        "stream=true;prompt=two\r\nlines;empty=;"
    );
    EXPECT_EQ(
        Text(ReadMultipartFields(kType, std::string_view(form).substr(0, form.find("almost")))),
        "model=whisper-1;"
    );
}

TEST(MultipartTest, ReadsQuotedBoundaryAmongOtherParameters) {
    const std::string form = Form();
    EXPECT_EQ(
        ReadMultipartFields("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"----x7MA4YWxk\"", form)
            .size(),
        4U
    );
}

TEST(MultipartTest, WithoutABoundaryThereAreNoFields) {
    const std::string form = Form();
    for (const std::string_view type :
         {"",
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "application/json",
          "multipart/form-data; boundary=\"",
          "multipart/form-data;;;=;boundary"}) {
        EXPECT_TRUE(ReadMultipartFields(type, form).empty()) << type;
    }
}

TEST(MultipartTest, LargeValuesAndUnendingFormsAreBounded) {
    const std::string name = "Content-Disposition: form-data; name=\"a\"";
    EXPECT_EQ(
        ReadMultipartFields(kType, Part(name, std::string(4096, 'v')) + "------x7MA4YWxk--").size(),
        1U
    );
    EXPECT_TRUE(
        ReadMultipartFields(kType, Part(name, std::string(4097, 'v')) + "------x7MA4YWxk--").empty()
    );
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += Part(name, "v");
    }
    EXPECT_EQ(ReadMultipartFields(kType, many).size(), 64U);
}

TEST(MultipartTest, APartWithoutHeadersHasNoName) {
    EXPECT_TRUE(
        ReadMultipartFields(kType, "------x7MA4YWxk\r\n\r\nvalue\r\n------x7MA4YWxk--").empty()
    );
}

}  // namespace
}  // namespace sightglass::codec
