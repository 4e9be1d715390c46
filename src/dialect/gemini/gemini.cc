#include "dialect/gemini/gemini.h"

namespace sightglass::dialect::gemini {
namespace {

class GeminiDialect final : public Dialect {
public:
    std::string_view Name() const noexcept override { return "gemini"; }

    void ReadRequestLine(std::string_view method, std::string_view path, Call& call)
        const override {
        gemini::ReadRequestLine(method, path, call);
    }

    void ReadRequest(const RequestView& request, Call& call) const override {
        gemini::ReadRequest(request, call);
    }

    void ReadResponseHead(int http_status, const HeaderLookup& header, Call& call) const override {
        gemini::ReadResponseHead(http_status, header, call);
    }

    codec::StreamFormat FormatOf(std::string_view content_type, const Call& call) const override {
        return gemini::FormatOf(content_type, call);
    }

    void ReadResponseBody(const BodyView& body, Call& call) const override {
        gemini::ReadResponseBody(body, call);
    }

    std::unique_ptr<StreamReader> NewStreamReader() const override {
        return gemini::NewStreamReader();
    }

    void ReadText(std::string_view name, std::string_view data, AnswerText& text) const override {
        gemini::ReadText(name, data, text);
    }

    std::string ErrorBody(
        int http_status,
        ErrorType type,
        std::string_view code,
        std::string_view message
    ) const override {
        return gemini::ErrorBody(http_status, type, code, message);
    }
};

}  // namespace

const Dialect& Gemini() noexcept {
    static const GeminiDialect dialect;
    return dialect;
}

}  // namespace sightglass::dialect::gemini
