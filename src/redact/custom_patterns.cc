#include "redact/custom_patterns.h"

#include <algorithm>

#include <re2/re2.h>
#include <re2/set.h>

#include "base/text.h"
#include "redact/characters.h"

namespace sightglass::redact {
namespace {

constexpr std::size_t kNameBytesMax = 32;

RE2::Options Options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(32 << 20);
    return options;
}

bool IsName(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return IsLower(c) || IsDigit(c) || c == '_';
           });
}

/// What overlaps becomes one; the name is that of the longer.
void Merge(std::vector<Finding>& found) {
    std::sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::size_t kept = 0;
    for (const Finding& one : found) {
        if (kept > 0 && one.begin < found[kept - 1].end) {
            Finding& last = found[kept - 1];
            const Finding longer = one.end - one.begin > last.end - last.begin ? one : last;
            last = {last.begin, std::max(last.end, one.end), longer.kind, longer.pattern};
        } else {
            found[kept++] = one;
        }
    }
    found.resize(kept);
}

/// Thread-safety: as CustomPatterns.
class CompiledPatterns final : public CustomPatterns {
public:
    CompiledPatterns() : set_(Options(), RE2::UNANCHORED) {}

    Status Add(CustomPattern pattern) {
        auto compiled = std::make_unique<RE2>(pattern.regex, Options());
        const std::string shown = "pattern '" + EscapeForDisplay(pattern.name) + "': ";
        if (!IsName(pattern.name)) {
            return Error{
                ErrorCode::kInvalidArgument,
                shown + "allowed: names of a-z, 0-9 and _, up to 32 characters"};
        }
        if (!compiled->ok() || set_.Add(pattern.regex, nullptr) < 0) {
            return Error{
                ErrorCode::kInvalidArgument,
                shown + "not a regular expression (RE2): " + compiled->error()};
        }
        if (RE2::FullMatch("", *compiled)) {
            return Error{
                ErrorCode::kInvalidArgument,
                shown + "matches the empty text; allowed: what matches one character or more"};
        }
        names_.push_back(std::move(pattern.name));
        compiled_.push_back(std::move(compiled));
        return {};
    }

    void Compile() { set_.Compile(); }

    void FindAll(std::string_view text, std::vector<Finding>& found) const override {
        std::vector<int> matching;
        RE2::Set::ErrorInfo info{};
        const bool any = set_.Match(text, &matching, &info);
        if (!any && info.kind == RE2::Set::kNoError) {
            return;
        }
        const std::size_t before = found.size();
        for (std::size_t i = 0; i < compiled_.size(); ++i) {
            // Where the set ran out of memory, every pattern looks for itself.
            if (!any || std::find(matching.begin(), matching.end(), i) != matching.end()) {
                FindOne(i, text, found);
            }
        }
        if (found.size() > before) {
            Merge(found);
        }
    }

    std::string_view NameOf(const Finding& finding) const override {
        return names_[finding.pattern];
    }

private:
    void FindOne(std::size_t pattern, std::string_view text, std::vector<Finding>& found) const {
        const RE2& regex = *compiled_[pattern];
        const int group = regex.NumberOfCapturingGroups() > 0 ? 1 : 0;
        re2::StringPiece matched[2];
        std::size_t at = 0;
        while (at < text.size() &&
               regex.Match(text, at, text.size(), RE2::UNANCHORED, matched, group + 1)) {
            const auto place = [&](const re2::StringPiece& piece) {
                return piece.data() == nullptr
                           ? std::size_t{0}
                           : static_cast<std::size_t>(piece.data() - text.data());
            };
            const std::size_t begin = place(matched[group]);
            if (!matched[group].empty()) {
                found.push_back({begin, begin + matched[group].size(), Kind::kCustom, pattern});
            }
            at = place(matched[0]) + std::max<std::size_t>(matched[0].size(), 1);
        }
    }

    RE2::Set set_;
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<RE2>> compiled_;
};

}  // namespace

Result<std::shared_ptr<const CustomPatterns>> CustomPatterns::Create(
    std::vector<CustomPattern> patterns
) {
    auto compiled = std::make_shared<CompiledPatterns>();
    for (CustomPattern& pattern : patterns) {
        SG_TRY(compiled->Add(std::move(pattern)));
    }
    compiled->Compile();
    return std::shared_ptr<const CustomPatterns>(std::move(compiled));
}

}  // namespace sightglass::redact
