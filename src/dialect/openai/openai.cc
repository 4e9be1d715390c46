#include "dialect/openai/openai.h"

namespace sightglass::dialect::openai {
namespace {

class OpenAiDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "openai"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        openai::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        openai::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        openai::ReadResponseHead(http_status, header, call);
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

    std::string ErrorBody(
        int http_status,
        ErrorType type,
        std::string_view code,
        std::string_view message
    ) const override {
        return openai::ErrorBody(http_status, type, code, message);
    }
};

}  // namespace

const Dialect& OpenAi() noexcept {
    static const OpenAiDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::openai
