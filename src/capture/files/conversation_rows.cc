#include "capture/files/conversation_rows.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/files/json_rows.h"

namespace sightglass::capture::files {
namespace {

using codec::JsonValue;

constexpr std::size_t kNone = ~std::size_t{0};

/// One message of the tree.
struct Node {
    JsonValue message;
    std::size_t parent = kNone;
    bool is_user = false;
    bool is_assistant = false;
    int turn = -1;  ///< Messages of the user from the first to this one; -1: not counted yet.
};

/// Bytes of what a message says: strings of its parts, text and thoughts.
std::int64_t TextBytes(const JsonValue& content) {
    std::int64_t bytes = 0;
    for (const std::string_view name : {"text", "result", "content"}) {
        bytes += static_cast<std::int64_t>(content.Get(name).String().value_or("").size());
    }
    for (const std::string_view name : {"parts", "thoughts"}) {
        content.Get(name).ForEach([&bytes](std::string_view, JsonValue part) {
            for (const JsonValue& text : {part, part.Get("content"), part.Get("text")}) {
                bytes += static_cast<std::int64_t>(text.String().value_or("").size());
            }
            return true;
        });
    }
    return bytes;
}

std::vector<Node> NodesOf(const JsonValue& mapping) {
    std::vector<Node> nodes;
    std::unordered_map<std::string_view, std::size_t> places;
    mapping.ForEach([&](std::string_view id, JsonValue node) {
        places.emplace(id, nodes.size());
        const JsonValue message = node.Get("message");
        const std::string_view role = message.Get("author").Get("role").String().value_or("");
        nodes.push_back({message, kNone, role == "user", role == "assistant", -1});
        return true;
    });
    std::size_t place = 0;
    mapping.ForEach([&](std::string_view, JsonValue node) {
        const auto parent = places.find(node.Get("parent").String().value_or(""));
        nodes[place++].parent = parent == places.end() ? kNone : parent->second;
        return true;
    });
    return nodes;
}

/// A tree that goes in circles is counted up to where it closes.
void CountTurns(std::vector<Node>& nodes) {
    std::vector<std::size_t> path;
    for (std::size_t start = 0; start < nodes.size(); ++start) {
        path.clear();
        for (std::size_t at = start;
             at != kNone && nodes[at].turn < 0 && path.size() <= nodes.size();
             at = nodes[at].parent) {
            path.push_back(at);
            nodes[at].turn = 0;
        }
        while (!path.empty()) {
            Node& node = nodes[path.back()];
            const int before = node.parent == kNone ? 0 : nodes[node.parent].turn;
            node.turn = before + (node.is_user ? 1 : 0);
            path.pop_back();
        }
    }
}

class ConversationRows final : public RowReader {
public:
    explicit ConversationRows(ByteWindow& window) : texts_(window) {}

    const std::vector<std::string>& Columns() const noexcept override { return columns_; }

    void Bind(const std::vector<std::string>& columns) override { bound_ = columns; }

    Result<bool> Next(Row& row) override {
        while (true) {
            for (; next_ < nodes_.size(); ++next_) {
                if (nodes_[next_].is_assistant) {
                    Fill(nodes_[next_++], row);
                    return true;
                }
            }
            nodes_.clear();
            next_ = 0;
            std::string_view text;
            SG_ASSIGN_OR_RETURN(const bool more, texts_.Next(text, line_, row.broken));
            row.line = line_;
            if (!more || !row.broken.empty()) {
                return more;
            }
            const auto parsed = parser_.Parse(text);
            if (!parsed.Ok() || !parsed->Get("mapping").IsObject()) {
                row.broken = parsed.Ok() ? "it is no conversation: it has no mapping of messages"
                                         : "it is not JSON";
                return true;
            }
            conversation_ = *parsed;
            nodes_ = NodesOf(conversation_.Get("mapping"));
            CountTurns(nodes_);
        }
    }

private:
    JsonValue ConversationId() const {
        const JsonValue id = conversation_.Get("conversation_id");
        return id.IsString() ? id : conversation_.Get("id");
    }

    Cell CellFor(std::string_view column, const Node& node, std::size_t place) {
        const JsonValue& message = node.message;
        const JsonValue metadata = message.Get("metadata");
        if (column == "message_id") {
            return CellOf(message.Get("id"));
        }
        if (column == "conversation_id") {
            return CellOf(ConversationId());
        }
        if (column == "created_at") {
            const JsonValue own = message.Get("create_time");
            return CellOf(own.Double() ? own : conversation_.Get("create_time"));
        }
        if (column == "model") {
            const JsonValue model = metadata.Get("model_slug");
            return CellOf(model.IsString() ? model : conversation_.Get("default_model_slug"));
        }
        if (column == "status") {
            return CellOf(message.Get("status"));
        }
        if (column == "finish") {
            return CellOf(metadata.Get("finish_details").Get("type"));
        }
        if (column == "gizmo") {
            return CellOf(conversation_.Get("gizmo_id"));
        }
        return NumberFor(column, node, place);
    }

    Cell NumberFor(std::string_view column, const Node& node, std::size_t place) {
        std::int64_t number = 0;
        if (column == "turn") {
            number = node.turn;
        } else if (column == "response_bytes") {
            number = TextBytes(node.message.Get("content"));
        } else if (column == "request_bytes" && node.parent != kNone) {
            number = TextBytes(nodes_[node.parent].message.Get("content"));
        } else {
            return {};
        }
        numbers_[place] = std::to_string(number);
        return {CellKind::kNumber, numbers_[place], {}};
    }

    void Fill(const Node& node, Row& row) {
        row.line = line_;
        row.broken = {};
        row.cells.resize(bound_.size());
        numbers_.resize(bound_.size());
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            row.cells[i] = CellFor(bound_[i], node, i);
        }
        raw_ = std::string(ConversationId().String().value_or("")) + '\n' +
               std::string(node.message.Get("id").String().value_or(""));
        row.raw = raw_;
    }

    JsonTexts texts_;
    codec::JsonParser parser_;
    JsonValue conversation_;
    std::vector<Node> nodes_;
    std::size_t next_ = 0;
    std::uint64_t line_ = 0;
    std::vector<std::string> columns_;
    std::vector<std::string> bound_;
    std::vector<std::string> numbers_;  // What number cells are views of.
    std::string raw_;
};

}  // namespace

bool IsConversations(std::string_view start) {
    const auto holds = [start](std::string_view word) {
        return start.find(word) != std::string_view::npos;
    };
    return holds("\"mapping\"") && holds("\"parent\"") && holds("\"children\"") &&
           holds("\"message\"");
}

std::unique_ptr<RowReader> ReadConversations(ByteWindow& window) {
    return std::make_unique<ConversationRows>(window);
}

}  // namespace sightglass::capture::files
