// Which spans stand on the way from the work of models up to the roots of their traces. Spans of web
// servers, databases and the like are left out, but those above a call are kept as steps of its run:
// without them nobody could tell that two calls belong to one step, or what the run was for.
//
// A span ends, and so arrives, after those within it: who is kept names its parent, which is wanted from
// then on. What is wanted is remembered in bounded memory. What is lost there, to a crash or to many
// others, or came before what it holds, costs a step of some tree, never a call.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialect/traces/otlp.h"

namespace sightglass::capture {

/// Keys that were asked for lately: at least the last 100,000. 4 MiB, and nothing before the first.
/// Thread-safety: belongs to one thread.
class WantedKeys {
public:
    void Add(std::uint64_t key);
    bool Has(std::uint64_t key) const noexcept;

private:
    static constexpr std::size_t kSlots = std::size_t{1} << 18;
    static constexpr std::size_t kKeysMax = kSlots / 2;

    /// Open addressing; 0 is a free slot.
    struct Generation {
        std::vector<std::uint64_t> slots;
        std::size_t keys = 0;

        bool Has(std::uint64_t key) const noexcept;
        void Add(std::uint64_t key);
    };

    std::array<Generation, 2> generations_;  // The newer first.
};

/// One request's spans after the other.
/// Thread-safety: belongs to one thread.
class RunPath {
public:
    /// A span that is no work of models. Its texts live until the next Begin.
    struct Other {
        dialect::traces::SpanView span;  ///< Without name, message, attributes and events.
        std::size_t service = 0;         ///< Index for ServiceOf.
        std::size_t name_at = 0;
        std::size_t name_bytes = 0;
        std::size_t message_bytes = 0;
        bool kept = false;
    };

    void Begin();

    /// Something of this trace is kept, and this is its parent; zeros for none.
    void Want(const dialect::traces::TraceId& trace_id, const dialect::traces::SpanId& parent);

    void Add(const dialect::traces::SpanView& span, std::string_view service);

    /// Calls keep(span, service) for each added span that is wanted, by this request or an earlier one.
    template <typename Keep>
    void TakeKept(Keep&& keep) {
        FindKept();
        for (const Other& other : others_) {
            if (other.kept) {
                keep(ViewOf(other), std::string_view(services_[other.service]));
            }
        }
    }

private:
    void FindKept();
    void Follow(std::uint64_t key);
    dialect::traces::SpanView ViewOf(const Other& other) const noexcept;

    WantedKeys wanted_;
    std::vector<std::uint64_t> asked_;  // By this request.
    std::vector<Other> others_;
    std::unordered_map<std::uint64_t, std::size_t> by_key_;  // In others_.
    std::vector<std::string> services_;
    std::string texts_;
};

}  // namespace sightglass::capture
