#include "analytics/key_use.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analytics/filter_text.h"
#include "analytics/user_rows.h"
#include "call/catalogue.h"

namespace sightglass::analytics {
namespace {

constexpr Duration kHour = std::chrono::hours(1);
constexpr std::size_t kRowsMax = 10'000;
constexpr std::size_t kNamesShown = 10;
constexpr std::size_t kSuspectsMax = 50;
constexpr std::size_t kOddMin = 3;

// What is known of a key before something can be strange about it.
constexpr std::int64_t kCallsKnownMin = 50;
constexpr std::size_t kHoursKnownMin = 24;
constexpr double kRateFactor = 10;
constexpr std::int64_t kRateCallsMin = 20;
constexpr int kHoursOfDay = 24;

using Filters = std::vector<store::Filter>;

store::Plan
PlanOf(Filters filters, std::initializer_list<std::string_view> by, Time from, Time to) {
    store::Plan plan;
    plan.from = from;
    plan.to = to;
    plan.filters = std::move(filters);
    for (const std::string_view name : by) {
        store::Filter group;
        group.dimension = *FindDimension(name);
        plan.group_by.push_back(std::move(group));
    }
    plan.metrics = {FindMetric("calls")};
    plan.order_by = {{.column = "calls", .descending = true}};
    plan.limit = kRowsMax;
    return plan;
}

Result<Filters> KeyFilter(const std::string& fingerprint) {
    return ParseFilters({"api_key:\\" + fingerprint}, {});
}

Result<std::vector<NamedCalls>> CallsBy(
    const Filters& filters,
    std::string_view dimension,
    Time from,
    Time to,
    const store::Store& store
) {
    SG_ASSIGN_OR_RETURN(
        const store::Table table,
        store.Select(PlanOf(filters, {dimension}, from, to))
    );
    std::vector<NamedCalls> all;
    for (const auto& row : table.rows) {
        all.push_back({TextOfCell(row[0]), CountOfCell(row[1])});
    }
    return all;
}

/// What a key was used for before.
struct History {
    std::int64_t calls = 0;
    std::size_t hours = 0;  ///< With calls.
    std::array<std::int64_t, kHoursOfDay> by_hour{};
    std::set<std::string> addresses;
    std::set<std::string> services;

    double CallsInHour() const {
        return hours > 0 ? static_cast<double>(calls) / static_cast<double>(hours) : 0;
    }

