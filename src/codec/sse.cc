#include "codec/sse.h"

#include <algorithm>
#include <cstring>

namespace sightglass::codec {
namespace {

/// Bytes searched at a time for both kinds of line end. Keeps the search linear where only one kind
/// occurs.
constexpr std::size_t kWindow = 512;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first CR or LF, or the size where there is none.
std::size_t FindLineEnd(std::string_view bytes) noexcept {
    for (std::size_t from = 0; from < bytes.size(); from += kWindow) {
        const char* window = bytes.data() + from;
        std::size_t size = std::min(kWindow, bytes.size() - from);
        const void* lf = std::memchr(window, '\n', size);
        if (lf != nullptr) {
            size = static_cast<std::size_t>(static_cast<const char*>(lf) - window);
        }
        const void* cr = std::memchr(window, '\r', size);
        if (cr != nullptr) {
            return static_cast<std::size_t>(static_cast<const char*>(cr) - bytes.data());
        }
        if (lf != nullptr) {
            return from + size;
        }
    }
    return bytes.size();
}

}  // namespace

bool SseReader::Next(std::string_view& bytes, SseEvent& event) {
    while (!bytes.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (bytes.front() == '\n') {
                bytes.remove_prefix(1);
                continue;
            }
        }
        const std::size_t end = FindLineEnd(bytes);
        const std::string_view part = bytes.substr(0, end);
        if (end == bytes.size()) {
            Append(part, line_, line_cut_);
            bytes = {};
            return false;
        }
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        bool ends_event = false;
        if (line_.empty() && part.size() <= event_bytes_max_) {
            ends_event = TakeLine(part);
        } else {
            Append(part, line_, line_cut_);
            Trim(line_);
            ends_event = TakeLine(line_);
            line_.clear();
            line_cut_ = false;
        }
        if (ends_event) {
            event = {name_, data_, truncated_};
            return true;
        }
    }
    return false;
}

bool SseReader::Last(SseEvent& event) {
    if (!line_.empty()) {
        Trim(line_);
        TakeLine(line_);
    }
    event = {name_, data_, truncated_};
    return has_data_;
}

bool SseReader::TakeLine(std::string_view line) {
    if (first_line_) {
        first_line_ = false;
        if (line.starts_with(kByteOrderMark)) {
            line.remove_prefix(kByteOrderMark.size());
        }
    }
    if (line.empty()) {
        if (!has_data_) {
            name_.clear();
        }
        return has_data_;
    }
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value;
    if (colon != std::string_view::npos) {
        value = line.substr(colon + 1);
        if (value.starts_with(' ')) {
            value.remove_prefix(1);
        }
    }
    if (field == "data") {
        TakeData(value);
    } else if (field == "event") {
        name_ = value;
    }
    return false;
}

void SseReader::TakeData(std::string_view value) {
    if (has_data_) {
        Append("\n", data_, truncated_);
    }
    has_data_ = true;
    truncated_ = truncated_ || line_cut_;
    Append(value, data_, truncated_);
    Trim(data_);
}

void SseReader::Append(std::string_view part, std::string& collected, bool& cut) const {
    if (collected.size() + part.size() <= event_bytes_max_) {
        collected.append(part);
        return;
    }
    cut = true;
    const std::size_t last_max = event_bytes_max_ / 4;
    const std::size_t first_max = event_bytes_max_ - last_max;
    if (collected.size() < first_max) {
        const std::size_t missing = std::min(first_max - collected.size(), part.size());
        collected.append(part.substr(0, missing));
        part.remove_prefix(missing);
    }
    if (part.size() >= last_max) {
        collected.resize(first_max);
        collected.append(part.substr(part.size() - last_max));
        return;
    }
    collected.append(part);
    // Trimmed only now and then, so that each byte is moved a bounded number of times.
    if (collected.size() > event_bytes_max_ + last_max) {
        Trim(collected);
    }
}

void SseReader::Trim(std::string& collected) const {
    if (collected.size() > event_bytes_max_) {
        const std::size_t first_max = event_bytes_max_ - event_bytes_max_ / 4;
        collected.erase(first_max, collected.size() - event_bytes_max_);
    }
}

void SseReader::Clear() noexcept {
    data_.clear();
    name_.clear();
    has_data_ = false;
    truncated_ = false;
}

void SseReader::Reset() noexcept {
    Clear();
    line_.clear();
    line_cut_ = false;
    after_cr_ = false;
    first_line_ = true;
}

}  // namespace sightglass::codec
