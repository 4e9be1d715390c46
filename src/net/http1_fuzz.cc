// The codec against Boost.Beast's parser: what ours accepts, Beast's accepts too, with the same headers, the same payload and
// the same end of the message. (Ours refuses more: that is its purpose.) And: the same bytes give the same result wherever
// they are split.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/text.h"
#include "net/http1.h"
#include "net/http1_body.h"
#include "net/http1_bytes.h"

namespace {

namespace http = boost::beast::http;
using namespace sightglass::net;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kHeadBytesMax = 8U << 10;

void Check(bool condition) {
    if (!condition) {
        std::abort();
    }
}

struct Message {
    bool accepted = false;
    bool complete = false;
    std::size_t head_bytes = 0;
    std::size_t body_bytes = 0;
    std::string payload;
};

template <typename Head, typename Parse>
Message ReadWhole(std::string_view bytes, Head& head, const Parse& parse, bool to_head) {
    Message message;
    std::size_t scanned = 0;
    const HeadResult result = parse(bytes, kHeadBytesMax, scanned, head);
    if (result.status != HeadStatus::kComplete) {
        return message;
    }
    BodyFramer framer;
    if constexpr (std::is_same_v<Head, ResponseHead>) {
        framer.Start(head.Body(to_head), head.content_length);
    } else {
        framer.Start(head.Body(), head.content_length);
    }
    message.head_bytes = result.bytes;
    message.body_bytes = framer.Read(bytes.substr(result.bytes), [&](std::string_view payload) {
        message.payload += payload;
    });
    message.accepted = !framer.Bad();
    message.complete = framer.Done();
    return message;
}

/// Byte by byte, a head is complete at the same place, and refused only where the whole is. (The whole may be refused before
/// its end has come; byte by byte that is not looked for again and again.)
template <typename Head, typename Parse>
void CheckSplits(std::string_view bytes, const Parse& parse) {
    Head head;
    std::size_t scanned = 0;
    const HeadResult whole = parse(bytes, kHeadBytesMax, scanned, head);
    scanned = 0;
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        const HeadResult part = parse(bytes.substr(0, size), kHeadBytesMax, scanned, head);
        if (part.status == HeadStatus::kIncomplete) {
            continue;
        }
        Check(part.status == whole.status);
        Check(part.bytes == whole.bytes);
        return;
    }
    Check(whole.status != HeadStatus::kComplete);
}

/// A body gives the same payload when it comes byte by byte.
void CheckBodySplits(BodyKind kind, std::uint64_t length, std::string_view bytes) {
    BodyFramer whole;
    BodyFramer split;
    whole.Start(kind, length);
    split.Start(kind, length);
    std::string whole_payload;
    std::string split_payload;
    const std::size_t used =
        whole.Read(bytes, [&](std::string_view payload) { whole_payload += payload; });
    std::size_t split_used = 0;
    for (const char& c : bytes) {
        split_used +=
            split.Read({&c, 1}, [&](std::string_view payload) { split_payload += payload; });
    }
    Check(used == split_used && whole_payload == split_payload);
    Check(whole.Done() == split.Done() && whole.Bad() == split.Bad());
}

template <bool IsRequest, typename Head>
void CheckAgainstBeast(std::string_view bytes, const Head& head, const Message& ours) {
    if (!ours.accepted) {
        return;
    }
    http::parser<IsRequest, http::string_body> parser;
    parser.eager(true);
    parser.header_limit(1U << 20);
    parser.body_limit(std::uint64_t{1} << 60);
    boost::system::error_code error;
    std::size_t used = 0;
    while (!parser.is_done() && used < bytes.size()) {
        const auto rest = bytes.substr(used);
        const std::size_t taken = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
        used += taken;
        if (error || taken == 0) {
            break;
        }
    }
    Check(!error || error == http::error::need_more);
    Check(parser.is_header_done());
    std::size_t fields = 0;
    for (const auto& field : parser.get()) {
        (void)field;
        ++fields;
    }
    for (const Header& header : head.Headers()) {
        const auto range =
            parser.get().equal_range(boost::string_view(header.name.data(), header.name.size()));
        bool found = false;
        for (auto i = range.first; i != range.second; ++i) {
            found = found || std::string_view(i->value().data(), i->value().size()) == header.value;
        }
        // Trailers come among Beast's fields, so that a name may be there more often than in the head.
        Check(found);
    }
    Check(fields >= head.Headers().size());
    Check(parser.get().body() == ours.payload);
    if (ours.complete) {
        Check(parser.is_done());
        Check(used == ours.head_bytes + ours.body_bytes);
    }
}

/// Beast has its own opinion of chunk extensions, of what stands before a message, and of connection options that are no
/// tokens; none of them decides where a message ends.
bool IsComparable(std::string_view bytes, const MessageHead& head, const Message& ours) {
    for (const Header& header : head.Headers()) {
        const bool is_list = header.known == HeaderName::kConnection ||
                             header.known == HeaderName::kProxyConnection ||
                             header.known == HeaderName::kUpgrade;
        bool tokens = true;
        if (is_list) {
            ForEachListElement(header.value, [&](std::string_view element) {
                tokens = tokens && IsToken(element);
            });
        }
        if (!tokens) {
            return false;
        }
    }
    std::string body(bytes.substr(ours.head_bytes, ours.body_bytes));
    std::transform(body.begin(), body.end(), body.begin(), sightglass::ToLower);
    const bool odd_trailer =
        body.find("connection:") != std::string::npos || body.find("upgrade:") != std::string::npos;
    return body.find(';') == std::string::npos && !odd_trailer && !bytes.starts_with('\r');
}

void FuzzRequest(std::string_view bytes) {
    RequestHead head;
    CheckSplits<RequestHead>(bytes, ParseRequestHead);
    const Message ours = ReadWhole(bytes, head, ParseRequestHead, false);
    if (ours.head_bytes > 0) {
        CheckBodySplits(head.Body(), head.content_length, bytes.substr(ours.head_bytes));
    }
    // The target is compared by Beast as a whole; ours takes the authority off.
    if (IsComparable(bytes, head, ours)) {
        CheckAgainstBeast<true>(bytes, head, ours);
    }
}

void FuzzResponse(std::string_view bytes) {
    ResponseHead head;
    CheckSplits<ResponseHead>(bytes, ParseResponseHead);
    const Message ours = ReadWhole(bytes, head, ParseResponseHead, false);
    if (ours.head_bytes > 0) {
        CheckBodySplits(head.Body(false), head.content_length, bytes.substr(ours.head_bytes));
    }
    // A status line without the space before an empty reason is common, and Beast refuses it.
    constexpr std::size_t kShortStatusLine = 14;
    if (head.status_line.size() == kShortStatusLine) {
        return;
    }
    const bool until_close = ours.head_bytes > 0 && head.Body(false) == BodyKind::kUntilClose;
    if (IsComparable(bytes, head, ours) && !until_close && head.status >= 200) {
        CheckAgainstBeast<false>(bytes, head, ours);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.starts_with("HTTP/")) {
        FuzzResponse(bytes);
    } else {
        FuzzRequest(bytes);
    }
    return 0;
}
