// One exchange as derive is told of it.
#pragma once

#include <string_view>

#include "base/uuid.h"
#include "codec/stream_events.h"

namespace sightglass::pipeline {

/// What there is to derive of an exchange.
/// Thread-safety: plain value.
struct DeriveWork {
    bool count_input = false;   ///< The provider did not say.
    bool count_output = false;  ///< The same; or what it said came before the answer.
    bool threads = false;       ///< It may be a turn of a conversation.

    bool Any() const noexcept { return count_input || count_output || threads; }
};

/// One exchange, as it passed. Views, valid within the call they are passed to.
/// Thread-safety: plain value.
struct ExchangeView {
    Uuid call_id;
    std::string_view dialect = {};
    std::string_view model = {};
    std::string_view request_encoding = {};
    std::string_view request_body = {};
    std::string_view response_content_type = {};
    std::string_view response_encoding =
        {};                               ///< Content-Encoding: gzip, br, zstd, deflate or empty.
    std::string_view response_body = {};  ///< De-chunked, still encoded.
    /// How its events are told apart, where the media type alone does not say it.
    codec::StreamFormat response_format = codec::StreamFormat::kNone;
    bool request_truncated = false;
    bool response_truncated = false;
    DeriveWork work;
};

}  // namespace sightglass::pipeline
