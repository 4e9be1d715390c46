// The figures of classification on texts that nothing was learnt from. Skipped, and said so, where the data is not there.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "classify/scenarios.h"

namespace sightglass::classify {
namespace {

using Labelled = std::pair<std::string, std::string>;  // Text and label.

constexpr const char* kData = SIGHTGLASS_SOURCE_DIR "/../shared/data/intent/";

/// Which scenario the labels of intent/usecase_public.jsonl stand for: docs/scenarios.md has the same table.
const std::map<std::string, std::string> kScenarioOfLabel = {
    {"coding", "coding"},
    {"code", "coding"},
    {"common-sense", "information"},
    {"generic", "information"},
    {"knowledge", "information"},
    {"humanities", "information"},
    {"stem", "information"},
    {"open qa", "information"},
    {"closed qa", "information"},
    {"counterfactual", "brainstorming"},
    {"brainstorming", "brainstorming"},
    {"extraction", "data_analysis"},
    {"extract", "data_analysis"},
    {"classification", "data_analysis"},
    {"math", "learning"},
    {"reasoning", "learning"},
    {"fermi", "learning"},
    {"roleplay", "roleplay"},
    {"writing", "writing"},
    {"generation", "writing"},
    {"rewrite", "writing"},
    {"summarization", "summarising"}};

/// A member of one line of JSON whose value is a string.
std::string Member(const std::string& line, const std::string& name) {
    std::size_t at = line.find("\"" + name + "\": \"");
    if (at == std::string::npos) {
        return "";
    }
    std::string value;
    for (at += name.size() + 5; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\') {
            value += line[at];
        } else {
            ++at;
            value += line[at] == 'n' || line[at] == 't' ? ' ' : line[at];
        }
    }
    return value;
}

/// Texts of one language, with the scenarios that their labels stand for.
std::vector<Labelled> ReadUseCases(const std::string& path, const std::string& language) {
    std::vector<Labelled> rows;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (Member(line, "lang") == language) {
            const std::string label = Member(line, "label");
            const auto found = kScenarioOfLabel.find(label);
            rows.emplace_back(
                Member(line, "text"),
                found != kScenarioOfLabel.end() ? found->second : label
            );
        }
    }
    return rows;
}

/// text,category, the text quoted where it has commas.
std::vector<Labelled> ReadBanking() {
    std::vector<Labelled> rows;
    std::ifstream file(std::string(kData) + "banking77_train.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        const std::size_t comma = line.rfind(',');
        if (comma != std::string::npos && line.size() > comma + 1 && line[comma + 1] != ' ') {
            std::string label = line.substr(comma + 1);
            label.erase(std::remove(label.begin(), label.end(), '\r'), label.end());
            rows.emplace_back(line.substr(0, comma), label);
        }
    }
    return rows;
}

double AccuracyOn(const std::vector<Labelled>& rows) {
    const auto model = ScenarioModel::Default();
    ScenarioModel::Scratch scratch;
    std::size_t right = 0;
    for (const auto& [text, scenario] : rows) {
        right += model->Classify({.ask = text, .setting = {}}, scratch).scenario == scenario;
    }
    return static_cast<double>(right) / static_cast<double>(rows.size());
}

class FiguresTest : public ::testing::Test {
protected:
    bool HasData() const {
        if (std::ifstream(std::string(kData) + "usecase_public.jsonl").good()) {
            return true;
        }
        std::printf("[ skipped: no %susecase_public.jsonl ]\n", kData);
        return false;
    }
};

TEST_F(FiguresTest, DefaultScenariosAreToldInThreeLanguages) {
    const auto dutch =
        ReadUseCases(SIGHTGLASS_SOURCE_DIR "/src/classify/examples/nl_test.jsonl", "nl");
    ASSERT_GE(dutch.size(), 100U);
    const double in_dutch = AccuracyOn(dutch);
    std::printf("nl %.3f of %zu\n", in_dutch, dutch.size());
    EXPECT_GE(in_dutch, 0.65);
    if (!HasData()) {
        return;
    }
    const auto english = ReadUseCases(std::string(kData) + "usecase_public.jsonl", "en");
    const auto chinese = ReadUseCases(std::string(kData) + "usecase_public.jsonl", "zh");
    const double in_english = AccuracyOn(english);
    const double in_chinese = AccuracyOn(chinese);
    std::printf(
        "en %.3f of %zu\nzh %.3f of %zu\n",
        in_english,
        english.size(),
        in_chinese,
        chinese.size()
    );
    EXPECT_GE(in_english, 0.65);
    EXPECT_GE(in_chinese, 0.60);
}

TEST_F(FiguresTest, EightExamplesMakeAScenarioOfOnesOwn) {
    if (!HasData()) {
        return;
    }
    std::map<std::string, OwnScenario> own;
    std::vector<Labelled> rest;
    for (auto& [text, label] : ReadBanking()) {
        OwnScenario& scenario = own[label];
        scenario.name = label;
        if (scenario.examples.size() < 8) {
            scenario.examples.push_back(text);
        } else {
            rest.emplace_back(text, label);
        }
    }
    std::vector<OwnScenario> all;
    for (auto& [name, scenario] : own) {
        all.push_back(scenario);
    }
    const auto model = ScenarioModel::WithOwn(all);
    ScenarioModel::Scratch scratch;
    std::size_t right = 0;
    std::size_t claimed = 0;
    for (const auto& [text, label] : rest) {
        right += model->ClassifyAsOwn(text, scratch).scenario == label;
        claimed += model->Classify({.ask = text, .setting = {}}, scratch).own;
    }
    const auto count = static_cast<double>(rest.size());
    const auto foreign = ReadUseCases(std::string(kData) + "usecase_public.jsonl", "en");
    std::size_t falsely = 0;
    for (const auto& [text, scenario] : foreign) {
        falsely += model->Classify({.ask = text, .setting = {}}, scratch).own;
    }
    std::printf(
        "banking77, %zu scenarios, %zu texts: %.3f right, %.3f taken for one's own; others %.3f; "
        "%.1f MB\n",
        all.size(),
        rest.size(),
        static_cast<double>(right) / count,
        static_cast<double>(claimed) / count,
        static_cast<double>(falsely) / static_cast<double>(foreign.size()),
        static_cast<double>(model->MemoryBytes()) / 1e6
    );
    EXPECT_GE(static_cast<double>(right) / count, 0.60);
    EXPECT_LE(static_cast<double>(falsely) / static_cast<double>(foreign.size()), 0.10);
    EXPECT_LE(model->MemoryBytes(), 60'000'000U);
}

}  // namespace
}  // namespace sightglass::classify
