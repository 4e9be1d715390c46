#include "app/demo/opinion.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "app/demo/generation.h"
#include "codec/json_writer.h"

namespace sightglass::demo {

namespace {

using Lines = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> kEnglishPraise = {
    "Exactly what I needed, thank you.",
    "Quick and to the point.",
    "Found my order straight away.",
    "Clear answer, no need to call anyone.",
    "Better than the old contact form.",
    "It understood what I meant the first time.",
};
constexpr std::array<std::string_view, 5> kEnglishWaiting = {
    "The answer was fine, but I waited far too long for it.",
    "So slow that I thought it had crashed.",
    "Half a minute for one sentence?",
    "I had already found the answer myself when it came.",
    "Very slow today.",
};
constexpr std::array<std::string_view, 5> kEnglishBlame = {
    "It did not answer my question.",
    "It keeps repeating the same thing.",
    "The return address it gave me is out of date.",
    "I got an error in the middle of the conversation.",
    "Please let me talk to a person.",
};
constexpr std::array<std::string_view, 4> kDutchPraise = {
    "Precies wat ik zocht, dank je wel.",
    "Snel en duidelijk antwoord.",
    "Handig, zo hoef ik niet te bellen.",
    "Mijn bestelling was meteen gevonden.",
};
constexpr std::array<std::string_view, 4> kDutchWaiting = {
    "Goed antwoord, maar het duurde veel te lang.",
    "Zo traag dat ik dacht dat het vastliep.",
    "Een halve minuut wachten op één zin?",
    "Vandaag erg langzaam.",
};
constexpr std::array<std::string_view, 4> kDutchBlame = {
    "Dit was geen antwoord op mijn vraag.",
    "Het herhaalt steeds hetzelfde.",
    "Ik kreeg midden in het gesprek een foutmelding.",
    "Ik wil graag een medewerker spreken.",
};
constexpr std::array<std::string_view, 4> kChinesePraise = {
    "正是我需要的，谢谢！",
    "回答又快又清楚。",
    "一下子就找到了我的订单。",
    "比以前的客服表单好用多了。",
};
constexpr std::array<std::string_view, 4> kChineseWaiting = {
    "答案没问题，但是等得太久了。",
    "慢得我以为卡住了。",
    "一句话要等半分钟？",
    "今天特别慢。",
};
constexpr std::array<std::string_view, 4> kChineseBlame = {
    "没有回答我的问题。",
    "一直在重复同样的话。",
    "聊到一半就报错了。",
    "请转人工客服。",
};

enum class Mood : std::uint8_t { kPraise, kWaiting, kBlame };

constexpr double kPatienceS = 5;  // Beyond it people begin to mind.

Lines LinesFor(Language language, Mood mood) {
    switch (language) {
        case Language::kDutch:
            return mood == Mood::kPraise    ? Lines(kDutchPraise)
                   : mood == Mood::kWaiting ? Lines(kDutchWaiting)
                                            : Lines(kDutchBlame);
        case Language::kChinese:
            return mood == Mood::kPraise    ? Lines(kChinesePraise)
                   : mood == Mood::kWaiting ? Lines(kChineseWaiting)
                                            : Lines(kChineseBlame);
        default:
            return mood == Mood::kPraise    ? Lines(kEnglishPraise)
                   : mood == Mood::kWaiting ? Lines(kEnglishWaiting)
                                            : Lines(kEnglishBlame);
    }
}

Opinion Say(const Experience& experience, Time at, double comment_share, Random& random) {
    const double waited_s = std::chrono::duration<double>(experience.slowest).count();
    const double annoyance = std::clamp((waited_s - kPatienceS) * 0.06, 0.0, 0.6);
    Opinion opinion;
    opinion.id = RandomId("fb_", 16, random);
    opinion.at = at + std::chrono::seconds(random.Between(2, 40));
    opinion.content = random.Chance(0.93 - annoyance - (experience.failed ? 0.5 : 0.0));
    if (random.Chance(opinion.content ? comment_share : comment_share * 2)) {
        const Mood mood = opinion.content                        ? Mood::kPraise
                          : experience.failed || annoyance < 0.1 ? Mood::kBlame
                                                                 : Mood::kWaiting;
        constexpr std::array<double, 3> kShares = {0.5, 0.3, 0.2};
        constexpr std::array<Language, 3> kLanguages = {
            Language::kEnglish,
            Language::kDutch,
            Language::kChinese};
        opinion.comment = random.Pick(LinesFor(kLanguages[random.Weighted(kShares)], mood));
    }
    return opinion;
}

/// How many sessions of a service end with a thumb.
double ShareOf(const ServiceProfile& service) noexcept {
    if (service.turns_mean <= 1 || service.users == 0) {
        return 0;
    }
    return service.topic == Topic::kCare ? 0.14 : 0.07;
}

}  // namespace

std::optional<Opinion>
OpinionOf(const ServiceProfile& service, const Experience& experience, Time at, Random& random) {
    if (!random.Chance(ShareOf(service))) {
        return std::nullopt;
    }
    return Say(experience, at, 0.3, random);
}

std::optional<Opinion> OpinionOfRun(const Run& run, Random& random) {
    constexpr double kShare = 0.3;
    constexpr int kRunPatience = 8;  // Who starts a run expects it to take its time.
    if (!random.Chance(kShare)) {
        return std::nullopt;
    }
    const Duration took = run.EndedAt() - run.StartedAt();
    Opinion opinion = Say({took / kRunPatience, run.Failed()}, run.EndedAt(), 0.4, random);
    opinion.trace_id = run.trace_id;
    opinion.user = run.user;
    return opinion;
}

std::string ScoreBatch(const std::vector<Opinion>& opinions) {
    codec::JsonWriter json;
    json.BeginObject().Key("batch").BeginArray();
    for (const Opinion& opinion : opinions) {
        json.BeginObject().Key("id").String("event_" + opinion.id);
        json.Key("type").String("score-create").Key("timestamp").String(FormatTime(opinion.at));
        json.Key("body").BeginObject().Key("id").String(opinion.id).Key("name").String("helpful");
        json.Key(opinion.trace_id.empty() ? "sessionId" : "traceId");
        json.String(opinion.trace_id.empty() ? opinion.session_id : opinion.trace_id);
        json.Key("value").Int(opinion.content ? 1 : 0).Key("dataType").String("BOOLEAN");
        if (!opinion.comment.empty()) {
            json.Key("comment").String(opinion.comment);
        }
        json.EndObject().EndObject();
    }
    return json.EndArray().EndObject().Take();
}

std::string FeedbackBody(const Opinion& opinion) {
    codec::JsonWriter json;
    json.BeginObject().Key("id").String(opinion.id).Key("name").String("helpful");
    json.Key(opinion.trace_id.empty() ? "session_id" : "trace_id");
    json.String(opinion.trace_id.empty() ? opinion.session_id : opinion.trace_id);
    json.Key("label").String(opinion.content ? "up" : "down");
    if (!opinion.user.empty()) {
        json.Key("user").String(opinion.user);
    }
    if (!opinion.comment.empty()) {
        json.Key("comment").String(opinion.comment);
    }
    return json.EndObject().Take();
}

}  // namespace sightglass::demo
