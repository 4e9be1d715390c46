// What a column can mean: a field of the Call by its name, or one of a few other spellings of what
// fields say (a latency in seconds, a cost in dollars, all input tokens together). The names are what
// `--map NAME=COLUMN` takes, and what the tables of formats are made of.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "call/fields.h"
#include "capture/files/call_draft.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// Puts what a cell says into a draft. Why it cannot, or empty.
using SetDraft = std::string_view (*)(const Cell& cell, CallDraft& draft);

/// A spelling that is no field of the Call. Thread-safety: plain value.
struct Spelling {
    std::string_view name;
    SetDraft set;
};

std::span<const Spelling> Spellings() noexcept;

/// One meaning, found by its name. Thread-safety: safe for concurrent use.
class Target {
public:
    /// "model", "latency_s", "tag:team"; nothing for a name that means nothing.
    static std::optional<Target> Find(std::string_view name);

    const std::string& name() const noexcept { return name_; }

    /// Why the cell cannot be taken, or empty. A missing cell changes nothing.
    std::string_view Set(const Cell& cell, CallDraft& draft) const;

private:
    explicit Target(std::string_view name) : name_(name) {}

    std::string name_;
    const Field* field_ = nullptr;
    SetDraft set_ = nullptr;
    std::string tag_;  // Of "tag:team": "team".
};

/// The names that FindTarget knows, for messages.
std::string TargetNames();

}  // namespace sightglass::capture::files
