#include "dialect/bedrock/bedrock.h"

namespace sightglass::dialect::bedrock {
namespace {

class BedrockDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "bedrock"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        bedrock::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        bedrock::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        bedrock::ReadResponseHead(http_status, header, call);
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        bedrock::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return bedrock::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        bedrock::ReadText(name, data, text);
    }

    std::string ErrorBody(
        int http_status,
        ErrorType type,
        std::string_view code,
        std::string_view message
    ) const override {
        return bedrock::ErrorBody(http_status, type, code, message);
    }
};

}  // namespace

const Dialect& Bedrock() noexcept {
    static const BedrockDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::bedrock
