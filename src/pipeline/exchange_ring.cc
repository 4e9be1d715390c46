#include "pipeline/exchange_ring.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sightglass::pipeline {
namespace {

constexpr std::size_t kTexts = 7;
constexpr std::size_t kAlignment = 8;

/// Before each exchange's texts. `bytes` is all of it, a multiple of kAlignment; one without texts fills up the end of the ring.
struct Header {
    std::uint32_t bytes = 0;
    bool is_padding = false;
    codec::StreamFormat response_format = codec::StreamFormat::kNone;
    bool request_truncated = false;
    bool response_truncated = false;
    DeriveWork work;
    Uuid call_id;
    std::array<std::uint32_t, kTexts> sizes{};
};

/// In the order in which they lie behind the header.
constexpr std::array<std::string_view ExchangeView::*, kTexts> kMembers = {
    &ExchangeView::dialect,
    &ExchangeView::model,
    &ExchangeView::request_encoding,
    &ExchangeView::request_body,
    &ExchangeView::response_content_type,
    &ExchangeView::response_encoding,
    &ExchangeView::response_body};

}  // namespace

ExchangeRing::ExchangeRing() : bytes_(new char[kBytes]) {}

bool ExchangeRing::TryPush(const ExchangeView& exchange) noexcept {
    Header header;
    std::size_t size = sizeof header;
    for (std::size_t i = 0; i < kTexts; ++i) {
        const std::string_view text = exchange.*kMembers[i];
        header.sizes[i] = static_cast<std::uint32_t>(text.size());
        size += text.size();
        if (size > kExchangeBytesMax) {
            return false;
        }
    }
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    std::uint64_t at = written_.load(std::memory_order_relaxed);
    const std::uint64_t read = read_.load(std::memory_order_acquire);
    const std::size_t to_end = kBytes - at % kBytes;
    // An empty ring begins anew after its first half, so that fewer of the processor's caches hold it. Earlier, what is left out at
    // its end would be missed by a burst.
    const bool pads = size > to_end || (read == at && at % kBytes >= kBytes / 2);
    if (at + (pads ? to_end : 0) + size - read > kBytes) {
        return false;
    }
    if (pads) {
        header.bytes = static_cast<std::uint32_t>(to_end);
        header.is_padding = true;
        std::memcpy(bytes_.get() + at % kBytes, &header, std::min(sizeof header, to_end));
        header.is_padding = false;
        at += to_end;
    }
    header.bytes = static_cast<std::uint32_t>(size);
    header.response_format = exchange.response_format;
    header.request_truncated = exchange.request_truncated;
    header.response_truncated = exchange.response_truncated;
    header.work = exchange.work;
    header.call_id = exchange.call_id;
    char* out = bytes_.get() + at % kBytes;
    std::memcpy(out, &header, sizeof header);
    out += sizeof header;
    for (const auto member : kMembers) {
        const std::string_view text = exchange.*member;
        std::memcpy(out, text.data(), text.size());
        out += text.size();
    }
    written_.store(at + size, std::memory_order_release);
    return true;
}

bool ExchangeRing::Front(Record& record) noexcept {
    std::uint64_t at = read_.load(std::memory_order_relaxed);
    const std::uint64_t written = written_.load(std::memory_order_acquire);
    if (at == written) {
        return false;
    }
    Header header;
    const char* in = bytes_.get() + at % kBytes;
    std::memcpy(&header, in, std::min(sizeof header, kBytes - at % kBytes));
    if (header.is_padding) {
        at += header.bytes;
        in = bytes_.get() + at % kBytes;
        std::memcpy(&header, in, sizeof header);
    }
    record.next = at + header.bytes;
    record.view.call_id = header.call_id;
    record.view.response_format = header.response_format;
    record.view.request_truncated = header.request_truncated;
    record.view.response_truncated = header.response_truncated;
    record.view.work = header.work;
    in += sizeof header;
    for (std::size_t i = 0; i < kTexts; ++i) {
        record.view.*kMembers[i] = {in, header.sizes[i]};
        in += header.sizes[i];
    }
    return true;
}

}  // namespace sightglass::pipeline
