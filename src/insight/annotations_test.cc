#include "insight/annotations.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "insight/case_report.h"
#include "store/memory.h"

namespace sightglass::insight {
namespace {

constexpr Time kNow = TimeFromMicros(1'789'948'800'000'000);  // 2026-09-21T00:00:00Z

class FixedClock final : public Clock {
public:
    Time Now() const noexcept override { return kNow; }
};

class AnnotationsTest : public testing::Test {
protected:
    AnnotationsTest()
        : folder_(testing::TempDir() + "annotations-" + std::to_string(::getpid())),
          database_(Open()),
          annotations_(*database_, clock_) {}

    std::unique_ptr<state::Database> Open() {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        auto opened = state::Database::Open(folder_ / "state.db");
        EXPECT_TRUE(opened.Ok());
        return std::move(opened).value();
    }

    static Annotation Parsed(std::string_view body) {
        auto annotation = ParseAnnotation(body, kNow, {.at = kNow});
        EXPECT_TRUE(annotation.Ok()) << annotation.error().message;
        return std::move(annotation).value();
    }

    Path folder_;
    FixedClock clock_;
    std::unique_ptr<state::Database> database_;
    Annotations annotations_;
};

TEST_F(AnnotationsTest, AreReadChangedAndKept) {
    const Annotation given =
        Parsed(R"({"at":"-2h","kind":"model_switch","name":" gpt-6 ","filters":["service:chat"]})");
    EXPECT_EQ(given.at, kNow - std::chrono::hours(2));
    EXPECT_EQ(given.name, "gpt-6");
    const auto made = annotations_.Add(given, {.at = kNow, .actor = "admin", .action = "made"});
    ASSERT_TRUE(made.Ok());
    auto wanted = ParseAnnotation(R"({"text":"why","name":"gpt-6 sol"})", kNow, *made);
    ASSERT_TRUE(wanted.Ok());
    ASSERT_TRUE(annotations_.Change(*wanted, {.at = kNow}).Ok());
    const auto found = annotations_.Find(made->id);
    ASSERT_TRUE(found.Ok());
    EXPECT_EQ(found->name, "gpt-6 sol");
    EXPECT_EQ(found->text, "why");
    EXPECT_EQ(found->kind, AnnotationKind::kModelSwitch);
    EXPECT_EQ(found->filters, std::vector<std::string>{"service:chat"});
    state::AuditLog audit(*database_);
    const auto entries = audit.List(10, std::nullopt);
    ASSERT_TRUE(entries.Ok());
    ASSERT_EQ(entries->items.size(), 2U);
    EXPECT_EQ(entries->items.back().object, made->id);

    EXPECT_EQ(annotations_.Between(kNow - std::chrono::hours(2), kNow)->size(), 1U);
    EXPECT_TRUE(annotations_.Between(kNow - std::chrono::hours(1), kNow)->empty());
    ASSERT_TRUE(annotations_.Remove(made->id, {.at = kNow}).Ok());
    EXPECT_EQ(annotations_.Find(made->id).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(annotations_.Remove(made->id, {}).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(annotations_.Change(*wanted, {}).error().code, ErrorCode::kNotFound);
}

TEST_F(AnnotationsTest, WhatIsNotAllowedIsRefused) {
    for (const std::string_view body :
         {R"({})",
          R"([])",
          R"({"name":""})",
          R"({"name":"two\nlines"})",
          R"({"name":"x","kind":"party"})",
          R"({"name":"x","at":"whenever"})",
          R"({"name":"x","at":""})",
          R"({"name":"x","filters":["colour:red"]})",
          R"({"name":"x","filters":"service:chat"})",
          R"({"name":"x","filters":[""]})",
          R"({"name":"x","text":7})",
          R"({"name":"x","more":1})"}) {
        const auto refused = ParseAnnotation(body, kNow, {});
        ASSERT_FALSE(refused.Ok()) << body;
        EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument) << body;
    }
    EXPECT_EQ(ParseAnnotation("{", kNow, {}).error().code, ErrorCode::kCorrupt);
}

TEST_F(AnnotationsTest, TheReportIsOnePageThatNeedsNothingElse) {
    CaseReport report;
    report.annotation = Parsed(R"({"name":"<b>new</b> & faster","text":"<script>x()</script>"})");
    const auto question = analytics::ParseCase({.at = kNow}, kNow + std::chrono::hours(24 * 20));
    ASSERT_TRUE(question.Ok());
    report.question = *question;
    const auto store = store::NewMemoryStore();
    auto answer = analytics::AskCase(*question, *store);
    ASSERT_TRUE(answer.Ok());
    report.answer = std::move(*answer);
    report.made_at = kNow;
    const std::string english = CaseHtml(report, notify::Language::kEnglish);
    EXPECT_NE(english.find("&lt;b&gt;new&lt;/b&gt; &amp; faster"), std::string::npos);
    EXPECT_EQ(english.find("<script"), std::string::npos);
    EXPECT_EQ(english.find("http"), std::string::npos);
    EXPECT_EQ(english.find('{' + std::string("days}")), std::string::npos);
    EXPECT_NE(english.find("too few days"), std::string::npos);
    EXPECT_NE(CaseHtml(report, notify::Language::kChinese).find("响应时间"), std::string::npos);
    EXPECT_NE(CaseHtml(report, notify::Language::kDutch).find("Tevredenheid"), std::string::npos);
}

}  // namespace
}  // namespace sightglass::insight
