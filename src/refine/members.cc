#include "refine/members.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>

#include "call/encoding.h"
#include "call/field_table.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::refine {
namespace {

constexpr std::size_t kTagsMax = 16;  // As of one source (call.h).
constexpr std::size_t kFields = kFieldTable.size();
constexpr std::size_t kNumbers = 256;

using FieldSet = std::bitset<kNumbers>;  ///< By Field::number.

/// Fields that one member gives together.
enum class Unit : std::uint8_t {
    kAlone,  ///< Each field by itself.
    kIdentity,
    kPlace,
    kTimes,
    kKey,
    kSession,
    kOutcome,
    kTokens,
    kCost,
    kLimits,
    kScenario,
};

constexpr Unit UnitOf(std::uint16_t number) {
    struct Range {
        std::uint16_t first;
        std::uint16_t last;
        Unit unit;
    };

    constexpr auto kRanges = std::to_array<Range>({
        {1, 2, Unit::kIdentity},
        {5, 7, Unit::kPlace},
        {8, 13, Unit::kTimes},
        {23, 24, Unit::kKey},
        {26, 27, Unit::kSession},
        {40, 44, Unit::kOutcome},
        {49, 62, Unit::kTokens},
        {63, 70, Unit::kCost},
        {71, 76, Unit::kLimits},
        {81, 82, Unit::kScenario},
    });
    for (const Range& range : kRanges) {
        if (number >= range.first && number <= range.last) {
            return range.unit;
        }
    }
    return Unit::kAlone;
}

template <typename T>
bool IsKnown(const std::optional<T>& value) {
    return value.has_value();
}

bool IsKnown(const Uuid& value) {
    return !value.IsNil();
}

template <typename Container>
bool IsKnown(const Container& value) {
    return !value.empty();
}

/// How good a member's values of a unit are; 0 where it knows none.
int QualityOf(Unit unit, const Call& call) {
    switch (unit) {
        case Unit::kAlone:
            return 0;
        case Unit::kIdentity:
            return 1;
        case Unit::kPlace:
            if (call.span_id.empty()) {
                return call.trace_id.empty() ? 0 : 1;
            }
            return call.source == Source::kOtlp ? 3 : 2;
        case Unit::kTimes:
            return (call.started_at ? 1 : 0) + (call.started_at && call.ended_at ? 1 : 0);
        case Unit::kKey:
            return call.api_key.empty() ? 0 : 1;
        case Unit::kSession:
            return call.session_id.empty() ? 0 : 1;
        case Unit::kOutcome:
            return call.status ? (call.status == CallStatus::kInterrupted ? 1 : 2) : 0;
        case Unit::kTokens:
            switch (call.token_source.value_or(TokenSource::kNone)) {
                case TokenSource::kProvider:
                    return 4;
                case TokenSource::kCounted:
                    return 3;
                case TokenSource::kEstimated:
                    return 2;
                default:
                    return call.token_source ? 1 : 0;
            }
        case Unit::kCost:
            if (!call.cost) {
                return call.cost_source ? 1 : 0;
            }
            return call.cost_source == CostSource::kProvider ? 3 : 2;
        case Unit::kLimits:
            return call.limit_requests || call.remaining_requests || call.limit_tokens ||
                           call.remaining_tokens
                       ? 1
                       : 0;
        case Unit::kScenario:
            return call.scenario.empty() ? 0 : 1;
    }
    return 0;
}

/// The member that gives a unit: the best, and of equals the first.
const Call& GiverOf(Unit unit, const std::vector<Call>& members) {
    return *std::max_element(members.begin(), members.end(), [&](const Call& a, const Call& b) {
        return QualityOf(unit, a) < QualityOf(unit, b);
    });
}

/// Of one source, the innermost first: it began last, and is closest to the wire.
bool GoesBefore(const Call& a, const Call& b) {
    const auto key = [](const Call& call) {
        const std::int64_t start_us = call.started_at ? ToMicros(*call.started_at) : 0;
        const std::int64_t end_us = call.ended_at ? ToMicros(*call.ended_at) : start_us;
        return std::tuple(
            static_cast<int>(call.source.value_or(Source::kCount_)),
            -start_us,
            end_us,
            call.call_id
        );
    };
    return key(a) < key(b);
}

Tags UnionOfTags(const std::vector<Call>& members) {
    Tags tags;
    for (const Call& member : members) {
        for (const auto& tag : member.tags) {
            const bool is_new = std::none_of(tags.begin(), tags.end(), [&](const auto& known) {
                return known.first == tag.first;
            });
            if (is_new && tags.size() < kTagsMax) {
                tags.push_back(tag);
            }
        }
    }
    return tags;
}

std::string UnionOfRepairs(const std::vector<Call>& members) {
    std::string repairs;
    for (const Call& member : members) {
        for (std::string_view left = member.repairs; !left.empty();) {
            const std::string_view name = left.substr(0, left.find(','));
            left.remove_prefix(std::min(left.size(), name.size() + 1));
            if (("," + repairs + ",").find("," + std::string(name) + ",") == std::string::npos) {
                repairs += (repairs.empty() ? "" : ",") + std::string(name);
            }
        }
    }
    return repairs;
}

/// What of a member the Call does not say: as a Call with these fields alone, and the numbers of
/// fields that the Call knows and the member does not.
std::string RecordOf(const Call& member, const Call& merged) {
    Call differing;
    std::string lacking;
    ForEachField([&](auto place, auto field) {
        if (member.*field == merged.*field) {
            return;
        }
        if (IsKnown(member.*field)) {
            differing.*field = member.*field;
        } else {
            lacking += static_cast<char>(kFieldTable[place].number);
        }
    });
    differing.call_id = member.call_id;
    std::string record(1, static_cast<char>(lacking.size()));
    record += lacking;
    const std::size_t head = record.size();
    record.resize(head + EncodedSize(differing));
    EncodeCall(differing, record.data() + head);
    return record;
}

/// The other way round.
std::optional<Call> ReadRecord(std::string_view record, const Call& merged) {
    const std::size_t head = record.empty() ? 0 : 1 + static_cast<std::uint8_t>(record.front());
    if (head == 0 || record.size() < head) {
        return std::nullopt;
    }
    const Result<Call> differing = DecodeCall(record.substr(head));
    if (!differing.Ok()) {
        return std::nullopt;
    }
    FieldSet lacking;
    for (const char number : record.substr(1, head - 1)) {
        lacking.set(static_cast<std::uint8_t>(number));
    }
    Call member = merged;
    ForEachField([&](auto place, auto field) {
        if (lacking.test(kFieldTable[place].number)) {
            member.*field = {};
        } else if (IsKnown((*differing).*field)) {
            member.*field = (*differing).*field;
        }
    });
    member.joined.clear();
    member.records.reset();
    return member;
}

/// Call::joined: who gave what, for readers, and the records.
std::string WriteJoined(
    const std::vector<Call>& members,
    const std::array<const Call*, kFields>& givers,
    const Call& merged
) {
    codec::JsonWriter json;
    json.BeginArray();
    for (const Call& member : members) {
        json.BeginObject().Key("call_id").String(ToString(member.call_id));
        json.Key("source").String(member.source ? ToString(*member.source) : "");
        json.Key("gave").BeginArray();
        ForEachField([&](auto place, auto field) {
            if (givers[place] == &member && IsKnown(merged.*field)) {
                json.String(kFieldTable[place].name);
            }
        });
        json.EndArray();
        for (const auto& [name, id] :
             {std::pair{"span_id", &member.span_id},
              std::pair{"parent_span_id", &member.parent_span_id}}) {
            if (!id->empty()) {
                json.Key(name).String(*id);
            }
        }
        json.Key("record").String(codec::EncodeBase64(RecordOf(member, merged)));
        json.EndObject();
    }
    json.EndArray();
    return json.Take();
}

template <typename T>
bool IsLess(const T& a, const T& b) {
    return a < b;
}

bool IsLess(const std::string& a, const std::string& b) {
    return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
}

bool IsLess(const std::vector<Attempt>& a, const std::vector<Attempt>& b) {
    const auto key = [](const Attempt& attempt) {
        return std::tie(attempt.target, attempt.http_status, attempt.why, attempt.duration_us);
    };
    return std::lexicographical_compare(
        a.begin(),
        a.end(),
        b.begin(),
        b.end(),
        [&](const Attempt& x, const Attempt& y) { return key(x) < key(y); }
    );
}

}  // namespace

