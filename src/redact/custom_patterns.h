// Patterns of an operator's own (RE2: time linear in the text): customer numbers, names of projects.
//
// Thread-safety: safe for concurrent use after construction.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "redact/finding.h"

namespace sightglass::redact {

struct CustomPattern {
    std::string name;   ///< What its placeholder says: a-z, 0-9 and '_', up to 32.
    std::string regex;  ///< RE2. Its first group is what goes, or all of it where it has none.

    friend bool operator==(const CustomPattern&, const CustomPattern&) = default;
};

class CustomPatterns {
public:
    /// kInvalidArgument where a name or an expression is none, or an expression matches the empty text.
    static Result<std::shared_ptr<const CustomPatterns>> Create(std::vector<CustomPattern> patterns
    );

    virtual ~CustomPatterns() = default;

    /// Adds what they find to `found`, which is in order and without overlaps, and stays so: what overlaps becomes one finding.
    virtual void FindAll(std::string_view text, std::vector<Finding>& found) const = 0;

    virtual std::string_view NameOf(const Finding& finding) const = 0;
};

}  // namespace sightglass::redact
