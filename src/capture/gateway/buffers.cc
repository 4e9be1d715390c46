#include "capture/gateway/buffers.h"

#include <algorithm>
#include <array>

namespace sightglass::capture {
namespace {

constexpr std::size_t kPooledBytesMax = 128U << 10;
constexpr std::size_t kPooledBuffersMax = 64;

}  // namespace

std::string BufferPool::Take() {
    if (free_.empty()) {
        return {};
    }
    std::string buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
}

void BufferPool::Give(std::string&& buffer) noexcept {
    constexpr std::size_t kWorthKeeping = 256;
    if (buffer.capacity() >= kWorthKeeping && buffer.capacity() <= kPooledBytesMax &&
        free_.size() < kPooledBuffersMax) {
        buffer.clear();
        free_.push_back(std::move(buffer));
    }
    buffer = std::string();
}

Inbox::~Inbox() {
    pool_.Give(std::move(kept_));
}

void Inbox::Add(std::string_view scratch) {
    if (view_.empty()) {
        view_ = scratch;
        return;
    }
    const auto consumed = static_cast<std::size_t>(view_.data() - kept_.data());
    kept_.erase(0, consumed);
    kept_.append(scratch);
    view_ = kept_;
}

void Inbox::Consume(std::size_t size) {
    view_.remove_prefix(size);
    Release();
}

void Inbox::Release() noexcept {
    if (view_.empty()) {
        view_ = {};
        pool_.Give(std::move(kept_));
    }
}

void Inbox::Keep() {
    const bool kept = view_.data() >= kept_.data() && view_.data() < kept_.data() + kept_.size();
    if (view_.empty() || kept) {
        return;
    }
    kept_ = pool_.Take();
    kept_.assign(view_);
    view_ = kept_;
}

std::string* Inbox::Memory() noexcept {
    const bool all = view_.data() == kept_.data() && view_.size() == kept_.size();
    return all && !view_.empty() ? &kept_ : nullptr;
}

void Inbox::Taken() noexcept {
    view_ = {};
    pool_.Give(std::move(kept_));
}

Outbox::~Outbox() {
    Clear();
}

void Outbox::Clear() noexcept {
    offset_ = 0;
    pool_.Give(std::move(pending_));
}

net::IoResult Outbox::FlushPending(net::Stream& stream) {
    net::IoResult result;
    while (!empty() && result.status == net::IoStatus::kOk) {
        const iovec part{pending_.data() + offset_, pending_.size() - offset_};
        result = stream.Write(&part, 1);
        offset_ += result.bytes;
    }
    if (empty() && !pending_.empty()) {
        Clear();
    }
    return result;
}

net::IoResult Outbox::Flush(net::Stream& stream) {
    const net::IoResult result = FlushPending(stream);
    if (result.status != net::IoStatus::kOk) {
        return result;
    }
    const net::IoResult rest = stream.Flush();
    return {rest.status, result.bytes, rest.error};
}

net::IoResult Outbox::Send(net::Stream& stream, std::initializer_list<std::string_view> parts) {
    constexpr std::size_t kPartsMax = 4;
    std::array<iovec, kPartsMax> vectors{};
    int count = 0;
    for (const std::string_view part : parts) {
        if (!part.empty()) {
            vectors[static_cast<std::size_t>(count++)] = {
                const_cast<char*>(part.data()),
                part.size()};
        }
    }
    net::IoResult result = FlushPending(stream);
    int first = 0;
    while (first < count && result.status == net::IoStatus::kOk) {
        result = stream.Write(vectors.data() + first, count - first);
        std::size_t written = result.bytes;
        while (first < count && written >= vectors[static_cast<std::size_t>(first)].iov_len) {
            written -= vectors[static_cast<std::size_t>(first++)].iov_len;
        }
        if (first < count) {
            iovec& vector = vectors[static_cast<std::size_t>(first)];
            vector.iov_base = static_cast<char*>(vector.iov_base) + written;
            vector.iov_len -= written;
        }
    }
    if (result.status == net::IoStatus::kWouldBlock && first < count) {
        if (pending_.empty()) {
            pending_ = pool_.Take();
        }
        for (; first < count; ++first) {
            const iovec& vector = vectors[static_cast<std::size_t>(first)];
            pending_.append(static_cast<const char*>(vector.iov_base), vector.iov_len);
        }
    }
    return result;
}

}  // namespace sightglass::capture