    bool IsKnown() const { return calls >= kCallsKnownMin && hours >= kHoursKnownMin; }
};

std::size_t HourOfDay(Time at) {
    const auto hours = at.time_since_epoch() / kHour;
    return static_cast<std::size_t>(hours % kHoursOfDay);
}

Status
ReadHours(const Filters& filters, Time from, Time to, const store::Store& store, History& history) {
    store::Plan plan = PlanOf(filters, {}, from, to);
    plan.interval = kHour;
    plan.order_by.clear();
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    for (const auto& row : table.rows) {
        const std::int64_t calls = CountOfCell(row[1]);
        history.calls += calls;
        ++history.hours;
        history.by_hour[HourOfDay(std::get<Time>(row[0]))] += calls;
    }
    return {};
}

/// The hours of one address, client and service.
struct Hours {
    KeyUse use;
    bool unusual = false;
};

using UseKey = std::tuple<std::string, std::string, std::string>;

Result<std::map<UseKey, Hours>> ReadRecent(
    const Filters& filters,
    Time from,
    Time to,
    const History& history,
    const store::Store& store
) {
    store::Plan plan = PlanOf(filters, {"client_ip", "user_agent", "service"}, from, to);
    plan.interval = kHour;
    SG_ASSIGN_OR_RETURN(const store::Table table, store.Select(plan));
    std::map<UseKey, Hours> uses;
    for (const auto& row : table.rows) {
        const Time hour = std::get<Time>(row[0]);
        const std::int64_t calls = CountOfCell(row[4]);
        Hours& hours = uses[{TextOfCell(row[1]), TextOfCell(row[2]), TextOfCell(row[3])}];
        KeyUse& use = hours.use;
        use.first_seen = use.calls == 0 ? hour : std::min(use.first_seen, hour);
        use.last_seen = std::max(use.last_seen, std::min(hour + kHour, to));
        use.calls += calls;
        use.calls_in_hour = std::max(use.calls_in_hour, calls);
        hours.unusual = hours.unusual || history.by_hour[HourOfDay(hour)] == 0;
    }
    return uses;
}

Status CountRefused(
    Filters filters,
    Time from,
    Time to,
    const store::Store& store,
    std::map<UseKey, Hours>& uses
) {
    SG_ASSIGN_OR_RETURN(
        Filters refused,
        ParseFilters(
            {"error_type:policy_denied",
             "error_type:policy_blocked",
             "error_type:policy_limited",
             "error_type:policy_budget",
             "error_type:provider_auth"},
            {}
        )
    );
    filters.insert(filters.end(), refused.begin(), refused.end());
    SG_ASSIGN_OR_RETURN(
        const store::Table table,
        store.Select(PlanOf(std::move(filters), {"client_ip", "user_agent", "service"}, from, to))
    );
    for (const auto& row : table.rows) {
        const auto found = uses.find({TextOfCell(row[0]), TextOfCell(row[1]), TextOfCell(row[2])});
        if (found != uses.end()) {
            found->second.use.refused = CountOfCell(row[3]);
        }
    }
    return {};
}

void Judge(const History& history, bool unusual_hour, KeyUse& use) {
    if (!history.IsKnown()) {
        return;
    }
    if (!history.addresses.contains(use.address)) {
        use.odd.push_back(KeyOddity::kNewAddress);
    }
    if (!history.services.contains(use.service)) {
        use.odd.push_back(KeyOddity::kNewService);
    }
    if (unusual_hour) {
        use.odd.push_back(KeyOddity::kUnusualHour);
    }
    if (use.calls_in_hour >= kRateCallsMin &&
        static_cast<double>(use.calls_in_hour) >= kRateFactor * history.CallsInHour()) {
        use.odd.push_back(KeyOddity::kRate);
    }
}

std::vector<NamedCalls> First(std::vector<NamedCalls> all) {
    std::erase_if(all, [](const NamedCalls& one) { return one.name.empty(); });
    all.resize(std::min(all.size(), kNamesShown));
    return all;
}

std::set<std::string> NamesOf(const std::vector<NamedCalls>& all) {
    std::set<std::string> names;
    for (const NamedCalls& one : all) {
        names.insert(one.name);
    }
    return names;
}

/// Keys with the addresses from which they were used.
Result<std::map<std::string, std::set<std::string>>>
AddressesOfKeys(Time from, Time to, const store::Store& store) {
    SG_ASSIGN_OR_RETURN(Filters known, ParseFilters({"api_key:*"}, {}));
    SG_ASSIGN_OR_RETURN(
        const store::Table table,
        store.Select(PlanOf(std::move(known), {"api_key", "client_ip"}, from, to))
    );
    std::map<std::string, std::set<std::string>> keys;
    for (const auto& row : table.rows) {
        keys[TextOfCell(row[0])].insert(TextOfCell(row[1]));
    }
    return keys;
}

}  // namespace

std::string_view ToString(KeyOddity oddity) noexcept {
    constexpr std::array<std::string_view, 4> kNames{
        "new_address",
        "new_service",
        "unusual_hour",
        "rate"};
    return kNames[static_cast<std::size_t>(oddity)];
}

bool KeyUse::IsAlarming() const noexcept {
    return odd.size() >= kOddMin && odd.front() == KeyOddity::kNewAddress;
}

bool KeyTrace::IsAlarming() const noexcept {
    return std::any_of(uses.begin(), uses.end(), [](const KeyUse& use) {
        return use.IsAlarming();
    });
}

Result<KeyTrace> TraceKey(const std::string& fingerprint, Time now, const store::Store& store) {
    const Time since = now - kKeyRecent;
    const Time from = now - kKeyHistory;
    SG_ASSIGN_OR_RETURN(const Filters filters, KeyFilter(fingerprint));
    KeyTrace trace;
    trace.fingerprint = fingerprint;
    SG_ASSIGN_OR_RETURN(const auto labels, CallsBy(filters, "api_key_label", from, now, store));
    trace.label = labels.empty() ? std::string() : labels.front().name;
    SG_ASSIGN_OR_RETURN(auto users, CallsBy(filters, "user", from, since, store));
    SG_ASSIGN_OR_RETURN(auto services, CallsBy(filters, "service", from, since, store));
    SG_ASSIGN_OR_RETURN(auto addresses, CallsBy(filters, "client_ip", from, since, store));
    History history;
    history.addresses = NamesOf(addresses);
    history.services = NamesOf(services);
    SG_TRY(ReadHours(filters, from, since, store, history));
    SG_ASSIGN_OR_RETURN(auto uses, ReadRecent(filters, since, now, history, store));
    SG_TRY(CountRefused(filters, since, now, store, uses));
    for (auto& [key, hours] : uses) {
        std::tie(hours.use.address, hours.use.user_agent, hours.use.service) = key;
        Judge(history, hours.unusual, hours.use);
        trace.uses.push_back(std::move(hours.use));
    }
    std::stable_sort(trace.uses.begin(), trace.uses.end(), [](const auto& a, const auto& b) {
        return std::make_pair(a.odd.size(), a.calls) > std::make_pair(b.odd.size(), b.calls);
    });
    trace.calls_before = history.calls;
    trace.calls_in_hour_before = history.CallsInHour();
    trace.users_before = First(std::move(users));
    trace.services_before = First(std::move(services));
    trace.addresses_before = First(std::move(addresses));
    return trace;
}

Result<std::vector<KeyTrace>> FindMisusedKeys(Time now, const store::Store& store) {
    const Time since = now - kKeyRecent;
    SG_ASSIGN_OR_RETURN(const auto recent, AddressesOfKeys(since, now, store));
    SG_ASSIGN_OR_RETURN(auto before, AddressesOfKeys(now - kKeyHistory, since, store));
    std::vector<KeyTrace> misused;
    std::size_t asked = 0;
    for (const auto& [key, addresses] : recent) {
        const std::set<std::string>& usual = before[key];
        const bool moved = std::any_of(addresses.begin(), addresses.end(), [&](const auto& one) {
            return !usual.contains(one);
        });
        if (usual.empty() || !moved || ++asked > kSuspectsMax) {
            continue;
        }
        SG_ASSIGN_OR_RETURN(KeyTrace trace, TraceKey(key, now, store));
        if (trace.IsAlarming()) {
            misused.push_back(std::move(trace));
        }
    }
    return misused;
}

}  // namespace sightglass::analytics
