// The query part of a URL as names and values.
//
// Thread-safety: plain value.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sightglass::serve {

/// `%41` becomes "A", and `+` a space where asked. Nothing where a percent sign is not followed by two digits.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space);

class Parameters {
public:
    /// kInvalidArgument where it is not decodable, or has more than 1,000 parameters.
    static Result<Parameters> Parse(std::string_view query);

    /// The first value of that name.
    std::optional<std::string_view> Find(std::string_view name) const noexcept;
    /// Empty where there is none.
    std::string_view Get(std::string_view name, std::string_view otherwise = "") const noexcept;
    std::vector<std::string_view> All(std::string_view name) const;

    /// A whole number from 1 to `max`; `otherwise` where there is none.
    Result<std::int64_t> Count(std::string_view name, std::int64_t otherwise, std::int64_t max)
        const;

    /// Puts `change(name, value)` in the place of each value where it answers one.
    void Rewrite(const std::function<
                 std::optional<std::string>(std::string_view name, std::string_view value)>& change
    );

    /// The first name that is not among `known`, so that a misspelt one is not passed over in silence.
    std::optional<std::string_view> FindUnknown(const std::vector<std::string_view>& known
    ) const noexcept;

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

}  // namespace sightglass::serve
