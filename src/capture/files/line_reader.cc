#include "capture/files/line_reader.h"

#include <utility>

#include "base/text.h"

namespace sightglass::capture::files {

Status LineReader::SkipLine() {
    while (true) {
        const std::size_t end = window_.View().find('\n');
        if (end != std::string_view::npos) {
            window_.Consume(end + 1);
            return {};
        }
        window_.Consume(window_.View().size());
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            return {};
        }
    }
}

Result<bool>
LineReader::Next(std::string_view& line, std::uint64_t& number, std::string_view& broken) {
    broken = {};
    line = {};
    std::size_t searched = 0;
    window_.Consume(std::exchange(consume_, 0));
    while (true) {
        const std::string_view view = window_.View();
        const std::size_t end = view.find('\n', searched);
        if (end != std::string_view::npos) {
            number = next_number_++;
            line = Trim(view.substr(0, end));
            if (!line.empty()) {
                consume_ = end + 1;
                return true;
            }
            window_.Consume(end + 1);
            searched = 0;
            continue;
        }
        searched = view.size();
        if (searched > kRowBytesMax) {
            number = next_number_++;
            broken = "it is longer than 16 MiB";
            SG_TRY(SkipLine());
            return true;
        }
        SG_ASSIGN_OR_RETURN(const bool more, window_.More());
        if (!more) {
            number = next_number_++;
            line = Trim(window_.View());
            consume_ = window_.View().size();
            return !line.empty();
        }
    }
}

}  // namespace sightglass::capture::files
