// Which model or provider names a rule of the price book means.
//
//   =gpt-4o   ^gpt-4o-   $-preview   *claude   ~gpt-4o-####-##-##   |2 RULE RULE   &2 RULE RULE   ! RULE
//
// equals, starts with, ends with, contains, pattern (# is a digit, a final * is any rest), one of, all of, not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sightglass::prices {

/// Thread-safety: immutable once parsed; safe for concurrent use.
class Match {
public:
    /// Matches nothing.
    Match() = default;

    /// kInvalidArgument where the text is no rule, or nested deeper than eight times.
    static Result<Match> Parse(std::string_view text);

    /// `name` in lower case.
    bool Accepts(std::string_view name) const noexcept;

    bool empty() const noexcept { return rules_.empty(); }

private:
    enum class Kind : std::uint8_t {
        kEquals,
        kStarts,
        kEnds,
        kContains,
        kPattern,
        kAny,
        kAll,
        kNot
    };

    struct Rule {
        Kind kind;
        std::string text;
        std::size_t behind = 0;  ///< Index of the rule that follows this one and those inside it.
    };

    Status Add(std::vector<std::string_view>& words, int depth);
    bool Accepts(std::size_t index, std::string_view name) const noexcept;

    std::vector<Rule> rules_;  // In the order of the text: a rule stands before those inside it.
};

}  // namespace sightglass::prices
