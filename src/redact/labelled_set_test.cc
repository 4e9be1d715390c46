// The figures of redaction: how much of what was planted in real prose is found, and how much of what is found was planted.
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "redact/document.h"
#include "redact/finder.h"
#include "redact/planted_values.h"

namespace sightglass::redact {
namespace {

struct Truth {
    std::size_t begin;
    std::size_t end;
    Kind kind;
    std::string detector;
};

struct Labelled {
    std::string text;
    std::vector<Truth> truths;
};

struct Score {
    int planted = 0;
    int found = 0;
    int false_positives = 0;
};

/// The messages of recorded conversations, where the recordings are there: each JSON string behind "content":.
std::vector<std::string> ReadProse() {
    std::vector<std::string> prose;
    std::ifstream file(SIGHTGLASS_SOURCE_DIR "/../shared/data/conv/conversations_public.jsonl");
    constexpr std::string_view kKey = "\"content\": \"";
    for (std::string line; std::getline(file, line);) {
        std::size_t at = line.find(kKey);
        while (at != std::string::npos) {
            const std::size_t begin = at + kKey.size();
            std::size_t end = begin;
            while (end < line.size() && line[end] != '"') {
                end += line[end] == '\\' ? 2 : 1;
            }
            prose.push_back(Unescape(std::string_view(line).substr(begin, end - begin)));
            at = line.find(kKey, end);
        }
    }
    return prose;
}

class LabelledSetTest : public ::testing::Test {
protected:
    using Generator = Planted (PlantedValues::*)();

    void SetUp() override {
        prose_ = ReadProse();
        if (prose_.empty()) {
            std::printf("skipped: ../shared/data/conv/conversations_public.jsonl is not there\n");
            GTEST_SKIP() << "no recorded conversations";
        }
    }

    /// Where a value may be put: at the start of a word.
    std::size_t PlaceIn(const std::string& text) {
        const std::size_t space = text.find(' ', values_.Below(text.size() + 1));
        return space == std::string::npos ? text.size() : space + 1;
    }

    /// A prose with a value in it, between spaces, quotes, brackets, lines or ideographs.
    Labelled Plant(const std::string& prose, const std::string& detector, const Planted& planted) {
        static const std::vector<std::pair<std::string, std::string>> kAround{
            {" ", " "},
            {" ", ", "},
            {"\n", "\n"},
            {" (", ") "},
            {" \"", "\" "},
            {" '", "' "},
            {": ", ". "},
            {"\t", "\t"},
            {" <", "> "},
            {" **", "** "},
            {"| ", " |"},
            {"\xE5\x9C\xA8", "\xE3\x80\x82"},
            {"\xEF\xBC\x8C", "\xE5\x92\x8C"}};
        const auto& [left, right] = values_.Pick(kAround);
        Labelled made{.text = prose, .truths = {}};
        const std::size_t place = PlaceIn(prose);
        const std::string lead = left + planted.before;
        made.text.insert(place, lead + planted.value + right);
        const std::size_t begin = place + lead.size();
        made.truths.push_back({begin, begin + planted.value.size(), planted.kind, detector});
        return made;
    }

    /// Counts a truth as found where one finding of its kind covers it and hardly more; any other finding that the prose alone
    /// does not have is false.
    void Judge(const Labelled& labelled, const std::string& prose) {
        constexpr std::size_t kSlack = 2;
        std::vector<Finding> found;
        FindAll(labelled.text, "", Scope::kAll, found);
        for (const Truth& truth : labelled.truths) {
            Score& score = scores_[truth.detector];
            ++score.planted;
            for (Finding& one : found) {
                const bool covers = one.begin <= truth.begin && one.end >= truth.end &&
                                    one.begin + kSlack >= truth.begin &&
                                    one.end <= truth.end + kSlack && one.kind == truth.kind;
                if (covers) {
                    ++score.found;
                    one.begin = one.end;
                    break;
                }
            }
            if (score.found + shown_ < score.planted && shown_ < 40) {
                ++shown_;
                std::printf(
                    "missed %s: '%s'\n",
                    truth.detector.c_str(),
                    labelled.text
                        .substr(
                            truth.begin - std::min<std::size_t>(truth.begin, 30),
                            truth.end - truth.begin + 40
                        )
                        .c_str()
                );
            }
        }
        CountFalse(labelled, prose, found);
    }

