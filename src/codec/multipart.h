// Reading the small text fields of a multipart/form-data body; files are passed over.
//
//   for (const MultipartField& field : ReadMultipartFields(content_type, body)) { … field.name …
//   field.value … }
//
// Source: RFC 7578, RFC 2046 section 5.1.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>
#include <vector>

namespace sightglass::codec {

/// Views into the body. The name is as it stands between its quotes.
/// Thread-safety: plain value.
struct MultipartField {
    std::string_view name;
    std::string_view value;
};

/// The text fields of up to 4 KiB that stand whole in `piece`, which may be any piece of a body:
/// its start, its end. At most 64; none where the content type has no boundary. Linear time.
std::vector<MultipartField>
ReadMultipartFields(std::string_view content_type, std::string_view piece);

}  // namespace sightglass::codec
