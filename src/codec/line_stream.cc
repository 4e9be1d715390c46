#include "codec/line_stream.h"

#include "base/text.h"

namespace sightglass::codec {

bool LineReader::Next(std::string_view& bytes, std::string_view& line, bool& truncated) {
    if (taken_) {
        line_.Clear();
        taken_ = false;
    }
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        if (end == std::string_view::npos) {
            line_.Add(part);
            bytes = {};
            return false;
        }
        bytes.remove_prefix(end + 1);
        if (line_.empty() && part.size() <= line_bytes_max_) {
            line = Trim(part);
            truncated = false;
            if (!line.empty()) {
                return true;
            }
            continue;
        }
        line_.Add(part);
        if (TakeHeld(line, truncated)) {
            return true;
        }
        line_.Clear();
        taken_ = false;
    }
    return false;
}

bool LineReader::Last(std::string_view& line, bool& truncated) {
    return !taken_ && TakeHeld(line, truncated);
}

bool LineReader::TakeHeld(std::string_view& line, bool& truncated) {
    line = Trim(line_.View());
    truncated = line_.Cut();
    taken_ = true;
    return !line.empty();
}

}  // namespace sightglass::codec
