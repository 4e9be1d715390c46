#include "dialect/anthropic/anthropic.h"

namespace sightglass::dialect::anthropic {
namespace {

class AnthropicDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "anthropic"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        anthropic::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        anthropic::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        anthropic::ReadResponseHead(http_status, header, call);
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        anthropic::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return anthropic::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        anthropic::ReadText(name, data, text);
    }

    std::string ErrorBody(
        int http_status,
        ErrorType type,
        std::string_view code,
        std::string_view message
    ) const override {
        return anthropic::ErrorBody(http_status, type, code, message);
    }
};

}  // namespace

const Dialect& Anthropic() noexcept {
    static const AnthropicDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::anthropic
