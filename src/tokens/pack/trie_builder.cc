#include "tokens/pack/trie_builder.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace sightglass::tokens {
namespace {

constexpr std::uint32_t kBaseMax = (1U << (32 - TrieNode::kLabelBits)) - 1;
constexpr std::size_t kRoom = 512;      // Behind a place: any label lies within.
constexpr std::size_t kTriesMany = 64;  // Of free places for a node's children.

/// The tokens [first, last) of the sorted list begin with the `depth` bytes that lead to a node.
struct Branch {
    std::size_t first;
    std::size_t last;
    std::size_t depth;
    std::uint32_t place;
};

class TrieBuilder {
public:
    TrieBuilder(const Ranks& ranks, const std::vector<Entry>& entries)
        : ranks_(ranks), entries_(entries) {}

    Result<std::vector<TrieNode>> Build();

private:
    struct Child {
        std::uint32_t label;
        std::size_t first;
        std::size_t last;
    };

    std::string_view Bytes(std::size_t i) const { return ranks_.bytes[sorted_[i]]; }

    std::vector<Child> ChildrenOf(const Branch& branch) const;
    void Expand(const Branch& branch);
    std::uint32_t FindBase(const std::vector<Child>& children);
    bool Fits(std::uint32_t base, const std::vector<Child>& children);
    std::uint32_t NextFree(std::uint32_t place);
    void Grow(std::size_t size);

    const Ranks& ranks_;
    const std::vector<Entry>& entries_;
    std::vector<TokenId> sorted_;
    std::vector<TrieNode> nodes_;
    std::vector<bool> base_used_ = {
        true};  // By base. Nodes without children have 0, which no other may have.
    std::vector<std::uint32_t>
        next_free_;  // By place: itself where it is free, else one further on to ask.
    std::array<std::uint32_t, 257>
        begins_{};  // By number of children: before it few places fit so many.
    std::deque<Branch> open_;
};

Result<std::vector<TrieNode>> TrieBuilder::Build() {
    for (TokenId id = 0; id < ranks_.bytes.size(); ++id) {
        if (!ranks_.bytes[id].empty()) {
            sorted_.push_back(id);
        }
    }
    std::sort(sorted_.begin(), sorted_.end(), [this](TokenId a, TokenId b) {
        return ranks_.bytes[a] < ranks_.bytes[b];
    });
    Grow(kRoom);
    next_free_[0] = 1;  // The root.
    open_.push_back({.first = 0, .last = sorted_.size(), .depth = 0, .place = 0});
    while (!open_.empty()) {
        const Branch branch = open_.back();
        open_.pop_back();
        Expand(branch);
    }
    if (nodes_.size() > kBaseMax) {
        return Error{ErrorCode::kTooLarge, "more tokens than a trie has places for"};
    }
    return std::move(nodes_);
}

std::vector<TrieBuilder::Child> TrieBuilder::ChildrenOf(const Branch& branch) const {
    std::vector<Child> children;
    for (std::size_t i = branch.first; i < branch.last; ++i) {
        if (Bytes(i).size() == branch.depth) {
            continue;  // The node's own token.
        }
        const std::uint32_t label = static_cast<unsigned char>(Bytes(i)[branch.depth]);
        if (children.empty() || children.back().label != label) {
            children.push_back({.label = label, .first = i, .last = i});
        }
        children.back().last = i + 1;
    }
    return children;
}

void TrieBuilder::Expand(const Branch& branch) {
    if (const TokenId id = sorted_[branch.first]; Bytes(branch.first).size() == branch.depth) {
        nodes_[branch.place].value = entries_[id];
    }
    const std::vector<Child> children = ChildrenOf(branch);
    if (children.empty()) {
        return;
    }
    const std::uint32_t base = FindBase(children);
    nodes_[branch.place].link |= base << TrieNode::kLabelBits;
    base_used_[base] = true;
    for (const Child& child : children) {
        const std::uint32_t place = base + child.label;
        nodes_[place].link = child.label;
        next_free_[place] = place + 1;
        open_.push_back({child.first, child.last, branch.depth + 1, place});
    }
}

std::uint32_t TrieBuilder::FindBase(const std::vector<Child>& children) {
    const std::uint32_t label = children.front().label;
    std::uint32_t& begin = begins_[children.size()];
    std::size_t tries = 0;
    std::uint32_t place = NextFree(std::max(begin, label + 1));
    while (!Fits(place - label, children)) {
        place = NextFree(place + 1);
        ++tries;
    }
    if (tries > kTriesMany) {
        begin = place;
    }
    return place - label;
}

/// The first free place at or behind one, with room for a node's children behind it.
std::uint32_t TrieBuilder::NextFree(std::uint32_t place) {
    std::uint32_t found = place;
    Grow(found + kRoom);
    while (next_free_[found] != found) {
        found = next_free_[found];
        Grow(found + kRoom);
    }
    while (place != found) {
        place = std::exchange(next_free_[place], found);  // The next search takes one step.
    }
    return found;
}

bool TrieBuilder::Fits(std::uint32_t base, const std::vector<Child>& children) {
    if (base_used_[base]) {
        return false;
    }
    return std::all_of(children.begin(), children.end(), [&](const Child& child) {
        return nodes_[base + child.label].Label() == TrieNode::kFree;
    });
}

void TrieBuilder::Grow(std::size_t size) {
    if (nodes_.size() < size) {
        nodes_.resize(std::max(size, nodes_.size() + 4096));
        base_used_.resize(nodes_.size());
        while (next_free_.size() < nodes_.size()) {
            next_free_.push_back(static_cast<std::uint32_t>(next_free_.size()));
        }
    }
}

}  // namespace

Result<std::vector<TrieNode>> BuildTrie(const Ranks& ranks, const std::vector<Entry>& entries) {
    return TrieBuilder(ranks, entries).Build();
}

}  // namespace sightglass::tokens
