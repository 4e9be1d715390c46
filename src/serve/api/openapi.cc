// /api/openapi.json: api/openapi.yaml, which is built into the program, as JSON.
#include "serve/api/openapi.h"

#include <exception>
#include <string>

#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "codec/json_writer.h"
#include "serve/api/handlers.h"
#include "serve/problem.h"

extern "C" {
extern const char sightglass_openapi_begin[];
extern const char sightglass_openapi_end[];
}

namespace sightglass::serve {
namespace {

/// A plain scalar is what the JSON schema of YAML makes of it; a quoted one is text.
void WriteScalar(codec::JsonWriter& json, const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const bool quoted = node.Tag() == "!";
    if (quoted) {
        json.String(text);
    } else if (text == "true" || text == "false") {
        json.Bool(text == "true");
    } else if (const auto integer = ParseInt(text)) {
        json.Int(*integer);
    } else if (const auto number = ParseDouble(text)) {
        json.Double(*number);
    } else {
        json.String(text);
    }
}

void WriteNode(codec::JsonWriter& json, const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Map:
            json.BeginObject();
            for (const auto& entry : node) {
                json.Key(entry.first.Scalar());
                WriteNode(json, entry.second);
            }
            json.EndObject();
            return;
        case YAML::NodeType::Sequence:
            json.BeginArray();
            for (const YAML::Node& element : node) {
                WriteNode(json, element);
            }
            json.EndArray();
            return;
        case YAML::NodeType::Scalar:
            return WriteScalar(json, node);
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            json.Null();
            return;
    }
}

}  // namespace

std::string OpenApiJson() {
    const std::string text(sightglass_openapi_begin, sightglass_openapi_end);
    codec::JsonWriter json;
    try {
        WriteNode(json, YAML::Load(text));
    } catch (const std::exception&) {
        return "{}";  // Its own test reads the document: what is built in can be read.
    }
    return json.Take();
}

net::HttpResponse GetOpenApi(const Services& services, const ApiRequest&) {
    net::HttpResponse response = Json({});
    response.static_body = services.openapi_json;  // Lives as long as the server.
    return response;
}

}  // namespace sightglass::serve