    void CountFalse(
        const Labelled& labelled,
        const std::string& prose,
        const std::vector<Finding>& found
    ) {
        for (const Finding& one : found) {
            const std::string text = labelled.text.substr(one.begin, one.end - one.begin);
            if (!one.Empty() && prose.find(text) == std::string::npos) {
                ++scores_[std::string(ToString(one.kind)) + " (false)"].false_positives;
                ++false_positives_;
                std::printf(
                    "false %s: '%s'\n",
                    std::string(ToString(one.kind)).c_str(),
                    text.c_str()
                );
            }
        }
    }

    static std::string_view ToString(Kind kind) {
        static const std::map<Kind, std::string_view> kNames{
            {Kind::kSecret, "secret"},
            {Kind::kEmail, "email"},
            {Kind::kPhone, "phone"},
            {Kind::kCard, "card"},
            {Kind::kIban, "iban"},
            {Kind::kNationalId, "national id"},
            {Kind::kIp, "ip"}};
        return kNames.at(kind);
    }

    PlantedValues values_{20'240'611};
    std::vector<std::string> prose_;
    std::map<std::string, Score> scores_;
    int false_positives_ = 0;
    int shown_ = 0;
};

TEST_F(LabelledSetTest, FindsWhatWasPlantedAndLittleElse) {
    const std::vector<std::pair<std::string, Generator>> generators{
        {"email", &PlantedValues::Email},
        {"phone", &PlantedValues::Phone},
        {"card", &PlantedValues::Card},
        {"iban", &PlantedValues::Iban},
        {"national id CN", &PlantedValues::ChineseId},
        {"national id NL", &PlantedValues::DutchId},
        {"national id US", &PlantedValues::UnitedStatesId},
        {"ip", &PlantedValues::Ip},
        {"key", &PlantedValues::Key},
        {"private key", &PlantedValues::PrivateKey},
        {"password", &PlantedValues::Password},
    };
    constexpr int kEach = 2000;
    for (const auto& [detector, generate] : generators) {
        for (int i = 0; i < kEach; ++i) {
            const std::string prose = values_.Pick(prose_);
            Judge(Plant(prose, detector, (values_.*generate)()), prose);
        }
    }
    for (int i = 0; i < 4 * kEach; ++i) {
        const std::string prose = values_.Pick(prose_);
        Labelled decoy = Plant(prose, "", {.before = "", .value = values_.Decoy(), .kind = {}});
        decoy.truths.clear();
        Judge(decoy, prose);
    }
    int planted = 0;
    int found = 0;
    for (const auto& [detector, score] : scores_) {
        if (score.planted > 0) {
            const double recall = 100.0 * score.found / score.planted;
            std::printf("%-16s recall %6.2f %% of %d\n", detector.c_str(), recall, score.planted);
            EXPECT_GE(recall, 99.0) << detector;
        } else {
            std::printf("%-16s %d\n", detector.c_str(), score.false_positives);
        }
        planted += score.planted;
        found += score.found;
    }
    const double precision = 100.0 * found / (found + false_positives_);
    std::printf("recall %.2f %%, precision %.2f %%\n", 100.0 * found / planted, precision);
    EXPECT_GE(precision, 98.0);
}

TEST_F(LabelledSetTest, FindsInRealProseOnlyWhatIsThere) {
    int texts = 0;
    int findings = 0;
    for (const std::string& prose : prose_) {
        std::vector<Finding> found;
        FindAll(prose, "", Scope::kAll, found);
        for (const Finding& one : found) {
            const std::string text = prose.substr(one.begin, one.end - one.begin);
            // Read by people: the recordings hold addresses, made-up passwords and one telephone number.
            const bool true_one =
                (one.kind == Kind::kEmail && text.find('@') != std::string::npos) ||
                (one.kind == Kind::kSecret && prose.find("assword") != std::string::npos) ||
                text == "13812345678";
            EXPECT_TRUE(true_one) << text;
            ++findings;
        }
        ++texts;
    }
    std::printf("%d texts, %d findings\n", texts, findings);
    EXPECT_GT(texts, 1000);
}

}  // namespace
}  // namespace sightglass::redact
