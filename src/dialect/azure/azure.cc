#include "dialect/azure/azure.h"

#include "codec/json_writer.h"
#include "dialect/call_fields.h"
#include "dialect/header_reading.h"
#include "dialect/openai/openai.h"

namespace sightglass::dialect::azure {
namespace {

/// What OpenAI's headers do not have: the deployment, where the path does not name it, and the time
/// that the model took.
void ReadOwnHeaders(const HeaderLookup& header, Call& call) {
    if (call.provider_request_id.empty()) {
        Assign(call.provider_request_id, FirstHeader(header, {"x-ms-client-request-id"}));
    }
    AssignUnlessSet(call.model_requested, FirstHeader(header, {"x-ms-deployment-name"}));
    if (!call.provider_us.has_value()) {
        call.provider_us = MillisecondsToUs(FirstHeader(header, {"ms-azureml-model-time"}));
    }
}

class AzureDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "azure"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        openai::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        openai::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        openai::ReadResponseHead(http_status, header, call);
        ReadOwnHeaders(header, call);
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        openai::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return openai::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        openai::ReadText(name, data, text);
    }

    /// Azure names a status where it has no word for what happened.
    std::string ErrorBody(
        int http_status,
        ErrorType,
        std::string_view code,
        std::string_view message
    ) const override {
        codec::JsonWriter json;
        json.BeginObject().Key("error").BeginObject().Key("code");
        json.String(code.empty() ? std::to_string(http_status) : std::string(code));
        json.Key("message").String(message).EndObject().EndObject();
        return json.Take();
    }
};

}  // namespace

const Dialect& Azure() noexcept {
    static const AzureDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::azure
