#include "dialect/traces/span_fields.h"

namespace sightglass::dialect::traces {
namespace {

bool StartsWithDigit(std::string_view text) noexcept {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

}  // namespace

void SpanFields::Read(std::span<const Attribute> attributes) {
    values_.fill({});
    kind_ = nullptr;
    kind_rank_ = kNoRank;
    named_.clear();
    input_parts_.clear();
    output_parts_.clear();
    Add(attributes);
}

void SpanFields::Add(std::span<const Attribute> attributes) {
    for (const Attribute& attribute : attributes) {
        const Meaning meaning = index_.Find(attribute.key);
        if (meaning.concept_of != Concept::kNone && attribute.value.kind != ValueKind::kNone) {
            Take(meaning, attribute);
        }
    }
}

const KindWord* SpanFields::FindKind(std::string_view word) {
    if (word != last_word_ || last_kind_ == nullptr) {
        last_word_ = word;
        last_kind_ = index_.FindKind(word);
    }
    return last_kind_;
}

void SpanFields::Take(const Meaning& meaning, const Attribute& attribute) {
    switch (meaning.concept_of) {
        case Concept::kParam:
        case Concept::kTag: {
            const std::string_view name = meaning.name.empty() ? attribute.key : meaning.name;
            named_.push_back({meaning.concept_of, name, &attribute.value});
            return;
        }
        case Concept::kInputPart:
        case Concept::kOutputPart:
            TakePart(meaning, attribute);
            return;
        case Concept::kKind: {
            const KindWord* const kind = FindKind(attribute.value.Text());
            if (kind != nullptr && meaning.rank < kind_rank_) {
                kind_ = kind;
                kind_rank_ = meaning.rank;
            }
            break;
        }
        default:
            break;
    }
    Value& value = values_[static_cast<std::size_t>(meaning.concept_of)];
    const bool empty = attribute.value.kind == ValueKind::kText && attribute.value.text.empty();
    if (meaning.rank < value.rank && !empty) {
        value = {&attribute.value, meaning.rank};
    }
}

void SpanFields::TakePart(const Meaning& meaning, const Attribute& attribute) {
    if (!StartsWithDigit(meaning.name)) {
        return;
    }
    Value& best = values_[static_cast<std::size_t>(meaning.concept_of)];
    auto& parts = meaning.concept_of == Concept::kInputPart ? input_parts_ : output_parts_;
    if (meaning.rank < best.rank) {
        best = {&attribute.value, meaning.rank};
        parts.clear();
    }
    if (meaning.rank == best.rank) {
        parts.push_back({meaning.concept_of, meaning.name, &attribute.value});
    }
}

std::string_view SpanFields::Text(Concept wanted) const noexcept {
    const AttributeValue* const value = Find(wanted);
    return value != nullptr ? value->Text() : std::string_view();
}

std::optional<std::int64_t> SpanFields::Int(Concept wanted) const noexcept {
    const AttributeValue* const value = Find(wanted);
    return value != nullptr ? value->Int() : std::nullopt;
}

std::optional<std::int64_t> SpanFields::Count(Concept wanted) const noexcept {
    const auto count = Int(wanted);
    return count && *count < 0 ? std::nullopt : count;
}

std::optional<double> SpanFields::Double(Concept wanted) const noexcept {
    const AttributeValue* const value = Find(wanted);
    return value != nullptr ? value->Double() : std::nullopt;
}

}  // namespace sightglass::dialect::traces
