// What the attributes of one span say, by concept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialect/traces/attribute_index.h"
#include "dialect/traces/otlp.h"

namespace sightglass::dialect::traces {

/// Holds views: valid as long as the span that was read.
/// Thread-safety: one thread at a time.
class SpanFields {
public:
    /// A value that is kept by its name: a param or a tag.
    struct Named {
        Concept concept_of;
        std::string_view name;
        const AttributeValue* value;
    };

    /// Forgets everything, and reads these.
    void Read(std::span<const Attribute> attributes);
    /// Reads more, which counts where nothing was said so far.
    void Add(std::span<const Attribute> attributes);

    /// Null where no attribute says it.
    const AttributeValue* Find(Concept wanted) const noexcept {
        return values_[static_cast<std::size_t>(wanted)].value;
    }

    /// The rank of what Find answers; the highest where there is nothing.
    std::uint16_t RankOf(Concept wanted) const noexcept {
        return values_[static_cast<std::size_t>(wanted)].rank;
    }

    std::string_view Text(Concept wanted) const noexcept;
    std::optional<std::int64_t> Int(Concept wanted) const noexcept;
    /// The same; a negative count is no count.
    std::optional<std::int64_t> Count(Concept wanted) const noexcept;
    std::optional<double> Double(Concept wanted) const noexcept;

    /// What kind of work it is; null where no word that is known says it.
    const KindWord* Kind() const noexcept { return kind_; }

    /// Whether any attribute says what kind of work it is, known or not.
    bool NamesAKind() const noexcept { return Find(Concept::kKind) != nullptr; }

    std::span<const Named> NamedValues() const noexcept { return named_; }

    /// Leaves of messages, of the one dialect whose rank is lowest.
    std::span<const Named> Parts(Concept wanted) const noexcept {
        return wanted == Concept::kInputPart ? input_parts_ : output_parts_;
    }

private:
    static constexpr std::uint16_t kNoRank = 0xffff;

    struct Value {
        const AttributeValue* value = nullptr;
        std::uint16_t rank = kNoRank;
    };

    void Take(const Meaning& meaning, const Attribute& attribute);
    void TakePart(const Meaning& meaning, const Attribute& attribute);

    const AttributeIndex& index_ = AttributeIndex::Instance();
    std::array<Value, static_cast<std::size_t>(Concept::kCount_)> values_;
    const KindWord* FindKind(std::string_view word);

    std::string last_word_;  // Most spans are of the same kind.
    const KindWord* last_kind_ = nullptr;
    const KindWord* kind_ = nullptr;
    std::uint16_t kind_rank_ = kNoRank;
    std::vector<Named> named_;
    std::vector<Named> input_parts_;
    std::vector<Named> output_parts_;
};

}  // namespace sightglass::dialect::traces
