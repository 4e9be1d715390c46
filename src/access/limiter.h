// Limits: what each call takes of them before it is sent, gives back when it has ended, and is
// charged for when it has been priced. One state for all workers.
//
//   a worker:    Take, then Settle when the call has ended
//   pipeline:    Charge, when calls are priced
//   at start and when the configuration changes: Prepare, Publish, then Remember… what the store
//   knows: what is priced meanwhile is counted as well, at worst twice, and never missed
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_table.h"
#include "access/limit_rule.h"
#include "access/limit_series.h"
#include "access/published.h"
#include "access/series_table.h"
#include "call/call.h"

namespace sightglass::access {

/// A rule and what it counts.
/// Thread-safety: plain value; `series` is safe for concurrent use.
struct ActiveRule {
    LimitRule rule;
    std::uint64_t identity = 0;  ///< Of its name and `per`: what it counts stays with it.
    std::shared_ptr<LimitSeries>
        series;          ///< Null where `per` is given: then they are in the table.
    bool is_new = true;  ///< Nothing was counted for it yet.
};

/// Thread-safety: immutable.
struct RuleSet {
    std::vector<ActiveRule> rules;

    bool Empty() const noexcept { return rules.empty(); }
};

/// Why a call is not let through.
/// Thread-safety: plain value.
struct LimitRefusal {
    Quantity quantity = Quantity::kRequestsPerMinute;
    std::int64_t retry_after_s = 1;
    std::string message;  ///< For the caller: which limit, and when to try again.

    bool IsBudget() const noexcept {
        return quantity == Quantity::kUsdPerDay || quantity == Quantity::kUsdPerMonth;
    }
};

/// What one call has taken. Its memory is used again for the next call.
/// Thread-safety: one thread.
class Reservation {
public:
    bool Empty() const noexcept { return parts_.empty(); }

    /// Limits in shadow mode that would have refused the call: "name/requests_per_minute", with
    /// commas between them.
    const std::string& ShadowText() const noexcept { return shadow_; }

private:
    friend class Limiter;

    struct Part {
        LimitSeries* series = nullptr;
        Taken taken;
    };

    std::vector<Part> parts_;
    std::shared_ptr<const RuleSet> rules_;     // Keeps what parts_ points at.
    std::shared_ptr<LimitSeries> key_series_;  // The same.
    std::string shadow_;
    std::string subject_;
    std::string label_;
};

/// One line of what is used of the limits.
/// Thread-safety: plain value.
struct LimitUse {
    std::string name = {};     ///< The rule's, or "key" for a key's own limits.
    std::string subject = {};  ///< "user=alice model=gpt-4o"; empty where all calls count together.
    Quantity quantity = Quantity::kRequestsPerMinute;
    bool shadow = false;
    std::int64_t most = 0;
    std::int64_t used = 0;
    std::int64_t refusals = 0;  ///< Since the start; in shadow mode, what would have been refused.

    double Fraction() const noexcept {
        return most > 0 ? static_cast<double>(used) / static_cast<double>(most) : 1.0;
    }
};

/// Thread-safety: safe for concurrent use.
class Limiter {
public:
    /// `keys` must outlive this.
    explicit Limiter(const Published<KeyTable>& keys);

    /// The rules as they will be once published; what they have counted so far goes with them.
    std::shared_ptr<const RuleSet> Prepare(std::vector<LimitRule> rules) const;
    void Publish(std::shared_ptr<const RuleSet> rules);

    const Published<RuleSet>& Rules() const noexcept { return rules_; }

    /// Whether there are keys: what they spend is counted, also before they have a budget.
    bool HasKeys() const { return !keys_.Get()->Empty(); }

    /// Takes what the call wants of every limit that it falls under, or of none. `key` may be null.
    std::optional<LimitRefusal> Take(
        const std::shared_ptr<const RuleSet>& rules,
        const KeyRecord* key,
        const LimitSubject& subject,
        const Wanted& wanted,
        Reservation& reservation
    );

    /// The call is not made: gives back all that it took.
    static void Cancel(Reservation& reservation) noexcept;

    /// The call has ended. `tokens`: what it used; nothing where unknown.
    static void Settle(Reservation& reservation, OptionalInt tokens) noexcept;

    /// Counts the money of calls that were priced: of those that the gateway let through, and for
    /// which `counts` says so where it is given. On the pipeline's thread.
    using Counts = std::function<bool(const Call&)>;
    void Charge(std::span<const Call> calls, const Counts& counts = {});

    /// A call of the last minute, from the store. Of rules that are new, and of keys where `keys`.
    void Remember(const RuleSet& rules, bool keys, const Call& call, const Moment& now);

    /// Money of this month, from the store: counted as spent at `when`.
    void RememberCost(const RuleSet& rules, bool keys, const Call& sum, const Moment& when);

    /// At most `most` lines, those that are nearest to their limits.
    std::vector<LimitUse> Use(const Moment& now, std::size_t most);

private:
    LimitSeries& SeriesOf(
        const ActiveRule& rule,
        const LimitSubject& subject,
        const Moment& now,
        Reservation& scratch
    );
    std::optional<LimitRefusal> TakeEnforced(
        const KeyRecord* key,
        const LimitSubject& subject,
        const Wanted& wanted,
        Reservation& reservation
    );

    const Published<KeyTable>& keys_;
    Published<RuleSet> rules_;
    SeriesTable table_;
};

}  // namespace sightglass::access
