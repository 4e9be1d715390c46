// Rows of a person's ChatGPT data export (conversations.json, whole or split): one for each message
// that the assistant wrote, in all branches of a conversation, since all of them were generated.
// Columns: message_id, conversation_id, created_at, model, turn (how many messages the user had
// written by then), status, finish, gizmo, request_bytes and response_bytes (of the texts). The
// texts themselves, and titles, are not handed out.
//
// A conversation is held in memory while its rows are; a file of any size is not.
//
// Thread-safety: pure functions; a reader belongs to one thread.
#pragma once

#include <memory>

#include "capture/files/byte_source.h"
#include "capture/files/row.h"

namespace sightglass::capture::files {

/// Whether a file that begins with these bytes is one.
bool IsConversations(std::string_view start);

/// The window must outlive the reader.
std::unique_ptr<RowReader> ReadConversations(ByteWindow& window);

}  // namespace sightglass::capture::files
