#include "capture/gateway/router_builder.h"

#include <algorithm>
#include <numeric>

#include "capture/gateway/credential.h"
#include "dialect/known_providers.h"

namespace sightglass::capture {
namespace {

constexpr int kWeightMax = 100;
constexpr int kTriesDefault = 2;
constexpr std::string_view kDefaultDialect = "openai";

Error BadUpstream(const Upstream& upstream, std::string_view why) {
    const std::string where = upstream.where.empty() ? "" : upstream.where + ": ";
    return Error{
        ErrorCode::kInvalidArgument,
        where + "upstream \"" + upstream.name + "\": " + std::string(why)};
}

bool IsName(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

Duration Or(Duration set, Duration otherwise) noexcept {
    return set > Duration() ? set : otherwise;
}

/// Dialect and provider: by the settings, else by the host, else by the upstream's name.
Status SetDialect(const Upstream& upstream, Target& target) {
    const dialect::KnownProvider* known = dialect::FindProviderByHost(target.url.host);
    const bool known_host = known != nullptr;
    if (!known_host) {
        known = dialect::FindProviderByName(upstream.name);
    }
    target.dialect_by_path = upstream.dialect.empty();
    target.dialect = dialect::FindDialect(
        !target.dialect_by_path ? std::string_view(upstream.dialect)
        : known != nullptr      ? known->dialect
                                : kDefaultDialect
    );
    if (target.dialect == nullptr && target.dialect_by_path) {
        target.dialect = dialect::FindDialect(kDefaultDialect);
    }
    if (target.dialect == nullptr) {
        return BadUpstream(upstream, "dialect \"" + upstream.dialect + "\" is not known");
    }
    target.provider = !upstream.provider.empty() ? upstream.provider
                      : known != nullptr         ? std::string(known->name)
                                                 : upstream.name;
    const bool named = known != nullptr && known->name != kDefaultDialect;
    target.provider_by_path = upstream.provider.empty() && !known_host && !named;
    return {};
}

/// The targets as they are, or the one that `base_url` names.
std::vector<TargetSettings> TargetsOf(const Upstream& upstream) {
    if (!upstream.targets.empty()) {
        return upstream.targets;
    }
    TargetSettings only;
    only.base_url = upstream.base_url;
    return {std::move(only)};
}

}  // namespace

RouterBuilder::RouterBuilder(const TimeoutSettings& defaults, const Router* before)
    : defaults_(defaults), before_(before), router_(std::make_shared<Router>()) {
    router_->slot_count_ = before == nullptr ? 0 : before->slot_count_;
}

Status RouterBuilder::Add(const Upstream& upstream) {
    if (!IsName(upstream.name)) {
        return BadUpstream(upstream, "a name has letters, digits, '-', '_' and '.' only");
    }
    if (Router::IsReserved(upstream.name)) {
        return BadUpstream(upstream, "this name is reserved for a path of Sightglass itself");
    }
    for (const Upstream& other : settings_) {
        if (other.name == upstream.name) {
            return BadUpstream(upstream, "the name is given twice");
        }
    }
    const std::vector<TargetSettings> targets = TargetsOf(upstream);
    if (targets.size() > Router::kTargetsMax) {
        return BadUpstream(upstream, "at most 32 targets");
    }
    settings_.push_back(upstream);
    target_counts_.push_back(targets.size());
    UpstreamRoute& route = router_->upstreams_.emplace_back();
    route.name = upstream.name;
    route.dialect = upstream.dialect;
    for (const TargetSettings& target : targets) {
        SG_TRY(AddTarget(upstream, target));
    }
    return {};
}

Status RouterBuilder::AddTarget(const Upstream& upstream, const TargetSettings& settings) {
    auto url = net::ParseUrl(settings.base_url);
    if (!url.Ok()) {
        return BadUpstream(upstream, url.error().message);
    }
    if (settings.weight < 1 || settings.weight > kWeightMax) {
        return BadUpstream(upstream, "a weight is 1 to 100");
    }
    Target target;
    target.name = upstream.name;
    target.label = LabelOf(upstream, settings);
    for (const Target& other : router_->targets_) {
        if (other.label == target.label) {
            return BadUpstream(upstream, "the target \"" + target.label + "\" is given twice");
        }
    }
    target.base_url = settings.base_url;
    target.url = std::move(url).value();
    target.authority = target.url.Authority();
    SG_TRY(SetDialect(upstream, target));
    const std::vector<Target>& all = router_->targets_;
    if (!all.empty() && all.back().name == upstream.name && all.back().dialect != target.dialect) {
        return BadUpstream(upstream, "its targets speak different dialects; name one");
    }
    if (!settings.provider.empty()) {
        target.provider = settings.provider;
        target.provider_by_path = false;
    }
    target.key = settings.key;
    target.key_header = settings.key_header;
    target.weight = settings.weight;
    target.models = settings.models;
    target.concurrent_max = settings.concurrent_max;
    if (settings.requests_max > 0) {
        target.limits[access::Quantity::kRequestsPerMinute] = settings.requests_max;
    }
    if (settings.tokens_max > 0) {
        target.limits[access::Quantity::kTokensPerMinute] = settings.tokens_max;
    }
    AssignSlot(target);
    AssignState(target);
    router_->slot_count_ = std::max(router_->slot_count_, target.slot + 1);
    router_->targets_.push_back(std::move(target));
    return {};
}

/// "openai"; "openai/east" for one with a name, "openai/2" for one of several without.
std::string RouterBuilder::LabelOf(const Upstream& upstream, const TargetSettings& settings) const {
    if (!settings.name.empty()) {
        return upstream.name + "/" + settings.name;
    }
    if (target_counts_.back() == 1) {
        return upstream.name;
    }
    const std::vector<Target>& all = router_->targets_;
    const auto before = std::count_if(all.begin(), all.end(), [&](const Target& target) {
        return target.name == upstream.name;
    });
    return upstream.name + "/" + std::to_string(before + 1);
}

/// Targets with the same scheme, host and port share their connections.
void RouterBuilder::AssignSlot(Target& target) const {
    target.slot = router_->slot_count_;
    const Router* const tables[] = {router_.get(), before_};
    for (const Router* table : tables) {
        if (table == nullptr) {
            continue;
        }
        for (const Target& other : table->targets_) {
            if (other.url.https == target.url.https && other.url.host == target.url.host &&
                other.url.port == target.url.port) {
                target.slot = other.slot;
                return;
            }
        }
    }
}

void RouterBuilder::AssignState(Target& target) const {
    if (before_ != nullptr) {
        for (const Target& other : before_->targets_) {
            if (other.label == target.label && other.base_url == target.base_url) {
                target.state = other.state;
                return;
            }
        }
    }
    target.state = std::make_shared<TargetState>();
}

Status RouterBuilder::LinkFallbacks(std::size_t place) {
    const Upstream& settings = settings_[place];
    UpstreamRoute& route = router_->upstreams_[place];
    for (const FallbackSettings& given : settings.fallbacks) {
        const std::string& name = given.upstream.empty() ? settings.name : given.upstream;
        const auto& all = router_->upstreams_;
        const auto found = std::find_if(all.begin(), all.end(), [&](const UpstreamRoute& other) {
            return other.name == name;
        });
        if (found == all.end()) {
            return BadUpstream(
                settings,
                "its fallback \"" + name + "\" is no upstream; allowed: the names under upstreams"
            );
        }
        if (found->name == settings.name && given.model.empty()) {
            return BadUpstream(
                settings,
                "a fallback to itself; allowed: another upstream, or a model"
            );
        }
        if (found->targets.front().dialect != route.targets.front().dialect) {
            return BadUpstream(
                settings,
                "its fallback \"" + name +
                    "\" has another dialect; allowed: one of the same, as requests are not "
                    "translated"
            );
        }
        route.fallbacks.push_back({&*found, given.model, given.for_model});
    }
    return {};
}

void RouterBuilder::CountKeys(UpstreamRoute& route) {
    const auto keyed_of = [](std::span<const Target> targets) {
        return static_cast<std::size_t>(std::count_if(
            targets.begin(),
            targets.end(),
            [](const Target& target) { return !target.key.empty(); }
        ));
    };
    std::size_t keyed = keyed_of(route.targets);
    std::size_t all = route.targets.size();
    route.has_keys = keyed > 0;
    for (const Fallback& fallback : route.fallbacks) {
        keyed += keyed_of(fallback.upstream->targets);
        all += fallback.upstream->targets.size();
    }
    route.any_keyed = keyed > 0;
    route.all_keyed = keyed == all;
}

void RouterBuilder::Complete(UpstreamRoute& route) const {
    const auto place = static_cast<std::size_t>(&route - router_->upstreams_.data());
    const Upstream& settings = settings_[place];
    route.balancing = settings.balancing;
    route.retry = settings.retry;
    if (route.retry.tries_max < 0) {
        route.retry.tries_max = route.targets.size() > 1 ? kTriesDefault : 0;
    }
    route.breaker = settings.breaker;
    route.timeouts.connect = Or(settings.timeouts.connect, defaults_.connect);
    route.timeouts.first_byte = Or(settings.timeouts.first_byte, defaults_.first_byte);
    route.timeouts.idle = Or(settings.timeouts.idle, defaults_.idle);
    route.timeouts.total = Or(settings.timeouts.total, defaults_.total);
    route.ask_stream_usage = settings.ask_stream_usage;
    CountKeys(route);
    route.replaces_model =
        std::any_of(route.fallbacks.begin(), route.fallbacks.end(), [](const Fallback& fallback) {
            return !fallback.model.empty();
        });
    const Target& first = route.targets.front();
    route.plain = route.targets.size() == 1 && route.retry.tries_max == 0 &&
                  route.fallbacks.empty() && !route.ask_stream_usage && !route.has_keys &&
                  first.models.empty() && first.concurrent_max == 0 && first.limits.Empty();
    route.turns = TurnsByWeight(route.targets);
    route.state = std::make_shared<UpstreamState>();
    if (before_ != nullptr) {
        for (const UpstreamRoute& other : before_->upstreams_) {
            route.state = other.name == route.name ? other.state : route.state;
        }
    }
}

Result<std::shared_ptr<const Router>> RouterBuilder::Finish() {
    Router& router = *router_;
    if (router.upstreams_.empty()) {
        return Error{ErrorCode::kInvalidArgument, "the gateway needs at least one upstream"};
    }
    std::size_t first = 0;
    for (std::size_t i = 0; i < router.upstreams_.size(); ++i) {
        UpstreamRoute& route = router.upstreams_[i];
        route.targets = {router.targets_.data() + first, target_counts_[i]};
        for (std::size_t k = 0; k < target_counts_[i]; ++k) {
            router.targets_[first + k].upstream = &route;
        }
        first += target_counts_[i];
    }
    for (std::size_t i = 0; i < router.upstreams_.size(); ++i) {
        SG_TRY(LinkFallbacks(i));
        Complete(router.upstreams_[i]);
    }
    return std::shared_ptr<const Router>(std::move(router_));
}

std::vector<std::uint8_t> TurnsByWeight(std::span<const Target> targets) {
    int divisor = 0;
    for (const Target& target : targets) {
        divisor = std::gcd(divisor, target.weight);
    }
    int total = 0;
    for (const Target& target : targets) {
        total += target.weight / divisor;
    }
    // Each turn everybody gains its weight; who has most takes the turn and pays the total.
    std::vector<int> credit(targets.size());
    std::vector<std::uint8_t> turns;
    for (int turn = 0; turn < total; ++turn) {
        std::size_t best = 0;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            credit[i] += targets[i].weight / divisor;
            best = credit[i] > credit[best] ? i : best;
        }
        credit[best] -= total;
        turns.push_back(static_cast<std::uint8_t>(best));
    }
    return turns;
}

}  // namespace sightglass::capture
