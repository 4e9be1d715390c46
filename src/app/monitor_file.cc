#include "app/monitor_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kMonitorsMax = 500;
constexpr int kDepthMax = 6;

Error At(const YAML::Node& node, const Path& file, std::string_view message) {
    return Error{
        ErrorCode::kInvalidArgument,
        file.string() + ":" + std::to_string(node.Mark().line + 1) + ": " + std::string(message)};
}

void WriteScalar(const YAML::Node& node, codec::JsonWriter& json) {
    const std::string& text = node.Scalar();
    const bool quoted = node.Tag() == "!";
    const auto number = ParseDouble(text);
    if (quoted) {
        json.String(text);
    } else if (text == "true" || text == "false") {
        json.Bool(text == "true");
    } else if (const auto whole = ParseInt(text)) {
        json.Int(*whole);
    } else if (number) {
        json.Double(*number);
    } else {
        json.String(text);
    }
}

bool WriteJson(const YAML::Node& node, int depth, codec::JsonWriter& json) {
    if (depth > kDepthMax) {
        return false;
    }
    bool good = true;
    if (node.IsMap()) {
        json.BeginObject();
        for (const auto& member : node) {
            json.Key(member.first.Scalar());
            good = good && WriteJson(member.second, depth + 1, json);
        }
        json.EndObject();
    } else if (node.IsSequence()) {
        json.BeginArray();
        for (const auto& element : node) {
            good = good && WriteJson(element, depth + 1, json);
        }
        json.EndArray();
    } else if (node.IsScalar()) {
        WriteScalar(node, json);
    } else {
        json.Null();
    }
    return good;
}

Result<alert::Monitor> ReadMonitor(const YAML::Node& entry) {
    codec::JsonWriter json;
    if (!entry.IsMap() || !WriteJson(entry, 0, json)) {
        return Error{ErrorCode::kInvalidArgument, "expected {id, name, metric, condition, ...}"};
    }
    alert::Monitor base;
    const YAML::Node name = entry["name"];
    base.id = alert::IdOf(name.IsDefined() && name.IsScalar() ? name.Scalar() : "");
    return alert::ParseMonitor(json.text(), base);
}

Result<std::vector<alert::Monitor>> ReadList(const YAML::Node& root, const Path& file) {
    const YAML::Node list = root.IsMap() ? root["monitors"] : root;
    if (!list.IsDefined() || !list.IsSequence() || list.size() > kMonitorsMax) {
        return At(root, file, "expected a list of at most 500 monitors");
    }
    std::vector<alert::Monitor> monitors;
    std::set<std::string> ids;
    for (const auto& entry : list) {
        auto monitor = ReadMonitor(entry);
        if (!monitor.Ok()) {
            return At(entry, file, monitor.error().message);
        }
        if (!ids.insert(monitor->id).second) {
            return At(entry, file, "the id " + monitor->id + " stands twice");
        }
        monitors.push_back(std::move(monitor).value());
    }
    return monitors;
}

/// Members by name, as JSON, but for what is ours to say.
std::vector<std::pair<std::string, std::string>> MembersOf(const alert::Monitor& monitor) {
    std::vector<std::pair<std::string, std::string>> members;
    codec::JsonParser parser;
    const std::string text = ToJson(monitor);
    const auto root = parser.Parse(text);
    if (root.Ok()) {
        root->ForEach([&](std::string_view name, codec::JsonValue value) {
            if (name != "recommended") {
                members.emplace_back(name, value.Text());
            }
            return true;
        });
    }
    return members;
}

std::vector<std::string> LinesOf(const alert::Monitor& was, const alert::Monitor& is) {
    const auto before = MembersOf(was);
    const auto after = MembersOf(is);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
        if (before[i].second != after[i].second) {
            lines.push_back(before[i].first + ": " + before[i].second + " -> " + after[i].second);
        }
    }
    return lines;
}

const alert::Monitor* Find(const std::vector<alert::Monitor>& all, const std::string& id) {
    const auto found = std::find_if(all.begin(), all.end(), [&id](const auto& monitor) {
        return monitor.id == id;
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

Result<std::vector<alert::Monitor>> ReadMonitorFile(const Path& file) {
    try {
        return ReadList(YAML::LoadFile(file.string()), file);
    } catch (const YAML::Exception& failure) {
        return Error{ErrorCode::kInvalidArgument, file.string() + ": " + failure.what()};
    }
}

Result<std::vector<alert::Monitor>> ReadMonitorAnswer(std::string_view json) {
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(json));
    std::vector<alert::Monitor> monitors;
    Status status;
    auto add = [&](std::string_view, codec::JsonValue each) {
        auto monitor = alert::ParseMonitor(each.Text());
        if (!monitor.Ok()) {
            status = std::move(monitor).error();
            return false;
        }
        monitor->recommended = each.Get("recommended").Bool().value_or(false);
        monitors.push_back(std::move(monitor).value());
        return true;
    };
    if (root.Get("items").Exists()) {
        root.Get("items").ForEach(add);
    } else {
        add("", root);
    }
    SG_TRY(std::move(status));
    return monitors;
}

std::vector<MonitorChange> Difference(
    const std::vector<alert::Monitor>& present,
    const std::vector<alert::Monitor>& wanted,
    Others others
) {
    std::vector<MonitorChange> changes;
    for (const alert::Monitor& monitor : wanted) {
        const alert::Monitor* const was = Find(present, monitor.id);
        if (was == nullptr) {
            changes.push_back({MonitorChange::What::kMake, monitor, {}});
            continue;
        }
        std::vector<std::string> lines = LinesOf(*was, monitor);
        if (!lines.empty()) {
            changes.push_back({MonitorChange::What::kChange, monitor, std::move(lines)});
        }
    }
    for (const alert::Monitor& monitor : present) {
        const bool goes = others == Others::kRemove && !monitor.recommended &&
                          Find(wanted, monitor.id) == nullptr;
        if (goes) {
            changes.push_back({MonitorChange::What::kRemove, monitor, {}});
        }
    }
    return changes;
}

std::string DescribeChanges(const std::vector<MonitorChange>& changes) {
    std::string text;
    for (const MonitorChange& change : changes) {
        const bool made = change.what == MonitorChange::What::kMake;
        const bool removed = change.what == MonitorChange::What::kRemove;
        text += made ? "+ " : removed ? "- " : "~ ";
        text += change.monitor.id + "  " + EscapeForDisplay(change.monitor.name) + "\n";
        for (const std::string& line : change.lines) {
            text += "    " + EscapeForDisplay(line) + "\n";
        }
    }
    return text;
}

}  // namespace sightglass::app
