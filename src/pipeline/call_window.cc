#include "pipeline/call_window.h"

#include <algorithm>
#include <utility>

#include "call/encoding.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kBlockBytes = 16;  ///< What the heap takes beside a block.

}  // namespace

void CallWindow::Add(const Call& call, std::span<const std::uint64_t> keys) {
    if (links_.empty()) {
        links_.resize(links_max_);
        heads_.resize(kHeads);
    }
    const Number number = Next();
    Entry& entry = entries_.emplace_back();
    entry.encoded.resize(EncodedSize(call));
    EncodeCall(call, entry.encoded.data());
    entry.started_at = call.started_at;
    entry.first_link = next_link_;
    entry.links = std::min(keys.size(), links_max_);
    for (const std::uint64_t key : keys.first(entry.links)) {
        LinkNumber& head = heads_[key % kHeads];
        links_[next_link_ % links_max_] = {key, number, head};
        head = next_link_++;
    }
    first_link_ =
        std::max(first_link_, next_link_ - std::min<LinkNumber>(next_link_ - 1, links_max_));
    bytes_ += sizeof entry + kBlockBytes + entry.encoded.size();
}

void CallWindow::Find(std::uint64_t key, std::size_t count_max, std::vector<Number>& numbers)
    const {
    if (heads_.empty()) {
        return;
    }
    std::size_t count = 0;
    for (LinkNumber at = heads_[key % kHeads]; at >= first_link_ && count < count_max;) {
        const Link& link = links_[at % links_max_];
        if (link.key == key && !entries_[link.number - first_].encoded.empty()) {
            numbers.push_back(link.number);
            ++count;
        }
        at = link.older;
    }
}

Call CallWindow::Read(Number number) const {
    Result<Call> call = DecodeCall(entries_[number - first_].encoded);
    return call.Ok() ? std::move(*call) : Call();
}

void CallWindow::Remove(Number number) {
    Entry& entry = entries_[number - first_];
    bytes_ -= entry.encoded.size();
    entry.encoded = {};
}

void CallWindow::Trim(KeyFilter& gone) {
    // Half of the ring stays free, so that a batch does not push out what it has just found.
    while (!entries_.empty() && (bytes_ > bytes_max_ || next_link_ - first_link_ > links_max_ / 2 ||
                                 entries_.front().encoded.empty())) {
        Drop(gone);
    }
}

void CallWindow::Clear(KeyFilter& gone) {
    while (!entries_.empty()) {
        Drop(gone);
    }
}

void CallWindow::Drop(KeyFilter& gone) {
    constexpr std::size_t kAhead = 4;
    if (entries_.size() > kAhead) {
        const Entry& soon = entries_[kAhead];
        for (std::size_t i = 0; i < soon.links; ++i) {
            gone.PrefetchToAdd(links_[(soon.first_link + i) % links_max_].key);
        }
    }
    const Entry& entry = entries_.front();
    for (std::size_t i = 0; i < entry.links; ++i) {
        const Link& link = links_[(entry.first_link + i) % links_max_];
        if (!entry.encoded.empty() && entry.started_at) {
            gone.Add(link.key, *entry.started_at);
        }
    }
    first_link_ = entry.first_link + entry.links;
    bytes_ -= sizeof entry + kBlockBytes + entry.encoded.size();
    entries_.pop_front();
    ++first_;
}

}  // namespace sightglass::pipeline
