#include "classify/train/example_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sightglass::classify {
namespace {

/// How many examples a line with slots stands for.
constexpr int kFillings = 4;

struct Slot {
    std::string_view name;
    std::string_view mark;
    std::size_t
        stride;  ///< From one filling to the next: prime, so that lines meet different ones.
    std::vector<std::string_view> fillings = {};
    std::size_t next = 0;
};

class ExampleReader {
public:
    Status Read(std::string_view text) {
        int number = 0;
        for (const std::string_view raw : Split(text, '\n')) {
            ++number;
            if (const Status status = ReadLine(Trim(raw)); !status.Ok()) {
                return Error{
                    ErrorCode::kInvalidArgument,
                    "line " + std::to_string(number) + ": " + status.error().message};
            }
        }
        return {};
    }

    std::vector<std::pair<std::string, std::string>> examples;

private:
    Status ReadLine(std::string_view line) {
        if (line.empty() || line.starts_with("# ")) {
            return {};
        }
        if (line.front() == '@') {
            return BeginSlot(line.substr(1));
        }
        if (line.size() > 2 && line.front() == '[' && line.back() == ']' &&
            line.find(' ') == std::string_view::npos) {
            scenario_ = line.substr(1, line.size() - 2);
            slot_ = nullptr;
            return {};
        }
        if (slot_ != nullptr) {
            slot_->fillings.push_back(line);
            return {};
        }
        if (scenario_.empty()) {
            return Error{ErrorCode::kInvalidArgument, "an example before the first [scenario]"};
        }
        return AddExample(line);
    }

    Status BeginSlot(std::string_view name) {
        const auto found = std::find_if(slots_.begin(), slots_.end(), [name](const Slot& slot) {
            return slot.name == name;
        });
        if (found == slots_.end()) {
            return Error{
                ErrorCode::kInvalidArgument,
                "@" + std::string(name) + "; known are @topic and @passage"};
        }
        slot_ = &*found;
        return {};
    }

    Status AddExample(std::string_view line) {
        const bool has_slots = line.find('{') != std::string_view::npos &&
                               std::any_of(slots_.begin(), slots_.end(), [line](const Slot& slot) {
                                   return line.find(slot.mark) != std::string_view::npos;
                               });
        for (int i = 0; i < (has_slots ? kFillings : 1); ++i) {
            std::string text(line);
            for (Slot& slot : slots_) {
                SG_TRY(Fill(slot, text));
            }
            examples.emplace_back(std::move(text), scenario_);
        }
        return {};
    }

    static Status Fill(Slot& slot, std::string& text) {
        for (std::size_t at = text.find(slot.mark); at != std::string::npos;
             at = text.find(slot.mark, at)) {
            if (slot.fillings.empty()) {
                return Error{
                    ErrorCode::kInvalidArgument,
                    "nothing stands under @" + std::string(slot.name)};
            }
            const std::string_view filling = slot.fillings[slot.next % slot.fillings.size()];
            slot.next += slot.stride;
            text.replace(at, slot.mark.size(), filling);
            at += filling.size();
        }
        return {};
    }

    std::array<Slot, 2> slots_ = {
        Slot{.name = "topic", .mark = "{topic}", .stride = 7},
        Slot{.name = "passage", .mark = "{passage}", .stride = 3}};
    Slot* slot_ = nullptr;  // Whose fillings are being read.
    std::string scenario_;
};

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> ReadExamples(std::string_view text) {
    ExampleReader reader;
    SG_TRY(reader.Read(text));
    return std::move(reader.examples);
}

}  // namespace sightglass::classify
