// Reading a JSON object whose middle is gone: the members that stand whole at its start and at its
// end.
//
//   const std::string object = WholeMembers(first_part, last_part);  // {"model":"gpt-4o","n":1}
//   auto document = parser.Parse(object);
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sightglass::codec {

/// An object of those members of the outermost object that stand whole in `first`, the start of its
/// text, or in `last`, its end. Either may be empty. Members of more than 64 KiB are left out;
/// their order may change. The answer is JSON where the text was. Linear time.
std::string WholeMembers(std::string_view first, std::string_view last);

}  // namespace sightglass::codec
