// Header lines into a MessageHead: their bytes, and what they mean for framing. For http1.cc alone.
//
// Thread-safety: one thread at a time.
#pragma once

#include <string_view>

#include "net/http1.h"

namespace sightglass::net {

/// Fills a MessageHead from complete header lines.
/// Thread-safety: one thread.
class HeadParser {
public:
    explicit HeadParser(MessageHead& head) noexcept : head_(head) {
        head_.count_ = 0;
        head_.slots_taken_ = 0;
        head_.minor_version = 1;
        head_.keep_alive = true;
        head_.chunked = false;
        head_.has_length = false;
        head_.upgrade = false;
        head_.content_length = 0;
    }

    /// Reads header lines up to the empty line, and takes them off `bytes`. `whole` says whether that line has come.
    HeadError ReadLines(std::string_view& bytes, bool& whole) noexcept;
    /// What the headers mean for framing and for the connection.
    HeadError Interpret() noexcept;
    std::size_t Count(HeaderName name) const noexcept;

private:
    HeadError ReadLine(std::string_view line, bool has_eight_bytes) noexcept;
    bool TakeLineBefore(std::string_view& bytes) noexcept;
    bool TakeNameBefore(std::string_view line, Header& header) const noexcept;
    void Remember(Header& header) noexcept;
    void Keep(const Header& header) noexcept;
    HeadError ReadLength(std::string_view value) noexcept;
    HeadError ReadTransferEncoding(std::string_view value) noexcept;
    void ReadConnection(std::string_view value) noexcept;
    void MarkHopByHop(std::string_view name) noexcept;

    MessageHead& head_;
    bool saw_close_ = false;
    bool saw_keep_alive_ = false;
    bool saw_upgrade_ = false;
};

}  // namespace sightglass::net
