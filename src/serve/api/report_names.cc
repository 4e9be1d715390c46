#include "serve/api/report_names.h"

namespace sightglass::serve {

using pipeline::RepriceOrder;
using pipeline::RepriceReport;

std::string_view NameOf(RepriceReport::State state) {
    switch (state) {
        case RepriceReport::State::kRunning:
            return "running";
        case RepriceReport::State::kDone:
            return "done";
        case RepriceReport::State::kFailed:
            return "failed";
        case RepriceReport::State::kNone:
            break;
    }
    return "none";
}

std::string_view NameOf(RepriceOrder::Kind kind) {
    switch (kind) {
        case RepriceOrder::Kind::kApply:
            return "apply";
        case RepriceOrder::Kind::kUndo:
            return "undo";
        case RepriceOrder::Kind::kTry:
            break;
    }
    return "dry_run";
}

void WriteOrderTime(codec::JsonWriter& json, std::string_view name, Time time) {
    json.Key(name);
    if (time == Time()) {
        json.Null();
    } else {
        json.String(FormatTime(time));
    }
}

}  // namespace sightglass::serve
