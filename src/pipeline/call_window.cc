#include "pipeline/call_window.h"

#include <algorithm>
#include <utility>

#include "call/encoding.h"

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kBytesPerKey = 48;  // In the index and in the entry.

}  // namespace

std::size_t CallWindow::BytesOf(const Entry& entry) noexcept {
    return sizeof entry + entry.encoded.capacity() + entry.keys.size() * kBytesPerKey;
}

CallWindow::Number CallWindow::Add(const Call& call, std::vector<std::uint64_t> keys) {
    const Number number = first_ + entries_.size();
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::uint64_t key : keys) {
        index_.emplace(key, number);
    }
    Entry& entry = entries_.emplace_back();
    entry.keys = std::move(keys);
    entry.started_at = call.started_at;
    entry.encoded.resize(EncodedSize(call));
    EncodeCall(call, entry.encoded.data());
    bytes_ += BytesOf(entry);
    return number;
}

void CallWindow::Find(std::uint64_t key, std::size_t count_max, std::vector<Number>& numbers)
    const {
    const std::size_t before = numbers.size();
    const auto [begin, end] = index_.equal_range(key);
    for (auto at = begin; at != end; ++at) {
        numbers.push_back(at->second);
    }
    const auto found = numbers.begin() + static_cast<std::ptrdiff_t>(before);
    std::sort(found, numbers.end(), std::greater<>());
    numbers.resize(std::min(numbers.size(), before + count_max));
}

Call CallWindow::Read(Number number) const {
    Result<Call> call = DecodeCall(entries_[number - first_].encoded);
    return call.Ok() ? std::move(*call) : Call();
}

void CallWindow::Remove(Number number) {
    Unlink(number, entries_[number - first_]);
}

void CallWindow::Unlink(Number number, Entry& entry) {
    if (entry.encoded.empty()) {
        return;
    }
    bytes_ -= BytesOf(entry);
    for (const std::uint64_t key : entry.keys) {
        const auto [begin, end] = index_.equal_range(key);
        const auto found =
            std::find_if(begin, end, [&](const auto& linked) { return linked.second == number; });
        if (found != end) {
            index_.erase(found);
        }
    }
    entry = Entry();
}

void CallWindow::Trim(KeyFilter& gone) {
    while (bytes_ > bytes_max_ || (!entries_.empty() && entries_.front().encoded.empty())) {
        if (const OptionalTime started_at = entries_.front().started_at) {
            for (const std::uint64_t key : entries_.front().keys) {
                gone.Add(key, *started_at);
            }
        }
        Unlink(first_, entries_.front());
        entries_.pop_front();
        ++first_;
    }
}

}  // namespace sightglass::pipeline
