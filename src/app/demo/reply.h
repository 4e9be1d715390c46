// What the simulated provider answers to one request: bytes, and when each of them goes out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace sightglass::demo {

/// One piece of a streamed body.
struct Piece {
    Duration after{};  ///< Since the piece before.
    std::string bytes;
};

/// Thread-safety: plain value.
struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    Duration delay{};  ///< Before the first byte.
    std::string body;  ///< Whole answers.
    bool stream = false;
    std::vector<Piece> pieces;  ///< Streamed answers; `body` is empty then.
    bool cut_off = false;       ///< The connection breaks after the last piece.
};

}  // namespace sightglass::demo
