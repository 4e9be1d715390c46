#include "serve/api/trace_tree.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "codec/json.h"

namespace sightglass::serve {
namespace {

/// What one source says of where a call stands.
struct Claim {
    std::string source;
    std::string span_id;
    std::string parent_span_id;
};

/// A part before it has its place.
struct Part {
    const Call* call = nullptr;
    const Span* span = nullptr;
    std::vector<std::string> own;  ///< Span ids by which others name it as their parent.
    std::vector<std::string>
        parents;  ///< Span ids that it may stand in; the first that is here does.
    std::vector<std::string> sources;
    std::optional<std::size_t> parent = std::nullopt;
    std::vector<std::size_t> children = {};
};

bool Has(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<Claim> ClaimsOf(const Call& call) {
    std::vector<Claim> claims;
    codec::JsonParser parser;
    if (const auto members = parser.Parse(call.joined); !call.joined.empty() && members.Ok()) {
        members->ForEach([&claims](std::string_view, codec::JsonValue member) {
            const auto text = [&member](const char* name) {
                return std::string(member.Get(name).String().value_or(""));
            };
            claims.push_back({text("source"), text("span_id"), text("parent_span_id")});
            return true;
        });
    }
    if (claims.empty()) {
        const std::string source(call.source ? ToString(*call.source) : "");
        claims.push_back({source, call.span_id, call.parent_span_id});
    }
    return claims;
}

Part PartOf(const Call& call) {
    Part part{&call, nullptr, {}, {}, {}};
    const std::vector<Claim> claims = ClaimsOf(call);
    // What a gateway calls the span is that of its caller.
    const auto is_gateway = [](const Claim& claim) {
        return claim.source == ToString(Source::kGateway);
    };
    for (const Claim& claim : claims) {
        if (!Has(part.sources, claim.source)) {
            part.sources.push_back(claim.source);
        }
        if (!is_gateway(claim) && !claim.span_id.empty()) {
            part.own.push_back(claim.span_id);
        }
    }
    for (const bool gateway : {false, true}) {
        for (const Claim& claim : claims) {
            const std::string& id = gateway ? claim.span_id : claim.parent_span_id;
            if (is_gateway(claim) == gateway && !id.empty() && !Has(part.own, id)) {
                part.parents.push_back(id);
            }
        }
    }
    return part;
}

Part PartOf(const Span& span) {
    Part part{nullptr, &span, {span.span_id}, {}, {}};
    if (!span.parent_span_id.empty()) {
        part.parents.push_back(span.parent_span_id);
    }
    if (span.source) {
        part.sources.emplace_back(ToString(*span.source));
    }
    return part;
}

auto OrderOf(const Part& part) {
    return part.call != nullptr ? std::tuple(part.call->started_at, true, part.call->call_id)
                                : std::tuple(part.span->started_at, false, part.span->id);
}

/// All parts in the order of their starts, each with its parent where that is here.
std::vector<Part> LinkedParts(const store::Trace& trace) {
    std::vector<Part> parts;
    for (const Span& span : trace.spans) {
        parts.push_back(PartOf(span));
    }
    for (const Call& call : trace.calls) {
        parts.push_back(PartOf(call));
    }
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
        return OrderOf(a) < OrderOf(b);
    });
    std::unordered_map<std::string, std::size_t> by_span_id;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        for (const std::string& id : parts[i].own) {
            by_span_id.emplace(id, i);
        }
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        for (const std::string& id : parts[i].parents) {
            const auto found = by_span_id.find(id);
            if (found != by_span_id.end() && found->second != i) {
                parts[i].parent = found->second;
                parts[found->second].children.push_back(i);
                break;
            }
        }
    }
    return parts;
}

/// Takes parts into the tree, each once.
class TreeBuilder {
public:
    explicit TreeBuilder(std::vector<Part> parts)
        : parts_(std::move(parts)), places_(parts_.size()) {}

    std::vector<TraceNode> Build() {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (!parts_[i].parent) {
                TakeFrom(i);
            }
        }
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            TakeFrom(i);  // What is left stands in a circle.
        }
        return std::move(nodes_);
    }

private:
    /// The part and everything below it that was not taken, without recursion: a tree may be deep.
    void TakeFrom(std::size_t root) {
        std::vector<std::size_t> waiting{root};
        while (!waiting.empty()) {
            const std::size_t i = waiting.back();
            waiting.pop_back();
            if (places_[i]) {
                continue;
            }
            Take(i, i == root);
            const auto& children = parts_[i].children;
            waiting.insert(waiting.end(), children.rbegin(), children.rend());
        }
    }

    void Take(std::size_t i, bool at_top) {
        Part& part = parts_[i];
        TraceNode node{part.call, part.span, std::nullopt, 0, std::move(part.sources)};
        if (!at_top) {
            node.parent = places_[*part.parent];
            node.depth = nodes_[*node.parent].depth + 1;
        }
        places_[i] = nodes_.size();
        nodes_.push_back(std::move(node));
    }

    std::vector<Part> parts_;
    std::vector<std::optional<std::size_t>> places_;  // In nodes_.
    std::vector<TraceNode> nodes_;
};

}  // namespace

std::vector<TraceNode> MakeTree(const store::Trace& trace) {
    return TreeBuilder(LinkedParts(trace)).Build();
}

}  // namespace sightglass::serve