std::vector<Call> MembersOf(const Call& call) {
    if (call.joined.empty()) {
        return {call};
    }
    std::vector<Call> members;
    codec::JsonParser parser;
    const Result<codec::JsonValue> document = parser.Parse(call.joined);
    if (document.Ok()) {
        document->ForEach([&](std::string_view, codec::JsonValue value) {
            std::string record;
            const auto text = value.Get("record").String();
            if (text && codec::DecodeBase64(*text, record)) {
                if (auto member = ReadRecord(record, call)) {
                    members.push_back(std::move(*member));
                }
            }
            return true;
        });
    }
    if (members.empty()) {
        members.push_back(call);
        members.back().joined.clear();
        members.back().records.reset();
    }
    return members;
}

Call Merge(std::vector<Call> members) {
    std::sort(members.begin(), members.end(), GoesBefore);
    if (members.size() == 1) {
        return std::move(members.front());
    }
    Call merged;
    std::array<const Call*, kFields> givers{};
    ForEachField([&](auto place, auto field) {
        constexpr Unit kUnit = UnitOf(kFieldTable[place].number);
        const Call* giver = &members.front();
        if constexpr (kUnit != Unit::kAlone) {
            giver = &GiverOf(kUnit, members);
        } else {
            const auto found =
                std::find_if(members.begin(), members.end(), [&](const Call& member) {
                    return IsKnown(member.*field);
                });
            giver = found != members.end() ? &*found : giver;
        }
        givers[place] = giver;
        merged.*field = giver->*field;
    });
    merged.tags = UnionOfTags(members);
    merged.repairs = UnionOfRepairs(members);
    merged.joined = WriteJoined(members, givers, merged);
    merged.records = static_cast<std::int64_t>(members.size());
    return merged;
}

Call Unite(const Call& a, const Call& b) {
    Call united = a;
    ForEachField([&](auto place, auto field) {
        constexpr Unit kUnit = UnitOf(kFieldTable[place].number);
        const int quality_a = QualityOf(kUnit, a);
        const int quality_b = QualityOf(kUnit, b);
        const bool takes_b =
            quality_a == quality_b ? IsLess(a.*field, b.*field) : quality_a < quality_b;
        if (takes_b) {
            united.*field = b.*field;
        }
    });
    return united;
}

}  // namespace sightglass::refine
