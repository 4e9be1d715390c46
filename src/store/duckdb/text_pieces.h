// Where a kept text is cut, so that what chats send again with each request is equal pieces, which are kept once.
//
// A document of JSON is cut between the objects of its outer lists (messages, tools) and around long strings (instructions,
// answers). Where a cut goes depends on what stands before it alone: a conversation that has grown begins with the
// same pieces. Any other text is one piece.
//
// Thread-safety: pure function.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sightglass::store {

/// A string of a document that has so many bytes is a piece of its own.
inline constexpr std::size_t kLongStringBytes = 512;
/// Of one text; the last one then holds the rest.
inline constexpr std::size_t kPiecesMax = 8'192;

/// The pieces, none of them empty; one after the other they are the text, whatever it is.
std::vector<std::string_view> PiecesOf(std::string_view text);

}  // namespace sightglass::store
