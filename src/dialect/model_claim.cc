#include "dialect/model_claim.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/text.h"
#include "codec/json.h"
#include "codec/multipart.h"
#include "dialect/json_reading.h"
#include "dialect/model_in_path.h"
#include "dialect/paths.h"

namespace sightglass::dialect {
namespace {

using codec::JsonValue;

constexpr std::size_t kFieldsReadMax = 64;  // codec/multipart.h reads no more.

/// The names given so far: none, one, or more than one.
class Names {
public:
    void Add(std::string_view name) {
        if (name.empty() || (given_ && name == name_)) {
            return;
        }
        unclear_ = unclear_ || given_;
        given_ = true;
        name_ = name;
    }

    void SetUnclear() noexcept { unclear_ = true; }

    void Add(const Names& others) {
        Add(others.name_);
        unclear_ = unclear_ || others.unclear_;
    }

    bool Empty() const noexcept { return !given_ && !unclear_; }

    ModelClaim Claim() const {
        if (unclear_) {
            return {ModelNaming::kUnclear, {}};
        }
        return {given_ ? ModelNaming::kOne : ModelNaming::kNone, name_};
    }

private:
    bool given_ = false;
    bool unclear_ = false;
    std::string name_;
};

/// "/a/../b" is another path to whoever resolves it.
bool HasDotSegment(std::string_view path) {
    const std::vector<std::string_view> segments = Split(path, '/');
    return path.find('\\') != std::string_view::npos ||
           std::any_of(segments.begin(), segments.end(), [](std::string_view segment) {
               return segment == "." || segment == "..";
           });
}

/// What stands behind "/deployments/": Azure's paths have it, in any case.
void ReadDeployment(std::string_view path, Names& names) {
    const std::vector<std::string_view> segments = Split(path, '/');
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        if (EqualsIgnoreCase(segments[i], "deployments")) {
            names.Add(segments[i + 1]);
        }
    }
}

/// Whether the providers of that dialect take the model from the path, where it stands there.
bool PathDecides(std::string_view dialect) noexcept {
    return dialect == "azure" || dialect == "gemini" || dialect == "bedrock" ||
           dialect == "anthropic";
}

Names NamesInPath(std::string_view path) {
    Names names;
    ReadDeployment(path, names);
    names.Add(GoogleModelInPath(path));
    names.Add(BedrockModelInPath(path));
    return names;
}

Names NamesInQuery(std::string_view path) {
    Names names;
    const std::size_t question = path.find('?');
    if (question == std::string_view::npos) {
        return names;
    }
    for (const std::string_view pair : Split(path.substr(question + 1), '&')) {
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string name = PercentDecoded(pair.substr(0, equals));
        if (EqualsIgnoreCase(name, "model") || EqualsIgnoreCase(name, "deployment")) {
            names.Add(PercentDecoded(pair.substr(std::min(equals + 1, pair.size()))));
        }
    }
    return names;
}

/// As names go: "models/gemini-pro" is gemini-pro in Google's bodies.
std::string_view NameIn(JsonValue value, std::string_view dialect) noexcept {
    const std::string_view name = TextOf(value);
    return dialect == "gemini" ? name.substr(name.rfind('/') + 1) : name;
}

/// The members of one object that name a model, however often they stand there.
void ReadMembers(JsonValue object, std::string_view dialect, bool nested, Names& names) {
    int models = 0;
    int sessions = 0;
    object.ForEach([&](std::string_view key, JsonValue value) {
        if (EqualsIgnoreCase(key, "model") || (key == "agent" && dialect == "gemini")) {
            ++models;
            names.Add(NameIn(value, dialect));
        } else if (EqualsIgnoreCase(key, "models")) {
            // Others to fall back to, as OpenRouter takes them.
            value.ForEach([&](std::string_view, JsonValue other) {
                names.Add(NameIn(other, dialect));
                return true;
            });
        } else if (nested && EqualsIgnoreCase(key, "session")) {
            ++sessions;
            ReadMembers(value, dialect, false, names);
        }
        return true;
    });
    if (models > 1 || sessions > 1) {
        names.SetUnclear();
    }
}

bool ReadJson(std::string_view text, std::string_view dialect, bool nested, Names& names) {
    thread_local codec::JsonParser parser;
    const auto document = parser.Parse(text);
    if (!document.Ok()) {
        return false;
    }
    ReadMembers(*document, dialect, nested, names);
    return true;
}

/// How many parts of a form could be called "model" by anybody's reading.
int CountModelParts(std::string_view body) {
    constexpr std::string_view kName = "name";
    constexpr std::string_view kModel = "model";
    int count = 0;
    for (std::size_t at = body.find('='); at != std::string_view::npos;
         at = body.find('=', at + 1)) {
        std::string_view before = body.substr(0, at);
        while (!before.empty() && (before.back() == ' ' || before.back() == '*')) {
            before.remove_suffix(1);
        }
        if (before.size() < kName.size() ||
            !EqualsIgnoreCase(before.substr(before.size() - kName.size()), kName)) {
            continue;
        }
        std::string_view value = body.substr(at + 1, 2 * kModel.size());
        while (!value.empty() && (value.front() == ' ' || value.front() == '"')) {
            value.remove_prefix(1);
        }
        count += StartsWithIgnoreCase(value, kModel) ? 1 : 0;
    }
    return count;
}

Names NamesInForm(const RequestView& request, std::string_view dialect) {
    Names names;
    const auto fields = codec::ReadMultipartFields(request.content_type, request.body);
    int models = 0;
    int sessions = 0;
    for (const codec::MultipartField& field : fields) {
        if (field.name.find_first_of("\\%") != std::string_view::npos) {
            names.SetUnclear();
        } else if (EqualsIgnoreCase(field.name, "model")) {
            ++models;
            names.Add(field.value);
        } else if (EqualsIgnoreCase(field.name, "session")) {
            ++sessions;
            if (!ReadJson(field.value, dialect, false, names)) {
                names.SetUnclear();
            }
        }
    }
    const bool others = CountModelParts(request.body) != models || fields.size() >= kFieldsReadMax;
    if (models > 1 || sessions > 1 || others) {
        names.SetUnclear();
    }
    return names;
}

Names NamesInBody(const RequestView& request, std::string_view dialect) {
    const bool form = StartsWithIgnoreCase(Trim(request.content_type), "multipart/");
    if (form && !request.truncated) {
        return NamesInForm(request, dialect);
    }
    Names names;
    if (request.truncated ||
        (!request.body.empty() && !ReadJson(request.body, dialect, true, names))) {
        names.SetUnclear();
    }
    return names;
}

/// Lists of calls: their models are inside, or in a file.
bool IsBatch(const RequestView& request, std::string_view path) noexcept {
    return request.method == "POST" && path.ends_with("/batches");
}

bool IsRealtime(std::string_view path) noexcept {
    return path.ends_with("/realtime") || path.find("/realtime/") != std::string_view::npos;
}

}  // namespace

ModelClaim ReadModelClaim(const RequestView& request, std::string_view dialect, bool websocket) {
    const std::string decoded = PercentDecoded(PathOnly(request.path));
    const std::string_view path = PathOnly(decoded);
    if (HasDotSegment(decoded)) {
        return {};
    }
    Names names = NamesInPath(path);
    const Names in_query = NamesInQuery(request.path);
    if (websocket) {
        // Elsewhere than at the realtime API the model is in the first message.
        const bool in_opening = dialect == "openai" || dialect == "azure";
        names.Add(in_query);
        return in_opening && IsRealtime(path) && !names.Empty() ? names.Claim() : ModelClaim{};
    }
    if (PathDecides(dialect) && !names.Empty()) {
        return names.Claim();
    }
    if (IsBatch(request, path)) {
        return {};
    }
    names.Add(NamesInBody(request, dialect));
    const bool alone = names.Empty() && !in_query.Empty();
    if (alone && !IsRealtime(path)) {
        return {};
    }
    names.Add(in_query);
    return names.Claim();
}

}  // namespace sightglass::dialect
