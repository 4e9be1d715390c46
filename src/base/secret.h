// Secret: text that must not be shown. It has no way into a log line or a JSON document but
// Reveal().
//
// Thread-safety: plain value.
#pragma once

#include <string>
#include <string_view>

namespace sightglass {

/// Owns a secret and overwrites its memory when it goes.
class Secret {
public:
    Secret() = default;

    explicit Secret(std::string text) noexcept : text_(std::move(text)) {}

    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) noexcept = default;
    ~Secret();

    /// The text itself. Name the reason where you call this.
    std::string_view Reveal() const noexcept { return text_; }

    bool empty() const noexcept { return text_.empty(); }

private:
    std::string text_;
};

/// Compares in time that depends on the lengths alone.
bool EqualInConstantTime(std::string_view a, std::string_view b) noexcept;

}  // namespace sightglass
